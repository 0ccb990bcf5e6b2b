"""The calendar of a community's works, its quiet days, the works of utilities, and the times offered for work inside flats."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

import sqlalchemy as sa

from server.infra.db import db
from server.kernel.chinatime import CHINA, china_day
from server.kernel.errors import NotFound
from server.ledger import queries as ledger
from server.policies import queries as policies
from server.projects.models import Appointment, QuietDays, UtilityWork, VisitSlot, WorkItem
from server.projects.queries.items import ItemCard, items_of_community
from server.projects.rules.calendar import QuietRule, Span, is_outside, month_days, quiet_reason, window_of
from server.projects.rules.visits import time_text

QUIET_KEYS = ["works.quiet_weekends", "works.quiet_holidays", "works.quiet_exam_from", "works.quiet_exam_to"]


@dataclass(frozen=True)
class UtilityCard:
    """What a utility does, and whether it lies outside the window of the items."""

    works: UtilityWork
    is_outside: bool


@dataclass(frozen=True)
class Day:
    """One day of the calendar."""

    day: date
    #: Why it is quiet, or empty.
    quiet: str
    items: tuple[ItemCard, ...]
    utilities: tuple[UtilityCard, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.quiet or self.items or self.utilities)

    def is_like(self, other: "Day") -> bool:
        """Whether the same is done, and it is as quiet."""
        return (self.quiet, self.items, self.utilities) == (other.quiet, other.items, other.utilities)


@dataclass(frozen=True)
class Run:
    """Days in a row on which the same is done."""

    first: date
    last: date
    told: Day


def runs(days: Sequence[Day]) -> list[Run]:
    """The days of a calendar as people read them: "9 to 20 March"; days on which nothing is done are left out."""
    found: list[Run] = []
    for day in days:
        if day.is_empty:
            continue
        last = found[-1] if found else None
        if last is not None and (day.day - last.last).days == 1 and last.told.is_like(day):
            found[-1] = Run(last.first, day.day, last.told)
        else:
            found.append(Run(day.day, day.day, day))
    return found


@dataclass(frozen=True)
class SlotCard:
    """A time that is offered, and how many places are left."""

    slot: VisitSlot
    item: WorkItem
    taken: tuple[Appointment, ...]

    @property
    def begins_at(self) -> datetime:
        return self._at(self.slot.from_minute)

    @property
    def ends_at(self) -> datetime:
        return self._at(self.slot.to_minute)

    def _at(self, minutes: int) -> datetime:
        hour, minute = divmod(minutes, 60)
        return datetime.combine(self.slot.on_day, time(hour, minute), CHINA)

    @property
    def time_text(self) -> str:
        return time_text((self.slot.from_minute, self.slot.to_minute))

    @property
    def left(self) -> int:
        return 0 if self.slot.closed_at else self.slot.seats - len(self.taken)

    def is_open(self, now: datetime) -> bool:
        return self.slot.closed_at is None and now < self.begins_at


# ------------------------------------------------------------------ quiet days


def quiet_days(community_id: int) -> list[QuietDays]:
    """Those of the community itself that were not lifted, in their order."""
    rows = sa.select(QuietDays).where(QuietDays.community_id == community_id, QuietDays.lifted_at.is_(None))
    return list(db.session.scalars(rows.order_by(QuietDays.from_on, QuietDays.id)))


def quiet_reasons(community_id: int, days: Sequence[date]) -> dict[date, str]:
    """Of these days those that are quiet, and why."""
    place = ledger.place(community_id)
    if place is None or not days:
        return {}
    own = [(Span(row.from_on, row.to_on), row.reason) for row in quiet_days(community_id)]
    calendar = policies.work_calendar(min(days))
    rules = _rules(place.division_path, days)
    found = {day: quiet_reason(day, rules[day], own, calendar) for day in days}
    return {day: reason for day, reason in found.items() if reason}


def noise_hours(community_id: int, on: date) -> str:
    place = ledger.place(community_id)
    return str(policies.setting("works.noise_hours", place.division_path, on).value) if place else ""


def _rules(division_path: str, days: Sequence[date]) -> dict[date, QuietRule]:
    """A setting holds from a day on: where both ends agree, all between them do, for nobody changes it there and back."""
    ends = [_rule(division_path, min(days)), _rule(division_path, max(days))]
    if ends[0] == ends[1]:
        return dict.fromkeys(days, ends[0])
    return {day: _rule(division_path, day) for day in days}


def _rule(division_path: str, on: date) -> QuietRule:
    values = policies.values_of(QUIET_KEYS, division_path, on)
    return QuietRule(*(values[key] for key in QUIET_KEYS))


# ------------------------------------------------------------------ the calendar


def utility_works(community_id: int, items: Sequence[ItemCard] | None = None) -> list[UtilityCard]:
    """What was announced and not withdrawn, in the order of its days."""
    items = items_of_community(community_id) if items is None else items
    windows: dict[int, list[Span]] = {}
    for card in items:
        if card.window is not None:
            windows.setdefault(card.item.project_id, []).append(
                Span(card.window.starts_on, card.window.ends_on)
            )
    rows = sa.select(UtilityWork).where(
        UtilityWork.community_id == community_id, UtilityWork.withdrawn_at.is_(None)
    )
    return [
        UtilityCard(
            row, is_outside(Span(row.starts_on, row.ends_on), window_of(windows.get(row.project_id, [])))
        )
        for row in db.session.scalars(rows.order_by(UtilityWork.starts_on, UtilityWork.id))
    ]


def calendar(community_id: int, month: date, items: Sequence[ItemCard] | None = None) -> list[Day]:
    """Every day of the month of `month`, with what is done on it and whether it is quiet."""
    items = items_of_community(community_id) if items is None else items
    utilities = utility_works(community_id, items)
    days = list(month_days(month))
    quiet = quiet_reasons(community_id, days)
    return [
        Day(
            day,
            quiet.get(day, ""),
            tuple(one for one in items if one.window and one.window.starts_on <= day <= one.window.ends_on),
            tuple(one for one in utilities if one.works.starts_on <= day <= one.works.ends_on),
        )
        for day in days
    ]


# ------------------------------------------------------------------ appointments


def slots(item_ids: Collection[int], since: date) -> list[SlotCard]:
    """From a day on, in the order of time; closed ones too."""
    rows = sa.select(VisitSlot).where(VisitSlot.item_id.in_(item_ids), VisitSlot.on_day >= since)
    return _slot_cards(
        list(db.session.scalars(rows.order_by(VisitSlot.on_day, VisitSlot.from_minute, VisitSlot.id)))
    )


def slot(slot_id: int, community_id: int) -> SlotCard:
    """Raises NotFound where it is not of the community."""
    row = db.session.get(VisitSlot, slot_id)
    cards = _slot_cards([row]) if row is not None else []
    if not cards or cards[0].item.community_id != community_id:
        raise NotFound
    return cards[0]


def slots_for(community_id: int, building_id: int, entrance_id: int, now: datetime) -> list[SlotCard]:
    """What a flat there may still take: of items of its own place that are not over."""
    items = [
        card.id
        for card in items_of_community(community_id)
        if is_of_place(card.item, building_id, entrance_id) and not card.is_done
    ]
    return [card for card in slots(items, china_day(now)) if card.is_open(now)]


def offering(community_ids: Collection[int], today: date) -> set[int]:
    """Those of these communities where times are offered from today on."""
    rows = (
        sa.select(WorkItem.community_id)
        .join(VisitSlot, VisitSlot.item_id == WorkItem.id)
        .where(
            WorkItem.community_id.in_(community_ids),
            VisitSlot.on_day >= today,
            VisitSlot.closed_at.is_(None),
        )
    )
    return set(db.session.scalars(rows.distinct()))


def is_of_place(item: WorkItem, building_id: int, entrance_id: int) -> bool:
    """Whether the item is done there: in the whole community, in the building, or in the entrance."""
    return item.building_id in {None, building_id} and item.entrance_id in {None, entrance_id}


def appointments_of(flat_ids: Collection[int]) -> list[tuple[Appointment, SlotCard]]:
    """What these flats have booked and not let go, in the order of time."""
    rows = sa.select(Appointment).where(Appointment.flat_id.in_(flat_ids), Appointment.ended_at.is_(None))
    booked = list(db.session.scalars(rows.order_by(Appointment.id)))
    ids = {row.slot_id for row in booked}
    cards = {
        card.slot.id: card
        for card in _slot_cards(list(db.session.scalars(sa.select(VisitSlot).where(VisitSlot.id.in_(ids)))))
    }
    return sorted(
        ((row, cards[row.slot_id]) for row in booked), key=lambda one: (one[1].begins_at, one[0].id)
    )


def appointment(appointment_id: int, flat_ids: Collection[int]) -> Appointment | None:
    row = db.session.get(Appointment, appointment_id)
    return row if row is not None and row.flat_id in flat_ids else None


def booked_for(item_id: int, flat_id: int) -> Appointment | None:
    return db.session.scalar(
        sa.select(Appointment).where(
            Appointment.item_id == item_id, Appointment.flat_id == flat_id, Appointment.ended_at.is_(None)
        )
    )


def _slot_cards(rows: Sequence[VisitSlot]) -> list[SlotCard]:
    taken: dict[int, list[Appointment]] = {row.id: [] for row in rows}
    found = sa.select(Appointment).where(Appointment.slot_id.in_(list(taken)), Appointment.ended_at.is_(None))
    for one in db.session.scalars(found.order_by(Appointment.seat)):
        taken[one.slot_id].append(one)
    items = sa.select(WorkItem).where(WorkItem.id.in_({row.item_id for row in rows}))
    by_id = {row.id: row for row in db.session.scalars(items)}
    return [SlotCard(row, by_id[row.item_id], tuple(taken[row.id])) for row in rows]
