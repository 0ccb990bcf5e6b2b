"""The mini program asks only what the API offers: its calls and shapes are those of the description, field by field."""

import json
import re
from urllib.parse import parse_qsl

import pytest

from server.identity.rules import WeChatApp
from server.jobs.messages import page_of
from server.messages.delivery import Parcel
from server.surveys.rules.definition import Definition, Option, Question, Section
from server.surveys.rules.words import Kind
from server.tickets.rules.states import MOST_PHOTOS
from server.tickets.rules.words import Category
from tools import mini_shapes, miniprogram

SOURCES = miniprogram.SOURCES


@pytest.fixture
def spec(client):
    return client.get("/api/v1/openapi.json").json


def source(name: str) -> str:
    return (SOURCES / name).read_text("utf-8")


def fields_of(interface: str, text: str) -> set[str]:
    body = re.search(rf"interface {interface} \{{(.*?)\n\}}", text, re.DOTALL)
    assert body, interface
    return set(re.findall(r"^  (\w+)\??:", body[1], re.MULTILINE))


def test_the_shapes_are_those_of_the_description(spec):
    calls = mini_shapes.calls_of(SOURCES)
    assert ("POST", "/ballots/{ballot_id}/votes") in calls
    assert source("api/shapes.ts") == mini_shapes.written(spec, calls), "run python -m tools.mini_shapes"


@pytest.mark.parametrize("call", [("GET", "/no-such-path"), ("DELETE", "/ballots")])
def test_a_call_that_the_api_does_not_have_is_noticed(spec, call):
    with pytest.raises(LookupError):
        mini_shapes.written(spec, [call])


def test_a_field_that_the_api_drops_or_renames_changes_the_shapes(spec):
    calls = [("GET", "/me")]
    before = mini_shapes.written(spec, calls)
    me = spec["components"]["schemas"]["MeOut"]["properties"]
    me["person"] = me.pop("resident_id")
    assert mini_shapes.written(spec, calls) != before


def test_every_request_goes_through_the_typed_client():
    for path in SOURCES.rglob("*.ts"):
        text = path.read_text("utf-8")
        if path.name != "client.ts":
            assert not re.search(r"wx\.(request|uploadFile|downloadFile|connectSocket)\b", text), path.name
        if path.name not in {"client.ts", "wechat.ts"}:
            assert "request(" not in text, path.name


def shape_of(spec, part):
    return spec["components"]["schemas"][
        part["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    ]


def described(spec, method, path):
    """Of the calls behind which WeChat stands."""
    return spec["paths"][f"/api/v1{path}"][method]


def test_the_sign_in_by_wechat_sends_and_reads_what_the_api_says(spec):
    operation = described(spec, "post", "/sessions/wechat")
    asked = shape_of(spec, operation["requestBody"])
    sent = fields_of("Login", source("api/wechat.ts"))
    assert set(asked.get("required", [])) <= sent <= set(asked["properties"])
    given = shape_of(spec, operation["responses"]["201"])
    assert given["properties"] == spec["components"]["schemas"]["SessionOut"]["properties"]


def test_the_paper_behind_a_scene_is_read_by_the_names_of_the_api(spec):
    operation = described(spec, "get", "/scenes/{scene}")
    given = shape_of(spec, operation["responses"]["200"])
    assert fields_of("Scene", source("api/wechat.ts")) <= set(given["properties"])


@pytest.mark.parametrize(
    ("interface", "definition"),
    [("Option", Option), ("Question", Question), ("Section", Section), ("Definition", Definition)],
)
def test_a_questionnaire_is_read_by_the_names_of_its_definition(interface, definition):
    assert fields_of(interface, source("lib/questionnaire.ts")) <= set(definition.__dataclass_fields__)


def test_the_kinds_of_question_are_all_known():
    kinds = re.search(r"type Kind =(.*?);", source("lib/questionnaire.ts"), re.DOTALL)
    assert kinds
    assert set(re.findall(r'"(\w+)"', kinds[1])) == {one.value for one in Kind}


def test_what_goes_wrong_is_called_as_the_house_calls_it():
    found = re.findall(r'value: "(\w+)", title: "([^"]+)"', source("lib/categories.ts"))
    assert found == [(one.value, one.name_zh) for one in Category]


def test_a_report_takes_as_many_pictures_as_the_house():
    assert f"MOST_PHOTOS = {MOST_PHOTOS};" in source("pages/report/report.ts")


def test_what_a_brought_message_opens_is_a_page_that_reads_what_it_is_told():
    parcel = Parcel(1, 5, "", WeChatApp.MINI, "o", "T", {})
    page, _, told = page_of(parcel).partition("?")
    assert page in json.loads(source("app.json"))["pages"]
    (word, number), *others = parse_qsl(told)
    assert (number, others) == ("5", [])
    assert f"asked.{word}" in source(f"{page}.ts")
