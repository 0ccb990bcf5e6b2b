"""The roll after its opening: where the ledger differs, what was proposed and confirmed, and which flats were sold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

import sqlalchemy as sa

from server.ballots.models import Ballot, LogEntry, RollAnswer, RollCorrection, Takeover, TakeoverAnswer
from server.ballots.queries.heads import HeadCard, as_entered, heads_of
from server.ballots.rules.corrections import Change, Correction, Held, HeldFlat, differences
from server.ballots.rules.drafting import ESTIMATE
from server.ballots.rules.heads import freeze
from server.infra.db import db
from server.infra.statements import chunks
from server.kernel.chinatime import china_day
from server.kernel.errors import NotFound
from server.ledger import queries as ledger
from server.ledger.queries import OwnerRow


def corrections_found(of: Ballot) -> list[Correction]:
    """Where the ledger now says otherwise of the opening day than the roll does."""
    if of.opened_at is None:
        return []
    rows = ledger.owner_rows(
        of.community_id,
        on=china_day(of.opened_at),
        building_ids=tuple(of.building_ids),
        entrance_ids=tuple(of.entrance_ids),
    )
    return differences(
        [_held(card) for card in as_entered(of.id)],
        freeze(rows),
        person=ledger.persons(of.community_id),
        unsure={row.flat_id for row in rows if row.is_counted and not _is_sure(row)},
    )


def _is_sure(row: OwnerRow) -> bool:
    return bool(row.owners) and bool(row.area) and str(row.area_source) != ESTIMATE


def _held(card: HeadCard) -> Held:
    flats = tuple(HeldFlat(*flat) for flat in card.flats) if card.is_on_roll else ()
    return Held(card.head, card.holder, card.owner_ids, card.aliases, card.representative_id, flats)


class Answerable:
    """What one person put forward, as the page shows where it stands."""

    CONFIRMED: ClassVar[str]
    row: RollCorrection | Takeover

    @property
    def state_zh(self) -> str:
        if self.row.answer is None:
            return "等另一个人确认"
        return self.CONFIRMED if self.row.answer.is_confirmed else "退回了"

    @property
    def tone(self) -> str:
        if self.row.answer is None:
            return "wait"
        return "go" if self.row.answer.is_confirmed else "quiet"


@dataclass(frozen=True)
class CorrectionCard(Answerable):
    """A correction that was proposed."""

    row: RollCorrection
    correction: Correction
    #: Its events in the log, once it is in force.
    seqs: Sequence[int]

    #: What it is called once it was confirmed.
    CONFIRMED: ClassVar[str] = "已写进选票记录"


def correction_of(row: RollCorrection) -> Correction:
    return Correction(tuple(Change.from_document(one) for one in row.changes))


def corrections(ballot_id: int) -> list[CorrectionCard]:
    """All that were proposed, the newest first."""
    rows = sa.select(RollCorrection).where(RollCorrection.ballot_id == ballot_id)
    found = []
    for row in db.session.scalars(rows.order_by(RollCorrection.id.desc())):
        correction = correction_of(row)
        seqs: Sequence[int] = ()
        if row.answer is not None and row.answer.is_confirmed:
            seqs = range(row.answer.seq + 1, row.answer.seq + 1 + len(correction.steps))
        found.append(CorrectionCard(row, correction, seqs))
    return found


def known_correction(correction_id: int, ballot_id: int) -> RollCorrection:
    row = db.session.get(RollCorrection, correction_id)
    if row is None or row.ballot_id != ballot_id:
        raise NotFound
    return row


def roll_events(ballot_id: int) -> list[LogEntry]:
    """The roll events of the log, in order: that it was corrected is for everyone to know."""
    rows = sa.select(LogEntry).where(LogEntry.ballot_id == ballot_id, LogEntry.kind == "roll")
    return list(db.session.scalars(rows.order_by(LogEntry.seq)))


@dataclass(frozen=True)
class SaleCard(Answerable):
    """A sale that was noted, with the homes it is about."""

    row: Takeover
    labels: Sequence[str]

    CONFIRMED: ClassVar[str] = "买家接着投"


def sales(ballot_id: int) -> list[SaleCard]:
    """All that were noted, the newest first."""
    labels = {card.head: card.labels for card in as_entered(ballot_id)}
    rows = sa.select(Takeover).where(Takeover.ballot_id == ballot_id).order_by(Takeover.id.desc())
    return [SaleCard(row, labels.get(row.head, [])) for row in db.session.scalars(rows)]


def known_sale(takeover_id: int, ballot_id: int) -> Takeover:
    row = db.session.get(Takeover, takeover_id)
    if row is None or row.ballot_id != ballot_id:
        raise NotFound
    return row


def waiting_sale(ballot_id: int, head: str) -> bool:
    rows = sa.select(Takeover.id).where(
        Takeover.ballot_id == ballot_id,
        Takeover.head == head,
        ~sa.exists().where(TakeoverAnswer.takeover_id == Takeover.id),
    )
    return db.session.scalar(rows.limit(1)) is not None


def owners_today(of_community: int, flat_ids: Sequence[int], now: datetime) -> Mapping[int, OwnerRow]:
    """Who owns each of these flats today, by the ledger."""
    asked = set(flat_ids)
    rows = ledger.owner_rows(of_community, on=china_day(now))
    return {row.flat_id: row for row in rows if row.flat_id in asked}


def heads_sold(of: Ballot, now: datetime) -> list[tuple[HeadCard, list[OwnerRow]]]:
    """Heads none of whose casters owns one of their flats any more, with who owns them now: each wants its sale noted."""
    today = {row.flat_id: row for row in ledger.owner_rows(of.community_id, on=china_day(now))}
    person = ledger.persons(of.community_id)
    found = []
    for card in heads_of(of.id):
        rows = [today[flat_id] for flat_id in card.flat_ids if flat_id in today]
        owners = {owner for row in rows for owner in row.owners}
        if owners and not owners & {person.get(id_, id_) for id_ in card.owner_ids}:
            found.append((card, rows))
    return found


@dataclass(frozen=True)
class HeadOwners:
    """A head of an open ballot, and which persons own its flats at the closing, as far as the ledger knows."""

    card: HeadCard
    #: Who casts for it, by the records that stand for a person.
    casters: frozenset[int]
    owners: frozenset[int]


def open_in(community_ids: Sequence[int], now: datetime) -> list[Ballot]:
    """The ballots of these communities that take votes now."""
    found: list[Ballot] = []
    for some in chunks(community_ids):
        rows = sa.select(Ballot).where(
            Ballot.community_id.in_(some), Ballot.opened_at.is_not(None), Ballot.closing_at > now
        )
        found += db.session.scalars(rows.order_by(Ballot.id))
    return found


def owners_by_head(of: Ballot, closing_at: datetime | None = None) -> dict[str, HeadOwners]:
    """On the day of the closing, or of another that was or will be in force: a sale that is dated ahead counts from the day
    it was written."""
    end = closing_at or of.closing_at
    if end is None:
        return {}
    rows = ledger.owner_rows(of.community_id, on=china_day(end))
    by_flat = {row.flat_id: row.owners for row in rows}
    person = ledger.persons(of.community_id)
    return {
        card.head: HeadOwners(
            card,
            frozenset(person.get(id_, id_) for id_ in card.owner_ids),
            frozenset(owner for flat_id in card.flat_ids for owner in by_flat.get(flat_id, ())),
        )
        for card in heads_of(of.id)
    }


def waiting_answers(ballot_id: int) -> int:
    """Corrections and sales that wait for the second person."""
    corrections_ = (
        sa.select(sa.func.count())
        .select_from(RollCorrection)
        .where(
            RollCorrection.ballot_id == ballot_id,
            ~sa.exists().where(RollAnswer.correction_id == RollCorrection.id),
        )
    )
    sales_ = (
        sa.select(sa.func.count())
        .select_from(Takeover)
        .where(
            Takeover.ballot_id == ballot_id,
            ~sa.exists().where(TakeoverAnswer.takeover_id == Takeover.id),
        )
    )
    asked = sa.select(corrections_.scalar_subquery() + sales_.scalar_subquery())
    return int(db.session.scalar(asked) or 0)
