"""Papers that came back: what is keyed, what waits for a second person, what differs, and whether all of it reconciles."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from server.ballots.models import (
    Ballot,
    Keying,
    LogEntry,
    Paper,
    PaperReturn,
    PaperStatement,
    Settlement,
)
from server.ballots.queries.heads import heads_named
from server.ballots.rules.desk import Fault
from server.ballots.rules.keying import KEYERS, Choice, PaperSums, Read
from server.infra.db import db

_votes = (
    sa.select(LogEntry.paper_id, sa.func.count().label("votes"), sa.func.max(LogEntry.seq).label("last_seq"))
    .where(LogEntry.kind == "vote", LogEntry.ballot_id == sa.bindparam("ballot_id"))
    .where(LogEntry.paper_id.is_not(None))
    .group_by(LogEntry.paper_id)
).subquery()
_sent_back = (
    sa.select(Settlement.paper_id, sa.func.count().label("times"))
    .where(Settlement.choice == Choice.ANEW, Settlement.ballot_id == sa.bindparam("ballot_id"))
    .group_by(Settlement.paper_id)
).subquery()
#: What the last review of the last vote read from a paper found wrong with it.
_found_wrong = (
    sa.select(LogEntry.fault)
    .where(LogEntry.ballot_id == sa.bindparam("ballot_id"), LogEntry.of_seq == _votes.c.last_seq)
    .order_by(LogEntry.seq.desc())
    .limit(1)
    .correlate(_votes)
    .scalar_subquery()
)
_round = 1 + sa.func.coalesce(_votes.c.votes, 0) + sa.func.coalesce(_sent_back.c.times, 0)
#: Every paper with the round of keying it is in, and how many have keyed it in that round.
_PAPERS = (
    sa.select(
        Paper.id,
        Paper.number,
        Paper.head,
        Paper.spoiled_at.is_not(None).label("is_spoiled"),
        sa.func.coalesce(_votes.c.votes, 0).label("votes"),
        _round.label("round"),
        sa.exists().where(PaperReturn.paper_id == Paper.id).label("is_returned"),
        sa.exists()
        .where(PaperReturn.paper_id == Paper.id, PaperReturn.round == _round)
        .correlate(Paper, _votes, _sent_back)
        .label("is_back_again"),
        _found_wrong.label("found_wrong"),
        sa.select(sa.func.count())
        .select_from(Keying)
        .where(Keying.paper_id == Paper.id, Keying.round == _round)
        .correlate(Paper, _votes, _sent_back)
        .scalar_subquery()
        .label("keyings"),
    )
    .outerjoin(_votes, _votes.c.paper_id == Paper.id)
    .outerjoin(_sent_back, _sent_back.c.paper_id == Paper.id)
    .where(Paper.ballot_id == sa.bindparam("ballot_id"))
).subquery()
_returned = sa.and_(~_PAPERS.c.is_spoiled, sa.or_(_PAPERS.c.is_returned, _PAPERS.c.votes > 0))
#: Sent back because the entry was wrong: the owner handed in a vote, and is told that two people key it anew. Once choices
#: could be seen nothing is keyed any more.
_is_sent_back = sa.and_(
    _PAPERS.c.found_wrong == Fault.ENTRY_WRONG.value,
    sa.exists().where(Ballot.id == sa.bindparam("ballot_id"), Ballot.disclosed_at.is_(None)),
)
#: Once a vote was read from it, a paper is keyed again only where it was sent back, came in again, or someone begins to.
_unkeyed = sa.and_(
    _returned,
    _PAPERS.c.keyings < KEYERS,
    sa.or_(_PAPERS.c.votes == 0, _PAPERS.c.keyings > 0, _PAPERS.c.is_back_again, _is_sent_back),
)
_differing = sa.and_(_returned, _PAPERS.c.keyings == KEYERS)


def _number(which: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(sa.case((which, 1), else_=0)), 0)


_SUMS = sa.select(
    sa.func.count().label("issued"),
    _number(_PAPERS.c.is_spoiled).label("spoiled"),
    _number(_returned).label("returned"),
    _number(_PAPERS.c.votes > 0).label("entered"),
    _number(_unkeyed).label("unkeyed"),
    _number(_differing).label("differing"),
).select_from(_PAPERS)


def paper_sums(ballot_id: int) -> PaperSums:
    """Where all papers of a ballot are, in one statement."""
    row = db.session.execute(_SUMS, {"ballot_id": ballot_id}).one()
    return PaperSums(*(int(number) for number in row))


def round_of(paper: Paper) -> int:
    """The round of keying that a paper is in, from 1."""
    found = sa.select(_PAPERS.c.round).where(_PAPERS.c.id == paper.id)
    return int(db.session.execute(found, {"ballot_id": paper.ballot_id}).scalar_one())


def is_to_be_keyed(paper: Paper) -> bool:
    """Whether it came back, and two people have still to read it alike, or a third to settle."""
    found = sa.select(_PAPERS.c.id).where(_PAPERS.c.id == paper.id, sa.or_(_unkeyed, _differing))
    return db.session.execute(found, {"ballot_id": paper.ballot_id}).first() is not None


def returned(paper_id: int) -> PaperReturn | None:
    """How the paper came back: the newest picture of it."""
    rows = sa.select(PaperReturn).where(PaperReturn.paper_id == paper_id)
    return db.session.scalar(rows.order_by(PaperReturn.round.desc()).limit(1))


def keyings(paper: Paper, round_: int) -> list[Keying]:
    """What was keyed in this round, in order. For the house's own comparing, and for the third person."""
    rows = sa.select(Keying).where(Keying.paper_id == paper.id, Keying.round == round_)
    return list(db.session.scalars(rows.order_by(Keying.place)))


