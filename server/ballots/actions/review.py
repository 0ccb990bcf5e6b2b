"""The review: valid, or void for a named fault; by another person than who entered; a choice is never changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from server.audit.actions import record
from server.ballots import queries
from server.ballots.actions.chain import Locked, Tail, append, check_known, earlier_entry, lock_opened, tail
from server.ballots.actions.telling import tell_vote_restored, tell_vote_void
from server.ballots.actions.turnout import count_in, count_out
from server.ballots.models import Flag, LogEntry, Reading
from server.ballots.queries import HeadCard
from server.ballots.queries.desk import HOUSE
from server.ballots.rules.casting import CastAs, Channel
from server.ballots.rules.desk import BY_REVIEWER, Fault, check_reviewer, keyed
from server.ballots.rules.events import Verdict
from server.infra import replay, throttle
from server.infra.db import db
from server.kernel.actor import Actor
from server.kernel.errors import NotFound, Refused

#: More readings of one paper would be guessing at what was entered.
MOST_READINGS = 3


@dataclass(frozen=True)
class ReviewOutcome:
    """`is_recorded` is false where the reading differs from the entry: nothing was decided, the reading is noted."""

    is_recorded: bool
    seq: int | None = None


def review_vote(
    ballot_id: int,
    seq: int,
    *,
    verdict: Verdict,
    client_key: str,
    actor: Actor,
    now: datetime,
    fault: Fault | None = None,
    reading: Mapping[str, str] | None = None,
) -> ReviewOutcome:
    """Say of one vote that it is valid, or void for a fault.

    Before the closing a reviewer calls a paper valid by reading it: `reading` is what they see on the picture, and
    the house only says whether it agrees with the entry. The entry itself is shown to nobody.
    """
    digest = replay.digest(actor, "review_vote", ballot_id, seq, verdict, fault, dict(reading or {}))
    ballot = lock_opened(ballot_id)
    row = earlier_entry(client_key, digest)
    if row is not None:
        return ReviewOutcome(True, row.seq)
    vote = queries.vote_entry(ballot_id, seq)
    if vote is None or vote.head is None:
        raise NotFound
    check_reviewer(actor.key, queries.people_of(vote))
    _check_fault(verdict, fault)
    card = queries.known_head(ballot_id, vote.head)
    end = tail(ballot, card.head)
    if verdict is Verdict.VALID and not _reading_agrees(ballot, vote, reading, actor, now):
        return ReviewOutcome(False)
    return _decide(ballot, end, card, vote, verdict, fault, actor, now, client_key, digest)


def _check_fault(verdict: Verdict, fault: Fault | None) -> None:
    if verdict is Verdict.VOID:
        check_known(fault in BY_REVIEWER, "fault", "选一条作废的原因。")
    else:
        check_known(fault is None, "fault", "有效的票不用写原因。")


def _reading_agrees(
    ballot: Locked, vote: LogEntry, reading: Mapping[str, str] | None, actor: Actor, now: datetime
) -> bool:
    """Whether the reviewer read the same from the picture; not asked of online votes, nor once choices may be seen."""
    if vote.channel == Channel.ONLINE or queries.is_disclosed(ballot.disclosed_at):
        return True
    if not reading:
        check_known(False, "reading", "照着照片把每一项再录一遍，系统来核对。")
        return False
    if queries.readings_of(ballot.id, vote.seq, actor.key) >= MOST_READINGS:
        raise Refused(
            "这张票你已经核对过几次都不一致。请判为“录入和纸票不一致”，退回重录。", code="readings_used_up"
        )
    throttle.hit("60/minute", "review_vote", actor.key)
    read = keyed(queries.asked_in(vote, ballot.document.asked), reading)
    agrees = queries.entered_choices(vote) == (read.choices, read.marks)
    db.session.add(Reading(ballot_id=ballot.id, seq=vote.seq, read_by=actor.key, read_at=now, agrees=agrees))
    record(
        actor,
        "ballots.read_paper",
        "ballot",
        ballot.id,
        now=now,
        community_id=ballot.community_id,
        seq=vote.seq,
        agrees=agrees,
    )
    return agrees


def _decide(
    ballot: Locked,
    end: Tail,
    card: HeadCard,
    vote: LogEntry,
    verdict: Verdict,
    fault: Fault | None,
    actor: Actor,
    now: datetime,
    client_key: str,
    digest: str,
) -> ReviewOutcome:
    before = bool(end.standing)
    last = queries.last_review(ballot.id, vote.seq)
    was_void = last is not None and last.verdict == Verdict.VOID
    event = {
        "kind": "review",
        "of": vote.seq,
        "verdict": verdict.value,
        "reason": fault.value if fault else "",
        "by": actor.key,
    }
    row = append(
        ballot,
        end,
        event,
        now=now,
        entered_by=actor.key,
        head=card.head,
        of_seq=vote.seq,
        verdict=verdict.value,
        fault=fault.value if fault else None,
        client_key=client_key,
        client_digest=digest,
    )
    if verdict is Verdict.VOID and vote.cast_as == CastAs.REPRESENTATIVE:
        _restore_co_owners(ballot, end, card, now)
    _follow_turnout(ballot, card, before)
    if fault is not None and not was_void:
        is_sent_back = fault is Fault.ENTRY_WRONG and vote.paper_id is not None
        is_keyed_anew = is_sent_back and ballot.disclosed_at is None
        tell_vote_void(ballot, card, fault, now, is_keyed_anew=is_keyed_anew)
    elif fault is None and was_void:
        tell_vote_restored(ballot, card, now)
    record(
        actor,
        "ballots.review",
        "ballot",
        ballot.id,
        now=now,
        community_id=ballot.community_id,
        seq=vote.seq,
        verdict=verdict,
        fault=fault,
    )
    return ReviewOutcome(True, row.seq)


def _restore_co_owners(ballot: Locked, end: Tail, card: HeadCard, now: datetime) -> None:
    """The representative has no vote left, so what stood before it stands again."""
    present = tail(ballot, card.head)
    if any(vote.cast_as == CastAs.REPRESENTATIVE for vote in present.standing):
        return
    for seq in queries.voided_for_representative(ballot.id, card.head):
        event = {
            "kind": "review",
            "of": seq,
            "verdict": "valid",
            "reason": "登记的代表人的票已作废",
            "by": HOUSE,
        }
        append(
            ballot,
            end,
            event,
            now=now,
            entered_by=HOUSE,
            head=card.head,
            of_seq=seq,
            verdict=Verdict.VALID.value,
        )


def _follow_turnout(ballot: Locked, card: HeadCard, before: bool) -> None:
    if not card.is_on_roll:
        return
    after = bool(tail(ballot, card.head).standing)
    if before and not after:
        count_out(ballot, card)
    elif after and not before:
        count_in(ballot, card)


def flag_vote(ballot_id: int, seq: int, *, reason: str, actor: Actor, now: datetime) -> Flag:
    """Put a vote of any channel into the review queue, for an objection or a disputed binding."""
    check_known(bool(reason.strip()), "reason", "写明为什么要复核这一票。")
    ballot = lock_opened(ballot_id)
    if queries.vote_entry(ballot_id, seq) is None:
        raise NotFound
    row = Flag(ballot_id=ballot_id, seq=seq, reason=reason.strip(), flagged_by=actor.key, flagged_at=now)
    db.session.add(row)
    db.session.flush()
    record(
        actor,
        "ballots.flag",
        "ballot",
        ballot_id,
        now=now,
        community_id=ballot.community_id,
        seq=seq,
        reason=row.reason,
    )
    return row


def look_at_photo(ballot_id: int, seq: int, *, actor: Actor, now: datetime) -> int:
    """Let a reviewer see the picture of one paper; audited, for the picture shows the choice.

    Before choices may be seen only while the vote waits for a review, and never by whoever entered it.
    """
    ballot = lock_opened(ballot_id)
    vote = queries.vote_entry(ballot_id, seq)
    if vote is None or vote.photo_id is None:
        raise NotFound
    if not queries.is_disclosed(ballot.disclosed_at):
        check_reviewer(actor.key, queries.people_of(vote))
        if not queries.awaits_review(ballot_id, seq):
            raise Refused("这张票已经复核过了，照片要到开票以后才能再看。", code="reviewed")
    record(
        actor, "ballots.see_photo", "ballot", ballot_id, now=now, community_id=ballot.community_id, seq=seq
    )
    return vote.photo_id
