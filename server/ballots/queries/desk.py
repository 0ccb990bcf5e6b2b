"""The paper desk and the review queue: what was printed, what came back, what waits for another person's eyes."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from server.ballots.models import Flag, LogEntry, Paper, Reading, Settlement
from server.ballots.queries.heads import HeadCard, head, heads_of
from server.ballots.rules.casting import AskedMotion, Channel
from server.ballots.rules.desk import Fault
from server.ballots.rules.receipts import normalise
from server.infra.db import db
from server.kernel.errors import NotFound

#: Reviews that the house itself records: nobody's own entry.
HOUSE = "system"
KEYED_BY_STAFF = (Channel.PAPER.value, Channel.ASSISTED.value)


# ------------------------------------------------------------------ papers


def papers(ballot_id: int) -> list[Paper]:
    """Every paper that was numbered, in order."""
    return list(
        db.session.scalars(sa.select(Paper).where(Paper.ballot_id == ballot_id).order_by(Paper.number))
    )


def paper(ballot_id: int, number: int) -> Paper | None:
    return db.session.scalar(sa.select(Paper).where(Paper.ballot_id == ballot_id, Paper.number == number))


def paper_by_serial(ballot_id: int, serial: str) -> Paper | None:
    """The paper of this ballot with the serial that was scanned or typed."""
    found = db.session.scalar(sa.select(Paper).where(Paper.serial == normalise(serial)))
    return found if found is not None and found.ballot_id == ballot_id else None


def last_paper_number(ballot_id: int) -> int:
    return db.session.scalar(sa.select(sa.func.max(Paper.number)).where(Paper.ballot_id == ballot_id)) or 0


def heads_with_paper(ballot_id: int) -> set[str]:
    """Heads that have a paper in use."""
    rows = sa.select(Paper.head).where(Paper.ballot_id == ballot_id, Paper.spoiled_at.is_(None))
    return set(db.session.scalars(rows))


def standing_entry_of_paper(paper_id: int) -> int | None:
    """The number of the entry that was made from a paper and is not void."""
    rows = sa.select(LogEntry.ballot_id, LogEntry.seq).where(
        LogEntry.paper_id == paper_id, LogEntry.kind == "vote"
    )
    for ballot_id, seq in db.session.execute(rows):
        last = last_review(ballot_id, seq)
        if last is None or last.verdict != "void":
            return int(seq)
    return None


@dataclass(frozen=True)
class SlipToPrint:
    """One paper with the place it goes to."""

    number: int
    serial: str
    labels: list[str]
    area: str


def papers_to_print(ballot_id: int) -> list[SlipToPrint]:
    """Papers in use, in the order of the roll."""
    cards = {card.head: card for card in heads_of(ballot_id)}
    return [
        SlipToPrint(row.number, row.serial, cards[row.head].labels, f"{cards[row.head].area:,.2f}")
        for row in papers(ballot_id)
        if row.spoiled_at is None
    ]


def known_head(ballot_id: int, name: str) -> HeadCard:
    found = head(ballot_id, name)
    if found is None:
        raise NotFound
    return found


def find_heads(ballot_id: int, text: str) -> list[HeadCard]:
    """Heads whose flats' labels hold every word of the text: for a clerk with an owner at the desk.

    A label that was written out means its home alone: the words of "1 栋 2 单元 202" stand in "2 栋 1 单元 202" too.
    """
    words = text.split()
    if not words:
        return []
    cards = heads_of(ballot_id)
    meant = "".join(words)
    written_out = [card for card in cards if any("".join(label.split()) == meant for label in card.labels)]
    return (
        written_out
        or [card for card in cards if any(all(word in label for word in words) for label in card.labels)]
    )[:20]


# ------------------------------------------------------------------ votes and reviews


def vote_entry(ballot_id: int, seq: int) -> LogEntry | None:
    row = db.session.get(LogEntry, (ballot_id, seq))
    return row if row is not None and row.kind == "vote" else None


def entered_choices(vote: LogEntry) -> tuple[dict[str, str], dict[str, str]]:
    """Choices and marks of an entry. For the house's own comparing; no door shows it before the closing."""
    body = json.loads(vote.body)
    return body["choices"], body.get("marks", {})


def people_of(vote: LogEntry) -> list[str]:
    """Everyone who entered a vote; none of them reviews it or calls its owner back."""
    return [vote.entered_by, *json.loads(vote.body).get("by", [])]


def asked_in(vote: LogEntry, asked: Sequence[AskedMotion]) -> list[AskedMotion]:
    """The motions that a vote was cast for: an agent's may be some of them."""
    named = json.loads(vote.body).get("motions")
    return [motion for motion in asked if named is None or motion.key in named]


def last_review(ballot_id: int, seq: int) -> LogEntry | None:
    rows = sa.select(LogEntry).where(LogEntry.ballot_id == ballot_id, LogEntry.of_seq == seq)
    return db.session.scalar(rows.order_by(LogEntry.seq.desc()).limit(1))


def readings_of(ballot_id: int, seq: int, reader: str) -> int:
    """How often this reviewer read the paper and differed."""
    rows = sa.select(sa.func.count()).where(
        Reading.ballot_id == ballot_id,
        Reading.seq == seq,
        Reading.read_by == reader,
        Reading.agrees.is_(False),
    )
    return db.session.scalar(rows) or 0


def voided_for_representative(ballot_id: int, head_name: str) -> list[int]:
    """The head's votes whose latest review voided them because the representative cast."""
    rows = sa.select(LogEntry.of_seq, LogEntry.fault).where(
        LogEntry.ballot_id == ballot_id, LogEntry.head == head_name, LogEntry.kind == "review"
    )
    latest = {row.of_seq: row.fault for row in db.session.execute(rows.order_by(LogEntry.seq))}
    return sorted(seq for seq, fault in latest.items() if fault == Fault.REPRESENTATIVE)