def read_of(keying: Keying) -> Read:
    return Read(keying.choices, keying.marks, keying.is_signed, keying.by_representative)


@dataclass(frozen=True)
class PaperState:
    """Of one paper, for those who wait for it: where it is, never what stands on it."""

    number: int
    labels: list[str]
    is_returned: bool
    is_entered: bool
    #: How many have keyed it in the present round.
    keyings: int
    is_differing: bool
    is_unkeyed: bool


def paper_states(ballot_id: int) -> dict[int, PaperState]:
    """Of every paper, by its number, in order."""
    rows = sa.select(_PAPERS, _differing.label("is_differing"), _unkeyed.label("is_unkeyed"))
    return _states(ballot_id, rows)


def to_settle(ballot_id: int) -> list[PaperState]:
    """Papers that two people read differently."""
    rows = sa.select(_PAPERS, sa.true().label("is_differing"), sa.false().label("is_unkeyed"))
    return list(_states(ballot_id, rows.where(_differing)).values())


def heads_with_paper_back(ballot_id: int) -> set[str]:
    """Heads whose paper came back and is not a vote yet: being keyed, or to be settled."""
    rows = sa.select(_PAPERS.c.head).where(sa.or_(_unkeyed, _differing))
    return set(db.session.scalars(rows, {"ballot_id": ballot_id}))


def keyers_of_differing(ballot_id: int) -> dict[int, list[str]]:
    """Who keyed each paper that is to be settled, by its number: none of them settles it."""
    rows = (
        sa.select(_PAPERS.c.number, Keying.keyed_by)
        .join(Keying, sa.and_(Keying.paper_id == _PAPERS.c.id, Keying.round == _PAPERS.c.round))
        .where(_differing)
        .order_by(_PAPERS.c.number, Keying.place)
    )
    found: dict[int, list[str]] = {}
    for number, keyed_by in db.session.execute(rows, {"ballot_id": ballot_id}):
        found.setdefault(number, []).append(keyed_by)
    return found


def _states(ballot_id: int, rows: sa.Select[*tuple[Any, ...]]) -> dict[int, PaperState]:
    found = db.session.execute(rows.order_by(_PAPERS.c.number), {"ballot_id": ballot_id}).all()
    labels = {card.head: card.labels for card in heads_named(ballot_id, {row.head for row in found})}
    return {
        row.number: PaperState(
            row.number,
            labels[row.head],
            bool(row.is_returned),
            row.votes > 0,
            row.keyings,
            bool(row.is_differing),
            bool(row.is_unkeyed),
        )
        for row in found
    }


@dataclass(frozen=True)
class Statement:
    """What two people said of the papers that did not come back."""

    id: int
    text: str
    stated_by: str
    confirmed_by: str | None


def statement(ballot_id: int, sums: PaperSums, closing_at: datetime) -> Statement | None:
    """The newest explanation of just these numbers, written since the closing in force. Earlier ones explain no more."""
    confirming = sa.orm.aliased(PaperStatement)
    rows = (
        sa.select(PaperStatement, confirming.stated_by.label("confirmed_by"))
        .outerjoin(confirming, confirming.confirms_id == PaperStatement.id)
        .where(
            PaperStatement.ballot_id == ballot_id,
            PaperStatement.confirms_id.is_(None),
            PaperStatement.issued == sums.issued,
            PaperStatement.spoiled == sums.spoiled,
            PaperStatement.returned == sums.returned,
            PaperStatement.stated_at >= closing_at,
        )
    )
    row = db.session.execute(rows.order_by(PaperStatement.id.desc()).limit(1)).first()
    if row is None:
        return None
    stated, confirmed_by = row
    return Statement(stated.id, stated.text, stated.stated_by, confirmed_by)


def is_explained(ballot_id: int, sums: PaperSums, closing_at: datetime) -> bool:
    """Whether two people told where the papers are that are still out, as of these numbers."""
    found = statement(ballot_id, sums, closing_at)
    return found is not None and found.confirmed_by is not None
