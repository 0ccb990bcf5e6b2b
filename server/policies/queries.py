"""Which setting holds where and when, and the calendar of working days."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from server.divisions.queries import ancestors
from server.divisions.rules import ids_in
from server.infra.db import answered, db, note_answer, table_of
from server.infra.statements import among, among_given, run
from server.kernel.chinatime import FIXED_HOLIDAYS, Period, WorkCalendar
from server.policies.models import AnnouncedYear, Holiday, Policy
from server.policies.rules import (
    KEYS,
    Basis,
    DatedRow,
    Spec,
    Value,
    period_of,
    row_in_force,
    spec_of,
    value_text,
)

_policies = table_of(Policy)
_holidays, _years = table_of(Holiday), table_of(AnnouncedYear)
#: What says which row is in force, and its value.
_HELD = ("id", "key", "division_id", "valid_from", "is_ended", "value")


@dataclass(frozen=True)
class Setting:
    """A setting as it holds at a place on a day, and where it came from."""

    key: str
    value: Value
    spec: Spec
    #: None: the platform's own, or the default.
    from_division_id: int | None
    from_division_name: str | None
    valid_from: date | None
    basis: Basis
    basis_text: str

    @property
    def text_zh(self) -> str:
        return value_text(self.spec, self.value)

    @property
    def origin_zh(self) -> str:
        """ "贵阳市（2026-03-01 起）：筑建发〔2026〕1 号"."""
        if self.valid_from is None:
            return f"{self.basis.name_zh}：{self.basis_text}"
        return f"{self.from_division_name or '全平台'}（{self.valid_from} 起）：{self.basis_text}"


def setting(key: str, division_path: str, on: date) -> Setting:
    """The value in force on `on` at the division of this path."""
    spec = spec_of(key)
    rows = _rows(division_path, on, key)
    return _settings([spec], rows, division_path, on)[0]


def all_settings(division_path: str, on: date) -> list[Setting]:
    """Every setting of the registry, in its order."""
    return _settings(list(KEYS.values()), _rows(division_path, on), division_path, on)


def values_of(keys: Sequence[str], division_path: str, on: date) -> dict[str, Value]:
    """The values in force of several settings, asked together; those that were asked before in this request, not again."""
    known = {key: answered(_question(key, division_path, on)) for key in keys}
    unknown = tuple(key for key, value in known.items() if value is None)
    if unknown:
        rows = run(_asking(db.engine.dialect.name, unknown), {"on": on, "ids": ids_in(division_path)})
        for key, value in _values(unknown, rows, division_path, on).items():
            note_answer(_question(key, division_path, on), value)
            known[key] = value
    return known


def _question(key: str, division_path: str, on: date) -> tuple[str, str, str, date]:
    return ("setting", key, division_path, on)


def value_of(key: str, division_path: str, on: date) -> Value:
    """The value in force of one setting, where nobody asks from where it comes."""
    return values_of([key], division_path, on)[key]


def _values(keys: Sequence[str], rows: Iterable[Any], division_path: str, on: date) -> dict[str, Value]:
    by_key: dict[str, list[Any]] = {}
    for row in rows:
        by_key.setdefault(row.key, []).append(row)
    set_there = {key: _value(spec_of(key), held, division_path, on) for key, held in by_key.items()}
    return {key: set_there[key] if key in set_there else spec_of(key).default for key in keys}


@lru_cache
def _asking(dialect: str, keys: tuple[str, ...]) -> sa.Select[Any]:
    """Over the plain table, because every report of a ticket and many others ask."""
    return sa.select(*(_policies.c[name] for name in _HELD)).where(
        sa.or_(_policies.c.division_id.is_(None), among_given(dialect, _policies.c.division_id, "ids")),
        _policies.c.valid_from <= sa.bindparam("on"),
        among(_policies.c.key, keys),
    )


def values_at(key: str, division_paths: Collection[str], on: date) -> dict[str, Value]:
    """One setting as it holds at each of many divisions, in one statement."""
    spec = spec_of(key)
    ids = {one for path in division_paths for one in ids_in(path)}
    found = sa.select(Policy).where(
        sa.or_(Policy.division_id.is_(None), Policy.division_id.in_(ids)),
        Policy.valid_from <= on,
        Policy.key == key,
    )
    rows = list(db.session.scalars(found))
    return {path: _value(spec, rows, path, on) for path in division_paths}


def _value(spec: Spec, rows: Sequence[Any], division_path: str, on: date) -> Value:
    held = _held(spec, rows, ids_in(division_path), on)
    return spec.default if held is None else held.value


def period(key: str, division_path: str, on: date) -> Period:
    return period_of(value_of(key, division_path, on))


def number(key: str, division_path: str, on: date) -> int:
    return int(value_of(key, division_path, on))


def day(key: str, division_path: str, on: date) -> date:
    return date.fromisoformat(value_of(key, division_path, on))


def flag(key: str, division_path: str, on: date) -> bool:
    return bool(value_of(key, division_path, on))


def choice(key: str, division_path: str, on: date) -> str:
    return str(value_of(key, division_path, on))


def history(division_id: int | None, key: str) -> list[Policy]:
    """All that a division ever set for a key, newest first."""
    found = sa.select(Policy).where(Policy.key == key, _of(division_id))
    return list(db.session.scalars(found.order_by(Policy.valid_from.desc(), Policy.id.desc())))


def own_settings(division_id: int | None) -> list[Policy]:
    """All rows a division entered itself, newest first."""
    return list(db.session.scalars(sa.select(Policy).where(_of(division_id)).order_by(Policy.id.desc())))


def _of(division_id: int | None) -> sa.ColumnElement[bool]:
    return Policy.division_id.is_(None) if division_id is None else Policy.division_id == division_id


def _rows(division_path: str, on: date, *keys: str) -> list[Policy]:
    at_or_above = sa.or_(Policy.division_id.is_(None), Policy.division_id.in_(ids_in(division_path)))
    found = sa.select(Policy).where(at_or_above, Policy.valid_from <= on)
    if keys:
        found = found.where(Policy.key.in_(keys))
    return list(db.session.scalars(found))


def _settings(specs: list[Spec], rows: list[Policy], division_path: str, on: date) -> list[Setting]:
    path_ids = ids_in(division_path)
    names = {one.id: one.name for one in ancestors(division_path)} if rows else {}
    return [_setting(spec, _held(spec, rows, path_ids, on), names) for spec in specs]


def _held(spec: Spec, rows: Sequence[Any], path_ids: Sequence[int], on: date) -> Any:
    """The row in force for one setting; None for none."""
    if not rows:
        return None
    mine = {row.id: row for row in rows if row.key == spec.key}
    dated = [DatedRow(row.id, row.division_id, row.valid_from, row.is_ended) for row in mine.values()]
    held = row_in_force(dated, path_ids, on)
    return mine[held.id] if held else None


def _setting(spec: Spec, row: Policy | None, names: dict[int, str]) -> Setting:
    if row is None:
        return Setting(spec.key, spec.default, spec, None, None, None, spec.basis, spec.basis_text)
    name = names.get(row.division_id) if row.division_id is not None else None
    return Setting(
        spec.key, row.value, spec, row.division_id, name, row.valid_from, row.basis, row.basis_text
    )


# ------------------------------------------------------------------ the calendar


def _newest_years() -> sa.Select[int]:
    return sa.select(sa.func.max(_years.c.id)).group_by(_years.c.year)


#: In one statement: whoever asks for the days asks for the years.
_CALENDAR = sa.union_all(
    sa.select(
        _holidays.c.day, _holidays.c.is_workday, sa.cast(sa.null(), _years.c.year.type).label("year")
    ).where(
        _holidays.c.id.in_(
            sa.select(sa.func.max(_holidays.c.id))
            .where(_holidays.c.day >= sa.bindparam("since"))
            .group_by(_holidays.c.day)
        ),
        _holidays.c.is_workday.is_not(None),
    ),
    sa.select(sa.null(), sa.null(), _years.c.year).where(
        _years.c.id.in_(_newest_years()), _years.c.is_announced
    ),
)


def work_calendar(since: date | None = None) -> WorkCalendar:
    """The days that are worked or not as known today; with `since`, only from that day on (quicker)."""
    return _calendar(run(_CALENDAR, {"since": since or date.min}).all())


def values_and_calendar(
    keys: Sequence[str], division_path: str, on: date
) -> tuple[dict[str, Value], WorkCalendar]:
    """Several settings as they hold on a day, and the days from it on, asked together."""
    asked = {"on": on, "ids": ids_in(division_path), "since": on}
    rows = run(_asking_both(db.engine.dialect.name, tuple(keys)), asked).all()
    held = [row for row in rows if row.key is not None]
    return _values(keys, held, division_path, on), _calendar([row for row in rows if row.key is None])


@lru_cache
def _asking_both(dialect: str, keys: tuple[str, ...]) -> sa.CompoundSelect[Any]:
    """Settings, and below them the days and years, each beside columns that hold nothing."""
    asking, days = _asking(dialect, keys), _CALENDAR.subquery()
    nothing = [sa.cast(sa.null(), column.type).label(column.name) for column in days.c]
    unset = [sa.cast(sa.null(), column.type).label(column.name) for column in asking.selected_columns]
    return sa.union_all(asking.add_columns(*nothing), sa.select(*unset, *days.c))


def _calendar(rows: Sequence[Any]) -> WorkCalendar:
    return WorkCalendar(
        {row.day: bool(row.is_workday) for row in rows if row.day is not None},
        frozenset(row.year for row in rows if row.day is None),
    )


def announced_years() -> list[AnnouncedYear]:
    """The announced years with their source, newest first."""
    found = sa.select(AnnouncedYear).where(AnnouncedYear.id.in_(_newest_years()), AnnouncedYear.is_announced)
    return list(db.session.scalars(found.order_by(AnnouncedYear.year.desc())))


@dataclass(frozen=True)
class CalendarDay:
    day: date
    is_workday: bool
    name: str
    source: str
    #: Whether it stands in our rows, or follows from the fixed dates of an unannounced year.
    is_entered: bool


def special_days(year: int) -> list[CalendarDay]:
    """Holidays and worked weekends of a year, in order; for an unannounced year with its fixed-date holidays."""
    newest = (
        sa.select(sa.func.max(Holiday.id))
        .where(sa.extract("year", Holiday.day) == year)
        .group_by(Holiday.day)
    )
    rows = {row.day: row for row in db.session.scalars(sa.select(Holiday).where(Holiday.id.in_(newest)))}
    found = [
        CalendarDay(row.day, row.is_workday, row.name, row.source, is_entered=True)
        for row in rows.values()
        if row.is_workday is not None
    ]
    if year not in {one.year for one in announced_years()}:
        entered = {one.day for one in found}
        fixed = (date(year, month, day_) for month, day_ in FIXED_HOLIDAYS)
        law = "《全国年节及纪念日放假办法》第二条"
        found += [
            CalendarDay(one, False, "固定放假日", law, is_entered=False)
            for one in fixed
            if one not in entered
        ]
    return sorted(found, key=lambda one: one.day)
