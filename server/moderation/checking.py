"""Asking WeChat about what residents put forward: taken in, claimed by one worker at a time, settled.

Nothing here shows anything to others: an item waits for people as it did, whether WeChat answers, is away, or never calls
back. A verdict marks the item for people; where a place lets it, one that WeChat has nothing against is passed by the
house itself, and only where the word list marked nothing either.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from server.identity import queries as identity
from server.identity.rules import WeChatApp
from server.infra.db import db, table_of
from server.kernel.actor import CLOCK, ActorKind
from server.kernel.chinatime import china_day
from server.kernel.errors import Problem
from server.ledger import queries as ledger
from server.moderation import actions, queries
from server.moderation.models import LooseVerdict, ModerationCheck, ModerationItem
from server.moderation.rules.checking import (
    ACTIVE_FOR,
    CALLS_BACK_WITHIN,
    Checking,
    Found,
    Why,
    is_active,
    next_try,
)
from server.moderation.rules.states import WAITING, State
from server.policies import queries as policies

AT_ONCE = 20
TAKEN_AT_ONCE = 500
#: Twenty askings that each wait for the longest answer fit in it.
IN_HAND_FOR = timedelta(minutes=5)
#: Long enough to find out whose a verdict was.
LOOSE_FOR = timedelta(days=30)
PASSED_IS_PUBLIC = "moderation.passed_is_public"


@dataclass(frozen=True)
class Question:
    """One item in this worker's hand, and all that is sent of it."""

    item_id: int
    claim: str
    openid: str
    about_kind: str
    part: str
    #: None for a photo.
    text: str | None


@dataclass(frozen=True)
class Answer:
    """How an asking went: a verdict, or the trace of one to come, or why there is none."""

    found: Found | None = None
    label: int | None = None
    trace_id: str = ""
    #: None where trying again may help.
    why: Why | None = None
    code: int = 0


# ------------------------------------------------------------------ in hand


def take_in(now: datetime) -> int:
    """Begin the asking about what residents put forward lately. Returns how many are new."""
    items, checks = ModerationItem, table_of(ModerationCheck)
    wanted = (
        sa.select(
            items.id,
            sa.literal(Checking.WAITING.value),
            sa.literal(0),
            sa.literal(now, type_=checks.c.next_at.type),
        )
        .where(
            items.submitted_at > now - ACTIVE_FOR,
            items.submitted_by.startswith(f"{ActorKind.RESIDENT}:"),
            items.state.in_(WAITING),
            items.is_current,
            ~sa.exists().where(checks.c.item_id == items.id),
        )
        .order_by(items.id)
        .limit(TAKEN_AT_ONCE)
    )
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    made = dialect.insert(checks).from_select(["item_id", "state", "attempts", "next_at"], wanted)
    return len(db.session.execute(made.on_conflict_do_nothing().returning(checks.c.item_id)).all())


