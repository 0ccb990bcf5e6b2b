"""Results: sums by group, exact and live; how far the survey has reached; what is wanted most."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from server.infra.db import asked_once, db, note_answer
from server.ledger import queries as ledger
from server.surveys.models import Counted, Survey, SurveyResponse, SurveySum
from server.surveys.queries.asked import definition_of, versions
from server.surveys.queries.households import household_total
from server.surveys.queries.responses import private_of
from server.surveys.rules.counting import add, contributions
from server.surveys.rules.needs import Need, ranked_needs
from server.surveys.rules.sums import Answered, Dimension, Group, Table, fold, joined
from server.surveys.rules.words import Proof

AT_ONCE = 1000
#: The group of all households, as the sums name it.
_WHOLE = (Dimension.ALL, "")


@dataclass(frozen=True)
class Coverage:
    """Of all households asked, how many were reached (vacant and unreachable ones stay in the base)."""

    households: int
    proven: int
    claimed: int

    @property
    def answered(self) -> int:
        return self.proven + self.claimed


def coverage(of: Survey) -> Coverage:
    return coverages([of])[of.id]


def coverages(some: Sequence[Survey]) -> dict[int, Coverage]:
    """How far each of these surveys has reached, by id: what is folded, and what came since."""
    counts: Counter[tuple[int, Proof]] = Counter()
    for survey_id, proof, households in db.session.execute(_REACHED, {"survey_ids": [of.id for of in some]}):
        counts[survey_id, Proof(proof)] += households
    totals = ledger.household_counts(
        [of.community_id for of in some if not (of.building_ids or of.entrance_ids)]
    )
    return {
        of.id: Coverage(
            household_total(of) if of.building_ids or of.entrance_ids else totals.get(of.community_id, 0),
            counts[of.id, Proof.PROVEN],
            counts[of.id, Proof.CLAIMED],
        )
        for of in some
    }


def _tail(response_id: sa.ColumnElement[int | None], sign: int) -> sa.Select[int, str, int]:
    """Of the households not folded yet: by proof, those whose response is this one."""
    return (
        sa.select(Counted.survey_id, sa.type_coerce(SurveyResponse.proof, sa.String), sign * sa.func.count())
        .join(SurveyResponse, SurveyResponse.id == response_id)
        .where(Counted.survey_id.in_(_IDS), Counted.is_folded.is_(False))
        .group_by(Counted.survey_id, SurveyResponse.proof)
    )


_IDS: sa.BindParameter[Any] = sa.bindparam("survey_ids", expanding=True)
_REACHED = sa.union_all(
    sa.select(SurveySum.survey_id, SurveySum.group, SurveySum.households).where(
        SurveySum.survey_id.in_(_IDS), SurveySum.dimension == Dimension.PROOF
    ),
    _tail(Counted.response_id, 1),  # type: ignore[arg-type]
    _tail(Counted.folded_response_id, -1),  # type: ignore[arg-type]
)


def sums(survey_id: int, dimensions: Collection[Dimension] = tuple(Dimension)) -> Table:
    """Every group's households and cells: what is folded, and what came since."""
    rows = sa.select(SurveySum).where(
        SurveySum.survey_id == survey_id, SurveySum.dimension.in_([Dimension.ALL, *dimensions])
    )
    table: Table = {
        (Dimension(row.dimension), row.group): Group(row.households, row.counts)
        for row in db.session.scalars(rows.execution_options(populate_existing=True))
    }
    copied = {
        key: Group(one.households, {q: dict(c) for q, c in one.counts.items()}) for key, one in table.items()
    }
    for batch in _batches(unfolded(survey_id)):
        fold_rows(copied, survey_id, batch)
    return {key: group for key, group in copied.items() if key[0] in dimensions}


_WHOLES = (
    sa.select(SurveySum)
    .where(SurveySum.survey_id.in_(_IDS), SurveySum.dimension == Dimension.ALL)
    .execution_options(populate_existing=True)
)
_UNFOLDED = sa.select(Counted).where(Counted.survey_id.in_(_IDS), Counted.is_folded.is_(False))


def wholes_of(survey_ids: Sequence[int]) -> dict[int, Group]:
    """The sums of all households of each of these surveys: what is folded, and what came since. Surveys without an answer
    are left out.
    """
    asked = {"survey_ids": survey_ids}
    tables: dict[int, Table] = {
        row.survey_id: {
            _WHOLE: Group(row.households, {name: dict(cells) for name, cells in row.counts.items()})
        }
        for row in db.session.scalars(_WHOLES, asked)
    }
    waiting: dict[int, list[Counted]] = {}
    for one in sorted(db.session.scalars(_UNFOLDED, asked), key=lambda row: row.household_id):
        waiting.setdefault(one.survey_id, []).append(one)
    for survey_id, some in waiting.items():
        for batch in _batches(some):
            fold_rows(tables.setdefault(survey_id, {}), survey_id, batch)
    for survey_id in survey_ids:
        note_answer(("survey_whole", survey_id), tables.get(survey_id, {}).get(_WHOLE))
    return {survey_id: table[_WHOLE] for survey_id, table in tables.items() if _WHOLE in table}


