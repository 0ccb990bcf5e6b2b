"""What was promised, given and used; who is shown as the giver; and how the money of a community adds up."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from server.contributions.models import ContributionEntry, ContributionReview, Pledge
from server.contributions.rules import Entry, Funding, Kind, Shown, Sums, funding_of
from server.infra.db import db
from server.kernel.errors import NotFound
from server.kernel.pages import PAGE_SIZE, Page
from server.ledger import queries as ledger
from server.moderation import queries as moderation
from server.moderation.queries import Standing
from server.projects import queries as projects

ABOUT = "contributions.pledge"
NAME = "name"
ANONYMOUS = "不写名的住户"
#: The line of the funding page that is not of any project's own sources.
GIVEN_ROW = "居民自愿出钱"


@dataclass(frozen=True)
class EntryCard:
    """An entry, and what another person said of it."""

    entry: ContributionEntry
    review: ContributionReview | None

    @property
    def is_counted(self) -> bool:
        return self.review is not None and self.review.is_confirmed

    @property
    def state(self) -> tuple[str, str]:
        """In words, with their tone."""
        if self.review is None:
            return "等人确认", "wait"
        return ("已确认", "go") if self.review.is_confirmed else ("已退回", "quiet")


@dataclass(frozen=True)
class PledgeCard:
    """A pledge with what was given and used of it, and how the public reads it."""

    pledge: Pledge
    place: str
    sums: Sums
    words: Standing = field(default_factory=Standing)
    name: Standing = field(default_factory=Standing)

    @property
    def giver(self) -> str:
        """As the giver wishes; a name that nobody has looked at yet is not shown."""
        if self.pledge.shown is Shown.HOUSEHOLD:
            return self.place
        if self.pledge.shown is Shown.NAME and self.name.is_public:
            return self.name.text or ANONYMOUS
        return ANONYMOUS

    @property
    def named_later(self) -> str:
        """Why the name that the giver chose does not stand on the list, for the giver; empty where it does, or none was."""
        if (
            self.pledge.shown is not Shown.NAME
            or self.name.is_public
            or self.pledge.taken_back_at is not None
        ):
            return ""
        if self.name.reason:
            return f"没有写上：{self.name.reason}"
        return "有人看过以后才写上。"

    @property
    def standing_zh(self) -> tuple[str, str]:
        """How far it is, in words, with their tone."""
        if self.pledge.taken_back_at is not None:
            return "收回了", "quiet"
        if self.sums.used:
            return "用上了", "go"
        return ("收到了", "go") if self.sums.given else ("答应了", "wait")


@dataclass(frozen=True)
class KindSums:
    """All pledges of one kind: in fen or hours; for space and ideas, how many."""

    kind: Kind
    pledges: int = 0
    promised: int = 0
    given: int = 0
    used: int = 0


def pledge(pledge_id: int, community_id: int) -> PledgeCard:
    """Raises NotFound."""
    row = db.session.get(Pledge, pledge_id)
    if row is None or row.community_id != community_id:
        raise NotFound
    return _cards([row])[0]


def pledges(
    community_id: int, page: int = 1, *, size: int = PAGE_SIZE, with_taken_back: bool = False
) -> Page[PledgeCard]:
    """Newest first."""
    where = [Pledge.community_id == community_id]
    if not with_taken_back:
        where.append(Pledge.taken_back_at.is_(None))
    total = db.session.scalar(sa.select(sa.func.count()).select_from(Pledge).where(*where)) or 0
    found = sa.select(Pledge).where(*where).order_by(Pledge.id.desc())
    rows = db.session.scalars(found.limit(size).offset((page - 1) * size))
    return Page(_cards(list(rows)), page, size, total)


def pledges_among(pledge_ids: Collection[int], community_id: int) -> list[PledgeCard]:
    """Those of these that are of the community; taken back ones too."""
    rows = sa.select(Pledge).where(Pledge.id.in_(pledge_ids), Pledge.community_id == community_id)
    return _cards(list(db.session.scalars(rows.order_by(Pledge.id))))


def pledges_of(flat_ids: Collection[int]) -> list[PledgeCard]:
    """Those of these households, newest first; taken back ones too."""
    rows = sa.select(Pledge).where(Pledge.flat_id.in_(flat_ids)).order_by(Pledge.id.desc())
    return _cards(list(db.session.scalars(rows)))


def entries(pledge_id: int) -> list[EntryCard]:
    """In the order they were entered."""
    rows = db.session.execute(_reviewed().where(ContributionEntry.pledge_id == pledge_id))
    return [EntryCard(row[0], row[1]) for row in rows]


def entry(entry_id: int, community_id: int) -> EntryCard:
    """Raises NotFound."""
    found = _reviewed().join(Pledge, Pledge.id == ContributionEntry.pledge_id)
    row = db.session.execute(
        found.where(ContributionEntry.id == entry_id, Pledge.community_id == community_id)
    ).first()
    if row is None:
        raise NotFound
    return EntryCard(row[0], row[1])


def waiting(community_id: int) -> list[ContributionEntry]:
    """Entries that nobody has confirmed or turned down, the oldest first."""
    found = (
        sa.select(ContributionEntry)
        .join(Pledge, Pledge.id == ContributionEntry.pledge_id)
        .outerjoin(ContributionReview, ContributionReview.entry_id == ContributionEntry.id)
        .where(Pledge.community_id == community_id, ContributionReview.entry_id.is_(None))
    )
    return list(db.session.scalars(found.order_by(ContributionEntry.id)))


def kind_sums(community_id: int) -> list[KindSums]:
    """By kind, in their order; those without a pledge are left out."""
    return kind_sums_of([community_id]).get(community_id, [])


def kind_sums_of(community_ids: Collection[int]) -> dict[int, list[KindSums]]:
    """The same for each of these communities; those without any pledge are left out."""
    promised = {
        (row.community_id, row.kind): row
        for row in db.session.execute(
            sa.select(
                Pledge.community_id,
                Pledge.kind,
                sa.func.count().label("pledges"),
                sa.cast(sa.func.sum(sa.func.coalesce(Pledge.amount, 1)), sa.BigInteger).label("promised"),
            )
            .where(Pledge.community_id.in_(community_ids), Pledge.taken_back_at.is_(None))
            .group_by(Pledge.community_id, Pledge.kind)
        )
    }
    counted: dict[tuple[int, Kind, Entry], int] = {}
    for row in db.session.execute(
        sa.select(
            Pledge.community_id,
            Pledge.kind,
            ContributionEntry.kind.label("entry"),
            sa.cast(sa.func.sum(ContributionEntry.amount), sa.BigInteger).label("amount"),
        )
        .join(ContributionEntry, ContributionEntry.pledge_id == Pledge.id)
        .join(ContributionReview, ContributionReview.entry_id == ContributionEntry.id)
        .where(Pledge.community_id.in_(community_ids), ContributionReview.is_confirmed)
        .group_by(Pledge.community_id, Pledge.kind, ContributionEntry.kind)
    ):
        counted[row.community_id, row.kind, row.entry] = int(row.amount)
    found: dict[int, list[KindSums]] = {}
    for (one, kind), pledged in sorted(promised.items(), key=lambda held: list(Kind).index(held[0][1])):
        sums = KindSums(
            kind,
            pledges=pledged.pledges,
            promised=int(pledged.promised),
            given=counted.get((one, kind, Entry.GIVEN), 0),
            used=counted.get((one, kind, Entry.USED), 0),
        )
        found.setdefault(one, []).append(sums)
    return found


def funding(community_id: int) -> Funding:
    """All money of a community's works: what came in by source, what was spent, what is left, to the fen.

    A project's money is of the whole project, whatever communities share it. What residents gave stands in a line of its
    own, which holds what is recorded here and nothing of the projects' own books.
    """
    lines = projects.projects_of(community_id)
    moneys = projects.moneys([one.id for one in lines])
    rows = [
        (line.source.name_zh, line.received, line.spent) for one in lines for line in moneys[one.id].lines
    ]
    given = next((one for one in kind_sums(community_id) if one.kind is Kind.MONEY), None)
    if given is not None:
        rows.append((GIVEN_ROW, given.given, given.used))
    return funding_of(rows)


def _reviewed() -> sa.Select[ContributionEntry, ContributionReview]:
    return (
        sa.select(ContributionEntry, ContributionReview)
        .outerjoin(ContributionReview, ContributionReview.entry_id == ContributionEntry.id)
        .order_by(ContributionEntry.id)
    )


def _cards(rows: Sequence[Pledge]) -> list[PledgeCard]:
    ids = [row.id for row in rows]
    sums: dict[int, dict[str, int]] = {one: {} for one in ids}
    found = db.session.execute(_reviewed().where(ContributionEntry.pledge_id.in_(ids)))
    for card in (EntryCard(row[0], row[1]) for row in found):
        if card.review is not None and not card.review.is_confirmed:
            continue
        held = card.entry
        key = held.kind.value if card.is_counted else f"waiting_{held.kind.value}"
        sums[held.pledge_id][key] = sums[held.pledge_id].get(key, 0) + held.amount
    flats = ledger.flats_by_ids({row.flat_id for row in rows})
    words, names = moderation.standing(ABOUT, ids), moderation.standing(ABOUT, ids, NAME)
    return [
        PledgeCard(row, flats[row.flat_id].label, Sums(**sums[row.id]), words[row.id], names[row.id])
        for row in rows
    ]
