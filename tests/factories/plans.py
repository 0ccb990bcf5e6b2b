"""Plans for tests, made through the room's own actions: pools, annual plans, changes, pilots."""

import io
import itertools
import secrets
from datetime import UTC, date, datetime
from typing import Any

from PIL import Image

from server.attachments import actions as attachments
from server.divisions import queries as divisions
from server.infra.db import db, unit_of_work
from server.kernel.actor import Actor, ActorKind
from server.ledger.models import Community
from server.ledger.rules.words import Pool
from server.plans import actions, queries
from server.plans.actions.changes import Proposed
from server.plans.models import AnnualPlan, PilotCandidate, PlanChange, PlanRow, PoolMove
from server.plans.rules.figures import RowFigures
from server.plans.rules.pilots import Will
from server.plans.rules.words import ChangeKind, Department, FundSource, Outcome, System
from tests.factories.divisions import get_division
from tests.factories.ledger import make_community
from tests.kept import kept

#: Monday, 2 March 2026, 09:00 in China.
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
NANMING = "520102"
YEAR = 2026
_count = itertools.count(1)


def someone(name: str, id_: int) -> Actor:
    return Actor(ActorKind.STAFF, id_, name)


#: Who acts unless a test says otherwise: two people of the county, three departments and an office of the city.
ENTERING, SUBMITTING = someone("县经办", 901), someone("县复核", 902)
HOUSING, REFORM, FINANCE = someone("市住建", 911), someone("市发改", 912), someone("市财政", 913)
CITY = someone("市里", 914)
PROVINCE = someone("省里", 921)
SIGNERS = dict(zip(Department, (HOUSING, REFORM, FINANCE), strict=True))


def key() -> str:
    return secrets.token_urlsafe(12)


@kept
def a_paper(now: datetime = NOW) -> int:
    """The id of a scanned paper; each is another one."""
    out = io.BytesIO()
    Image.new("RGB", (8 + next(_count), 8), "white").save(out, "PNG")
    drawn = attachments.draw_anew(out.getvalue())
    with unit_of_work():
        return attachments.keep_photo(drawn, actor=ENTERING, now=now).id


def figures(households: int = 120, **facts: Any) -> RowFigures:
    facts = {
        "costs": {FundSource.CENTRAL_SUBSIDY: 1_200_000_00, FundSource.COUNTY: 300_000_00},
        "claimed_consenting": households * 9 // 10,
        "claimed_base": households,
        "contents": ("B02", "B03", "B06", "W02"),
        **facts,
    }
    return RowFigures(households, **facts)


@kept
def make_move(community: Community, to_pool: Pool = Pool.RESERVE, **facts: Any) -> PoolMove:
    facts = {"reason": "摸底后列入", "client_key": key(), "actor": ENTERING, "now": NOW, **facts}
    with unit_of_work():
        return actions.move_community(community.id, to_pool, **facts)


@kept
def make_plan(*households: int, code: str = NANMING, year: int = YEAR, now: datetime = NOW) -> AnnualPlan:
    """A drafted plan with a new community for each number of households."""
    with unit_of_work():
        plan = actions.start_plan(get_division(code).id, year, client_key=key(), actor=ENTERING, now=now)
    for number in households:
        add_row(plan, number, now=now)
    return plan


def street_of(plan: AnnualPlan) -> str:
    """The code of a street where communities of the plan's county may lie."""
    streets = divisions.children(plan.division_id)
    assert streets[0].code is not None
    return streets[0].code


@kept
def add_row(
    plan: AnnualPlan, households: int = 120, community: Community | None = None, now: datetime = NOW
) -> None:
    community = community or make_community(code=street_of(plan))
    with unit_of_work():
        actions.put_row(plan.id, community.id, figures(households), client_key=key(), actor=ENTERING, now=now)


@kept
def make_submitted(*households: int, now: datetime = NOW, **facts: Any) -> AnnualPlan:
    plan = make_plan(*(households or (120, 80)), now=now, **facts)
    with unit_of_work():
        return actions.submit_plan(plan.id, actor=SUBMITTING, now=now)