def whole_of(survey_id: int) -> Group | None:
    return asked_once(("survey_whole", survey_id), lambda: wholes_of([survey_id]).get(survey_id))


def joined_sums(surveys: Sequence[Survey]) -> Table:
    """The surveys of a campaign together: the sum of all, and each community's whole by its id."""
    wholes = wholes_of([one.id for one in surveys])
    return joined({str(one.community_id): wholes.get(one.id, Group()) for one in surveys})


def unfolded(survey_id: int) -> Sequence[Counted]:
    # Sorted here: asked for in this order, a database walks all households of the survey to find the few that wait.
    rows = sa.select(Counted).where(Counted.survey_id == survey_id, Counted.is_folded.is_(False))
    return sorted(db.session.scalars(rows), key=lambda row: row.household_id)


def fold_rows(table: Table, survey_id: int, rows: Sequence[Counted]) -> None:
    """Take out what the sums hold of these households and put in what counts now."""
    take_out(table, survey_id, rows)
    present = [(row.response_id, row.consent_response_id) for row in rows]
    _fold_pairs(table, survey_id, present, sign=1)


def take_out(table: Table, survey_id: int, rows: Sequence[Counted]) -> None:
    """Take out what the sums hold of these households."""
    held = [(row.folded_response_id, row.folded_consent_id) for row in rows]
    _fold_pairs(table, survey_id, held, sign=-1)


def _fold_pairs(
    table: Table, survey_id: int, pairs: Sequence[tuple[int | None, int | None]], *, sign: int
) -> None:
    ids = {one for pair in pairs for one in pair if one is not None}
    answered = answered_by_id(survey_id, ids) if ids else {}
    for needs_id, consent_id in pairs:
        needs = answered[needs_id] if needs_id is not None else None
        consent = answered[consent_id] if consent_id is not None else None
        fold(table, needs, consent, sign=sign)


def answered_by_id(survey_id: int, response_ids: Collection[int]) -> dict[int, Answered]:
    """Responses as they are counted."""
    definitions = {row.number: definition_of(row) for row in versions(survey_id)}
    private = private_of(response_ids)
    rows = db.session.execute(
        sa.select(
            SurveyResponse.id,
            SurveyResponse.version_number,
            SurveyResponse.building_id,
            SurveyResponse.capacity,
            SurveyResponse.proof,
            SurveyResponse.answers,
        ).where(SurveyResponse.id.in_(response_ids))
    )
    return {
        row.id: Answered(
            row.version_number,
            row.building_id,
            row.capacity,
            row.proof,
            {**row.answers, **private.get(row.id, {})},
            definitions[row.version_number],
        )
        for row in rows
    }


def needs_ranking(of: Survey) -> list[Need]:
    """Catalogue items by how many households want them, ticked or put into a package; what decisions are set beside."""
    return asked_once(("needs_ranking", of.id), lambda: _needs_ranking(of))


def needs_said_by(survey_id: int, actor_key: str) -> tuple[set[str], datetime] | None:
    """The catalogue items that this person ticked or put into a package themselves, and when; for them alone. None where
    they answered nothing: what another of the household said, or staff keyed in, is not theirs.
    """
    mine = sa.select(SurveyResponse).where(
        SurveyResponse.survey_id == survey_id, SurveyResponse.entered_by == actor_key
    )
    row = db.session.scalars(mine.order_by(SurveyResponse.id.desc())).first()
    if row is None:
        return None
    (asked,) = [definition_of(one) for one in versions(survey_id) if one.number == row.version_number]
    counts: dict[str, dict[str, Any]] = {}
    add(counts, contributions(asked, row.answers, is_consent=False))
    found = {one.code for one in ranked_needs(asked.questions, counts) if one.wanted or one.packed}
    return found, row.answered_at


def _needs_ranking(of: Survey) -> list[Need]:
    whole = whole_of(of.id)
    counts = whole.counts if whole is not None else {}
    questions = [one for row in versions(of.id) for one in definition_of(row).questions]
    return ranked_needs(questions, counts)


def _batches(rows: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (rows[start : start + AT_ONCE] for start in range(0, len(rows), AT_ONCE))
