"""The batches that a phone at the door sends: each item for itself, each once."""

from datetime import timedelta

import pytest

from server.identity.rules import Role
from server.infra.db import db, unit_of_work
from server.ledger.models import Community
from server.surveys import actions, queries
from server.surveys.rules.words import Capacity, Channel, Proof
from server.visits import queries as visits
from server.visits.rules import Purpose, Result
from tests.admin.browsers import browser_of
from tests.admin.forms import post_form
from tests.admin.phones import filled, listed, picture, responses, send, set_out, visited, worklist
from tests.factories.identity import make_staff
from tests.factories.ledger import household_of
from tests.factories.surveys import (
    ANSWERS,
    ASKING,
    CLERK,
    CLOSES,
    WHOLE,
    answer,
    form_of,
    make_asked,
    make_survey,
    question,
    reload,
)


@pytest.fixture
def walk(app, clock):
    return set_out(app, clock)


def test_an_answer_taken_at_the_door_is_proven_and_bears_its_time(walk) -> None:
    survey, flats, phone = walk
    assert send(phone, filled(survey, flats[0])) == [{"key": "k1", "state": "kept"}]
    (kept,) = responses(survey, flats[0])
    assert (kept.proof, kept.channel, kept.capacity) == (Proof.PROVEN, Channel.DOOR, Capacity.OWNER)
    assert (kept.answered_at, kept.received_at) == (ASKING - timedelta(hours=1), ASKING)
    assert kept.answers["items"] == ["B-01", "T-01"]


def test_a_visit_is_recorded_with_its_result(walk) -> None:
    survey, flats, phone = walk
    assert send(phone, visited(survey, flats[0], result="refused", note="不开门")) == [
        {"key": "v1", "state": "kept"}
    ]
    (card,) = visits.visits_of(household_of(flats[0]).id, purpose=Purpose.SURVEY, about_id=survey.id)
    assert (card.result, card.note, card.visited_at) == (
        Result.REFUSED,
        "不开门",
        ASKING - timedelta(hours=1),
    )


def test_the_same_batch_sent_twice_has_one_effect(walk) -> None:
    survey, flats, phone = walk
    photos = {"more": [picture()]}
    batch = [
        filled(survey, flats[0], photos=photos),
        visited(survey, flats[1]),
        filled(survey, flats[2], "k2"),
    ]
    first = send(phone, *batch)
    assert [one["state"] for one in first] == ["kept"] * 3
    assert send(phone, *batch) == first
    assert [len(responses(survey, flat)) for flat in flats[:3]] == [1, 0, 1]
    assert len(visits.visits_of(household_of(flats[1]).id, purpose=Purpose.SURVEY, about_id=survey.id)) == 1


def test_each_item_stands_for_itself(walk) -> None:
    survey, flats, phone = walk
    batch = [
        filled(survey, flats[0], "wrong", answers=listed(people="99", agree="agree")),
        filled(survey, flats[1], "kept"),
        filled(survey, flats[2], "lost", survey_id=987_654),
        "no item at all",
        {"key": "odd", "kind": ["response"]},
        visited(survey, flats[3], "visit"),
    ]
    said = send(phone, *batch)
    assert [(one["key"], one["state"]) for one in said] == [
        ("wrong", "wrong"),
        ("kept", "kept"),
        ("lost", "refused"),
        ("", "refused"),
        ("odd", "refused"),
        ("visit", "kept"),
    ]
    assert "people" in said[0]["fields"]
    assert len(responses(survey, flats[1])) == 1
    assert responses(survey, flats[0]) == []


def test_somebody_elses_answer_meanwhile_is_shown_and_nothing_is_replaced(walk) -> None:
    survey, flats, phone = walk
    held = answer(survey, flats[0], {**ANSWERS, "more": "在网上填的", "age": "old", "age.consent": True})
    (said,) = send(phone, filled(survey, flats[0]))
    assert said["state"] == "conflict"
    there = said["there"]
    assert (there["response_id"], there["channel"], there["capacity"]) == (held.id, "扫纸条", "业主")
    spoken = {one["title"]: one["words"] for one in there["said"]}
    assert spoken["5. 还有什么想说的"] == "在网上填的"
    assert not any("年纪" in title for title in spoken)
    assert len(responses(survey, flats[0])) == 1
    again = filled(survey, flats[0], seen_response_id=held.id, at=ASKING.isoformat())
    assert send(phone, again) == [{"key": "k1", "state": "kept"}]
    counted = queries.counted(survey.id, household_of(flats[0]).id)
    assert counted is not None
    assert counted.response_id == responses(survey, flats[0])[-1].id != held.id


