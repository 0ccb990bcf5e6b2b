"""Papers that came back: taken in with a picture, keyed by two people who do not see each other's entry, settled by a third.

Where both agree the vote is logged with both names. Nothing that one person keys alone is a vote.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from server.attachments import queries as attachments
from server.audit.actions import record
from server.ballots import queries
from server.ballots.actions.casting import Receipt, receipt_of
from server.ballots.actions.chain import Locked, check_known, check_undisclosed, lock_opened
from server.ballots.actions.entering import Entry, enter_vote
from server.ballots.actions.telling import tell_settlers
from server.ballots.models import Keying, LogEntry, Paper, PaperReturn, PaperStatement, Settlement
from server.ballots.rules.casting import Channel
from server.ballots.rules.desk import check_received, keyed, received
from server.ballots.rules.keying import (
    KEYERS,
    Choice,
    Read,
    check_confirmer,
    check_keyer,
    check_settler,
)
from server.infra import replay
from server.infra.db import db
from server.kernel.actor import Actor
from server.kernel.errors import NotFound, Refused


class Came(StrEnum):
    """What came of keying a paper."""

    #: Another person keys it too.
    WAITS = "waits"
    LOGGED = "logged"
    #: The two differ; a third settles.
    DIFFERS = "differs"


@dataclass(frozen=True)
class Outcome:
    came: Came
    #: Of the vote, where there is one.
    receipt: Receipt | None = None


def take_in_paper(
    ballot_id: int,
    *,
    serial: str,
    received_at: datetime,
    photo_id: int | None,
    client_key: str,
    actor: Actor,
    now: datetime,
) -> PaperReturn:
    """A paper came back: when, and how it looks. It counts by when it was received, not by when it is keyed."""
    digest = replay.digest(actor, "take_in_paper", ballot_id, serial, received_at, photo_id)
    ballot = lock_opened(ballot_id)
    row = replay.earlier(PaperReturn, client_key, digest)
    if row is not None:
        return row
    check_undisclosed(ballot)
    paper = _paper_in_use(ballot, serial)
    received_at = received(received_at, ballot.opened_at)
    check_received(received_at, ballot.opened_at, ballot.closing_at, now)
    photo = attachments.attachment(photo_id) if photo_id is not None else None
    round_ = queries.round_of(paper)
    last = queries.returned(paper.id)
    if last is not None and last.round == round_:
        raise Refused(f"第 {paper.number} 号票已经收过了，接着录就行。", code="returned")
    if photo is None:
        check_known(False, "photo", "拍一张票面照片传上来，有出入时要看。")
        raise NotFound
    row = PaperReturn(
        ballot_id=ballot_id,
        paper_id=paper.id,
        round=round_,
        received_at=received_at,
        photo_id=photo.id,
        taken_by=actor.key,
        taken_at=now,
        client_key=client_key,
        client_digest=digest,
    )
    _add(row)
    _record(ballot, "ballots.take_in_paper", actor, now, number=paper.number, received_at=received_at)
    return row


def key_paper(
    ballot_id: int,
    *,
    serial: str,
    read: Mapping[str, str],
    is_signed: bool,
    client_key: str,
    actor: Actor,
    now: datetime,
    by_representative: bool = False,
) -> Outcome:
    """What one person reads from a returned paper. The second who reads the same makes it a vote.

    `read` maps each motion to a choice or to a mark (blank, unclear, split), which abstains.
    """
    digest = replay.digest(actor, "key_paper", ballot_id, serial, dict(read), is_signed, by_representative)
    ballot = lock_opened(ballot_id)
    row = replay.earlier(Keying, client_key, digest)
    if row is not None:
        return _came_of(row)
    check_undisclosed(ballot)
    paper = _paper_in_use(ballot, serial)
    back = queries.returned(paper.id)
    if back is None:
        raise Refused(
            f"第 {paper.number} 号票还没收。先拍照、填收到的时间，把它收下来。", code="not_returned"
        )
    marks = keyed(ballot.document.asked, read)
    own = Read(marks.choices, marks.marks, is_signed, by_representative)
    round_ = queries.round_of(paper)
    earlier = queries.keyings(paper, round_)
    check_keyer(actor.key, [one.keyed_by for one in earlier])
    receipt = None
    if earlier and queries.read_of(earlier[0]) == own:
        receipt = _log(ballot, paper, back, own, [earlier[0].keyed_by, actor.key], actor, now)
    row = Keying(
        ballot_id=ballot_id,
        paper_id=paper.id,
        round=round_,
        place=len(earlier) + 1,
        choices=own.choices,
        marks=own.marks,
        is_signed=is_signed,
        by_representative=by_representative,
        keyed_by=actor.key,
        keyed_at=now,
        seq=receipt.seq if receipt else None,
        client_key=client_key,
        client_digest=digest,
    )
    _add(row)
    outcome = _came_of(row)
    if outcome.came is Came.DIFFERS and queries.paper_sums(ballot_id).differing == 1:
        # Told when the first waits; the list shows those that come to it.
        tell_settlers(ballot, paper.number, [earlier[0].keyed_by, actor.key], now)
    _record(ballot, "ballots.key_paper", actor, now, number=paper.number, place=row.place, came=outcome.came)
    return outcome


def settle_paper(
    ballot_id: int, number: int, choice: Choice, *, client_key: str, actor: Actor, now: datetime
) -> Outcome:
    """Say which of two entries that differ is what stands on the paper, or send it back to be keyed anew by two."""
    digest = replay.digest(actor, "settle_paper", ballot_id, number, choice)
    ballot = lock_opened(ballot_id)
    row = replay.earlier(Settlement, client_key, digest)
    if row is not None:
        return _settled(row)
    check_undisclosed(ballot)
    paper, back, entries = _to_settle(ballot_id, number, actor)
    receipt = None
    if choice is not Choice.ANEW:
        chosen = entries[0] if choice is Choice.FIRST else entries[1]
        by = [*(one.keyed_by for one in entries), actor.key]
        receipt = _log(ballot, paper, back, queries.read_of(chosen), by, actor, now)
    row = Settlement(
        ballot_id=ballot_id,
        paper_id=paper.id,
        round=entries[0].round,
        choice=choice,
        settled_by=actor.key,
        settled_at=now,
        seq=receipt.seq if receipt else None,
        client_key=client_key,
        client_digest=digest,
    )
    _add(row)
    # Which of the two stands would tell a choice to whoever knows what one of them keyed.
    _record(ballot, "ballots.settle_paper", actor, now, number=number, is_sent_back=choice is Choice.ANEW)
    return _settled(row)


def look_at_entries(ballot_id: int, number: int, *, actor: Actor, now: datetime) -> tuple[int, list[Read]]:
    """The picture and the two entries that differ, for the third person alone; audited, for they show the choice."""
    ballot = lock_opened(ballot_id)
    check_undisclosed(ballot)
    _, back, entries = _to_settle(ballot_id, number, actor)
    _record(ballot, "ballots.see_entries", actor, now, number=number)
    return back.photo_id, [queries.read_of(one) for one in entries]


def explain_papers(
    ballot_id: int, text: str, *, client_key: str, actor: Actor, now: datetime
) -> PaperStatement:
    """Say where the papers are that did not come back. It explains the numbers of now, and no others."""
    digest = replay.digest(actor, "explain_papers", ballot_id, text)
    ballot = lock_opened(ballot_id)
    row = replay.earlier(PaperStatement, client_key, digest)
    if row is not None:
        return row
    check_known(bool(text.strip()), "text", "写明没收回的纸票去了哪里，例如“没领”“没交回”。")
    if now < ballot.closing_at:
        raise Refused("还没到截止时间，纸票还可能收回。截止以后再写。", code="not_closed")
    sums = queries.paper_sums(ballot_id)
    if not sums.out:
        raise Refused("纸票都收回或作废了，不用说明。", code="nothing_out")
    row = PaperStatement(
        ballot_id=ballot_id,
        issued=sums.issued,
        spoiled=sums.spoiled,
        returned=sums.returned,
        text=text.strip(),
        stated_by=actor.key,
        stated_at=now,
        client_key=client_key,
        client_digest=digest,
    )
    _add(row)
    _record(ballot, "ballots.explain_papers", actor, now, out=sums.out, text=row.text)
    return row


def confirm_papers(ballot_id: int, statement_id: int, *, actor: Actor, now: datetime) -> PaperStatement:
    """A second person stands for what the first wrote of the papers. Confirmed already, that stays."""
    ballot = lock_opened(ballot_id)
    sums = queries.paper_sums(ballot_id)
    found = queries.statement(ballot_id, sums, ballot.closing_at)
    if found is None or found.id != statement_id:
        raise Refused("纸票的数目又变了，这份说明对不上。请重新写。", code="numbers_moved")
    row = db.session.get_one(PaperStatement, statement_id)
    if found.confirmed_by is not None:
        return row
    check_confirmer(actor.key, found.stated_by)
    confirming = PaperStatement(
        ballot_id=ballot_id,
        issued=row.issued,
        spoiled=row.spoiled,
        returned=row.returned,
        text=row.text,
        confirms_id=row.id,
        stated_by=actor.key,
        stated_at=now,
    )
    _add(confirming)
    _record(ballot, "ballots.confirm_papers", actor, now, out=sums.out, text=row.text)
    return confirming


# ------------------------------------------------------------------ pieces


def _log(
    ballot: Locked,
    paper: Paper,
    back: PaperReturn,
    read: Read,
    by: list[str],
    actor: Actor,
    now: datetime,
) -> Receipt:
    return enter_vote(
        ballot,
        queries.known_head(ballot.id, paper.head),
        Entry(Channel.PAPER, read, back.received_at, back.photo_id, paper.number),
        by=by,
        actor=actor,
        now=now,
        paper_id=paper.id,
        seconded_by=by[0],
    )


def _paper_in_use(ballot: Locked, serial: str) -> Paper:
    paper = queries.paper_by_serial(ballot.id, serial)
    if paper is None:
        raise Refused("没有这个编号的票。请重新扫码，或核对票面上的编号。", code="unknown_serial")
    db.session.refresh(paper)
    if paper.spoiled_at is not None:
        raise Refused(f"第 {paper.number} 号票已经作废，换发过新票。请录新票。", code="spoiled")
    if queries.standing_entry_of_paper(paper.id) is not None:
        raise Refused(f"第 {paper.number} 号票已经录过了。", code="entered")
    return paper


def _to_settle(ballot_id: int, number: int, actor: Actor) -> tuple[Paper, PaperReturn, list[Keying]]:
    paper = queries.paper(ballot_id, number)
    back = queries.returned(paper.id) if paper is not None else None
    if paper is None or back is None:
        raise NotFound
    entries = queries.keyings(paper, queries.round_of(paper))
    check_settler(actor.key, [one.keyed_by for one in entries])
    return paper, back, entries


def _came_of(row: Keying) -> Outcome:
    if row.seq is not None:
        return Outcome(Came.LOGGED, _receipt(row.ballot_id, row.seq))
    return Outcome(Came.DIFFERS if row.place == KEYERS else Came.WAITS)


def _settled(row: Settlement) -> Outcome:
    if row.seq is None:
        return Outcome(Came.WAITS)
    return Outcome(Came.LOGGED, _receipt(row.ballot_id, row.seq))


def _receipt(ballot_id: int, seq: int) -> Receipt:
    return receipt_of(db.session.get_one(LogEntry, (ballot_id, seq)))


def _add(row: Any) -> None:
    db.session.add(row)
    db.session.flush()


def _record(ballot: Locked, verb: str, actor: Actor, now: datetime, **facts: Any) -> None:
    record(actor, verb, "ballot", ballot.id, now=now, community_id=ballot.community_id, **facts)
