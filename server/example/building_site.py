"""The example's works as residents live with them: items, quiet days, times to come in, a patrol, points, a claim, promises."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from server.attachments import actions as attachments
from server.contributions import actions as contributions
from server.contributions.rules import Entry, Kind, Shown
from server.decisions.queries.adopted import adopted_works
from server.example import people, story, votes
from server.example.ledger import flat_id, key
from server.example.pictures import drawn_picture
from server.identity.actions.binding import resident_actor
from server.kernel.actor import Actor
from server.kernel.chinatime import china_day
from server.kernel.parts import Part
from server.projects import actions, queries
from server.projects.rules.calendar import Utility
from server.projects.rules.claims import ClaimAct
from server.projects.rules.items import Adopted
from server.projects.rules.points import Mark, PointAct

CONTRACTOR = "黔筑建设工程有限公司（示例）"
#: What is done besides what the decision adopted; first and last day from today.
OWN = (
    ("排水管网改造", "B02", Part.PIPES, -25, -6),
    ("屋面防水", "B13", Part.ROOF_WET, -12, 9),
    ("入户给水管更换", "B02", Part.PIPES, 3, 20),
)
#: What each household gives: where, what, how much, in which words, shown how and by which name.
GIVEN = (
    (story.LEAD_FLAT, Kind.MONEY, 500_00, "给门厅添两张长椅。", Shown.HOUSEHOLD, ""),
    (story.LEAD_FLAT, Kind.LABOUR, 8, "会木工，周末能来。", Shown.ANONYMOUS, ""),
    (story.LEAD_FLAT, Kind.IDEA, None, "门口种两棵桂花。", Shown.NAME, "爱种花的邻居"),
)


@dataclass(frozen=True)
class Site:
    """Where and by whom."""

    community_id: int
    project_id: int
    today: datetime
    clerk: Actor
    reviewer: Actor
    resident: Actor
    flat_id: int

    def at(self, days: int, hour: int = 10) -> datetime:
        return votes.at(self.today, days, hour)


def build(community_id: int, today: datetime) -> None:
    """After the project is under way."""
    resident_id = people.lead_residents(community_id)["owner"]
    site = Site(
        community_id,
        queries.projects_of(community_id)[0].id,
        today,
        people.staff_actor(people.CLERK),
        people.staff_actor(people.REVIEWER),
        resident_actor(resident_id),
        flat_id(community_id, story.LEAD_FLAT),
    )
    drains, roof, pipes = _items(site)
    _windows(site, drains, roof, pipes)
    _arrange(site, pipes)
    _watch(site, roof)
    _claim(site, roof)
    _give(site)


def _items(site: Site) -> list[int]:
    """The ids of the example's own items. What the signed decision adopted is taken over; the rest stands as the example's own."""
    at = site.at(-30)
    adopted = adopted_works(site.community_id, site.today)
    if adopted:
        actions.adopt_items(site.project_id, items=adopted, actor=site.clerk, now=at)
    own = [Adopted(site.community_id, code, title, part) for title, code, part, _, _ in OWN]
    return [row.id for row in actions.adopt_items(site.project_id, items=own, actor=site.clerk, now=at)]


def _windows(site: Site, *items: int) -> None:
    for item, (title, _, _, first, last) in zip(items, OWN, strict=True):
        actions.plan_item(
            site.project_id, item, contractor=CONTRACTOR, starts_on=china_day(site.at(first)),
            ends_on=china_day(site.at(last)), reason="", client_key=key(), actor=site.clerk, now=site.at(-29),
        )  # fmt: skip
        if first < 0:
            at = site.at(first + 2, 16)
            photo = attachments.keep_photo(drawn_picture(title), actor=site.clerk, now=at).id
            actions.enter_hidden_work(
                site.project_id, item, place="2 栋 1 单元，东侧一段", covered_on=china_day(at),
                photos=[photo], client_key=key(), actor=site.clerk, now=at,
            )  # fmt: skip
        if last < 0:
            actions.complete_item(
                site.project_id, item, completed_on=china_day(site.at(last)), document="分项验收单（示例）",
                client_key=key(), actor=site.clerk, now=site.at(last, 17),
            )  # fmt: skip
            actions.review_completion(
                site.project_id,
                item,
                is_confirmed=True,
                reason="",
                actor=site.reviewer,
                now=site.at(last + 1),
            )


def _arrange(site: Site, pipes: int) -> None:
    quiet = china_day(site.at(6))
    actions.set_quiet_days(
        site.community_id, from_on=quiet, to_on=quiet, reason="社区老人体检", client_key=key(), actor=site.reviewer,
        now=site.today,
    )  # fmt: skip
    for kind, party, what, first, last in (
        (Utility.WATER, "供水公司（示例）", "更换楼前总阀", 4, 5),
        (Utility.TELECOM, "通信公司（示例）", "光缆入地", 40, 44),
    ):
        actions.announce_utility(
            site.project_id, community_id=site.community_id, kind=kind, party=party, what=what,
            starts_on=china_day(site.at(first)), ends_on=china_day(site.at(last)), client_key=key(),
            actor=site.clerk, now=site.today,
        )  # fmt: skip
    first_day = china_day(site.at(4))
    actions.offer_visits(
        site.project_id, pipes, from_on=first_day, to_on=first_day + timedelta(days=8), times=[0, 2], seats=2,
        client_key=key(), actor=site.clerk, now=site.today,
    )  # fmt: skip
    actions.book_visit(
        queries.slots([pipes], first_day)[0].slot.id, flat_id=site.flat_id, client_key=key(),
        actor=site.resident, now=site.today,
    )  # fmt: skip


def _watch(site: Site, roof: int) -> None:
    """A supervisor's patrol with one thing that is not right, put right since and waiting to be looked at."""
    actions.name_supervisor(
        site.project_id, community_id=site.community_id, flat_id=site.flat_id, client_key=key(),
        actor=site.reviewer, now=site.at(-10),
    )  # fmt: skip
    at = site.at(-4, 9)
    lines = queries.checklist(site.community_id, china_day(at))
    photo = attachments.keep_photo(drawn_picture("巡查"), actor=site.resident, now=at).id
    actions.walk_patrol(
        site.project_id, flat_id=site.flat_id, place="2 栋楼顶", words="材料堆在楼梯口，挡路。",
        marks={line: Mark.BAD if number == 2 else Mark.GOOD for number, line in enumerate(lines)},
        photos=[photo], client_key=key(), actor=site.resident, now=at,
    )  # fmt: skip
    (card,) = queries.points(site.community_id).items
    actions.act_on_point(
        card.point.id, community_id=site.community_id, kind=PointAct.WORKED_OFF, words="材料搬到指定地点了。",
        photos=(), client_key=key(), actor=site.clerk, now=site.at(-2),
    )  # fmt: skip
    actions.raise_point(
        site.project_id, community_id=site.community_id, flat_id=site.flat_id, item_id=roof,
        place="2 栋楼顶东南角", words="卷材搭接处翘边。", photos=(), client_key=key(), actor=site.resident,
        now=site.at(-1),
    )  # fmt: skip


