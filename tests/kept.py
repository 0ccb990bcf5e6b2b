"""Houses that were built once: what a factory made, the next test that asks for the same finds, without building it again.

A factory marked `@kept` leads from one known state of the database to another. The first call runs, and what it wrote is
kept beside what it returned; the same call from the same state is answered from there, and the database is brought to that
state only when somebody asks it something. Whatever else writes makes the state unknown: from there on factories build.

So a kept factory writes to the database alone, through SQLAlchemy, and nothing else decides what it makes but its arguments:
not the true clock either, by which tries are forgotten.
A test that asks for `monkeypatch` may have changed what is built: it builds for itself, and nothing of it is kept.
"""

import dataclasses
import functools
import threading
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any, ParamSpec, Protocol, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.orm import make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from server.infra.db import Base, db, forget_answers

P = ParamSpec("P")
R = TypeVar("R")
_PLAIN = (type(None), bool, int, str, bytes, float, Decimal, Fraction, date, datetime, timedelta)


class _UnkeptError(Exception):
    """This argument or result cannot be told from another, or not be made again."""


@dataclasses.dataclass
class State:
    """A known state of the database, the calls that lead on from it, and what the last step to it wrote."""

    before: "State | None" = None
    written: Any = None
    calls: "dict[Hashable, tuple[State, Any]]" = dataclasses.field(default_factory=dict)

    def way(self) -> list[Any]:
        """What was written from where the migrations left the database to here, step by step."""
        return [*self.before.way(), self.written] if self.before else []


class Shelf(Protocol):
    """A database whose states can be kept."""

    def write_down(self, before: list[Any]) -> Any:
        """What was written after all these; None where that cannot be told."""

    def leave(self) -> None:
        """Let no open connection see the database as it was."""


