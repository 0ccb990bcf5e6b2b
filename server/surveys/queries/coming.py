"""Somebody comes to a survey: its questions in force, what its pages show, and the households they answer for, in one read.

Asked with every page of a form, hence past the session's objects. What is written afterwards rests on what stands by then:
actions ask anew.
"""

from dataclasses import dataclass, fields
from typing import Any

import sqlalchemy as sa

from server.identity import queries as identity
from server.infra import clock
from server.infra.db import table_of
from server.infra.statements import run
from server.ledger import queries as ledger
from server.ledger.queries import HouseholdCard
from server.surveys.models import Counted, Survey, SurveyDraft, SurveyVersion
from server.surveys.queries.asked import Form, SurveyFacts, known_definition
from server.surveys.queries.households import Answerer, is_asked
from server.surveys.rules.words import SLIP_HOLDER, Capacity


@dataclass(frozen=True)
class SignedForm(Form):
    """With what its pages show of the community."""

    community: str
    help_phone: str
    help_place: str


@dataclass(frozen=True)
class Reached(Answerer):
    """`has_begun`: the household has an answer, or whoever holds its slip a draft."""

    has_begun: bool


@dataclass(frozen=True)
class Coming:
    form: SignedForm
    #: Of the resident who was named; None where there is no such. Whether they are signed in is for the door to say.
    session_version: int | None
    reached: list[Reached]


_surveys, _versions = table_of(Survey), table_of(SurveyVersion)
_drafts, _counted = table_of(SurveyDraft), table_of(Counted)
_signs, _residents = ledger.COMMUNITY_SIGNS, identity.SESSION_VERSIONS
_cards, _reached = ledger.HOUSEHOLD_CARDS, identity.REACHED

_OF = tuple(_surveys.c[one.name].label(f"of_{one.name}") for one in fields(SurveyFacts))
_CARD = tuple(column.label(f"card_{column.name}") for column in _cards.c)


def _of_household(table: sa.Table) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.survey_id == _surveys.c.id, table.c.household_id == _cards.c.id)


_HAS_BEGUN = sa.or_(
    sa.exists().where(_of_household(_drafts), _drafts.c.holder == SLIP_HOLDER),
    sa.exists().where(_of_household(_counted), _counted.c.response_id.is_not(None)),
)
_COMING = (
    sa.select(
        *_OF,
        *_CARD,
        *_reached.c,
        _HAS_BEGUN.label("has_begun"),
        _versions.c.fingerprint,
        _signs.c.name.label("community"),
        _signs.c.contact_phone,
        _signs.c.contact_place,
        _residents.c.session_version,
        clock.OFFSET_COLUMN,
    )
    .select_from(_surveys)
    .join(
        _versions,
        sa.and_(_versions.c.survey_id == _surveys.c.id, _versions.c.number == _surveys.c.version_number),
    )
    .join(_signs, _signs.c.id == _surveys.c.community_id)
    .outerjoin(_residents, _residents.c.id == sa.bindparam("resident_id"))
    # All homes of the resident: told which community, PostgreSQL without statistics would begin with all its flats.
    .outerjoin(sa.join(_cards, _reached, _reached.c.household_id == _cards.c.id), sa.true())
    .where(_surveys.c.id == sa.bindparam("survey_id"))
    .order_by(_reached.c.id)
)
_CARD_AT, _CARD_ENDS = len(_OF), len(_OF) + len(_CARD)
#: No row has this id.
_NOBODY = 0


def coming(survey_id: int, resident_id: int | None) -> Coming | None:
    """None for no survey."""
    rows = run(_COMING, {"survey_id": survey_id, "resident_id": resident_id or _NOBODY}).all()
    if not rows:
        return None
    first = rows[0]
    clock.note(first.clock_offset)
    facts = SurveyFacts(*first[:_CARD_AT])
    form = SignedForm(
        facts,
        facts.version_number,
        first.fingerprint,
        known_definition(facts.id, facts.version_number, first.fingerprint),
        first.community,
        first.contact_phone,
        first.contact_place,
    )
    found = [one for row in rows if (one := _reached_by(row)) is not None]
    here = [one for one in found if one.household.community_id == facts.community_id]
    return Coming(form, first.session_version, [one for one in here if is_asked(facts, one.household)])


def _reached_by(row: Any) -> Reached | None:
    by_slip = identity.reached_from(row) if row.card_id is not None else None
    if by_slip is None:
        return None
    capacity = Capacity.OWNER if by_slip.is_owner else None
    return Reached(HouseholdCard(*row[_CARD_AT:_CARD_ENDS]), capacity, row.has_begun)
