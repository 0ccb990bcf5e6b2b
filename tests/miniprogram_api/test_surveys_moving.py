"""Pages of a survey that change with what is answered, and photos that come with them."""

import io
from typing import Any

import pytest
from apiflask import APIFlask
from PIL import Image

from server.ledger.models import Flat
from server.surveys.models import Survey
from tests.factories.surveys import (
    ASKING,
    card_of,
    form_of,
    make_asked,
    question,
)
from tests.miniprogram_api.phones import forms_of
from tests.miniprogram_api.pockets import address, answers_of, by_slip

MOVING = form_of(
    question("who", options=[{"value": "own", "title": "自己住"}, {"value": "let", "title": "出租"}]),
    question("rent", "number", title="租金多少", show_if=["=", ["ref", "who"], ["str", "let"]]),
    question(
        "use",
        title="怎么用",
        options=[
            {"value": "a", "title": "自用"},
            {"value": "b", "title": "转租", "show_if": ["=", ["ref", "who"], ["str", "let"]]},
        ],
    ),
)


def test_without_scripts_questions_that_come_up_are_shown_before_it_is_sent(app, clock):
    clock.set(ASKING)
    survey, (flat, *_) = make_asked(MOVING)
    pocket = by_slip(app, flat)
    page = pocket.get(address(survey, flat, "s1"))
    assert "hidden>" in page.partition('data-question="rent"')[2].partition("<legend")[0]
    page = pocket.send(page, "/sections/s1", form__as="owner", who="let", form__then="send")
    assert "多问 2 题" in page
    assert " hidden" not in page.partition('data-question="rent"')[2].partition("<legend")[0]
    assert answers_of(survey, flat) == {}
    page = pocket.send(page, "/sections/s1", rent="800", form__then="send")
    assert "收到了" in page
    assert answers_of(survey, flat) == {"who": "let", "rent": "800"}


def test_with_scripts_they_were_seen_and_it_is_sent_at_once(app, clock):
    clock.set(ASKING)
    survey, (flat, *_) = make_asked(MOVING)
    pocket = by_slip(app, flat)
    page = pocket.send(
        pocket.get(address(survey, flat, "s1")),
        "/sections/s1",
        form__as="owner",
        who="let",
        form__drawn="script",
        form__then="send",
    )
    assert "收到了" in page


def test_a_page_carries_what_others_said_for_its_conditions(app, clock):
    clock.set(ASKING)
    later = {"key": "s2", "title": "后面", "questions": MOVING["sections"][0]["questions"][1:]}
    first = {"key": "s1", "title": "前面", "questions": MOVING["sections"][0]["questions"][:1]}
    survey, (flat, *_) = make_asked({"sections": [first, later]})
    pocket = by_slip(app, flat)
    page = pocket.send(pocket.get(address(survey, flat, "s1")), "/sections/s1", form__as="owner", who="let")
    assert 'data-values="{&#34;who&#34;: &#34;let&#34;}"' in page


def test_a_page_that_comes_up_after_the_last_one_is_asked_before_anything_is_sent(app, clock):
    clock.set(ASKING)
    only_let = {"show_if": ["=", ["ref", "who"], ["str", "let"]]}
    first = {"key": "s1", "title": "前面", "questions": MOVING["sections"][0]["questions"][:1]}
    later = {"key": "s2", "title": "租金", "questions": [question("rent", "number")], **only_let}
    survey, (flat, *_) = make_asked({"sections": [first, later]})
    pocket = by_slip(app, flat)
    page = pocket.get(address(survey, flat, "s1"))
    assert "data-later=" in page and "交上去" in page
    page = pocket.send(
        page, "/sections/s1", form__as="owner", who="let", form__drawn="script", form__then="send"
    )
    assert "第 2 部分，共 2 部分" in page and "要改" not in page
    # Without it a browser would hide the whole page, whose condition it evaluates.
    assert 'data-values="{&#34;who&#34;: &#34;let&#34;}"' in page
    assert answers_of(survey, flat) == {}
    page = pocket.send(page, "/sections/s2", rent="800", form__then="send")
    assert "收到了" in page
    assert answers_of(survey, flat) == {"who": "let", "rent": "800"}


