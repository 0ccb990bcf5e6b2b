"""What anyone may take away, and what a community's page says of what was asked for."""

import csv
import io
from datetime import date, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from server.infra.db import only_grows, unit_of_work
from server.kernel.disclosure import HIDDEN_ZH
from server.notices.actions import withdraw_notice
from server.notices.rules import NoticeKind
from server.reports.rules.opendata import FIELDS
from server.surveys import actions as surveys
from server.surveys import queries as survey_queries
from server.surveys.models import Survey
from server.surveys.rules.words import Channel
from tests.factories.divisions import get_division
from tests.factories.ledger import make_flat
from tests.factories.notices import make_notice
from tests.factories.reports import make_place, set_facts
from tests.factories.surveys import (
    ANSWERS,
    CLERK,
    CLOSES,
    REVIEWER,
    WHOLE,
    answer,
    form_of,
    key,
    make_open_survey,
    question,
    reload,
)

pytestmark = pytest.mark.usefixtures("clock")


def rows(client: FlaskClient, code: str = "5201") -> list[dict[str, str]]:
    answer_ = client.get(f"/open-data/{get_division(code).id}/communities.csv")
    assert answer_.status_code == 200
    assert answer_.content_type == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer_.text.removeprefix("\ufeff"))))


def test_anyone_takes_the_communities_of_a_prefecture(client: FlaskClient) -> None:
    set_facts(make_place(name="=九洲巷"), households=100, started_on=date(2026, 2, 3))
    make_place("520302001001", name="别的市的")
    (found,) = rows(client)
    assert (found["community"], found["prefecture"], found["county"]) == ("'=九洲巷", "贵阳市", "南明区")
    assert (found["households"], found["started_on"], found["voted_on"]) == ("100", "2026-02-03", "")
    assert (found["surveyed_on"], found["answered"], found["survey_version"]) == ("", "", "")


def test_what_was_published_of_a_survey_stands_whatever_is_keyed_in_later(client: FlaskClient) -> None:
    """A form that was dated before the closing and reviewed after the notice moves the room's sums, not what was told."""
    community = make_place(flats=0)
    flats = [make_flat(community, room=f"{n}01") for n in range(1, 21)]
    survey = make_open_survey(community, WHOLE)
    for flat in flats[:12]:
        answer(survey, flat, ANSWERS)
    assert rows(client)[0]["answered"] == ""
    over = CLOSES + timedelta(hours=1)
    first = hang(survey, over)
    assert told(client) == ("12", "1", "")
    late = answer(
        survey, flats[12], ANSWERS, signed_on=date(2026, 3, 19), channel=Channel.PAPER, actor=CLERK,
        now=over + timedelta(hours=1),
    )  # fmt: skip
    with unit_of_work():
        surveys.review_late_form(
            survey, late.id, is_accepted=True, reason="", actor=REVIEWER, now=over + timedelta(hours=2)
        )
    assert survey_queries.coverage(reload(survey)).answered == 13
    assert told(client) == ("12", "1", "")
    with unit_of_work():
        withdraw_notice(first, reason="漏了一张表", actor=CLERK, now=over + timedelta(hours=3))
    assert told(client) == ("", "", "")
    hang(survey, over + timedelta(hours=4))
    assert told(client) == (HIDDEN_ZH, "2", "漏了一张表")
    assert only_grows("survey_publications")


def told(client: FlaskClient) -> tuple[str, str, str]:
    (row,) = rows(client)
    return row["answered"], row["survey_version"], row["survey_changed_why"]


def hang(survey: Survey, now: datetime) -> int:
    with unit_of_work():
        return surveys.publish_results(reload(survey), client_key=key(), actor=CLERK, now=now).id


def test_the_page_offers_each_prefecture_and_explains_every_field(client: FlaskClient) -> None:
    make_place()
    text = client.get("/open-data").text
    assert f"/open-data/{get_division('5201').id}/communities.csv" in text
    assert all(field.explanation_zh.split("“")[0] in text for field in FIELDS)
    fields = client.get("/open-data/fields.csv").text
    assert len(fields.strip().splitlines()) == len(FIELDS) + 1


@pytest.mark.parametrize("code", ["52", "520102", "520102028"])
def test_only_prefectures_are_offered(client: FlaskClient, code: str) -> None:
    make_place()
    assert client.get(f"/open-data/{get_division(code).id}/communities.csv").status_code == 404
    assert client.get("/open-data/987654321/communities.csv").status_code == 404


def test_before_anything_is_registered_the_page_says_so(client: FlaskClient) -> None:
    assert "还没有数据" in client.get("/open-data").text


def test_what_was_asked_for_stands_on_the_page_once_its_result_was_posted(client: FlaskClient, clock) -> None:
    community = make_place(flats=0)
    flats = [make_flat(community, room=f"{n}01") for n in range(1, 8)]
    items = [{"value": "B02", "title": "供排水管线"}, {"value": "B03", "title": "供电"}]
    survey = make_open_survey(community, form_of(question("items", "items", options=items)))
    for place, flat in enumerate(flats):
        answer(survey, flat, {"items": ["B02", "B03"] if place < 2 else ["B02"]})
    clock.set(CLOSES)
    page = f"/communities/{community.id}"
    assert "你说的，后来怎么样" not in client.get(page).text
    make_notice(community, kind=NoticeKind.SURVEY_RESULT, about_kind="survey", about_id=survey.id, now=CLOSES)
    text = client.get(page).text.split("你说的，后来怎么样")[1].split("定下来的事")[0]
    assert "供排水管线" in text
    assert "还没有表决" in text
    assert "供电" not in text
