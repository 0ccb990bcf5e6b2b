"""Notices of results from before publications were kept: what they told is read from them, once."""

import importlib
from datetime import timedelta

import pytest

from server.infra.db import db, unit_of_work
from server.notices import actions as notices
from server.notices.models import Notice
from server.notices.rules import NoticeKind
from server.surveys import queries
from server.surveys.models import Survey
from tests.factories.notices import BODY
from tests.factories.surveys import ANSWERS, CLERK, CLOSES, WHOLE, answer, fold, key, make_asked

pytestmark = pytest.mark.usefixtures("clock")
CLOSED = CLOSES + timedelta(days=1)
migration = importlib.import_module("server.migrations.versions.0036_kept_once")


def post(of: Survey, body: list | None = None) -> Notice:
    """As publishing did before it kept a row."""
    sheet = queries.result_sheet(of, CLOSED, ())
    with unit_of_work():
        return notices.post_notice(
            of.community_id, NoticeKind.SURVEY_RESULT, title=sheet.title, body=body or sheet.body,
            client_key=key(), actor=CLERK, now=CLOSED, about_kind="survey", about_id=of.id,
        )  # fmt: skip


def take_down(of: Notice) -> None:
    with unit_of_work():
        notices.withdraw_notice(
            of.id, community_id=of.community_id, reason="写错了一栏", actor=CLERK, now=CLOSED
        )


def migrate() -> None:
    with unit_of_work():
        migration.keep_what_was_told(db.session.connection())


def told(of: Survey) -> list[tuple]:
    found = queries.publications_of([of.community_id]).get(of.community_id, [])
    return [(one.number, one.households, one.answered, one.consent_answered, one.agreed) for one in found]


@pytest.fixture
def answered() -> Survey:
    survey, flats = make_asked(WHOLE)
    for flat in flats[:4]:
        answer(survey, flat, ANSWERS)
    fold()
    return survey


def test_a_notice_without_a_row_gets_the_one_that_it_told(answered: Survey) -> None:
    post(answered)
    assert told(answered) == []
    for _ in range(2):
        migrate()
        assert told(answered) == [(1, 6, 4, 4, 4)]


def test_one_that_took_the_place_of_another_is_its_second(answered: Survey) -> None:
    take_down(post(answered))
    post(answered)
    migrate()
    first, second = queries.publications_of([answered.community_id])[answered.community_id]
    assert (first.number, first.reason, first.stands) == (1, "", False)
    assert (second.number, second.reason, second.stands) == (2, "写错了一栏", True)


def test_consent_that_was_counted_after_the_notice_was_not_told_by_it(answered: Survey) -> None:
    body = [
        {"kind": "figures", "figures": [["全部住户", "1,006 户（空置的也在内）"], ["答了的", "3 户，占 50%"]]}
    ]
    post(answered, body)
    migrate()
    assert told(answered) == [(1, 1006, 3, None, None)]


def test_a_notice_without_figures_tells_nothing(answered: Survey) -> None:
    post(answered, BODY)
    migrate()
    assert told(answered) == []