def _claim(site: Site, roof: int) -> None:
    for days, words, is_answered in (
        (-9, "脚手架碰裂了北面窗户的玻璃。", True),
        (-3, "楼顶漏水，卧室墙皮起泡。", False),
    ):
        row = actions.claim_damage(
            site.project_id, community_id=site.community_id, flat_id=site.flat_id, item_id=roof,
            happened_on=china_day(site.at(days)), words=words, photos=(), client_key=key(), actor=site.resident,
            now=site.at(days, 19),
        )  # fmt: skip
        if not is_answered:
            continue
        for kind, said, paid in (
            (ClaimAct.ACKNOWLEDGED, "是我们碰的，周五来换。", None),
            (ClaimAct.SETTLED, "换了玻璃，另赔误工。", 120_50),
        ):
            actions.answer_claim(
                row.id, community_id=site.community_id, kind=kind, words=said, paid_fen=paid, client_key=key(),
                actor=site.clerk, now=site.at(days + 3),
            )  # fmt: skip


def _give(site: Site) -> None:
    for address, kind, amount, words, shown, name in GIVEN:
        row = contributions.make_pledge(
            site.community_id, flat_id=flat_id(site.community_id, address), kind=kind, amount=amount,
            words=words, shown=shown, name=name, client_key=key(), actor=site.resident, now=site.at(-15),
        )  # fmt: skip
        if kind is Kind.MONEY:
            for entry, fen in ((Entry.GIVEN, 500_00), (Entry.USED, 366_80)):
                held = contributions.enter(
                    row.id, community_id=site.community_id, kind=entry, amount=fen,
                    happened_on=china_day(site.at(-8)), document="收据 001 号（示例）", client_key=key(),
                    actor=site.clerk, now=site.at(-8),
                )  # fmt: skip
                contributions.review(
                    held.id, community_id=site.community_id, is_confirmed=True, reason="", actor=site.reviewer,
                    now=site.at(-7),
                )  # fmt: skip
