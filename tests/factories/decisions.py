"""Decisions in each stage for tests, made through the rooms' own actions from a vote that was really cast."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from server.ballots import actions as ballots
from server.ballots import queries as ballot_queries
from server.ballots.models import Ballot, LogEntry
from server.ballots.rules.desk import Fault
from server.ballots.rules.drafting import MotionText
from server.ballots.rules.events import Verdict
from server.decisions import actions, exports, queries
from server.decisions.models import Annulment, Decision, Ending, IssuedPaper, Version
from server.decisions.models import Verdict as SignedCourse
from server.decisions.rules import Fault as WholeFault
from server.infra.db import db, unit_of_work
from server.kernel.actor import Actor
from server.kernel.chinatime import china_day
from server.kernel.places import ScopeKind
from server.ledger.models import Community, Flat
from server.notices.models import Notice, Objection
from tests.factories import ballots as votes
from tests.factories.ballots import CLERK, CLOSES, LIFT, PAINT, REVIEWER, make_photo
from tests.factories.notices import make_objection
from tests.kept import kept

PUBLIC_URL = "http://xiangyi.test"
COUNTED = CLOSES + timedelta(hours=1)
DRAFTED = CLOSES + timedelta(days=1)
PUBLISHED = CLOSES + timedelta(days=2)
#: The seven days of the notice are over by then, and a weekend or holiday at their end too.
OVER = PUBLISHED + timedelta(days=15)
UPHELD = PUBLISHED + timedelta(days=2)
RECOUNTED = PUBLISHED + timedelta(days=3)


@dataclass(frozen=True)
class Counted:
    """A closed, counted vote: one owner a flat, each bound and voted as told."""

    community: Community
    ballot: Ballot
    flats: list[Flat]
    voters: list[Actor]


@kept
def make_counted(
    choices: Sequence[str] = ("for", "for", "for", "for", "for", "against"),
    *,
    motions: Sequence[MotionText] = (LIFT, PAINT),
    scope: ScopeKind = ScopeKind.COMMUNITY,
    areas: Sequence[str] = (),
) -> Counted:
    """One flat for each choice ("" stays away); the choice is of the first motion, the others are abstained from."""
    community, flats = votes.make_electorate(areas or ["60.00"] * len(choices))
    ballot = votes.make_opened(community, scope=scope, motions=tuple(motions))
    voters = votes.make_voters(flats)
    for voter, choice in zip(voters, choices, strict=True):
        if choice:
            votes.cast(ballot, voter, choice)
    with unit_of_work():
        ballots.count_ballot(ballot.id, actor=CLERK, now=COUNTED)
    return Counted(community, ballot, flats, voters)


@kept
def make_draft(
    counted: Counted | None = None,
    *,
    note: str = "这次定电梯。",
    actor: Actor = CLERK,
    now: datetime = DRAFTED,
) -> Decision:
    counted = counted or make_counted()
    with unit_of_work():
        row = actions.draft_decision(
            counted.ballot.id, community_id=counted.community.id, client_key=key(), actor=actor, now=now
        )
        return actions.edit_decision(
            row.id,
            community_id=counted.community.id,
            title=row.title,
            note=note,
            next_steps="4 月请设计院来量尺寸。",
            actor=actor,
            now=now,
        )


@kept
def publish(of: Decision, *, actor: Actor = CLERK, now: datetime = PUBLISHED) -> Version:
    with unit_of_work():
        return actions.publish_decision(
            of.id, community_id=of.community_id, client_key=key(), actor=actor, now=now
        )


@kept
def make_published(counted: Counted | None = None, *, now: datetime = PUBLISHED) -> Decision:
    row = make_draft(counted)
    publish(row, now=now)
    return row


@kept
def sign(of: Decision, version: int = 1, *, actor: Actor = REVIEWER, now: datetime = OVER) -> Ending:
    with unit_of_work():
        return actions.sign_decision(of.id, version, community_id=of.community_id, actor=actor, now=now)


@kept
def declare_void(
    of: Decision, *, fault: WholeFault = WholeFault.WRONG_ROLL, now: datetime = UPHELD
) -> Ending:
    """The vote behind it, as a whole."""
    with unit_of_work():
        return actions.declare_void(
            of.id, community_id=of.community_id, fault=fault, reason="漏了 2 栋。", actor=REVIEWER, now=now
        )


@kept
def make_final(counted: Counted | None = None) -> Decision:
    row = make_published(counted)
    sign(row)
    return row


@kept
def enter_annulment(of: Decision, *, reason: str = "公告期少了三天", now: datetime = OVER) -> Annulment:
    """A judgment as one person entered it, in force since the day before."""
    with unit_of_work():
        return actions.enter_annulment(
            of.id, community_id=of.community_id, court="南明区人民法院", case_number="（2026）黔0102民初1号",
            effective_on=china_day(now) - timedelta(days=1), reason=reason, attachment_id=make_photo(now),
            client_key=key(), actor=CLERK, now=now,
        )  # fmt: skip


@kept
def annul(of: Decision, *, now: datetime = OVER) -> None:
    """Entered by one and confirmed by another."""
    confirm_annulment(of, enter_annulment(of, now=now), now=now)


def confirm_annulment(of: Decision, row: Annulment, *, now: datetime = OVER) -> None:
    """By another than who entered it."""
    with unit_of_work():
        actions.answer_annulment(
            row.id, community_id=of.community_id, is_confirmed=True, reason="", actor=REVIEWER, now=now
        )


@kept
def make_course(community: Community, *, actor: Actor = CLERK, now: datetime = DRAFTED) -> SignedCourse:
    """What the rule proposes, signed."""
    with unit_of_work():
        at = queries.whereabouts(community.id, now)
        return actions.sign_course(
            at,
            at.proposal.course,
            reason="",
            seen_facts=actions.seen(at.proposal),
            client_key=key(),
            actor=actor,
            now=now,
        )


@kept
def make_paper(community: Community, *, now: datetime = DRAFTED) -> IssuedPaper:
    """An application, given out."""
    drawn = exports.draw_application(queries.whereabouts(community.id, now), PUBLIC_URL, now)
    with unit_of_work():
        return actions.issue_paper(drawn, client_key=key(), actor=CLERK, now=now)


@kept
def object_to(notice: Notice, text: str = "我没有收到选票", *, now: datetime = PUBLISHED) -> Objection:
    return make_objection(notice, text, received_at=now, now=now)


@kept
def void_vote(counted: Counted, flat: int, now: datetime = UPHELD) -> None:
    """The vote of this flat is declared void by a reviewer."""
    (card,) = ballot_queries.heads_of_flats(counted.ballot.id, [counted.flats[flat].id])
    of_head = (LogEntry.ballot_id == counted.ballot.id, LogEntry.head == card.head, LogEntry.kind == "vote")
    seq = db.session.scalars(sa.select(LogEntry.seq).where(*of_head)).one()
    with unit_of_work():
        ballots.review_vote(
            counted.ballot.id,
            seq,
            verdict=Verdict.VOID,
            fault=Fault.NOT_THE_OWNER,
            client_key=key(),
            actor=REVIEWER,
            now=now,
        )


@kept
def recount(counted: Counted) -> None:
    with unit_of_work():
        ballots.count_ballot(counted.ballot.id, actor=CLERK, now=RECOUNTED)


def key() -> str:
    return secrets.token_urlsafe(12)
