"""Surveys over the API: what is asked of my homes, drafts, photos, answering."""

import io
from typing import Any

import pytest
from apiflask import APIFlask
from PIL import Image
from werkzeug.test import TestResponse

from server.identity.rules import Level
from server.ledger.models import Flat
from server.surveys import queries
from server.surveys.models import Survey
from server.surveys.rules.words import Channel, Proof
from tests.factories.ledger import make_community, make_flat, make_small_community
from tests.factories.projects import make_photo
from tests.factories.surveys import (
    ANSWERS,
    ASKING,
    CLOSES,
    WHOLE,
    answer,
    card_of,
    form_of,
    key,
    make_asked,
    make_survey,
    question,
)
from tests.miniprogram_api.phones import Phone, make_phone

Asked = tuple[Survey, list[Flat]]


@pytest.fixture
def asking(app: APIFlask, clock: Any) -> Asked:
    clock.set(ASKING)
    return make_asked(WHOLE)


def said(flat: Flat, answers: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {"household_id": card_of(flat).id, "answers": ANSWERS if answers is None else answers, **more}


def send(phone: Phone, survey: Survey, body: dict[str, Any], client_key: str = "") -> TestResponse:
    return phone.api("POST", f"/surveys/{survey.id}/responses", body, client_key=client_key or key())


def mine(phone: Phone, survey: Survey) -> dict[str, Any]:
    (home,) = phone.api("GET", f"/surveys/{survey.id}").json["households"]
    return home


# ------------------------------------------------------------------ what is asked


def test_the_list_says_which_of_my_homes_have_not_answered(app: APIFlask, asking: Asked) -> None:
    survey, (flat, *_) = asking
    phone = make_phone(app, flat)
    (row,) = phone.api("GET", "/surveys").json["items"]
    assert (row["id"], row["stage"], row["stage_name"]) == (survey.id, "open", "正在填")
    assert [one["household_id"] for one in row["waiting"]] == [card_of(flat).id]
    send(phone, survey, said(flat))
    (row,) = phone.api("GET", "/surveys").json["items"]
    assert row["waiting"] == []


def test_a_home_answered_at_the_poster_only_still_waits(app: APIFlask, asking: Asked) -> None:
    survey, (flat, *_) = asking
    answer(survey, flat, ANSWERS, proof=Proof.CLAIMED)
    phone = make_phone(app, flat)
    (row,) = phone.api("GET", "/surveys").json["items"]
    assert len(row["waiting"]) == 1
    assert mine(phone, survey)["claimed_at"] is not None
    assert mine(phone, survey)["answered"] is None


def test_the_questions_come_with_my_households(app: APIFlask, asking: Asked) -> None:
    survey, (flat, *_) = asking
    found = make_phone(app, flat).api("GET", f"/surveys/{survey.id}").json
    assert found["version"] == 1
    assert [one["key"] for one in found["definition"]["sections"]] == ["home", "wishes"]
    (home,) = found["households"]
    assert (home["capacity"], home["answered"], home["draft"]) == ("owner", None, None)


def test_a_survey_of_another_community_is_not_there(app: APIFlask, asking: Asked) -> None:
    _, (flat, *_) = asking
    foreign, _ = make_asked(WHOLE)
    phone = make_phone(app, flat)
    for found in (
        phone.api("GET", f"/surveys/{foreign.id}"),
        send(phone, foreign, said(flat)),
        phone.api("PUT", f"/surveys/{foreign.id}/draft", said(flat)),
    ):
        assert (found.status_code, found.json["code"]) == (404, "survey_unknown")


def test_a_draft_survey_is_nobodys_yet(app: APIFlask, clock: Any) -> None:
    clock.set(ASKING)
    community, (flat, *_) = make_small_community()
    survey = make_survey(community)
    phone = make_phone(app, flat)
    assert phone.api("GET", "/surveys").json["items"] == []
    assert phone.api("GET", f"/surveys/{survey.id}").status_code == 404


# ------------------------------------------------------------------ answering


def test_an_answer_is_kept_whole_and_counts_as_the_households(app: APIFlask, asking: Asked) -> None:
    survey, (flat, *_) = asking
    phone = make_phone(app, flat)
    kept = send(phone, survey, said(flat))
    assert kept.status_code == 201, kept.text
    assert (kept.json["answers"], kept.json["thanks"]) == (ANSWERS, "谢谢。")
    row = queries.response(kept.json["id"], survey.id)
    assert (row.proof, row.channel, row.capacity) == (Proof.PROVEN, Channel.SLIP, "owner")
    assert row.entered_by == phone.actor.key
    home = mine(phone, survey)
    assert (home["answered"]["id"], home["answered"]["answers"]) == (row.id, ANSWERS)


def test_the_same_key_sent_twice_answers_alike_and_keeps_one(app: APIFlask, asking: Asked) -> None:
    survey, (flat, *_) = asking
    phone = make_phone(app, flat)
    once, again = (send(phone, survey, said(flat), "one-key") for _ in range(2))
    assert (once.status_code, once.data) == (201, again.data)
    other = send(phone, survey, said(flat, {"agree": "disagree"}), "one-key")
    assert (other.status_code, other.json["code"]) == (409, "client_key_reused")
    assert len(queries.responses_of(survey.id, card_of(flat).id)) == 1


def test_a_later_answer_takes_the_place_and_both_stay(app: APIFlask, asking: Asked) -> None:
    survey, (flat, *_) = asking
    phone = make_phone(app, flat)
    send(phone, survey, said(flat))
    later = send(phone, survey, said(flat, {"agree": "disagree"}))
    assert queries.counted(survey.id, card_of(flat).id).response_id == later.json["id"]
    assert len(queries.responses_of(survey.id, card_of(flat).id)) == 2


def test_what_is_wrong_is_said_by_field_and_stays_as_the_draft(app: APIFlask, asking: Asked) -> None:
    survey, (flat, *_) = asking
    phone = make_phone(app, flat)
    wrong = {"people": "99", "items": ["B-01", "Z-99"], "agree": "agree", "faults": ["x"], "more": "灯暗"}
    found = send(phone, survey, said(flat, wrong))
    assert found.status_code == 422
    assert set(found.json["errors"]) == {"people", "items", "faults"}
    assert "不在题目里" in found.json["errors"]["items"][0]
    assert mine(phone, survey)["draft"]["answers"] == wrong
    assert queries.responses_of(survey.id, card_of(flat).id) == []


def test_who_is_no_proven_owner_says_as_what_they_answer(app: APIFlask, asking: Asked) -> None:
    survey, (flat, *_) = asking
    phone = make_phone(app, flat, level=Level.REACHED)
    assert mine(phone, survey)["capacity"] is None
    found = send(phone, survey, said(flat))
    assert set(found.json["errors"]) == {"capacity"}
    assert send(phone, survey, said(flat, capacity="mayor")).status_code == 422
    kept = send(phone, survey, said(flat, capacity="tenant"))
    assert queries.response(kept.json["id"], survey.id).capacity == "tenant"


def test_nobody_answers_for_a_household_whose_slip_they_never_opened(app: APIFlask, asking: Asked) -> None:
    survey, (flat, other, *_) = asking
    phone = make_phone(app, flat)
    for found in (
        send(phone, survey, said(other)),
        phone.api("PUT", f"/surveys/{survey.id}/draft", said(other)),
        phone.api("GET", f"/surveys/{survey.id}/photos/1?household_id={card_of(other).id}"),
    ):
        assert (found.status_code, found.json["code"]) == (404, "not_your_home")
    assert queries.responses_of(survey.id, card_of(other).id) == []


def test_a_closed_survey_takes_neither_answer_nor_draft(app: APIFlask, asking: Asked, clock: Any) -> None:
    survey, (flat, *_) = asking
    phone = make_phone(app, flat)
    clock.set(CLOSES)
    for found in (
        send(phone, survey, said(flat)),
        phone.api("PUT", f"/surveys/{survey.id}/draft", said(flat)),
    ):
        assert (found.status_code, found.json["code"]) == (409, "survey_closed")
    assert phone.api("GET", "/surveys").json["items"] == []
    assert phone.api("GET", f"/surveys/{survey.id}").json["stage"] == "closed"


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param("agree", id="no-fields"),
        pytest.param({"agree": {"a": 1}}, id="an-object"),
        pytest.param({"agree": None}, id="null"),
        pytest.param({"items": [["B-01"]]}, id="a-list-of-lists"),
        pytest.param({"items": ["B-01"] * 201}, id="endless"),
        pytest.param({"more": "长" * 10_001}, id="very-long"),
    ],
)
def test_what_is_no_answer_at_all_is_refused(app: APIFlask, asking: Asked, answers: Any) -> None:
    survey, (flat, *_) = asking
    found = send(make_phone(app, flat), survey, said(flat, answers))
    assert found.status_code == 422
    assert "answers" in found.json["errors"]


