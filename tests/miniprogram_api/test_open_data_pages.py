"""What anyone may take away, and what a community's page says of what was asked for."""

import csv
import io
from datetime import date

import pytest
from flask.testing import FlaskClient

from server.kernel.disclosure import HIDDEN_ZH
from server.notices.rules import NoticeKind
from server.reports.rules.opendata import FIELDS
from tests.factories.divisions import get_division
from tests.factories.ledger import make_flat
from tests.factories.notices import make_notice
from tests.factories.reports import make_place, set_facts
from tests.factories.surveys import CLOSES, answer, form_of, make_open_survey, question

pytestmark = pytest.mark.usefixtures("clock")


def rows(client: FlaskClient, code: str = "5201") -> list[dict[str, str]]:
    answer_ = client.get(f"/open-data/{get_division(code).id}/communities.csv")
    assert answer_.status_code == 200
    assert answer_.content_type == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer_.text.removeprefix("\ufeff"))))


def test_anyone_takes_the_communities_of_a_prefecture(client: FlaskClient) -> None:
    set_facts(
        make_place(name="=九洲巷"),
        households=100,
        asked=100,
        answered=60,
        surveyed_on=date(2026, 2, 1),
        started_on=date(2026, 2, 3),
    )
    set_facts(make_place(name="人少的"), households=100, asked=100, answered=3, surveyed_on=date(2026, 2, 1))
    make_place("520302001001", name="别的市的")
    found = {row["community"]: row for row in rows(client)}
    assert set(found) == {"'=九洲巷", "人少的"}
    first = found["'=九洲巷"]
    assert (first["prefecture"], first["county"], first["households"]) == ("贵阳市", "南明区", "100")
    assert (first["answered"], first["started_on"], first["voted_on"]) == ("60", "2026-02-03", "")
    assert found["人少的"]["answered"] == HIDDEN_ZH


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
