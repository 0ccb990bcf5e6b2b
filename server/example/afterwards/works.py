"""Asked, voted, decided, built and finished: all that lies behind the community of today."""

from dataclasses import dataclass
from datetime import timedelta

from server.decisions.queries.adopted import adopted_works
from server.example import building_site, people, story
from server.example.afterwards.place import ENTERED, FINISHED, Place
from server.example.ledger import key
from server.example.plan2020 import asking
from server.example.plan2020.course import PACKAGES, Course, Days, Reached, Tendency
from server.example.plan2020.places import Community, County
from server.example.plan2020.staff import Desk
from server.example.plan2020.voting import Vote, hold
from server.kernel.chinatime import china_day
from server.kernel.money import YUAN
from server.ledger.rules.words import Pool
from server.plans import actions as plans
from server.plans.rules.words import FundSource
from server.projects import actions
from server.projects.rules.acts import EventKind
from server.projects.rules.money import Entry
from server.projects.rules.points import PointAct
from server.projects.rules.preparation import DERIVED, StepKind, StepState

#: Beyond every number of the plan and of the neighbours.
NUMBER = 921
COURSE = Course(
    Reached.DECIDED, Tendency.PASSES, PACKAGES[0], 86, 92, 2, Days(ENTERED, -410, -400, -390, -350, -349, -317)
)  # fmt: skip
SET_UP, STARTED = -310, -290
#: First and last day of each item, one after another.
WINDOWS = ((-280, -200), (-210, -100), (-150, -90))
ACTS = (
    (EventKind.STARTED, STARTED), (EventKind.IN_WORKS, -282), (EventKind.FINISHED, FINISHED), (EventKind.ACCEPTED, -57),
    (EventKind.HANDED_OVER, -52),
)  # fmt: skip
#: Source, and what was planned, received and spent, in whole yuan.
MONEY = (
    (FundSource.CENTRAL_SUBSIDY, 576_000, 576_000, 571_420),
    (FundSource.COUNTY, 240_000, 240_000, 238_600),
    (FundSource.RESIDENTS, 28_800, 28_200, 28_200),
)
COST = 838_220
POINT = ("2 栋门前", "新铺的路面有一处积水。")
#: What was said of the point, by whom, on which day.
POINT_ACTS = (
    (PointAct.WORKED_OFF, "刮平重铺了。", -82),
    (PointAct.SENT_BACK, "下雨后还有积水，请再改。", -79),
    (PointAct.WORKED_OFF, "加了一个雨水口。", -75),
    (PointAct.PASSED, "看过，不积水了。", -72),
)


@dataclass(frozen=True)
class Item:
    """One of the works."""

    id: int
    title: str


def build(place: Place) -> int:
    """The id of the project that is finished."""
    _decide(place)
    project_id = _set_up(place)
    for kind, days in ACTS[:2]:
        _event(place, project_id, kind, days)
    adopted = adopted_works(place.community_id, place.at(SET_UP))
    made = actions.adopt_items(project_id, items=adopted, actor=place.clerk, now=place.at(-285))
    items = [Item(one.id, one.title) for one in made]
    for item, window in zip(items, WINDOWS, strict=False):
        _work(place, project_id, item, *window)
    _put_right(place, project_id, items[-1].id)
    for item, (_, last) in zip(items, WINDOWS, strict=False):
        _complete(place, project_id, item, last)
    for kind, days in ACTS[2:]:
        _event(place, project_id, kind, days)
    return project_id


def _decide(place: Place) -> None:
    of = Community(NUMBER, County(story.COUNTY_CODE, "", ()), "", 0)
    desk = Desk(place.clerk, place.reviewer)
    asking.ask(place.community_id, of, COURSE, desk, place.today)
    hold(Vote(place.community_id, of, COURSE, desk, place.today))