@dataclass(frozen=True)
class Waiting:
    """One vote in the review queue: everything about it but the choice."""

    seq: int
    head: str
    labels: list[str]
    channel: Channel
    recorded_at: datetime
    #: Everyone who entered it: none of them reviews it.
    people: Sequence[str]
    photo_id: int | None
    paper_number: int | None
    #: Why it is here beside its channel: unsigned, odd marks, an objection.
    remarks: list[str]
    #: Void already, because both who keyed it saw no signature; what is asked is whether a third sees one.
    is_about_signature: bool = False


_reviewed = sa.orm.aliased(LogEntry)


#: Of which ballots the queue is asked.
_ASKED: sa.BindParameter[list[int]] = sa.bindparam("ballot_ids", expanding=True)


def _awaits() -> sa.ColumnElement[bool]:
    """Entered by staff or flagged, and no person has reviewed it since; among the ballots of `ballot_ids`."""
    is_reviewed = sa.exists().where(
        _reviewed.ballot_id == LogEntry.ballot_id,
        _reviewed.of_seq == LogEntry.seq,
        _reviewed.entered_by != HOUSE,
    )
    is_replaced = sa.exists().where(
        _reviewed.ballot_id == LogEntry.ballot_id,
        _reviewed.of_seq == LogEntry.seq,
        _reviewed.fault == Fault.REPRESENTATIVE.value,
    )
    is_flagged = sa.tuple_(LogEntry.ballot_id, LogEntry.seq).in_(
        sa.select(Flag.ballot_id, Flag.seq).where(
            Flag.ballot_id.in_(_ASKED),
            ~sa.exists().where(
                _reviewed.ballot_id == Flag.ballot_id,
                _reviewed.of_seq == Flag.seq,
                _reviewed.recorded_at >= Flag.flagged_at,
                _reviewed.entered_by != HOUSE,
            ),
        )
    )
    is_unsigned = sa.exists().where(
        _reviewed.ballot_id == LogEntry.ballot_id,
        _reviewed.of_seq == LogEntry.seq,
        _reviewed.fault == Fault.UNSIGNED.value,
    )
    is_settled = sa.exists().where(Settlement.ballot_id == LogEntry.ballot_id, Settlement.seq == LogEntry.seq)
    # What two people keyed alike was seen by both; but that a paper has no signature takes an owner's vote away, and a
    # third looks at the picture: whoever settled the two entries has done so.
    is_single = sa.or_(LogEntry.seconded_by.is_(None), sa.and_(is_unsigned, ~is_settled))
    by_staff = sa.and_(LogEntry.channel.in_(KEYED_BY_STAFF), is_single, ~is_reviewed, ~is_replaced)
    return sa.and_(LogEntry.ballot_id.in_(_ASKED), LogEntry.kind == "vote", sa.or_(by_staff, is_flagged))


_AWAITING = (
    sa.select(LogEntry.ballot_id, sa.func.count().label("waiting"))
    .where(_awaits())
    .group_by(LogEntry.ballot_id)
)


def awaiting_review(ballot_id: int) -> int:
    """How many votes wait for a reviewer."""
    return awaiting_reviews([ballot_id]).get(ballot_id, 0)


def awaiting_reviews(ballot_ids: Collection[int]) -> dict[int, int]:
    """How many votes wait for a reviewer, by ballot; ballots without one are left out."""
    if not ballot_ids:
        return {}
    rows = db.session.execute(_AWAITING, {"ballot_ids": list(ballot_ids)})
    return {row.ballot_id: row.waiting for row in rows}


def awaits_review(ballot_id: int, seq: int) -> bool:
    """Whether this vote waits for a reviewer."""
    found = sa.select(sa.exists().where(LogEntry.seq == seq, _awaits()))
    return bool(db.session.scalar(found, {"ballot_ids": [ballot_id]}))


def vote_by_receipt(ballot_id: int, code: str) -> LogEntry | None:
    """The vote of this ballot with this receipt."""
    row = db.session.scalar(sa.select(LogEntry).where(LogEntry.receipt == normalise(code)))
    return row if row is not None and row.ballot_id == ballot_id else None


def review_queue(ballot_id: int) -> list[Waiting]:
    """Oldest first."""
    found = sa.select(LogEntry).where(_awaits()).order_by(LogEntry.seq)
    return [waiting(row) for row in list(db.session.scalars(found, {"ballot_ids": [ballot_id]}))]


def waiting(row: LogEntry) -> Waiting:
    """A vote as its reviewer sees it before the closing."""
    body = json.loads(row.body)
    card = known_head(row.ballot_id, row.head or "")
    last = last_review(row.ballot_id, row.seq)
    remarks = ["纸票没有签名"] if body.get("signed") == "no" else []
    if body.get("marks"):
        remarks.append("有的事项填法特别")
    flags = (
        sa.select(Flag.reason).where(Flag.ballot_id == row.ballot_id, Flag.seq == row.seq).order_by(Flag.id)
    )
    remarks += list(db.session.scalars(flags))
    return Waiting(
        row.seq,
        card.head,
        card.labels,
        Channel(row.channel or ""),
        row.recorded_at,
        people_of(row),
        row.photo_id,
        body.get("paper"),
        remarks,
        last is not None and last.entered_by == HOUSE and last.fault == Fault.UNSIGNED,
    )


def is_disclosed(disclosed_at: datetime | None) -> bool:
    """Whether choices may be seen at all."""
    return disclosed_at is not None
