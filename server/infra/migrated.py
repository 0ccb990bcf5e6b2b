"""Whether the database is at the newest migration."""

import sqlalchemy as sa
from flask import current_app

from server.infra.db import db


def newest_migration() -> str:
    """The revision the code was written for."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - only commands and /readyz need alembic loaded

    return ScriptDirectory(str(current_app.extensions["migrate"].directory)).get_current_head() or ""


def applied_migration() -> str:
    """The revision the database is at; empty where it was never migrated. Raises where it does not answer."""
    with db.engine.connect() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return ""
        return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar() or ""