def claim(now: datetime) -> list[Question]:
    """Take up to twenty that are due. Others skip what is in a hand; what WeChat cannot be asked goes to people."""
    due = (
        sa.select(ModerationCheck)
        .where(
            ModerationCheck.state.in_((Checking.WAITING, Checking.CLAIMED)), ModerationCheck.next_at <= now
        )
        .order_by(ModerationCheck.next_at, ModerationCheck.item_id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    rows, name, asked = list(db.session.scalars(due)), secrets.token_hex(16), []
    found = sa.select(ModerationItem).where(ModerationItem.id.in_([row.item_id for row in rows]))
    items = {item.id: item for item in db.session.scalars(found.execution_options(populate_existing=True))}
    seen = identity.seen_in_wechat({_author(item) for item in items.values()}, WeChatApp.MINI)
    for row in rows:
        item = items[row.item_id]
        account = seen.get(_author(item))
        why = _why_not(row, item, account, now)
        if why is not None:
            _leave(row, why, now)
            continue
        row.state, row.claim, row.next_at = Checking.CLAIMED, name, now + IN_HAND_FOR
        row.attempts += 1
        asked.append(
            Question(item.id, name, account.openid if account else "", item.about_kind, item.part, item.text)
        )
    db.session.flush()
    return asked


def _author(item: ModerationItem) -> int:
    return int(item.submitted_by.partition(":")[2])


def _why_not(
    row: ModerationCheck, item: ModerationItem, account: identity.Seen | None, now: datetime
) -> Why | None:
    if not item.state.is_waiting or not item.is_current:
        return Why.NEEDLESS
    if account is not None and is_active(account.at, item.submitted_at, now):
        return None
    return Why.AWAY if row.attempts and account is not None else Why.NO_ACCOUNT


def _leave(row: ModerationCheck, why: Why, now: datetime) -> None:
    row.state, row.claim, row.why, row.answered_at = Checking.LEFT, None, why, now


# ------------------------------------------------------------------ what came of it


def settle(question: Question, answer: Answer, *, now: datetime) -> None:
    """Write down how the asking went. Another hand that has taken it up meanwhile is not disturbed."""
    row = _locked(ModerationCheck.item_id == question.item_id, ModerationCheck.claim == question.claim)
    if row is None:
        return
    row.claim, row.code = None, answer.code or None
    if answer.found is not None:
        _note(row, answer.found, answer.label, now)
    elif answer.trace_id:
        row.state, row.trace_id, row.next_at = Checking.ASKED, answer.trace_id, now + CALLS_BACK_WITHIN
        db.session.flush()
        match_loose(now)
    elif answer.why is not None:
        _leave(row, answer.why, now)
    else:
        row.state, row.next_at = Checking.WAITING, next_try(row.attempts, now)


def put_back(questions: Sequence[Question], *, now: datetime) -> None:
    """WeChat is away: what was not tried waits as if it had been."""
    for question in questions:
        settle(question, Answer(), now=now)


def take_verdict(trace_id: str, found: Found | None, label: int | None, *, now: datetime) -> bool:
    """WeChat calls back about a picture; `found` is None where it could not see it. Told again it changes nothing.

    Returns whether it is one we asked about; another is kept, for its asking may not be written down yet.
    """
    row = _locked(ModerationCheck.trace_id == trace_id)
    if row is not None:
        _called_back(row, found, label, now)
        return True
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    values = {"trace_id": trace_id, "found": found, "label": label, "received_at": now}
    db.session.execute(
        dialect.insert(table_of(LooseVerdict)).values(**values).on_conflict_do_nothing(),
    )
    return False


def match_loose(now: datetime) -> int:
    """Bring verdicts that came before their asking was written down to where they belong. Returns how many."""
    found = (
        sa.select(LooseVerdict)
        .join(ModerationCheck, ModerationCheck.trace_id == LooseVerdict.trace_id)
        .where(ModerationCheck.state == Checking.ASKED)
    )
    matched = 0
    for loose in list(db.session.scalars(found)):
        row = _locked(ModerationCheck.trace_id == loose.trace_id)
        if row is not None:
            _called_back(row, loose.found, loose.label, now)
            matched += 1
        db.session.delete(loose)
    return matched


def leave_unanswered(now: datetime) -> int:
    """What WeChat never called back about goes to people. Returns how many."""
    matched = match_loose(now)
    over = (
        sa.select(ModerationCheck)
        .where(ModerationCheck.state == Checking.ASKED, ModerationCheck.next_at <= now)
        .order_by(ModerationCheck.next_at)
        .limit(TAKEN_AT_ONCE)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    rows = list(db.session.scalars(over))
    for row in rows:
        _leave(row, Why.SILENT, now)
    gone = sa.delete(LooseVerdict).where(LooseVerdict.received_at <= now - LOOSE_FOR)
    db.session.execute(gone)
    return matched + len(rows)


def is_asked_about(item_id: int) -> bool:
    """Whether WeChat is looking at it just now: only then is a picture handed out to be fetched."""
    row = db.session.get(ModerationCheck, item_id, populate_existing=True)
    return row is not None and row.state in (Checking.CLAIMED, Checking.ASKED)


def _called_back(row: ModerationCheck, found: Found | None, label: int | None, now: datetime) -> None:
    if row.found is not None:
        return
    if found is not None:
        _note(row, found, label, now)
    elif row.state is not Checking.LEFT:
        _leave(row, Why.UNSEEN, now)


def _note(row: ModerationCheck, found: Found, label: int | None, now: datetime) -> None:
    row.state, row.found, row.label, row.why, row.answered_at = Checking.DONE, found, label, None, now
    item = db.session.get(ModerationItem, row.item_id, populate_existing=True, with_for_update=True)
    if item is None or item.state is not State.PENDING:
        return
    if found.needs_a_person:
        item.state = State.HELD
    elif item.is_current and _is_public_at_once(item.community_id, now):
        _pass(item, now)


def _is_public_at_once(community_id: int, now: datetime) -> bool:
    place = ledger.place(community_id)
    if place is None:
        return False
    return bool(policies.values_of([PASSED_IS_PUBLIC], place.division_path, china_day(now))[PASSED_IS_PUBLIC])


def _pass(item: ModerationItem, now: datetime) -> None:
    db.session.flush()
    seen = len(queries.acts(item.id))
    try:
        actions.pass_text(item.id, community_id=item.community_id, acts_seen=seen, actor=CLOCK, now=now)
    except Problem:
        # Somebody decided meanwhile; what people decide stands.
        return


def _locked(*where: sa.ColumnElement[bool]) -> ModerationCheck | None:
    return db.session.scalar(
        sa.select(ModerationCheck).where(*where).with_for_update().execution_options(populate_existing=True)
    )