def test_an_answer_that_no_longer_counts_may_be_sent_again(walk) -> None:
    survey, flats, phone = walk
    (said,) = send(phone, filled(survey, flats[0], seen_response_id=987_654))
    assert (said["state"], said["there"]) == ("conflict", None)


def test_one_key_for_two_different_answers_is_refused(walk) -> None:
    survey, flats, phone = walk
    send(phone, filled(survey, flats[0]))
    (said,) = send(phone, filled(survey, flats[1]))
    assert (said["state"], "there" in said) == ("refused", False)
    assert responses(survey, flats[1]) == []


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        pytest.param({"capacity": "king"}, "capacity", id="capacity"),
        pytest.param({"household_id": "1"}, "household_id", id="household"),
        pytest.param({"version": 0}, "version", id="version"),
        pytest.param({"seen_response_id": 2**60}, "seen_response_id", id="seen"),
        pytest.param({"answers": {"agree": "agree"}}, "answers", id="no-list"),
        pytest.param({"answers": {"more": ["\ud800"]}}, "answers", id="half-a-sign"),
        pytest.param({"answers": {"agree": ["agree"], "items": ["X-99"]}}, "items", id="no-such-item"),
        pytest.param({"answers": {"agree": ["agree"], "items.top": ["B-01", "B-02", "W-01", "T-01"]}}, "items.top", id="four"),
        pytest.param({"photos": {"roof": ["no base64!"]}}, "photos", id="torn-photo"),
        pytest.param({"photos": {"roof": [7]}}, "photos", id="no-photo"),
        pytest.param({"photos": {"roof": ["aGk="] * 31}}, "photos", id="too-many-photos"),
        pytest.param({"key": ""}, "key", id="no-key"),
        pytest.param({"at": "yesterday"}, "at", id="no-time"),
    ],
)  # fmt: skip
def test_what_is_wrong_comes_back_with_its_sentence(walk, changed, field) -> None:
    survey, flats, phone = walk
    (said,) = send(phone, filled(survey, flats[0], **changed))
    assert said["state"] == "wrong"
    assert said["fields"][field][0]
    assert responses(survey, flats[0]) == []


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        pytest.param({"result": "eaten"}, "result", id="unknown-result"),
        pytest.param({"result": "come_back"}, "come_back_at", id="no-appointment"),
        pytest.param({"note": "x" * 501}, "note", id="a-long-note"),
    ],
)
def test_a_visit_that_is_not_in_form_comes_back(walk, changed, field) -> None:
    survey, flats, phone = walk
    (said,) = send(phone, visited(survey, flats[0], **changed))
    assert (said["state"], field in said["fields"]) == ("wrong", True)


def test_photos_are_drawn_anew_and_ids_in_answers_are_passed_over(app, clock) -> None:
    survey, flats = make_asked(form_of(question("roof", "photo"), question("why", "text")))
    clock.set(ASKING)
    phone = browser_of(
        app, make_staff(Role.INTERVIEWER, community=db.session.get(Community, survey.community_id))
    )
    two = filled(
        survey, flats[0], answers=listed(roof="1", why="漏"), photos={"roof": [picture(10), picture(250)]}
    )
    broken = filled(survey, flats[1], "k2", answers={}, photos={"roof": ["aGVsbG8="]})
    kept, wrong = send(phone, two, broken)
    assert kept["state"] == "kept"
    (row,) = responses(survey, flats[0])
    assert len(row.answers["roof"]) == 2
    assert (wrong["state"], list(wrong["fields"])) == ("wrong", ["roof"])


def test_a_form_begun_before_a_correction_is_kept_with_its_version(walk) -> None:
    survey, flats, phone = walk
    answer(survey, flats[5], ANSWERS)
    corrected = {**WHOLE, "thanks": "多谢。"}
    with unit_of_work():
        seen = queries.version(survey.id, 1).fingerprint
        actions.correct_questions(
            reload(survey), corrected, reason="写错了", seen=seen, actor=CLERK, now=ASKING
        )
    (asked,) = worklist(phone)["surveys"]
    assert asked["version"] == 2
    assert send(phone, filled(survey, flats[0]))[0]["state"] == "kept"
    assert responses(survey, flats[0])[0].version_number == 1
    assert send(phone, filled(survey, flats[1], "k2", version=9))[0]["state"] == "refused"


