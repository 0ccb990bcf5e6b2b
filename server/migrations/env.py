"""How alembic runs our steps: on the house's own engine, with every table known, batch mode where SQLite needs it."""

from alembic import context
from flask import current_app

from server import tables  # noqa: F401 - every table in one import
from server.infra.db import Base
from server.infra.engines import begin_always


def _is_ours(_object: object, name: str | None, kind: str, reflected: bool, _against: object) -> bool:
    # huey keeps its own tables beside ours on PostgreSQL.
    return not (kind == "table" and reflected and (name or "").startswith("huey"))


def run() -> None:
    engine = current_app.extensions["migrate"].db.engine
    with engine.connect() as connection:
        begin_always(connection)
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            compare_type=True,
            include_object=_is_ours,
            transaction_per_migration=True,
            user_module_prefix="server.infra.db.",
        )
        with context.begin_transaction():
            context.run_migrations()


run()