def test_sensitive_answers_come_back_to_their_household_only(app: APIFlask, asking: Asked) -> None:
    survey, (flat, *_) = asking
    phone = make_phone(app, flat)
    whole = {**ANSWERS, "age": "old", "age.consent": True}
    kept = send(phone, survey, said(flat, whole))
    assert kept.json["answers"] == whole
    assert "age" not in queries.response(kept.json["id"], survey.id).answers


# ------------------------------------------------------------------ drafts


def test_a_draft_is_taken_up_on_another_phone_through_the_same_slip(app: APIFlask, asking: Asked) -> None:
    survey, (flat, *_) = asking
    half = {"people": "99", "agree": "agree"}
    first, second = make_phone(app, flat), make_phone(app, flat, level=Level.REACHED)
    saved = first.api("PUT", f"/surveys/{survey.id}/draft", said(flat, half))
    assert saved.status_code == 200, saved.text
    assert "最大是 20 口" in saved.json["errors"]["people"][0]
    assert mine(second, survey)["draft"]["answers"] == half
    second.api("PUT", f"/surveys/{survey.id}/draft", said(flat, {**half, "people": "2"}, capacity="family"))
    assert mine(first, survey)["draft"]["answers"]["people"] == "2"
    send(first, survey, said(flat, {"agree": "agree"}))
    assert mine(second, survey)["draft"] is None


