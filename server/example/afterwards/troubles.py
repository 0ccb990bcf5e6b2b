"""What went wrong since: tickets in every state and on every clock, one of them the contractor's to mend under warranty."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from server.example.afterwards.place import LIGHT, Place
from server.example.ledger import key
from server.kernel.actor import CLOCK, Actor
from server.tickets import actions
from server.tickets.actions import Course, Facts, Step, Taken
from server.tickets.rules.reports import NewTicket
from server.tickets.rules.words import Act, Category, Level, Source

DAY = 24
NOTHING_MORE = Facts()


@dataclass(frozen=True)
class Then:
    """An act, so many hours after the report."""

    act: Act
    after: float
    note: str = ""
    facts: Facts = NOTHING_MORE


@dataclass(frozen=True)
class Trouble:
    category: Category
    words: str
    #: The name of a building, the code of a facility, or the address of a flat.
    where: str
    #: Hours before the day the example is told.
    ago: float
    source: Source = Source.RESIDENT_QR
    acts: Sequence[Then] = ()


def _sent(worker: str, after: float) -> tuple[Then, ...]:
    """Accepted and given to a worker."""
    return (
        Then(Act.ACCEPT, after, "收到，今天安排。"),
        Then(Act.DISPATCH, after + 0.5, "", Facts(worker=worker)),
    )


def _begun(worker: str, after: float, begun: float) -> tuple[Then, ...]:
    return (*_sent(worker, after), Then(Act.ARRIVE, begun), Then(Act.START, begun + 0.5))


def _done(worker: str, after: float, begun: float, done: float, note: str) -> tuple[Then, ...]:
    return (*_begun(worker, after, begun), Then(Act.FINISH, done, note))


LIU, ZHOU = "刘师傅", "周师傅"
TROUBLES = (
    Trouble(Category.WATER, "一楼地漏返味，早上最重。", "1-1-302", 2),
    Trouble(
        Category.WASTE, "楼后的垃圾堆了几天没人收。", "3", 10 * DAY, acts=(
            Then(Act.ESCALATE, 60, "", Facts(level=Level.COMMITTEE)), Then(Act.ESCALATE, 130, "", Facts(level=Level.STREET)),
        ),
    ),
    Trouble(Category.GREEN, "树枝压到电线了。", "4", 20, Source.PHONE, (Then(Act.ACCEPT, 1.5, "收到，明天来看。"),)),
    Trouble(Category.SECURITY, "门禁刷卡没反应。", "1", 30, acts=_sent(LIU, 2)),
    Trouble(
        Category.FIRE, "一楼楼道堆了电动车，正在充电。", "2", 1.5, Source.PATROL,
        (*_sent(ZHOU, 0.1), Then(Act.ARRIVE, 0.8)),
    ),
    Trouble(Category.LEAK, "顶楼天花板有水印。", "4", 2 * DAY, acts=_begun(LIU, 2, 20)),
    Trouble(
        Category.ROAD, "车位线磨没了，停得乱。", "2", 4 * DAY, Source.COMPANY,
        (*_begun(ZHOU, 3, 26), Then(Act.ASK_SUSPENSION, 70, "等天晴才能划线。")),
    ),
    Trouble(
        Category.GREEN, "花坛的砖缺了一截。", "1", 9 * DAY, acts=(
            *_begun(LIU, 3, 28), Then(Act.ASK_SUSPENSION, 50, "同样的砖要订货，大约十天。"),
            Then(Act.GRANT_SUSPENSION, 72, "同意，到货就接着做。"),
        ),
    ),
    Trouble(Category.WATER, "楼前水表井盖翘起来了。", "1", 3 * DAY, acts=_done(ZHOU, 2, 22, 40, "换了井盖，踩上去平了。")),
    Trouble(
        Category.POWER, "三楼楼道灯不亮。", "3", 8 * DAY, acts=(
            *_done(LIU, 2, 24, 30, "换了灯泡和感应头。"), Then(Act.REMIND, 30 + 3 * DAY),
        ),
    ),
    Trouble(
        Category.ROAD, "坡道扶手松了，还缺一个垫子。", "4", 5 * DAY, acts=(
            *_begun(ZHOU, 3, 26), Then(Act.FINISH_PARTLY, 70, "扶手紧好了，垫子要另外订。"),
        ),
    ),
    Trouble(
        Category.NOISE, "楼上装修，周末早上七点就敲墙。", "2", 4 * DAY, acts=(
            Then(Act.ACCEPT, 5, "已经上门说过，周末九点以前不许敲。"),
            Then(Act.REFUSE, 60, "装修时间在公约以内，物业没有权停工。还吵，请打 12345。"),
        ),
    ),
    Trouble(
        Category.SECURITY, "2 栋门禁对讲听不见。", "2", 12 * DAY, acts=(
            *_done(LIU, 2, 26, 48, "换了听筒。"), Then(Act.REOPEN, 80, "用了一天又听不见了。"),
        ),
    ),
    Trouble(
        Category.WATER, "三楼厨房下水慢。", "3-1-301", 20 * DAY, acts=(
            *_done(ZHOU, 1, 8, 10, "疏通了，冲了两遍水。"), Then(Act.CONFIRM, 30),
        ),
    ),
    Trouble(
        Category.POWER, "大门路灯一闪一闪。", LIGHT, 45 * DAY, acts=(
            *_done(LIU, 2, 20, 26, "换了镇流器。"), Then(Act.CONFIRM, 50),
        ),
    ),
    Trouble(
        Category.POWER, "大门路灯又不亮了。", LIGHT, 25 * DAY, acts=(
            *_done(LIU, 3, 140, 160, "接头松了，重新接好。"), Then(Act.CONFIRM, 190),
        ),
    ),
    Trouble(
        Category.WASTE, "楼道扫得不勤。", "1", 40 * DAY, acts=(
            *_done(ZHOU, 3, 24, 30, "改成一天扫两次。"), Then(Act.REMIND, 30 + 3 * DAY), Then(Act.LAPSE, 30 + 7 * DAY),
        ),
    ),
    Trouble(
        Category.FEE, "这个月物业费多扣了一次。", "1-1-302", 33 * DAY, acts=(
            Then(Act.ACCEPT, 6, "正在查，三天内答复。"), Then(Act.WITHDRAW, 20),
        ),
    ),
)  # fmt: skip
#: By residents, and by nobody else.
_THEIRS = frozenset({Act.CONFIRM, Act.REOPEN, Act.WITHDRAW})
_CLOCKS = frozenset({Act.REMIND, Act.LAPSE, Act.ESCALATE})


def report(place: Place) -> None:
    actions.enter_courses([_course(place, one) for one in TROUBLES])
    _under_warranty(place)


def _course(place: Place, told: Trouble) -> Course:
    begun = place.today - timedelta(hours=told.ago)
    return Course(
        _new(place, told),
        _reporter(place, told.source),
        begun,
        [
            Taken(one.act, _who(place, one.act), begun + timedelta(hours=one.after), one.note, one.facts)
            for one in told.acts
        ],
    )


def _new(place: Place, told: Trouble) -> NewTicket:
    is_flat, is_facility = told.where.count("-") == 2, told.where == LIGHT
    is_own = told.source is Source.RESIDENT_QR
    return NewTicket(
        place.community_id, told.category, told.source, key(), words=told.words,
        building_id=None if is_flat or is_facility else place.building(told.where),
        facility_id=place.facility(told.where) if is_facility else None,
        flat_id=place.flat(told.where) if is_flat else None,
        reporter_id=place.lead if is_own else None,
    )  # fmt: skip


def _reporter(place: Place, source: Source) -> Actor:
    if source is Source.COMPANY:
        return place.manager
    return place.lead_actor if source is Source.RESIDENT_QR else place.clerk


def _who(place: Place, act: Act) -> Actor:
    if act in _CLOCKS:
        return CLOCK
    if act is Act.GRANT_SUSPENSION:
        return place.reviewer
    return place.lead_actor if act in _THEIRS else place.manager


def _under_warranty(place: Place) -> None:
    """The lights were renewed within two years: whoever built them answers. It is the light's third failure, too."""
    begun = place.today - timedelta(hours=26)
    photo = place.photo("不亮的路灯", begun)
    new = NewTicket(
        place.community_id, Category.POWER, Source.RESIDENT_QR, key(), words="大门路灯整晚不亮。",
        facility_id=place.facility(LIGHT), photos=[photo], reporter_id=place.lead,
    )  # fmt: skip
    row = actions.report(new, actor=place.lead_actor, now=begun)
    actions.accept(
        row.id, Step(place.manager, begun + timedelta(hours=2), key(), "还在保修期，已经通知施工单位。")
    )
    actions.dispatch(row.id, Step(place.manager, begun + timedelta(hours=3), key()), worker="施工单位维修组")
