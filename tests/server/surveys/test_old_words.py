"""Words that were kept when every sign was left out of their digest: they are grouped anew, once."""

import importlib
from collections import Counter

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from server.infra.db import db, only_grows, unit_of_work
from server.surveys import queries
from server.surveys.models import Survey, SurveyText
from server.surveys.rules.texts import digest_of
from tests.factories.surveys import ANSWERS, WHOLE, answer, fold, make_asked

pytestmark = pytest.mark.usefixtures("clock")
migration = importlib.import_module("server.migrations.versions.0040_same_words")

SAID = ["宽 3.5 米", "宽35米", "宽 ３．５ 米。", "👍"]


@pytest.fixture
def asked() -> Survey:
    survey, flats = make_asked(WHOLE)
    for flat, words in zip(flats, SAID, strict=False):
        answer(survey, flat, {**ANSWERS, "more": words})
    fold()
    return survey


def migrate(digest) -> None:
    with unit_of_work():
        migration.regroup(db.session.connection(), digest)
    db.session.expire_all()


def groups(of: Survey) -> dict[str, int]:
    return {one.text: one.households for one in queries.texts(of, "more").items}


def test_what_stood_together_by_mistake_stands_apart_and_what_is_the_same_together(asked: Survey) -> None:
    told = {"宽 3.5 米": 2, "宽35米": 1, "👍": 1}
    assert groups(asked) == told
    migrate(migration.digest_before)
    assert groups(asked) == {"宽 3.5 米": 3, "👍": 1}
    for _ in range(2):
        migrate(digest_of)
        assert groups(asked) == told


def test_all_rows_are_reached_however_many_are_written_at_once(
    asked: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    for at_once in (1, 3, 4, 5):
        monkeypatch.setattr(migration, "AT_ONCE", at_once)
        migrate(migration.digest_before)
        assert Counter(groups(asked).values()) == {3: 1, 1: 1}
        migrate(digest_of)
        assert Counter(groups(asked).values()) == {2: 1, 1: 2}


def test_afterwards_the_words_only_grow_again(asked: Survey) -> None:
    migrate(digest_of)
    assert only_grows(SurveyText.__tablename__)
    with pytest.raises(DBAPIError), unit_of_work():
        db.session.execute(sa.update(SurveyText).values(digest="x"))
