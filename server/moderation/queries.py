"""What may be shown, what waits, and what was decided."""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from server.infra.db import db
from server.kernel.pages import Page
from server.moderation.models import ModerationAct, ModerationCheck, ModerationItem
from server.moderation.rules.states import WAITING, State

#: The setting that names the words to be marked.
LISTED = "moderation.words"
#: Fewer than of other lists: each is read, not skimmed.
AT_ONCE = 20


@dataclass(frozen=True)
class Standing:
    """What may be shown of a subject. Whatever is not public has neither words nor photo here."""

    #: None: it was never put forward.
    state: State | None = None
    #: As others may read it, with words struck out where they were.
    text: str | None = None
    attachment_id: int | None = None
    #: Why it is not public, where somebody decided so.
    reason: str = ""

    @property
    def is_public(self) -> bool:
        return self.state is State.PASSED


def standing(about_kind: str, about_ids: Collection[int], part: str = "") -> dict[int, Standing]:
    """Of each of these subjects what may be shown now; one that was never put forward is not public."""
    found = sa.select(ModerationItem).where(
        ModerationItem.about_kind == about_kind,
        ModerationItem.about_id.in_(about_ids),
        ModerationItem.part == part,
        ModerationItem.is_current,
    )
    rows = list(db.session.scalars(found))
    last = last_acts([row.id for row in rows if not row.state.is_waiting])
    return {about_id: Standing() for about_id in about_ids} | {
        row.about_id: _standing(row, last.get(row.id)) for row in rows
    }


def public_ids(about_kind: str, part: str = "") -> sa.Select[int]:
    """The subjects of this kind that others may read, for a room above to narrow its own list by."""
    return sa.select(ModerationItem.about_id).where(
        ModerationItem.about_kind == about_kind,
        ModerationItem.part == part,
        ModerationItem.is_current,
        ModerationItem.state == State.PASSED,
    )


def item(item_id: int, community_id: int) -> ModerationItem | None:
    """Only one of that community."""
    found = db.session.get(ModerationItem, item_id)
    return found if found is not None and found.community_id == community_id else None


def item_by_id(item_id: int) -> ModerationItem | None:
    """Of whichever community: for those who may see it without being of one."""
    return db.session.get(ModerationItem, item_id)


def checks(item_ids: Collection[int]) -> dict[int, ModerationCheck]:
    """How far WeChat was asked, by item; items it is not asked about are left out."""
    found = sa.select(ModerationCheck).where(ModerationCheck.item_id.in_(item_ids))
    return {row.item_id: row for row in db.session.scalars(found)}


def waiting(community_id: int, page: int = 1, *, size: int = AT_ONCE) -> Page[ModerationItem]:
    """What somebody must look at, the oldest first."""
    return _page(_of(community_id, *WAITING), ModerationItem.id.asc(), page, size)


def judged(community_id: int, state: State, page: int = 1, *, size: int = AT_ONCE) -> Page[ModerationItem]:
    """What was decided so, the newest first."""
    return _page(_of(community_id, state), ModerationItem.id.desc(), page, size)


def waiting_counts(community_ids: Collection[int]) -> dict[int, int]:
    """How many wait, by community; communities without one are left out."""
    found = (
        sa.select(ModerationItem.community_id, sa.func.count().label("waiting"))
        .where(
            ModerationItem.community_id.in_(community_ids),
            ModerationItem.state.in_(WAITING),
            ModerationItem.is_current,
        )
        .group_by(ModerationItem.community_id)
    )
    return {row.community_id: row.waiting for row in db.session.execute(found)}


def acts(item_id: int) -> list[ModerationAct]:
    """All that was decided of an item, in order."""
    found = sa.select(ModerationAct).where(ModerationAct.item_id == item_id)
    return list(db.session.scalars(found.order_by(ModerationAct.id)))


def last_acts(item_ids: Collection[int]) -> dict[int, ModerationAct]:
    """The act that stands, by item; items nobody decided of are left out."""
    found = sa.select(ModerationAct).where(ModerationAct.item_id.in_(item_ids))
    return {act.item_id: act for act in db.session.scalars(found.order_by(ModerationAct.id))}


def _standing(row: ModerationItem, last: ModerationAct | None) -> Standing:
    if row.state is not State.PASSED or last is None:
        return Standing(row.state, reason=last.reason if last else "")
    return Standing(row.state, last.text or row.text, row.attachment_id)


def _of(community_id: int, *states: State) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        ModerationItem.community_id == community_id,
        ModerationItem.state.in_(states),
        ModerationItem.is_current.is_(True),
    )


def _page(
    where: tuple[sa.ColumnElement[bool], ...], order: sa.UnaryExpression[int], page: int, size: int
) -> Page[ModerationItem]:
    total = db.session.scalar(sa.select(sa.func.count()).select_from(ModerationItem).where(*where)) or 0
    found = sa.select(ModerationItem).where(*where).order_by(order).limit(size).offset((page - 1) * size)
    return Page(list(db.session.scalars(found)), page, size, total)
