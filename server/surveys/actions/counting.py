"""Which response counts, and the sums kept beside the responses.

An answer only marks its household; the sums are folded later, by the clock. What is not folded yet is added when results
are read, so they are never late, and two people who answer at once never wait for the same sum.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from server.infra.db import db, lock_row, table_of
from server.infra.statements import Write, chunks, run, update_rows
from server.surveys import queries
from server.surveys.models import Counted, Survey, SurveySum
from server.surveys.queries.responses import facts_from, facts_rows
from server.surveys.queries.results import fold_rows, take_out
from server.surveys.rules.counting import Standing, merge, standing
from server.surveys.rules.sums import Dimension, Table
from server.surveys.rules.words import Proof

FOLDED_AT_ONCE = 1000
FOLDED_A_TIME = 20_000

_counted = table_of(Counted)


def _lock(dialect: Any) -> sa.Insert:
    """Make the household's row, or take hold of the one there is: the second of two at once waits for the first."""
    fresh = dialect.insert(_counted).values(
        survey_id=sa.bindparam("of_survey"),
        household_id=sa.bindparam("of_household"),
        proof=sa.bindparam("of_proof"),
        is_folded=False,
    )
    statement: sa.Insert = fresh.on_conflict_do_update(
        index_elements=["survey_id", "household_id"], set_={"is_folded": False}
    )
    return statement


_LOCK_ALL = {"sqlite": _lock(sqlite), "postgresql": _lock(postgresql)}
_LOCK = {dialect: lock.returning(_counted.c.response_id) for dialect, lock in _LOCK_ALL.items()}
_COUNT = (
    sa.update(_counted)
    .where(
        _counted.c.survey_id == sa.bindparam("of_survey"),
        _counted.c.household_id == sa.bindparam("of_household"),
    )
    .values(
        proof=sa.bindparam("to_proof"),
        response_id=sa.bindparam("to_response"),
        consent_response_id=sa.bindparam("to_consent"),
        is_folded=False,
    )
)
_FOLDED = (
    sa.update(_counted)
    .where(
        _counted.c.survey_id == sa.bindparam("of_survey"),
        _counted.c.household_id.in_(sa.bindparam("of_households", expanding=True)),
    )
    .values(
        folded_response_id=_counted.c.response_id,
        folded_consent_id=_counted.c.consent_response_id,
        is_folded=True,
    )
)


@dataclass(frozen=True)
class Held:
    """A household that nobody else answers for before this transaction ends."""

    #: The response that counts now.
    response_id: int | None
    #: The id of the response to come; None where the database gives it only to the row itself.
    fresh_id: int | None


_FRESH = sa.func.nextval(sa.func.pg_get_serial_sequence("survey_responses", "id"))
_HOLD = {
    "sqlite": _LOCK["sqlite"].returning(sa.null().label("fresh_id")),
    "postgresql": _LOCK["postgresql"].returning(_FRESH.label("fresh_id")),
}


def hold_household(survey_id: int, household_id: int, proof: Proof) -> Held:
    """Lock it for an answer, whose id is drawn along with it: all that is written then goes out together."""
    values = {"of_survey": survey_id, "of_household": household_id, "of_proof": proof}
    row = run(_HOLD[db.engine.dialect.name], values).one()
    return Held(row.response_id, row.fresh_id)


def lock_household(survey_id: int, household_id: int, proof: Proof) -> int | None:
    """Let nobody else answer for this household before this transaction ends. Returns the response that counts now."""
    values = {"of_survey": survey_id, "of_household": household_id, "of_proof": proof}
    return run(_LOCK[db.engine.dialect.name], values).scalar()


def lock_households(survey_id: int, proofs: Mapping[int, Proof]) -> dict[int, int | None]:
    """The same of many households, each with the proof of what is answered first for it."""
    rows = [
        {"of_survey": survey_id, "of_household": household_id, "of_proof": proof}
        for household_id, proof in sorted(proofs.items())
    ]
    update_rows(_LOCK_ALL[db.engine.dialect.name], rows)
    held: dict[int, int | None] = {}
    for some in chunks(sorted(proofs)):
        found = sa.select(_counted.c.household_id, _counted.c.response_id).where(
            _counted.c.survey_id == survey_id, _counted.c.household_id.in_(some)
        )
        held |= {row.household_id: row.response_id for row in db.session.execute(found)}
    return held


def count_household(survey_id: int, household_id: int) -> None:
    """Say anew which response of the household counts; after each act that may change it."""
    count_standing(survey_id, household_id, standing(queries.facts_of(survey_id, household_id)))