def test_a_page_asked_of_everybody_after_this_one_leaves_the_button_as_it_is(app, clock):
    clock.set(ASKING)
    first = {"key": "s1", "title": "前面", "questions": MOVING["sections"][0]["questions"][:1]}
    later = {"key": "s2", "title": "后面", "questions": [question("rent", "number")]}
    survey, (flat, *_) = make_asked({"sections": [first, later]})
    page = by_slip(app, flat).get(address(survey, flat, "s1"))
    assert "data-later=" not in page and "下一部分" in page


def test_a_question_may_be_called_like_nothing_of_the_form_itself(app, clock):
    clock.set(ASKING)
    keys = ("capacity", "then", "client_key", "csrf_token")
    survey, (flat, *_) = make_asked(form_of(*(question(key, "text") for key in keys)))
    pocket = by_slip(app, flat)
    page = pocket.get(address(survey, flat, "s1"))
    fields = forms_of(page)[0].fields
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    data = {**fields, "form.as": "tenant", "form.then": "send", **dict.fromkeys(keys, "话")}
    data["csrf_token"] = [token, "话"]
    pocket.last = pocket.client.post(address(survey, flat, "s1"), data=data, follow_redirects=True)
    assert "收到了" in pocket.last.text
    assert answers_of(survey, flat) == dict.fromkeys(keys, "话")


# ------------------------------------------------------------------ photos


def picture(color: str = "red", size: tuple[int, int] = (40, 30)) -> tuple[io.BytesIO, str]:
    file = io.BytesIO()
    Image.new("RGB", size, color).save(file, "JPEG")
    file.seek(0)
    return file, f"{color}.jpg"


@pytest.fixture
def with_photos(app: APIFlask, clock: Any) -> tuple[Survey, list[Flat]]:
    clock.set(ASKING)
    return make_asked(form_of(question("pics", "photo"), question("wants")))


def test_photos_are_kept_with_the_draft_and_seen_by_their_household_only(app, with_photos):
    survey, (flat, other, *_) = with_photos
    pocket = by_slip(app, flat)
    page = pocket.get(address(survey, flat, "s1"))
    page = pocket.send(
        page,
        "/sections/s1",
        form__as="owner",
        pics__photo=[picture("red"), picture("blue")],
        form__then="send",
    )
    assert "2 张照片" in page
    ids = answers_of(survey, flat)["pics"]
    own = f"/surveys/{survey.id}/households/{card_of(flat).id}/photos/{ids[0]}"
    assert pocket.client.get(own).content_type == "image/jpeg"
    assert by_slip(app, other).client.get(own).status_code == 404


def test_somebody_elses_photo_cannot_be_named(app, with_photos):
    survey, (flat, other, *_) = with_photos
    mine = by_slip(app, flat)
    mine.send(
        mine.get(address(survey, flat, "s1")),
        "/sections/s1",
        form__as="owner",
        pics__photo=[picture()],
        form__then="send",
    )
    stolen = answers_of(survey, flat)["pics"][0]
    theirs = by_slip(app, other)
    theirs.send(
        theirs.get(address(survey, other, "s1")),
        "/sections/s1",
        form__as="owner",
        pics=str(stolen),
        wants="a",
        form__then="send",
    )
    assert answers_of(survey, other) == {"wants": "a"}


def test_an_eleventh_photo_is_refused_and_ten_stay(app, with_photos):
    survey, (flat, *_) = with_photos
    pocket = by_slip(app, flat)
    many = [picture(size=(40 + 8 * number, 30)) for number in range(11)]
    page = pocket.send(
        pocket.get(address(survey, flat, "s1")),
        "/sections/s1",
        form__as="owner",
        pics__photo=many,
        wants="a",
        form__then="send",
    )
    assert pocket.status == 422
    assert "最多 10 张照片" in page
    assert page.count('<img src="/surveys') == 10


def test_what_is_no_picture_is_named_and_the_rest_stays(app, with_photos):
    survey, (flat, *_) = with_photos
    pocket = by_slip(app, flat)
    broken = (io.BytesIO(b"no picture"), "x.jpg")
    page = pocket.send(
        pocket.get(address(survey, flat, "s1")), "/sections/s1", form__as="owner", pics__photo=[picture(), broken], wants="a", form__then="send",
    )  # fmt: skip
    assert pocket.status == 422
    assert "不是照片" in page
    assert page.count('<img src="/surveys') == 1
