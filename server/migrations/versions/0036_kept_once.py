"""What stands in one place only: the pool of a community by its moves, and what old notices of results told.

Moves between the pools are the one way by which a community changes its pool; the ledger had a field beside them.
Notices of survey results that were posted before 0024 have no row of what they told; it is read from the notices.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

from server.infra.db import Instant

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

#: As a notice of results words its figures.
TOLD = {"全部住户": "households", "答了的": "answered"}

_notices = sa.table(
    "notices",
    *(sa.column(name) for name in ("id", "kind", "about_kind", "about_id", "withdrawn_reason")),
    sa.column("body", sa.JSON()),
    sa.column("posted_at", Instant()),
)
_publications = sa.table(
    "survey_publications",
    *(sa.column(name) for name in ("survey_id", "number", "notice_id", "households", "answered")),
    *(sa.column(name) for name in ("consent_answered", "agreed", "reason")),
    sa.column("published_at", Instant()),
)
_versions = sa.table(
    "survey_versions", sa.column("survey_id"), sa.column("number"), sa.column("definition", sa.JSON())
)
_sums = sa.table(
    "survey_sums",
    *(sa.column(name) for name in ("survey_id", "dimension", "group_key", "households")),
    sa.column("counts", sa.JSON()),
)


def upgrade() -> None:
    op.execute(
        "UPDATE communities SET pool = (SELECT m.to_pool FROM pool_moves m WHERE m.community_id = communities.id "
        "ORDER BY m.number DESC LIMIT 1) WHERE id IN (SELECT community_id FROM pool_moves)"
    )
    keep_what_was_told(op.get_bind())


def downgrade() -> None:
    """Rows that were read from notices are as true before this as after it."""


def keep_what_was_told(bind: sa.Connection) -> None:
    """Of each survey none of whose notices has a row: one row a notice, in their order."""
    kept = set(bind.scalars(sa.select(_publications.c.notice_id)))
    found = sa.select(_notices).where(
        _notices.c.kind == "survey_result",
        _notices.c.about_kind == "survey",
        _notices.c.about_id.is_not(None),
    )
    by_survey: dict[int, list[Any]] = {}
    for row in bind.execute(found.order_by(_notices.c.id)):
        by_survey.setdefault(row.about_id, []).append(row)
    for survey_id, posted in by_survey.items():
        if not any(one.id in kept for one in posted):
            _keep(bind, survey_id, posted)


def _keep(bind: sa.Connection, survey_id: int, posted: Iterable[Any]) -> None:
    number, reason = 0, ""
    for one in posted:
        told = figures_told(one.body)
        if told is not None:
            number += 1
            answered, agreed = _consent(bind, survey_id, told["answered"])
            bind.execute(
                sa.insert(_publications).values(
                    survey_id=survey_id,
                    number=number,
                    notice_id=one.id,
                    consent_answered=answered,
                    agreed=agreed,
                    reason=reason if number > 1 else "",
                    published_at=one.posted_at,
                    **told,
                )
            )
        reason = one.withdrawn_reason


def figures_told(body: Iterable[Mapping[str, Any]]) -> dict[str, int] | None:
    """All households and those that answered, as the notice words them; None where it does not."""
    words = {
        term: value for block in body if block.get("kind") == "figures" for term, value in block["figures"]
    }
    found = {name: re.match(r"[\d,]+", str(words[term])) for term, name in TOLD.items() if words.get(term)}
    numbers = {name: int(one[0].replace(",", "")) for name, one in found.items() if one is not None}
    return numbers if len(numbers) == len(TOLD) else None


def _consent(bind: sa.Connection, survey_id: int, answered: int) -> tuple[int | None, int | None]:
    """Of the first question of consent. Nothing where answers were counted after the notice: these were not told."""
    of_survey = sa.select(_versions.c.definition).where(_versions.c.survey_id == survey_id)
    definition = bind.scalar(of_survey.order_by(_versions.c.number.desc()).limit(1)) or {}
    questions = (one for section in definition.get("sections", ()) for one in section.get("questions", ()))
    asks = next((one for one in questions if one.get("is_consent") and one.get("kind") == "stance"), None)
    whole = bind.execute(
        sa.select(_sums).where(
            _sums.c.survey_id == survey_id, _sums.c.dimension == "all", _sums.c.group_key == ""
        )
    ).first()
    if asks is None or whole is None or whole.households != answered:
        return None, None
    cells = whole.counts.get(asks["key"], {})
    return int(cells.get("#answered", 0)), int(cells.get("agree", 0))
