"""Reading the tree."""

from collections.abc import Iterable
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from server.divisions.models import Division
from server.divisions.rules import ids_in, path_range
from server.infra.db import db, table_of

MOST_FOUND = 50

_divisions = table_of(Division)
#: Of each division its path, to be joined by id: id, path.
PATHS = sa.select(_divisions.c.id, _divisions.c.path).subquery("division_paths")


def division(division_id: int) -> Division | None:
    return db.session.get(Division, division_id)


def paths(division_ids: Iterable[int]) -> dict[int, str]:
    """The path of each, with one query for all."""
    found = sa.select(Division.id, Division.path).where(Division.id.in_(set(division_ids)))
    return {row.id: row.path for row in db.session.execute(found)}


def by_code(code: str, on: date | None = None) -> Division | None:
    """The division with this code: the one valid on that day, or without a day the newest one that had it."""
    found = sa.select(Division).where(Division.code == code)
    if on is not None:
        found = found.where(*valid_on(on))
    return db.session.scalars(
        found.order_by(Division.valid_to.is_(None).desc(), Division.valid_to.desc())
    ).first()


def current(of: Division, on: date) -> Division:
    """The division that stands for `of` on that day: itself, or whoever followed it."""
    while of.valid_to is not None and of.valid_to <= on and of.replaced_by_id is not None:
        successor = division(of.replaced_by_id)
        if successor is None:
            break
        of = successor
    return of


def predecessors(division_id: int) -> list[Division]:
    """Who was replaced by this one."""
    return list(
        db.session.scalars(
            sa.select(Division).where(Division.replaced_by_id == division_id).order_by(Division.id)
        )
    )


def roots() -> list[Division]:
    return list(
        db.session.scalars(sa.select(Division).where(Division.parent_id.is_(None)).order_by(Division.id))
    )


def children(division_id: int, on: date | None = None) -> list[Division]:
    """In the order of the state's list; with a day, only those valid on it."""
    found = sa.select(Division).where(Division.parent_id == division_id)
    if on is not None:
        found = found.where(*valid_on(on))
    return list(db.session.scalars(found.order_by(Division.id)))


def ancestors(path: str) -> list[Division]:
    """From the root down to the division of this path, itself included."""
    found = sa.select(Division).where(Division.id.in_(ids_in(path)))
    return sorted(db.session.scalars(found), key=lambda one: len(one.path))


def full_name(path: str) -> str:
    """ "贵州省 贵阳市 南明区"."""
    return " ".join(one.name for one in ancestors(path))


def full_names(paths: Iterable[str]) -> dict[str, str]:
    """The full name of each path, with one query for all."""
    wanted = set(paths)
    ids = {one for path in wanted for one in ids_in(path)}
    found = db.session.execute(sa.select(Division.id, Division.name).where(Division.id.in_(ids)))
    names = {row.id: row.name for row in found}
    return {path: " ".join(names[one] for one in ids_in(path) if one in names) for path in wanted}


def search(text: str, under: str = "/", limit: int = MOST_FOUND) -> list[Division]:
    """By part of the name, or the beginning of the code; higher levels first. Old divisions are found too."""
    wanted = text.strip()
    if not wanted:
        return []
    is_like = sa.or_(
        Division.name.contains(wanted, autoescape=True), Division.code.startswith(wanted, autoescape=True)
    )
    found = sa.select(Division).where(is_like, is_under(Division.path, under))
    return list(db.session.scalars(found.order_by(sa.func.length(Division.path), Division.id).limit(limit)))


def subtree_ids(path: str) -> sa.Select[int]:
    """Ids of all under `path`, itself too, as a select to stand in an IN (...)."""
    return sa.select(Division.id).where(is_under(Division.path, path))


def is_under(column: InstrumentedAttribute[str], path: str) -> sa.ColumnElement[bool]:
    """Whether a path column lies under `path`; "/" is everything."""
    if path == "/":
        return sa.true()
    first, beyond = path_range(path)
    return sa.and_(column >= first, column < beyond)


def valid_on(on: date) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        sa.or_(Division.valid_from.is_(None), Division.valid_from <= on),
        sa.or_(Division.valid_to.is_(None), Division.valid_to > on),
    )