class Keeper:
    """Where the database of this process is, as far as that is known."""

    def __init__(self) -> None:
        self.shelf: Shelf | None = None
        self.start = State()
        #: None once it was written to by other ways than a kept factory.
        self.here: State | None = self.start
        self._is_due = False  # whether the database has yet to be brought there
        self._is_building = False
        self._has_written = False
        self._is_open = False
        self._guard = threading.Lock()

    @contextmanager
    def open_to(self, fixtures: Sequence[str]) -> Iterator[None]:
        self._is_open = "monkeypatch" not in fixtures
        try:
            yield
        finally:
            self._is_open = False

    def go_back(self) -> None:
        """To where the migrations left the database."""
        if self.here is not self.start:
            self._go_to(self.start)

    def bring_it(self, load: Callable[[list[Any]], None]) -> None:
        """Somebody asks the database something: let `load` bring it where it should be, by all that was written since the
        migrations."""
        with self._guard:
            if self._is_due and self.here is not None:
                load(self.here.way())
                self._is_due = False

    def note_writing(self) -> None:
        """Something was committed. Within a kept factory that is what it is for."""
        if self._is_building:
            self._has_written = True
        else:
            self.lose_track()

    def lose_track(self) -> None:
        self.here = None

    def call(self, factory: Callable[..., Any], arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
        if not self._knows_the_way():
            return factory(*arguments, **named)
        before = cast(State, self.here)
        try:
            asked = (factory, _frozen(arguments), _frozen(named))
        except _UnkeptError:
            return factory(*arguments, **named)
        if asked in before.calls:
            after, made = before.calls[asked]
            _let_go_of_rows()
            self._go_to(after)
            return _made_again(made)
        made = self._build(functools.partial(factory, *arguments, **named))
        if self._has_written and self.here is before:
            self._keep(before, asked, made)
        return made

    def _go_to(self, state: State) -> None:
        self.here = state
        self._is_due = True
        assert self.shelf is not None
        self.shelf.leave()

    def _build(self, factory: Callable[[], Any]) -> Any:
        self._is_building, self._has_written = True, False
        try:
            return factory()
        except BaseException:
            self.lose_track()
            raise
        finally:
            self._is_building = False

    def _keep(self, before: State, asked: Hashable, made: Any) -> None:
        self.lose_track()
        assert self.shelf is not None
        with suppress(_UnkeptError):
            kept = _kept(made)
            written = self.shelf.write_down(before.way())
            if written is not None:
                after = State(before, written)
                before.calls[asked] = after, kept
                self.here = after

    def _knows_the_way(self) -> bool:
        return (
            self._is_open
            and not self._is_building
            and self.here is not None
            and not db.session().info.get("unit_of_work")
            and threading.current_thread() is threading.main_thread()
        )


keeper = Keeper()


def kept(factory: Callable[P, R]) -> Callable[P, R]:
    @functools.wraps(factory)
    def call(*arguments: P.args, **named: P.kwargs) -> R:
        return cast(R, keeper.call(factory, arguments, named))

    return call


def _frozen(value: Any) -> Hashable:
    """A key that only an equal argument has."""
    if isinstance(value, (Enum, *_PLAIN)):
        return type(value), value
    if isinstance(value, (list, tuple)):
        return type(value), tuple(_frozen(one) for one in value)
    if isinstance(value, dict):
        return dict, tuple((_frozen(key), _frozen(one)) for key, one in value.items())
    if isinstance(value, (set, frozenset)):
        return type(value), frozenset(_frozen(one) for one in value)
    if isinstance(value, Base):
        return type(value), _identity(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return type(value), tuple(_frozen(one) for one in _fields(value).values())
    raise _UnkeptError


def _identity(row: Base) -> tuple[Any, ...]:
    told = sa.inspect(row)
    if told.identity is None or told.modified:
        raise _UnkeptError
    return cast(tuple[Any, ...], told.identity)


def _fields(value: Any) -> dict[str, Any]:
    return {one.name: getattr(value, one.name) for one in dataclasses.fields(value)}


@dataclasses.dataclass(frozen=True)
class _Row:
    kind: type[Base]
    identity: tuple[Any, ...]


@dataclasses.dataclass(frozen=True)
class _Facts:
    kind: type
    fields: dict[str, Any]


def _kept(value: Any) -> Any:
    """The value with its rows as keys of rows."""
    if isinstance(value, (Enum, *_PLAIN)):
        return value
    if isinstance(value, Base):
        return _Row(type(value), _identity(value))
    if type(value) in (list, tuple):
        return type(value)(_kept(one) for one in value)
    if type(value) is dict:
        return {key: _kept(one) for key, one in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _Facts(type(value), {name: _kept(one) for name, one in _fields(value).items()})
    raise _UnkeptError


def _made_again(value: Any) -> Any:
    if isinstance(value, _Row):
        return _row_again(value)
    if type(value) in (list, tuple):
        return type(value)(_made_again(one) for one in value)
    if type(value) is dict:
        return {key: _made_again(one) for key, one in value.items()}
    if isinstance(value, _Facts):
        again = object.__new__(value.kind)
        for name, one in value.fields.items():
            object.__setattr__(again, name, _made_again(one))
        return again
    return value


def _let_go_of_rows() -> None:
    """What was read is read anew when it is asked for, but for the keys: those were known to whoever built."""
    db.session.rollback()
    db.session.expire_all()
    forget_answers()
    for row in db.session:
        _tell_key(row, sa.inspect(row).identity)


def _row_again(row: _Row) -> Base:
    """The row as the session knows it: of a row it does not hold, the key alone; the rest is read when it is asked for."""
    mapper = sa.inspect(row.kind)
    session = db.session()
    known = session.identity_map.get(mapper.identity_key_from_primary_key(row.identity))
    if known is not None:
        return cast(Base, known)
    again: Base = mapper.class_manager.new_instance()
    _tell_key(again, row.identity)
    make_transient_to_detached(again)
    session.add(again)
    return again


def _tell_key(row: Base, identity: tuple[Any, ...]) -> None:
    mapper = sa.inspect(type(row))
    for column, value in zip(mapper.primary_key, identity, strict=True):
        set_committed_value(row, mapper.get_property_by_column(column).key, value)