def _set_up(place: Place) -> int:
    county, begun = people.staff_actor(people.COUNTY_OFFICER), place.at(SET_UP)
    project_id = actions.create_project(
        name="望月里小区改造", plan_year=china_day(begun).year, body_name="南明区老旧小区改造实施中心（示例）",
        community_ids=[place.community_id], client_key=key(), actor=county, now=begun,
    ).id  # fmt: skip
    plans.move_community(
        place.community_id,
        Pool.IMPLEMENT,
        reason="列入年度计划（示例数据）。",
        client_key=key(),
        actor=county,
        now=begun,
    )
    for step in StepKind:
        if step not in DERIVED:
            actions.record_step(
                project_id, kind=step, state=StepState.DONE, done_on=china_day(begun), words=f"{step.name_zh}材料（示例）",
                photos=(), client_key=key(), actor=place.clerk, now=begun,
            )  # fmt: skip
    planned = china_day(place.at(STARTED))
    actions.plan_start(
        project_id, month=planned.replace(day=1), planned_on=planned, reason="", client_key=key(), actor=county, now=begun
    )  # fmt: skip
    _pay(place, project_id)
    return project_id


def _pay(place: Place, project_id: int) -> None:
    paid = place.at(FINISHED + 4, 15)
    actions.set_cost(
        project_id, amount_fen=COST * YUAN, entered_on=china_day(paid), document="竣工结算书（示例）", photos=(),
        client_key=key(), actor=place.clerk, now=paid,
    )  # fmt: skip
    for source, *amounts in MONEY:
        for entry, amount in zip(Entry, amounts, strict=True):
            actions.add_funding(
                project_id, source=source, entry=entry, amount_fen=amount * YUAN, entered_on=china_day(paid),
                document="资金文件（示例）", photos=(), client_key=key(), actor=place.clerk, now=paid,
            )  # fmt: skip


def _event(place: Place, project_id: int, kind: EventKind, days: int) -> None:
    moment = place.at(days, 15)
    event = actions.enter_event(
        project_id, kind=kind, happened_on=china_day(moment), document=f"{kind.name_zh}记录（示例）",
        photos=[place.photo(kind.name_zh, moment)], client_key=key(), actor=place.clerk, now=moment,
    )  # fmt: skip
    actions.review_event(
        project_id,
        event.id,
        is_confirmed=True,
        reason="",
        actor=place.reviewer,
        now=moment + timedelta(hours=1),
    )


def _work(place: Place, project_id: int, item: Item, first: int, last: int) -> None:
    actions.plan_item(
        project_id, item.id, contractor=building_site.CONTRACTOR, starts_on=china_day(place.at(first)),
        ends_on=china_day(place.at(last)), reason="", client_key=key(), actor=place.clerk, now=place.at(first - 4),
    )  # fmt: skip
    covered = place.at(first + 12, 9)
    actions.enter_hidden_work(
        project_id, item.id, place="1 栋到 2 栋之间，埋深 0.8 米", covered_on=china_day(covered),
        photos=[place.photo(f"{item.title}，埋起来以前", covered)], client_key=key(), actor=place.clerk, now=covered,
    )  # fmt: skip


def _put_right(place: Place, project_id: int, item_id: int) -> None:
    """A resident's point of the punch list: put right, sent back, put right again, and passed by another person."""
    where, words = POINT
    raised = place.at(-86, 18)
    point = actions.raise_point(
        project_id, community_id=place.community_id, flat_id=place.flat("2-1-201"), item_id=item_id, place=where,
        words=words, photos=[place.photo(words, raised)], client_key=key(), actor=place.lead_actor, now=raised,
    )  # fmt: skip
    for kind, said, days in POINT_ACTS:
        actor = place.clerk if kind is PointAct.WORKED_OFF else place.reviewer
        actions.act_on_point(
            point.id, community_id=place.community_id, kind=kind, words=said, photos=(), client_key=key(), actor=actor,
            now=place.at(days, 11),
        )  # fmt: skip


def _complete(place: Place, project_id: int, item: Item, last: int) -> None:
    said = max(last, -70)
    actions.complete_item(
        project_id, item.id, completed_on=china_day(place.at(last)), document="分项验收单（示例）", client_key=key(),
        actor=place.clerk, now=place.at(said, 14),
    )  # fmt: skip
    actions.review_completion(
        project_id, item.id, is_confirmed=True, reason="", actor=place.reviewer, now=place.at(said, 16)
    )  # fmt: skip
