"""Keeping a new row where another request may keep the same at the same instant."""

from sqlalchemy.exc import IntegrityError

from server.infra.db import Base, db
from server.kernel.errors import Conflict


def keep(row: Base) -> None:
    """Write the row. What collides with another person's act, or with one's own second click, is refused and not lost."""
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError as error:
        if not _is_taken(error):
            raise
        raise Conflict(
            "同一件事刚刚办过了。刷新页面看看，没有记下的话再提交一次。", code="collided"
        ) from None


def _is_taken(error: IntegrityError) -> bool:
    """A unique key was taken; any other broken rule of a table is a fault of ours."""
    state = getattr(error.orig, "sqlstate", None)
    return state == "23505" or "UNIQUE constraint failed" in str(error.orig)
