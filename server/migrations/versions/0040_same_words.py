"""What people said in their own words is grouped anew: where only what says nothing differs, and no more where a sign did.

The digest of a text was taken without any sign, so that 3.5 and 35 stood together. Texts are kept for good and never
changed; what is written anew here is the digest beside them, of those alone whose digest is another now.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

from server.infra.db import append_only_ddl, append_only_undo
from server.surveys.rules.texts import digest_of

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

TABLE = "survey_texts"
AT_ONCE = 2_000

_texts = sa.table(TABLE, *(sa.column(name) for name in ("id", "text", "digest")))


def upgrade() -> None:
    regroup(op.get_bind(), digest_of)


def downgrade() -> None:
    regroup(op.get_bind(), digest_before)


def regroup(bind: sa.Connection, digest: Callable[[str], str]) -> None:
    for statement in append_only_undo(TABLE, bind.dialect.name):
        bind.exec_driver_sql(statement)
    writing = (
        sa.update(_texts).where(_texts.c.id == sa.bindparam("of")).values(digest=sa.bindparam("becomes"))
    )
    last = 0
    while rows := bind.execute(
        sa.select(_texts).where(_texts.c.id > last).order_by(_texts.c.id).limit(AT_ONCE)
    ).all():
        last = rows[-1].id
        changed = [
            {"of": row.id, "becomes": told} for row in rows if (told := digest(row.text)) != row.digest
        ]
        if changed:
            bind.execute(writing, changed)
    for statement in append_only_ddl(TABLE, bind.dialect.name):
        bind.exec_driver_sql(statement)


def digest_before(text: str) -> str:
    words = re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())
    return hashlib.sha256(words.encode()).hexdigest()[:32]
