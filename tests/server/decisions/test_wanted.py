"""What households want, set beside a decision."""

from datetime import timedelta

import pytest

from server.decisions import queries
from server.infra.db import db
from server.ledger.models import Community
from tests.factories.surveys import ANSWERS, ASKING, CLOSES, WHOLE, answer, make_asked, make_open_survey

pytestmark = pytest.mark.usefixtures("app")


def test_the_latest_closed_survey_that_asked_for_items_is_told_with_its_base() -> None:
    survey, flats = make_asked(WHOLE)
    answer(survey, flats[0], ANSWERS)
    community = db.session.get_one(Community, survey.community_id)
    make_open_survey(community, title="没有问内容的一份")
    found = queries.wanted(survey.community_id, CLOSES)
    assert found is not None
    assert (found.survey_id, found.coverage.answered, found.coverage.households) == (survey.id, 1, 6)
    assert {one.code: (one.wanted, one.most_important) for one in found.needs[:2]} == {
        "B-01": (1, 0),
        "T-01": (1, 1),
    }


def test_a_survey_that_is_still_open_is_not_told() -> None:
    survey, flats = make_asked(WHOLE)
    answer(survey, flats[0], ANSWERS)
    assert queries.wanted(survey.community_id, ASKING + timedelta(hours=1)) is None
