"""Matters as they are listed, and one with all that belongs to it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from server.infra.db import db
from server.kernel.pages import Page
from server.matters.models import Answer, Matter, MatterLink, MatterPhoto, Merge
from server.matters.queries.standing import is_owed, states, supporters
from server.matters.rules.raised import State, taken_apart
from server.moderation import queries as moderation

#: What moderation knows matters by.
ABOUT = "matter"
ABOUT_PHOTO = "matter.photo"
AT_ONCE = 20


@dataclass(frozen=True)
class MatterCard:
    """A matter with where it stands. `public_title` and `public_text` are None until others may read it."""

    matter: Matter
    state: State
    #: Homes behind it, its own among them.
    homes: int
    public_title: str | None
    public_text: str | None
    #: The word of moderation: "等着看", "不公开"; and why not, where somebody said so.
    looked_zh: str
    looked_reason: str

    @property
    def is_public(self) -> bool:
        return self.public_title is not None


def matter(matter_id: int, community_id: int) -> Matter | None:
    """Only one of that community."""
    found = db.session.get(Matter, matter_id)
    return found if found is not None and found.community_id == community_id else None


def card(matter_id: int, community_id: int, now: datetime) -> MatterCard | None:
    found = matter(matter_id, community_id)
    return cards([found], now)[0] if found is not None else None


def cards(rows: Sequence[Matter], now: datetime) -> list[MatterCard]:
    """In the order given, with a few statements however many there are."""
    ids = [row.id for row in rows]
    stand, homes, looked = states(rows, now), supporters(ids), moderation.standing(ABOUT, ids)
    found = []
    for row in rows:
        seen = looked[row.id]
        title, text = taken_apart(seen.text) if seen.is_public and seen.text else (None, None)
        word = seen.state.name_zh if seen.state is not None else ""
        found.append(MatterCard(row, stand[row.id], homes[row.id], title, text, word, seen.reason))
    return found


def inbox(
    community_id: int, now: datetime, *, only_owed: bool, only_public: bool, own_key: str = "", page: int = 1
) -> Page[MatterCard]:
    """Those that are owed an answer, the earliest due first; or all, newest first.

    `only_public`: the reader sees what others may read, and what they raised themselves (`own_key`).
    """
    where: list[sa.ColumnElement[bool]] = [Matter.community_id == community_id]
    if only_owed:
        where.append(is_owed(now))
    if only_public:
        where.append(sa.or_(Matter.id.in_(moderation.public_ids(ABOUT)), Matter.raised_by == own_key))
    order = (Matter.due_at, Matter.id) if only_owed else (Matter.id.desc(),)
    return _page(where, order, page, now)


def public_matters(community_id: int, now: datetime, page: int = 1) -> Page[MatterCard]:
    """What everyone of the community may read, newest first; what was merged is read where it was merged into."""
    return _page(
        [
            Matter.community_id == community_id,
            Matter.id.in_(moderation.public_ids(ABOUT)),
            Matter.id.not_in(sa.select(Merge.matter_id)),
        ],
        (Matter.id.desc(),),
        page,
        now,
    )


def raised_by_resident(resident_id: int, community_ids: Collection[int], now: datetime) -> list[MatterCard]:
    """The newest of what this person raised, public or not."""
    found = sa.select(Matter).where(Matter.resident_id == resident_id, Matter.community_id.in_(community_ids))
    rows = list(db.session.scalars(found.order_by(Matter.id.desc()).limit(AT_ONCE)))
    return cards(rows, now)


def raised_since(resident_id: int, since: datetime) -> int:
    """How many this person raised from that instant on."""
    found = sa.select(sa.func.count()).select_from(Matter)
    return db.session.scalar(found.where(Matter.resident_id == resident_id, Matter.raised_at >= since)) or 0


def late_counts(community_ids: Collection[int], now: datetime) -> dict[int, int]:
    """How many are owed an answer and past their time, by community; communities without one are left out."""
    found = (
        sa.select(Matter.community_id, sa.func.count().label("late"))
        .where(Matter.community_id.in_(community_ids), Matter.due_at <= now, is_owed(now))
        .group_by(Matter.community_id)
    )
    return {row.community_id: row.late for row in db.session.execute(found)}


def answers_of(matter_id: int) -> list[Answer]:
    """In order."""
    found = sa.select(Answer).where(Answer.matter_id == matter_id)
    return list(db.session.scalars(found.order_by(Answer.id)))


def photos_of(matter_id: int, *, only_public: bool) -> list[MatterPhoto]:
    """In the order they came; `only_public`: those that somebody let through."""
    found = sa.select(MatterPhoto).where(MatterPhoto.matter_id == matter_id)
    if only_public:
        found = found.where(MatterPhoto.id.in_(moderation.public_ids(ABOUT_PHOTO)))
    return list(db.session.scalars(found.order_by(MatterPhoto.id)))


def merge_of(matter_id: int) -> Merge | None:
    return db.session.get(Merge, matter_id)


def merged_into(matter_id: int) -> list[Merge]:
    """What was merged into this one, in order."""
    found = sa.select(Merge).where(Merge.into_id == matter_id)
    return list(db.session.scalars(found.order_by(Merge.matter_id)))


def links_of(matter_id: int) -> list[MatterLink]:
    """In order."""
    found = sa.select(MatterLink).where(MatterLink.matter_id == matter_id)
    return list(db.session.scalars(found.order_by(MatterLink.id)))


def _page(
    where: Sequence[sa.ColumnElement[bool]],
    order: Sequence[Any],
    page: int,
    now: datetime,
) -> Page[MatterCard]:
    total = db.session.scalar(sa.select(sa.func.count()).select_from(Matter).where(*where)) or 0
    found = sa.select(Matter).where(*where).order_by(*order)
    rows = list(db.session.scalars(found.limit(AT_ONCE).offset((page - 1) * AT_ONCE)))
    return Page(cards(rows, now), page, AT_ONCE, total)