@kept
def make_frozen(*households: int, now: datetime = NOW, issuer: str = "52", **facts: Any) -> AnnualPlan:
    """A plan in a formal document of the province."""
    plan = make_submitted(*households, now=now, **facts)
    freeze(plan, now=now, issuer=issuer)
    return plan


@kept
def freeze(*plans: AnnualPlan, now: datetime = NOW, issuer: str = "52", actor: Actor = PROVINCE) -> int:
    paper = a_paper(now)
    with unit_of_work():
        return actions.freeze_plans(
            get_division(issuer).id,
            [one.id for one in plans],
            doc_no="黔建办函〔2020〕3 号",
            title="城镇老旧小区改造计划表",
            issued_on=date(2026, 3, 1),
            attachment_id=paper,
            client_key=key(),
            actor=actor,
            now=now,
        ).id


def rows_in_force(plan: AnnualPlan) -> list[PlanRow]:
    db.session.expire_all()
    return [one.row for one in queries.row_lines(plan.id) if one.ended_by is None]


WITHDRAW = Proposed(ChangeKind.WITHDRAW, "居民集中反对，无法开工。", "退出今年计划，转入储备库。")


@kept
def make_change(
    row: PlanRow, proposed: Proposed = WITHDRAW, *, evidence: int = 1, now: datetime = NOW
) -> PlanChange:
    """A change as the county entered it."""
    with unit_of_work():
        change = actions.enter_change(row.id, proposed, client_key=key(), actor=ENTERING, now=now)
    for number in range(evidence):
        paper = a_paper(now)
        with unit_of_work():
            actions.add_evidence(
                change.id,
                caption=f"居民会议记录 {number + 1}",
                attachment_id=paper,
                client_key=key(),
                actor=ENTERING,
                now=now,
            )
    return change


@kept
def submit(change: PlanChange, *, actor: Actor = SUBMITTING, now: datetime = NOW) -> None:
    with unit_of_work():
        actions.submit_change(change.id, client_key=key(), actor=actor, now=now)


@kept
def sign(
    change: PlanChange,
    *departments: Department,
    is_agreeing: bool = True,
    actor: Actor | None = None,
    now: datetime = NOW,
) -> None:
    for one in departments or tuple(Department):
        with unit_of_work():
            actions.sign_change(
                change.id,
                one,
                is_agreeing=is_agreeing,
                opinion="情况属实。",
                client_key=key(),
                actor=actor or SIGNERS[one],
                now=now,
            )


@kept
def decide(
    change: PlanChange, outcome: Outcome = Outcome.AGREE, *, actor: Actor = CITY, now: datetime = NOW
) -> None:
    with unit_of_work():
        actions.decide_change(change.id, outcome, reason="经研判。", client_key=key(), actor=actor, now=now)


@kept
def report(change: PlanChange, *, actor: Actor = CITY, now: datetime = NOW, **facts: Any) -> None:
    facts = {"doc_no": "筑建呈〔2026〕7 号", "reported_on": date(2026, 3, 2), **facts}
    with unit_of_work():
        actions.report_change(change.id, client_key=key(), actor=actor, now=now, **facts)


@kept
def make_reported(row: PlanRow, proposed: Proposed = WITHDRAW, *, now: datetime = NOW) -> PlanChange:
    """A change that went the whole way and is in effect."""
    change = make_change(row, proposed, now=now)
    submit(change, now=now)
    sign(change, now=now)
    decide(change, now=now)
    report(change, now=now)
    return change


WILL = Will(90, 100, "入户调查（2026-03-01）")


@kept
def make_pilot(row: PlanRow, *, will: Will | None = WILL, **facts: Any) -> PilotCandidate:
    facts = {
        "systems": {System.SERVICE: "新建社区服务站"},
        "merged_with": [],
        "client_key": key(),
        "actor": ENTERING,
        "now": NOW,
        **facts,
    }
    with unit_of_work():
        return actions.enter_pilot(row.id, will=will, **facts)


@kept
def make_chosen(row: PlanRow) -> PilotCandidate:
    pilot = make_pilot(row)
    with unit_of_work():
        return actions.choose_pilot(pilot.id, actor=CITY, now=NOW)
