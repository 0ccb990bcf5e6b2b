"""Correcting an open roll: one person proposes what the ledger says, another confirms it, and the log tells both and why."""

from datetime import datetime

import sqlalchemy as sa

from server.audit.actions import record
from server.ballots import queries
from server.ballots.actions.chain import Locked, append, lock_opened, tail
from server.ballots.actions.telling import tell_of_roll
from server.ballots.actions.turnout import refresh_turnout
from server.ballots.models import Paper, RollAnswer, RollCorrection, RollState
from server.ballots.models.corrections import second_word
from server.ballots.queries.corrections import correction_of, corrections_found, known_correction
from server.ballots.queries.heads import heads_named
from server.ballots.rules import casting, corrections
from server.ballots.rules.corrections import Change, Correction, Flats, HeldFlat
from server.infra import replay
from server.infra.db import db
from server.kernel.actor import Actor
from server.kernel.errors import Refused

MOVED_ON = "名册或台账又变了，和提出时不一样。请看新的一条，重新提出。"


def propose_correction(
    ballot_id: int, name: str, *, reason: str, client_key: str, actor: Actor, now: datetime
) -> RollCorrection:
    """Put forward one difference between ledger and roll, as it was shown. Nothing changes before another confirmed it."""
    digest = replay.digest(actor, "propose_correction", ballot_id, name, reason)
    ballot = lock_opened(ballot_id)
    row = replay.earlier(RollCorrection, client_key, digest)
    if row is not None:
        return row
    casting.check_open(ballot.opened_at, ballot.closing_at, now)
    plain = corrections.check_reason(reason)
    found = next((one for one in corrections_found(queries.known(ballot_id)) if one.name == name), None)
    if found is None:
        raise Refused(MOVED_ON, code="moved_on")
    if any(one.row.answer is None and one.correction.name == name for one in queries.corrections(ballot_id)):
        raise Refused("这一条已经提出过，等另一个人确认。", code="proposed")
    row = RollCorrection(
        ballot_id=ballot_id,
        changes=[change.as_document() for change in found.changes],
        reason=plain,
        proposed_by=actor.key,
        proposed_at=now,
        client_key=client_key,
        client_digest=digest,
    )
    db.session.add(row)
    db.session.flush()
    record(
        actor, "ballots.propose_correction", "ballot", ballot_id, now=now, community_id=ballot.community_id,
        correction=row.id, heads=[change.head for change in found.changes], reason=plain,
    )  # fmt: skip
    return row


def check_second(
    proposed_by: str, actor: Actor, reason: str, *, is_answered: bool, is_confirmed: bool
) -> None:
    """Whether this person may give the second word, and gave a reason where one is owed. Raises Refused and Invalid."""
    wrong = corrections.may_answer(proposed_by=proposed_by, by=actor.key, is_answered=is_answered)
    if wrong:
        raise Refused(wrong[0].message, code=wrong[0].code, reasons=tuple(wrong))
    corrections.check_answer(reason, is_confirmed=is_confirmed)


def answer_correction(
    correction_id: int, *, ballot_id: int, is_confirmed: bool, reason: str, actor: Actor, now: datetime
) -> RollAnswer:
    """The second person's word, once. Confirmed, the log gets its `roll` events and the count goes by them."""
    ballot = lock_opened(ballot_id)
    row = known_correction(correction_id, ballot_id)
    db.session.refresh(row)
    standing = row.answer
    if standing is not None and (standing.answered_by, standing.is_confirmed) == (actor.key, is_confirmed):
        return standing
    check_second(row.proposed_by, actor, reason, is_answered=standing is not None, is_confirmed=is_confirmed)
    correction = correction_of(row)
    end = tail(ballot)
    answer = RollAnswer(
        correction_id=row.id,
        **second_word(actor, now, is_confirmed=is_confirmed, reason=reason, seq=end.seq),
    )
    if is_confirmed:
        moment = max(now, end.recorded_at)
        casting.check_open(ballot.opened_at, ballot.closing_at, max(moment, ballot.disclosed_at or moment))
        _check_unmoved(ballot_id, correction)
        for change, flats in correction.steps:
            entry = append(
                ballot,
                end,
                _event(change, flats, row, actor),
                now=now,
                entered_by=actor.key,
                head=change.head,
            )
            db.session.add(_state(ballot_id, entry.seq, change, flats, row.id))
        _take_back_papers(ballot, correction, actor, now)
    db.session.add(answer)
    db.session.flush()
    db.session.expire(row, ["answer"])
    if is_confirmed:
        refresh_turnout(ballot_id)
        tell_of_roll(ballot, correction, row.reason, now)
    record(
        actor, "ballots.answer_correction", "ballot", ballot_id, now=now, community_id=ballot.community_id,
        correction=row.id, is_confirmed=is_confirmed, reason=answer.reason, proposed_by=row.proposed_by,
    )  # fmt: skip
    return answer


def _check_unmoved(ballot_id: int, correction: Correction) -> None:
    """Nobody confirms what is no longer so: neither the roll nor the ledger may have moved since."""
    now = {card.head: card for card in heads_named(ballot_id, [one.head for one in correction.changes])}
    for change in correction.changes:
        card = now.get(change.head)
        held: set[HeldFlat] = set()
        if card is not None and card.is_on_roll:
            held = {HeldFlat(*flat) for flat in card.flats}
        if held != set(change.before):
            raise Refused(MOVED_ON, code="moved_on")
    names = {one.name for one in corrections_found(queries.known(ballot_id))}
    if correction.name not in names:
        raise Refused(MOVED_ON, code="moved_on")


def _event(change: Change, flats: Flats, row: RollCorrection, actor: Actor) -> dict[str, object]:
    return {
        "kind": "roll",
        "head": change.head,
        "flats": [flat.on_roll.as_document() for flat in flats],
        "reason": row.reason,
        "by": [row.proposed_by, actor.key],
        "correction": row.id,
    }


def _state(ballot_id: int, seq: int, change: Change, flats: Flats, correction_id: int) -> RollState:
    return RollState(
        ballot_id=ballot_id,
        seq=seq,
        head=change.head,
        holder=change.holder,
        owner_ids=list(change.owner_ids),
        aliases=dict(change.aliases),
        representative_id=change.representative_id,
        flats=[flat.as_document() for flat in flats],
        correction_id=correction_id,
    )


def _take_back_papers(ballot: Locked, correction: Correction, actor: Actor, now: datetime) -> None:
    """A head off the roll has no paper in use: one from which no vote was read is spoiled, so that the papers reconcile."""
    gone = [change.head for change in correction.changes if change.is_removed]
    in_use = sa.select(Paper).where(
        Paper.ballot_id == ballot.id, Paper.head.in_(gone), Paper.spoiled_at.is_(None)
    )
    for paper in db.session.scalars(in_use):
        if queries.standing_entry_of_paper(paper.id) is None:
            paper.spoiled_at, paper.spoiled_by = now, actor.key
            paper.spoiled_reason = "名册更正，这一户不再单独算一人"
    db.session.flush()
