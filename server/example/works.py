"""The example's projects: one under way with its money, and one over two neighbouring communities still being prepared."""

from datetime import datetime

from server.attachments import actions as attachments
from server.divisions import queries as divisions
from server.example import building_site, people, votes
from server.example.ledger import division_id, key
from server.example.pictures import drawn_picture
from server.example.story import COUNTY_CODE
from server.kernel.chinatime import china_day
from server.kernel.money import YUAN
from server.ledger import queries as ledger
from server.plans import queries as plan_queries
from server.plans.rules.words import FundSource
from server.projects import actions
from server.projects.rules.acts import EventKind
from server.projects.rules.money import Entry
from server.projects.rules.preparation import DERIVED, StepKind, StepState
from server.projects.rules.structures import StructureState

BODY = "南明区老旧小区改造实施中心（示例）"
#: Source, planned, received, spent, in whole yuan.
MONEY = (
    (FundSource.CENTRAL_SUBSIDY, 900_000, 900_000, 412_350),
    (FundSource.PROVINCE, 260_000, 130_000, 0),
    (FundSource.COUNTY, 300_000, 80_000, 95_000),
    (FundSource.RESIDENTS, 48_600, 21_900, 0),
    (FundSource.UTILITY, 120_000, 0, 0),
)
COST = 1_705_800
#: Days before today of each act.
ACTS = ((EventKind.STARTED, -40), (EventKind.CLEARED, -31), (EventKind.IN_WORKS, -28))
STRUCTURES = (("3 栋东侧，一层搭建的铁皮棚", True), ("2 栋 1 单元楼顶，阳光房", False))


def build(community_id: int, today: datetime, *, with_neighbours: bool) -> None:
    """The community's own project under way, and its neighbours' in preparation."""
    _under_way(community_id, today)
    building_site.build(community_id, today)
    if with_neighbours:
        _being_prepared(community_id, today)


def _under_way(community_id: int, today: datetime) -> None:
    begun = votes.at(today, -90, 10)
    project_id = _project("九洲巷片区改造", [community_id], begun)
    clerk, reviewer = people.staff_actor(people.CLERK), people.staff_actor(people.REVIEWER)
    county = people.staff_actor(people.COUNTY_OFFICER)
    for number, step in enumerate(one for one in StepKind if one not in DERIVED):
        at = votes.at(today, -80 + 5 * number, 11)
        actions.record_step(
            project_id, kind=step, state=StepState.DONE, done_on=china_day(at), words=f"{step.name_zh}材料（示例）",
            photos=(), client_key=key(), actor=clerk, now=at,
        )  # fmt: skip
    planned = china_day(votes.at(today, -45, 9))
    actions.plan_start(
        project_id, month=planned.replace(day=1), planned_on=planned, reason="", client_key=key(), actor=county, now=begun
    )  # fmt: skip
    for kind, days in ACTS:
        at = votes.at(today, days, 17)
        event = actions.enter_event(
            project_id, kind=kind, happened_on=china_day(at), document=f"{kind.name_zh}记录（示例）",
            photos=[_picture(kind.name_zh, at)], client_key=key(), actor=clerk, now=at,
        )  # fmt: skip
        actions.review_event(project_id, event.id, is_confirmed=True, reason="", actor=reviewer, now=at)
    _pay(project_id, today)
    for place, is_removed in STRUCTURES:
        _structure(project_id, community_id, place, today, is_removed=is_removed)


def _being_prepared(community_id: int, today: datetime) -> None:
    at = votes.at(today, -60, 10)
    county = divisions.division(division_id(COUNTY_CODE))
    there = ledger.communities_under(county.path).items if county else []
    neighbours = [one.id for one in there if one.id != community_id][:2]
    project_id = _project("相邻小区连片改造", neighbours, at)
    month = china_day(votes.at(today, -35, 9)).replace(day=1)
    actions.plan_start(
        project_id, month=month, planned_on=None, reason="", client_key=key(),
        actor=people.staff_actor(people.COUNTY_OFFICER), now=at,
    )  # fmt: skip
    # Begun before its preparation was done: whoever confirms it sees which steps were open, and it stays flagged.
    begun = votes.at(today, -2, 16)
    actions.enter_event(
        project_id, kind=EventKind.STARTED, happened_on=china_day(begun), document="开工记录（示例）",
        photos=[_picture("围挡和进场", begun)], client_key=key(),
        actor=people.staff_actor(people.COUNTY_COLLEAGUE), now=begun,
    )  # fmt: skip


def _project(name: str, community_ids: list[int], at: datetime) -> int:
    """In the year of the plan, and named by its row: of a joint one by that of the first that stands in the plan."""
    county, year = people.staff_actor(people.COUNTY_OFFICER), china_day(at).year
    rows = (plan_queries.row_in_force_of(one, year) for one in community_ids)
    made = actions.create_project(
        name=name, plan_year=year, body_name=BODY, community_ids=community_ids, client_key=key(),
        plan_row_id=next((row.id for row in rows if row is not None), None), actor=county, now=at,
    )  # fmt: skip
    return made.id


def _pay(project_id: int, today: datetime) -> None:
    clerk, at = people.staff_actor(people.CLERK), votes.at(today, -20, 15)
    actions.set_cost(
        project_id, amount_fen=COST * YUAN, entered_on=china_day(at), document="工程预算书（示例）", photos=(),
        client_key=key(), actor=clerk, now=at,
    )  # fmt: skip
    for source, *amounts in MONEY:
        for entry, amount in zip(Entry, amounts, strict=True):
            if amount:
                actions.add_funding(
                    project_id, source=source, entry=entry, amount_fen=amount * YUAN, entered_on=china_day(at),
                    document="资金文件（示例）", photos=(), client_key=key(), actor=clerk, now=at,
                )  # fmt: skip


def _structure(project_id: int, community_id: int, place: str, today: datetime, *, is_removed: bool) -> None:
    clerk, at, gone = people.staff_actor(people.CLERK), votes.at(today, -50, 10), votes.at(today, -33, 10)
    made = actions.enter_structure(
        project_id, community_id=community_id, place=place, happened_on=china_day(at),
        photos=[_picture(place, at)], client_key=key(), actor=clerk, now=at,
    )  # fmt: skip
    if is_removed:
        actions.move_structure(
            project_id, made.id, state=StructureState.REMOVED, happened_on=china_day(gone), document="",
            photos=[_picture(f"{place}，拆后", gone)], client_key=key(), actor=clerk, now=gone,
        )  # fmt: skip


def _picture(words: str, at: datetime) -> int:
    return attachments.keep_photo(drawn_picture(words), actor=people.staff_actor(people.CLERK), now=at).id
