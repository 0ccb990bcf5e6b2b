"""The staging file of one import: a small SQLite database beside ours, so that looking rows up, finding duplicates and
comparing with what stands takes memory that does not grow with the file. Personal values are in it sealed or hashed.

`no` numbers the new rows of a table from 0; applying turns it into an id. `id` is the row that stands already.
`row` is the line of the sheet that speaks of it, empty for what stands and is not in the file.
`refused` holds what a faulty row spoke of, so that the rows that hang on it are not called faulty as well.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

SCHEMA = """
CREATE TABLE communities (ord INTEGER PRIMARY KEY, id INTEGER, no INTEGER, row INTEGER, revision INTEGER,
  name TEXT NOT NULL, code TEXT, division_id INTEGER NOT NULL, facts TEXT NOT NULL DEFAULT '{}');
CREATE INDEX communities_name ON communities (name);
CREATE TABLE buildings (ord INTEGER PRIMARY KEY, id INTEGER, no INTEGER, row INTEGER, change INTEGER NOT NULL DEFAULT 0,
  community INTEGER NOT NULL, name TEXT NOT NULL, sort_key TEXT NOT NULL, floors INTEGER, UNIQUE (community, name));
CREATE TABLE entrances (ord INTEGER PRIMARY KEY, id INTEGER, no INTEGER, building INTEGER NOT NULL, name TEXT NOT NULL,
  sort_key TEXT NOT NULL, UNIQUE (building, name));
CREATE TABLE flats (ord INTEGER PRIMARY KEY, id INTEGER, no INTEGER, row INTEGER, change INTEGER NOT NULL DEFAULT 0,
  community INTEGER NOT NULL, building INTEGER NOT NULL, entrance INTEGER NOT NULL, room TEXT NOT NULL,
  sort_key TEXT NOT NULL, floor INTEGER, use TEXT NOT NULL, area INTEGER, area_source TEXT, UNIQUE (entrance, room));
CREATE INDEX flats_id ON flats (id) WHERE id IS NOT NULL;
CREATE TABLE owners (ord INTEGER PRIMARY KEY, id INTEGER, no INTEGER, row INTEGER, change INTEGER NOT NULL DEFAULT 0,
  community INTEGER NOT NULL, kind TEXT NOT NULL, name BLOB, phone BLOB, id_number BLOB,
  name_hash BLOB NOT NULL, phone_hash BLOB, id_hash BLOB, named INTEGER, phoned INTEGER, numbered INTEGER);
CREATE INDEX owners_name ON owners (community, name_hash);
CREATE INDEX owners_id ON owners (community, id_hash);
CREATE INDEX owners_row ON owners (id) WHERE id IS NOT NULL;
CREATE TABLE ownerships (ord INTEGER PRIMARY KEY, id INTEGER, no INTEGER, row INTEGER, change INTEGER NOT NULL DEFAULT 0,
  flat INTEGER NOT NULL, owner INTEGER NOT NULL, is_representative INTEGER NOT NULL, chosen INTEGER,
  share TEXT NOT NULL, from_on TEXT, to_on TEXT, ended INTEGER NOT NULL DEFAULT 0);
CREATE INDEX ownerships_flat ON ownerships (flat, owner);
CREATE TABLE households (ord INTEGER PRIMARY KEY, id INTEGER, no INTEGER, row INTEGER, change INTEGER NOT NULL DEFAULT 0,
  flat INTEGER NOT NULL, number INTEGER NOT NULL, state TEXT NOT NULL, note TEXT NOT NULL, is_closed INTEGER NOT NULL,
  UNIQUE (flat, number));
CREATE TABLE facilities (ord INTEGER PRIMARY KEY, id INTEGER, no INTEGER, row INTEGER, change INTEGER NOT NULL DEFAULT 0,
  community INTEGER NOT NULL, code TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, building INTEGER,
  place TEXT NOT NULL, UNIQUE (community, code));
CREATE TABLE refused (sheet TEXT NOT NULL, name TEXT NOT NULL, building TEXT NOT NULL, entrance TEXT NOT NULL);
CREATE INDEX refused_name ON refused (sheet, name);
"""


class Stage:
    """`with Stage.fresh(path) as stage:` to fill it, `with Stage.filled(path) as stage:` to apply it."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        self._counts: dict[str, int] = {}
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-16000", "temp_store=MEMORY"):
            self._connection.execute(f"PRAGMA {pragma}")

    @classmethod
    def fresh(cls, path: Path) -> "Stage":
        """An empty one, in one long transaction; what an earlier try left is gone."""
        path.unlink(missing_ok=True)
        stage = cls(path)
        stage._connection.executescript(SCHEMA)
        stage._connection.execute("BEGIN")
        return stage

    @classmethod
    def filled(cls, path: Path) -> "Stage":
        if not path.exists():
            raise FileNotFoundError(path)
        return cls(path)

    def __enter__(self) -> "Stage":
        return self

    def __exit__(self, *_error: object) -> None:
        if self._connection.in_transaction:
            self._connection.execute("COMMIT")
        self._connection.close()

    def one(self, sql: str, *values: Any) -> sqlite3.Row | None:
        found: sqlite3.Row | None = self._connection.execute(sql, values).fetchone()
        return found

    def number(self, sql: str, *values: Any) -> int:
        found = self._connection.execute(sql, values).fetchone()
        return int(found[0] or 0) if found else 0

    def all(self, sql: str, *values: Any) -> Iterator[sqlite3.Row]:
        yield from self._connection.execute(sql, values)

    def tuples(self, sql: str, *values: Any) -> Iterator[tuple[Any, ...]]:
        """Plain tuples, streamed: what the bulk writers take."""
        cursor = self._connection.cursor()
        cursor.row_factory = None
        yield from cursor.execute(sql, values)

    def run(self, sql: str, *values: Any) -> int:
        """The row id of an insert."""
        return int(self._connection.execute(sql, values).lastrowid or 0)

    def fill(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        marks = ", ".join("?" * len(columns))
        self._connection.executemany(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})",  # noqa: S608 - names are ours
            rows,
        )

    def next_no(self, table: str) -> int:
        """The number of the next new row of this table."""
        number = self._counts.get(table, 0)
        self._counts[table] = number + 1
        return number