@pytest.mark.parametrize(
    ("said_at", "is_kept"),
    [
        pytest.param(CLOSES - timedelta(seconds=1), True, id="the-second-before-the-closing"),
        pytest.param(CLOSES, False, id="the-closing-itself"),
        pytest.param(None, False, id="without-a-time"),
    ],
)
def test_what_was_said_before_the_closing_and_sent_after_it_waits_for_a_review(
    walk, clock, said_at, is_kept
) -> None:
    survey, flats, phone = walk
    token = worklist(phone)["token"]
    clock.set(CLOSES + timedelta(minutes=1))
    item = filled(survey, flats[0], at=said_at.isoformat() if said_at else None)
    answered = phone.post("/admin/field/items", json=[item], headers={"X-CSRFToken": token})
    (said,) = answered.json["items"]
    assert (said["state"] == "kept", "已经截止" in said.get("message", "")) == (is_kept, not is_kept)
    assert len(queries.waiting_for_review(survey)) == len(responses(survey, flats[0])) == int(is_kept)
    assert queries.coverage(survey).answered == 0


def test_an_answer_of_the_door_that_came_late_is_reviewed_as_such(walk, app, clock) -> None:
    survey, flats, phone = walk
    token = worklist(phone)["token"]
    clock.set(CLOSES + timedelta(minutes=1))
    phone.post("/admin/field/items", json=[filled(survey, flats[0])], headers={"X-CSRFToken": token})
    (late,) = responses(survey, flats[0])
    reviewer = browser_of(
        app, make_staff(Role.REVIEWER, community=db.session.get(Community, survey.community_id))
    )
    home = f"/admin/communities/{survey.community_id}/surveys/{survey.id}/late-forms"
    assert "上门" in reviewer.get(home).text
    page = reviewer.get(f"{home}/{late.id}").text
    assert "手机发到" in page and "纸质表对着看" not in page
    post_form(reviewer, f"{home}/{late.id}", f"{home}/{late.id}", {"verdict": "accept"})
    assert queries.coverage(survey).proven == 1


def test_a_visit_for_a_survey_that_never_opened_is_refused(walk) -> None:
    survey, flats, phone = walk
    draft = make_survey(db.session.get(Community, survey.community_id))
    assert send(phone, visited(survey, flats[0], survey_id=draft.id))[0]["state"] == "refused"


def test_another_communitys_survey_answers_as_one_that_does_not_exist(walk) -> None:
    survey, _, phone = walk
    foreign, theirs = make_asked(WHOLE)
    there = send(phone, filled(foreign, theirs[0]), visited(foreign, theirs[0]))
    nowhere = send(
        phone, filled(foreign, theirs[0], survey_id=987_654), visited(foreign, theirs[0], survey_id=987_654)
    )
    crossed = send(phone, filled(survey, theirs[0]), visited(survey, theirs[0]))
    assert there == nowhere == crossed
    assert [one["state"] for one in there] == ["refused"] * 2
    assert responses(foreign, theirs[0]) == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param({"json": {"items": []}}, 422, id="no-list"),
        pytest.param({"data": "[{", "content_type": "application/json"}, 422, id="torn"),
        pytest.param({"json": [{}] * 51}, 413, id="too-many"),
        pytest.param({"json": ["x" * (25 * 1024 * 1024)]}, 413, id="too-large"),
    ],
)
def test_a_batch_that_is_none_is_refused_whole(walk, body, status) -> None:
    _, _, phone = walk
    answered = phone.post("/admin/field/items", headers={"X-CSRFToken": worklist(phone)["token"]}, **body)
    assert answered.status_code == status


def test_a_batch_without_the_token_of_this_sign_in_is_refused(walk) -> None:
    survey, flats, phone = walk
    assert phone.post("/admin/field/items", json=[filled(survey, flats[0])]).status_code == 400
    assert responses(survey, flats[0]) == []


def test_signed_out_meanwhile_one_is_led_to_the_sign_in(app, walk) -> None:
    stranger = app.test_client()
    answered = stranger.get("/admin/field/worklist")
    assert (answered.status_code, answered.headers["Location"].startswith("/admin/sign-in")) == (302, True)