# ------------------------------------------------------------------ photos


@pytest.fixture
def with_photos(app: APIFlask, clock: Any) -> Asked:
    clock.set(ASKING)
    return make_asked(form_of(question("pics", "photo"), question("wants")))


def picture(width: int = 40, kind: str = "JPEG") -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", (width, 30), "red").save(file, kind)
    file.seek(0)
    return file


def bring(phone: Phone, survey: Survey, flat: Flat, file: io.BytesIO, asked: str = "pics") -> TestResponse:
    return phone.app.test_client().post(
        f"/api/v1/surveys/{survey.id}/photos",
        data={"household_id": str(card_of(flat).id), "question": asked, "photo": (file, "a.jpg")},
        headers={"Authorization": f"Bearer {phone.token}"},
    )


def test_photos_stand_in_the_draft_and_go_with_the_answer(app: APIFlask, with_photos: Asked) -> None:
    survey, (flat, other, *_) = with_photos
    phone, stranger = make_phone(app, flat), make_phone(app, other)
    first = bring(phone, survey, flat, picture())
    assert first.status_code == 200, first.text
    again, second = bring(phone, survey, flat, picture()), bring(phone, survey, flat, picture(50))
    assert again.json["photos"] == [first.json["photo_id"]]
    ids = second.json["photos"]
    assert mine(phone, survey)["draft"]["answers"] == {"pics": ids}
    seen = f"/surveys/{survey.id}/photos/{ids[0]}?household_id="
    kept = send(phone, survey, said(flat, {"pics": ids, "wants": "a"}))
    assert kept.json["answers"] == {"pics": ids, "wants": "a"}
    shown = phone.api("GET", f"{seen}{card_of(flat).id}")
    assert (shown.status_code, shown.content_type) == (200, "image/jpeg")
    assert stranger.api("GET", f"{seen}{card_of(other).id}").status_code == 404