def count_standing(survey_id: int, household_id: int, stands: Standing) -> None:
    """Let this be what counts of the household, which is held."""
    run(*counting(survey_id, household_id, stands))


def count_all(survey_id: int, standings: Mapping[int, Standing]) -> None:
    """The same of many households, which are held."""
    update_rows(_COUNT, [counting(survey_id, id_, stands)[1] for id_, stands in standings.items()])


def counting(survey_id: int, household_id: int, stands: Standing) -> Write:
    """What `count_standing` does, to be done together with the answer that changes it."""
    return _COUNT, {
        "of_survey": survey_id,
        "of_household": household_id,
        "to_proof": stands.proof or Proof.CLAIMED,
        "to_response": stands.needs_id,
        "to_consent": stands.consent_id,
    }


def fold_due(now: datetime) -> int:  # noqa: ARG001 - duties are told the time
    """Fold what came since the last time, of every survey. Returns how many households were folded."""
    waiting = sa.select(Counted.survey_id).where(Counted.is_folded.is_(False)).distinct()
    return sum(
        fold_survey(survey_id) for survey_id in db.session.scalars(waiting.order_by(Counted.survey_id)).all()
    )


def fold_survey(survey_id: int) -> int:
    """Fold the survey's waiting households into its sums, some thousands at a time."""
    lock_row(Survey, survey_id)
    folded = 0
    while folded < FOLDED_A_TIME:
        rows = _take_unfolded(survey_id)
        if not rows:
            break
        table: Table = {}
        fold_rows(table, survey_id, rows)
        _add_to_sums(survey_id, table)
        _mark_folded(survey_id, rows)
        folded += len(rows)
    return folded


def fold_out(survey_id: int, household_id: int) -> None:
    """Take a household out of the sums with all it says now; it is folded in anew the next time."""
    row = db.session.get(Counted, (survey_id, household_id), populate_existing=True)
    if row is None or (row.folded_response_id is None and row.folded_consent_id is None):
        return
    table: Table = {}
    take_out(table, survey_id, [row])
    _add_to_sums(survey_id, table)
    row.folded_response_id = row.folded_consent_id = None
    row.is_folded = False
    db.session.flush()


def recompute_sums(survey_id: int) -> bool:
    """Make anew which responses count, and all sums, from the responses. Returns whether any differed."""
    lock_row(Survey, survey_id)
    before = queries.sums(survey_id)
    standings = {
        household_id: standing([facts_from(row) for row in rows])
        for household_id, rows in groupby(facts_rows(survey_id), key=lambda row: row.household_id)
    }
    lock_households(survey_id, dict.fromkeys(standings, Proof.CLAIMED))
    count_all(survey_id, standings)
    db.session.execute(sa.delete(SurveySum).where(SurveySum.survey_id == survey_id))
    db.session.execute(
        sa.update(Counted)
        .where(Counted.survey_id == survey_id)
        .values(is_folded=False, folded_response_id=None, folded_consent_id=None)
    )
    db.session.expire_all()
    while fold_survey(survey_id):
        pass
    return bool(_without_empty(before) != _without_empty(queries.sums(survey_id)))


def _take_unfolded(survey_id: int) -> list[Counted]:
    """Households nobody is answering for at this moment; those come next time."""
    rows = (
        sa.select(Counted)
        .where(Counted.survey_id == survey_id, Counted.is_folded.is_(False))
        .order_by(Counted.household_id)
        .limit(FOLDED_AT_ONCE)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(rows))


def _add_to_sums(survey_id: int, table: Table) -> None:
    held = {
        (Dimension(row.dimension), row.group): row
        for row in db.session.scalars(
            sa.select(SurveySum).where(SurveySum.survey_id == survey_id).with_for_update()
        )
    }
    for key, moved in table.items():
        row = held.get(key)
        if row is None:
            row = SurveySum(survey_id=survey_id, dimension=key[0], group=key[1], households=0, counts={})
            db.session.add(row)
        row.households += moved.households
        row.counts = _merged(row.counts, moved.counts)
    db.session.flush()


def _merged(held: dict[str, dict[str, Any]], moved: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    counts = {question: dict(cells) for question, cells in held.items()}
    merge(counts, moved)
    return counts


def _mark_folded(survey_id: int, rows: list[Counted]) -> None:
    for some in chunks([row.household_id for row in rows]):
        run(_FOLDED, {"of_survey": survey_id, "of_households": some})
    db.session.expire_all()


def _without_empty(table: Table) -> Any:
    return {
        key: (group.households, {question: cells for question, cells in group.counts.items() if cells})
        for key, group in table.items()
        if group.households or any(group.counts.values())
    }
