"""The works item by item: what is adopted for which place, its window, whether it is done, and what was covered up."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from server.infra.db import db, table_of
from server.kernel.errors import NotFound
from server.kernel.parts import Part
from server.ledger import queries as ledger
from server.projects.models import (
    CompletionWithdrawal,
    Evidence,
    HiddenWork,
    SecondLook,
    WorkCompletion,
    WorkItem,
    WorkWindow,
)
from server.projects.models.items import Second
from server.projects.models.works import About
from server.projects.queries.confirmed import Confirmed, second_looks
from server.projects.queries.recorded import evidence_about
from server.projects.rules.items import Adopted


@dataclass(frozen=True)
class DoneItem:
    """One finished item, as those need it who must know who answers for it, and from which day."""

    id: int
    project_id: int
    community_id: int
    building_id: int | None
    entrance_id: int | None
    code: str
    title: str
    contractor: str
    completed_on: date
    part: Part


@dataclass(frozen=True, kw_only=True)
class CompletionCard(Confirmed):
    """That an item is done, as one person entered it, and what other persons said of it."""

    completion: WorkCompletion
    review: SecondLook | None
    withdrawal: CompletionWithdrawal | None = None


@dataclass(frozen=True)
class ItemCard:
    """An item with where it is, its window, and how far it is."""

    item: WorkItem
    place: str
    window: WorkWindow | None
    #: Every window it had, the newest first.
    windows: tuple[WorkWindow, ...]
    #: Every completion that was entered, the newest first: it alone can count.
    completions: tuple[CompletionCard, ...] = ()

    @property
    def id(self) -> int:
        return self.item.id

    @property
    def done(self) -> CompletionCard | None:
        return self.completions[0] if self.completions else None

    @property
    def completed_on(self) -> date | None:
        """The day it was done, where that counts."""
        return self.done.completion.completed_on if self.done is not None and self.done.is_counted else None

    @property
    def is_done(self) -> bool:
        return self.completed_on is not None

    @property
    def is_waiting(self) -> bool:
        return self.done is not None and self.done.is_waiting

    @property
    def label(self) -> str:
        return f"{self.place}，{self.item.title}"

    def state(self, today: date) -> tuple[str, str]:
        """In words, with their tone."""
        if self.done is not None and self.done.is_counted:
            return ("撤回待确认", "wait") if self.done.is_withdrawal_waiting else ("已完工", "go")
        if self.is_waiting:
            return "完工待确认", "wait"
        if self.window is None:
            return "还没排", "quiet"
        if today < self.window.starts_on:
            return "还没开始", "quiet"
        return ("超过计划", "stop") if today > self.window.ends_on else ("正在做", "info")


@dataclass(frozen=True)
class Pictured:
    """What went out of sight, and what it looked like before."""

    work: HiddenWork
    pictures: list[Evidence]


_items = table_of(WorkItem)


def has_works(community_id: sa.ColumnElement[int]) -> sa.Exists:
    """Whether anything was adopted in a community: for those who ask something else of it, and these questions only then."""
    return sa.exists().where(_items.c.community_id == community_id)


def items_of_project(project_id: int) -> list[ItemCard]:
    return _cards(WorkItem.project_id == project_id)


def items_of_community(community_id: int) -> list[ItemCard]:
    return _cards(WorkItem.community_id == community_id)


def item(item_id: int, project_id: int) -> ItemCard:
    """Raises NotFound."""
    found = _cards(WorkItem.id == item_id, WorkItem.project_id == project_id)
    if not found:
        raise NotFound
    return found[0]


def adopted_keys(project_id: int) -> set[tuple[int, int | None, int | None, str]]:
    """What is taken over already, by what makes two items the same."""
    rows = db.session.scalars(sa.select(WorkItem).where(WorkItem.project_id == project_id))
    return {
        Adopted(row.community_id, row.code, row.title, row.part, row.building_id, row.entrance_id).place
        for row in rows
    }


def works_done(community_id: int) -> list[DoneItem]:
    """The items of a community whose completion a second person confirmed and nobody withdrew, the latest first."""
    found = [
        DoneItem(
            id=card.item.id,
            project_id=card.item.project_id,
            community_id=community_id,
            building_id=card.item.building_id,
            entrance_id=card.item.entrance_id,
            code=card.item.code,
            title=card.item.title,
            contractor=card.window.contractor if card.window else "",
            completed_on=card.completed_on,
            part=card.item.part,
        )
        for card in items_of_community(community_id)
        if card.completed_on is not None
    ]
    return sorted(found, key=lambda one: (one.completed_on, one.id), reverse=True)


def hidden_works(item_ids: Collection[int]) -> list[HiddenWork]:
    """What was photographed before it went out of sight, newest first."""
    rows = sa.select(HiddenWork).where(HiddenWork.item_id.in_(item_ids))
    return list(db.session.scalars(rows.order_by(HiddenWork.id.desc())))


def pictured(item_id: int) -> list[Pictured]:
    """The same of one item, each with its pictures."""
    hidden = hidden_works([item_id])
    pictures = evidence_about(About.HIDDEN, [one.id for one in hidden])
    return [Pictured(one, pictures[one.id]) for one in hidden]


def place_names(
    places: Collection[tuple[int, int | None, int | None]],
) -> dict[tuple[int, int | None, int | None], str]:
    """ "3 栋 2 单元", or "全小区", by community, building and entrance."""
    names: dict[tuple[int, int | None, int | None], str] = {}
    for community_id in sorted({one[0] for one in places}):
        names[community_id, None, None] = "全小区"
        if all(one[1] is None for one in places if one[0] == community_id):
            continue
        for building in ledger.buildings(community_id):
            names[community_id, building.id, None] = building.label
            names |= {(community_id, building.id, one.id): one.label for one in building.entrances}
    return names


def _cards(*where: sa.ColumnElement[bool]) -> list[ItemCard]:
    """In the order of their windows; those without one last."""
    rows: Sequence[WorkItem] = db.session.scalars(sa.select(WorkItem).where(*where)).all()
    if not rows:
        return []
    ids = [row.id for row in rows]
    windows: dict[int, list[WorkWindow]] = {one: [] for one in ids}
    for window in db.session.scalars(
        sa.select(WorkWindow).where(WorkWindow.item_id.in_(ids)).order_by(WorkWindow.id.desc())
    ):
        windows[window.item_id].append(window)
    completions = _completions(ids)
    names = place_names({(row.community_id, row.building_id, row.entrance_id) for row in rows})
    cards = []
    for row in rows:
        held = windows[row.id]
        cards.append(
            ItemCard(
                item=row,
                place=names.get((row.community_id, row.building_id, row.entrance_id), "这里"),
                window=held[0] if held else None,
                windows=tuple(held),
                completions=tuple(completions[row.id]),
            )
        )
    return sorted(cards, key=_order)


def _order(card: ItemCard) -> tuple[bool, date, int]:
    return (card.window is None, card.window.starts_on if card.window else date.max, card.item.id)


def _completions(item_ids: Collection[int]) -> dict[int, list[CompletionCard]]:
    """What was ever said of each being done, the newest first."""
    found: dict[int, list[CompletionCard]] = {one: [] for one in item_ids}
    entered = sa.select(WorkCompletion).where(WorkCompletion.item_id.in_(item_ids))
    rows = db.session.scalars(entered.order_by(WorkCompletion.id.desc())).all()
    if not rows:
        return found
    ids = [row.id for row in rows]
    reviews = second_looks(Second.COMPLETION, ids)
    asked = sa.select(CompletionWithdrawal).where(CompletionWithdrawal.completion_id.in_(ids))
    newest = {row.completion_id: row for row in db.session.scalars(asked.order_by(CompletionWithdrawal.id))}
    looks = second_looks(Second.COMPLETION_WITHDRAWAL, [one.id for one in newest.values()])
    for row in rows:
        withdrawal = newest.get(row.id)
        found[row.item_id].append(
            CompletionCard(
                completion=row,
                review=reviews.get(row.id),
                withdrawal=withdrawal,
                look=looks.get(withdrawal.id) if withdrawal else None,
            )
        )
    return found