def test_a_picture_beside_a_question_is_for_whom_the_survey_asks(app: APIFlask, clock: Any) -> None:
    clock.set(ASKING)
    beside = make_photo(ASKING)
    survey, (flat, *_) = make_asked(form_of(question(picture=beside), question("pics", "photo")))
    phone, where = make_phone(app, flat), f"/surveys/{survey.id}/pictures"
    shown = phone.api("GET", f"{where}/{beside}")
    assert (shown.status_code, shown.content_type) == (200, "image/jpeg")
    elsewhere = make_phone(app, make_flat(make_community()), level=Level.REACHED)
    assert elsewhere.api("GET", f"{where}/{beside}").status_code == 404
    sent = bring(phone, survey, flat, picture()).json["photo_id"]
    for unnamed in (sent, 987_654):
        assert phone.api("GET", f"{where}/{unnamed}").status_code == 404


def test_somebody_elses_photo_is_not_taken_and_the_rest_is_kept(app: APIFlask, with_photos: Asked) -> None:
    survey, (flat, other, *_) = with_photos
    theirs = bring(make_phone(app, other), survey, other, picture()).json["photo_id"]
    phone = make_phone(app, flat)
    found = send(phone, survey, said(flat, {"pics": [theirs], "wants": "a"}))
    assert found.status_code == 422
    assert "不是这一户传的" in found.json["errors"]["pics"][0]
    assert mine(phone, survey)["draft"]["answers"] == {"pics": [], "wants": "a"}
    saved = phone.api("PUT", f"/surveys/{survey.id}/draft", said(flat, {"pics": str(theirs)}))
    assert set(saved.json["errors"]) == {"pics"}


def test_an_eleventh_photo_is_refused_and_ten_stay(app: APIFlask, with_photos: Asked) -> None:
    survey, (flat, *_) = with_photos
    phone = make_phone(app, flat)
    for number in range(10):
        assert bring(phone, survey, flat, picture(40 + 8 * number)).status_code == 200
    found = bring(phone, survey, flat, picture(200))
    assert found.status_code == 422
    assert "最多 10 张照片" in found.json["errors"]["photo"][0]
    assert len(mine(phone, survey)["draft"]["answers"]["pics"]) == 10


def test_a_photo_for_a_question_without_photos_is_refused(app: APIFlask, with_photos: Asked) -> None:
    survey, (flat, *_) = with_photos
    for asked in ("wants", "nothing"):
        found = bring(make_phone(app, flat), survey, flat, picture(), asked)
        assert (found.status_code, set(found.json["errors"])) == (422, {"question"})


def test_what_is_no_picture_is_named(app: APIFlask, with_photos: Asked) -> None:
    survey, (flat, *_) = with_photos
    found = bring(make_phone(app, flat), survey, flat, io.BytesIO(b"no picture"))
    assert found.status_code == 422
    assert "不是照片" in found.json["detail"]


def test_a_closed_survey_takes_no_photo(app: APIFlask, with_photos: Asked, clock: Any) -> None:
    survey, (flat, *_) = with_photos
    clock.set(CLOSES)
    assert bring(make_phone(app, flat), survey, flat, picture()).json["code"] == "survey_closed"


# ------------------------------------------------------------------ taking a consent back


def test_sensitive_answers_are_taken_back_and_all_else_stays(app: APIFlask, asking: Asked) -> None:
    survey, (flat, *_) = asking
    phone = make_phone(app, flat)
    send(phone, survey, said(flat, {**ANSWERS, "age": "old", "age.consent": True}))
    assert mine(phone, survey)["answered"]["answers"]["age"] == "old"
    where = f"/surveys/{survey.id}/private?household_id={card_of(flat).id}"
    for _ in range(2):
        assert phone.api("DELETE", where).status_code == 204
    assert "age" not in mine(phone, survey)["answered"]["answers"]
    assert mine(phone, survey)["answered"]["answers"]["items"] == ANSWERS["items"]


def test_the_answers_of_another_household_cannot_be_taken_back(app: APIFlask, asking: Asked) -> None:
    survey, (flat, other, *_) = asking
    answer(survey, other, {**ANSWERS, "age": "old", "age.consent": True})
    phone = make_phone(app, flat)
    where = f"/surveys/{survey.id}/private?household_id={card_of(other).id}"
    assert phone.api("DELETE", where).status_code == 404
    assert queries.has_private(survey, card_of(other).id)
