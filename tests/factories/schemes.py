"""Schemes, drawings and lift cases for tests, made through the rooms' own actions on votes that were really cast."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from server.ballots import actions as ballots
from server.ballots.rules.drafting import Kind, MotionText
from server.decisions.actions import drawings as drawing_actions
from server.decisions.actions import lift_plans, scheme_drafts
from server.decisions.actions import lifts as lift_actions
from server.decisions.actions import schemes as actions
from server.decisions.actions.drawings import Sheets
from server.decisions.actions.lift_plans import Plan
from server.decisions.actions.lifts import Said
from server.decisions.actions.schemes import Handed
from server.decisions.models import Drawing, LiftAct, LiftCase, SchemeVersion
from server.decisions.queries import lifts as lift_queries
from server.decisions.rules.lifts import ActKind
from server.decisions.rules.schemes import ROOT, Take
from server.infra.db import unit_of_work
from server.kernel.actor import Actor
from server.kernel.chinatime import china_day
from server.kernel.places import ScopeKind
from server.ledger.models import Community, Flat
from tests.factories import ballots as votes
from tests.factories import decisions as decided
from tests.factories.ballots import CLERK, REVIEWER, make_photo
from tests.factories.catalogue import get_item
from tests.factories.decisions import OVER, Counted
from tests.kept import kept

#: The vote is signed by then.
DRAWN = OVER + timedelta(days=1)
CHECKED = OVER + timedelta(days=2)
EVERYONE = ("for",) * 5 + ("against",)


def key() -> str:
    return secrets.token_urlsafe(12)


def motion(code: str) -> MotionText:
    """An item of the list, put to the vote."""
    item = get_item(code)
    return MotionText(item.name, Kind.APPROVE, item.matter, item.description, catalogue_item_id=item.id)


@kept
def make_voted(
    codes: Sequence[str] = ("B06", "B11"),
    against: Sequence[str] = (),
    *,
    scope: ScopeKind = ScopeKind.COMMUNITY,
    is_signed: bool = True,
) -> Counted:
    """A counted vote on these items: all are for each, but against those of `against`; signed unless said otherwise."""
    community, flats = votes.make_electorate()
    return vote_again(community, flats, codes, against, scope=scope, is_signed=is_signed)


@kept
def vote_again(
    community: Community,
    flats: list[Flat],
    codes: Sequence[str],
    against: Sequence[str] = (),
    *,
    scope: ScopeKind = ScopeKind.COMMUNITY,
    is_signed: bool = True,
    later: timedelta = timedelta(0),
    **facts: Any,
) -> Counted:
    """The same people vote, `later` than usual."""
    ballot = votes.make_announced(
        community,
        # A week early, so that no holiday at the end of the notice pushes the opening.
        now=votes.ANNOUNCED + later - timedelta(days=7),
        scope=scope,
        motions=tuple(motion(code) for code in codes),
        opens_at=votes.OPENS + later,
        closes_at=votes.CLOSES + later,
        **facts,
    )
    with unit_of_work():
        ballots.open_ballot(ballot, actor=CLERK, now=votes.OPENS + later)
    voters = votes.make_voters(flats)
    choices = {f"m{place}": "against" if code in against else "for" for place, code in enumerate(codes, 1)}
    for voter in voters:
        votes.cast(ballot, voter, choices, now=votes.VOTING + later)
    with unit_of_work():
        ballots.count_ballot(ballot.id, actor=CLERK, now=decided.COUNTED + later)
    counted = Counted(community, ballot, flats, voters)
    if is_signed:
        sign(counted, later)
    return counted


@kept
def sign(counted: Counted, later: timedelta = timedelta(0)) -> None:
    row = decided.make_draft(counted, now=decided.DRAFTED + later)
    decided.publish(row, now=decided.PUBLISHED + later)
    decided.sign(row, now=decided.OVER + later)


@kept
def write(
    community: Community,
    lines: Mapping[str, int | None],
    *,
    node: str = ROOT,
    actor: Actor = CLERK,
    now: datetime = DRAWN,
) -> None:
    """A draft with these items at these costs in fen; None leaves an item out."""
    with unit_of_work():
        scheme_drafts.begin_draft(community.id, node, actor=actor, now=now)
    for code, cost in lines.items():
        with unit_of_work():
            scheme_drafts.put_line(
                community.id,
                node,
                catalogue_item_id=get_item(code).id,
                take=Take.LEAVE if cost is None else Take.ADOPT,
                quantity=Decimal("12.50"),
                unit="米",
                cost_fen=cost or 0,
                actor=actor,
                now=now,
            )


@kept
def submit(
    community: Community,
    source: str,
    told: int,
    *,
    node: str = ROOT,
    reason: str = "",
    client_key: str = "",
    actor: Actor = CLERK,
    now: datetime = DRAWN,
) -> SchemeVersion:
    handed = Handed("市建筑设计院", china_day(now), reason, source, told)
    with unit_of_work():
        return actions.submit_version(
            community.id, node, handed, client_key=client_key or key(), actor=actor, now=now
        )


@kept
def confirm(
    row: SchemeVersion, community: Community, *, actor: Actor = REVIEWER, now: datetime = CHECKED
) -> None:
    with unit_of_work():
        actions.confirm_version(row.id, community_id=community.id, actor=actor, now=now)


@kept
def make_version(
    counted: Counted,
    lines: Mapping[str, int | None] | None = None,
    *,
    told: int = 100_000_00,
    node: str = ROOT,
    is_confirmed: bool = False,
    reason: str = "",
    now: datetime = DRAWN,
) -> SchemeVersion:
    """A version of a node that rests on this vote."""
    community = counted.community
    write(community, lines or {"B06": 60_000_00, "B11": 40_000_00}, node=node, now=now)
    row = submit(community, f"b{counted.ballot.id}", told, node=node, reason=reason, now=now)
    if is_confirmed:
        confirm(row, community, now=now + timedelta(hours=1))
    return row


# ------------------------------------------------------------------ drawings

CHANGE = Sheets(
    "总平面图",
    "市建筑设计院",
    china_day(DRAWN),
    before="停车位沿东墙",
    after="停车位沿西墙",
    reason="东墙要留消防通道",
    agreed_by="业主大会、居委会",
    agreed_on=china_day(DRAWN),
)


@kept
def make_drawing(
    community: Community,
    sheets: Sheets | None = None,
    *,
    is_confirmed: bool = False,
    actor: Actor = CLERK,
    now: datetime = DRAWN,
    **facts: Any,
) -> Drawing:
    """The next version of the set; a change where one is in force."""
    with unit_of_work():
        row = drawing_actions.enter_drawing(
            community.id,
            replace(sheets or CHANGE, **facts),
            attachment_id=make_photo(now),
            client_key=key(),
            actor=actor,
            now=now,
        )
    if is_confirmed:
        with unit_of_work():
            drawing_actions.confirm_drawing(row.id, community_id=community.id, actor=REVIEWER, now=now)
    return row


# ------------------------------------------------------------------ lifts


@kept
def make_case(flats: Sequence[Flat], taken: Sequence[Flat] = (), *, now: datetime = DRAWN) -> LiftCase:
    """The case of the entrance of these flats."""
    with unit_of_work():
        return lift_actions.open_case(
            flats[0].community_id,
            flats[0].entrance_id,
            taken=[flat.id for flat in taken],
            on=china_day(now),
            client_key=key(),
            actor=CLERK,
            now=now,
        )


@kept
def act(
    case: LiftCase,
    kind: ActKind,
    flat: Flat | None = None,
    *,
    about: LiftAct | None = None,
    actor: Actor = CLERK,
    now: datetime = DRAWN,
    paper: bool = True,
    client_key: str = "",
    **facts: Any,
) -> LiftAct:
    said = Said(
        kind,
        facts.pop("on", china_day(now)),
        flat.id if flat else None,
        about.id if about else None,
        **{"who": "居委会调解员", "words": "说过了", **facts},
    )
    with unit_of_work():
        return lift_actions.enter_act(
            case.id,
            said,
            community_id=case.community_id,
            attachment_id=make_photo(now) if paper else None,
            client_key=client_key or key(),
            actor=actor,
            now=now,
        )


@kept
def check(case: LiftCase, *, actor: Actor = REVIEWER, now: datetime = CHECKED) -> LiftAct:
    seen = lift_queries.lift_view(case).acts[-1].id
    with unit_of_work():
        return lift_actions.check_papers(
            case.id, community_id=case.community_id, seen=seen, actor=actor, now=now
        )


@kept
def plan(case: LiftCase, *, now: datetime = DRAWN, **facts: Any) -> LiftAct:
    usual: dict[str, Any] = {
        "on": china_day(now),
        "floors": 6,
        "cost_fen": 480_000_00,
        "parts": {1: 0, 2: 1, 3: 2, 4: 3, 5: 4, 6: 5},
        "upkeep": "电梯公司保养，费用按楼层份数分摊。",
        "who": "六户业主",
    }
    with unit_of_work():
        return lift_plans.enter_plan(
            case.id,
            Plan(**usual | facts),
            community_id=case.community_id,
            client_key=key(),
            actor=CLERK,
            now=now,
        )
