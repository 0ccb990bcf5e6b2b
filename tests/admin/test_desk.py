"""The paper desk and the review through the pages: fast to key, blind to compare."""

import io
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from PIL import Image

from server.ballots import queries
from server.identity.rules import Role
from server.infra.db import db
from tests.admin.browsers import browser_of
from tests.admin.forms import post_form
from tests.admin.test_ballots import local, page_of
from tests.factories.ballots import (
    CLOSES,
    VOTING,
    cast,
    log_of,
    make_electorate,
    make_opened,
    make_voter,
    serial_of,
)
from tests.factories.identity import make_staff


def picture(shade: int = 1) -> tuple[io.BytesIO, str]:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), (shade, 2, 3)).save(out, "PNG")
    return io.BytesIO(out.getvalue()), "paper.png"


@pytest.fixture
def desks(app, clock):
    community, flats = make_electorate()
    ballot = make_opened(community)
    clock.set(VOTING)
    clerk = browser_of(app, make_staff(Role.CLERK, community=community))
    reviewer = browser_of(app, make_staff(Role.REVIEWER, community=community))
    post_form(clerk, f"{page_of(ballot)}/papers", f"{page_of(ballot)}/papers", {})
    return ballot, flats, clerk, reviewer


def enter(clerk: FlaskClient, ballot, flat, marks: str = "13", **more):
    page = f"{page_of(ballot)}/desk"
    data = {
        "serial": serial_of(ballot, flat),
        "marks": marks,
        "received_at": local(VOTING),
        "photo": picture(),
        **more,
    }
    return post_form(clerk, page, page, data)


def test_papers_are_numbered_and_printed_with_their_code(desks) -> None:
    ballot, flats, clerk, _ = desks
    sheet = clerk.get(f"{page_of(ballot)}/papers/print").text
    assert sheet.count("表决票</p>") == 6
    assert serial_of(ballot, flats[0]) in sheet
    assert sheet.count("<svg") >= 6
    assert "没有签名的票作废" in sheet
    assert "还在外面" in clerk.get(f"{page_of(ballot)}/papers").text


def test_a_paper_is_keyed_with_one_key_a_motion_and_the_next_form_is_ready(desks) -> None:
    ballot, flats, clerk, _ = desks
    answer = enter(clerk, ballot, flats[0], "13")
    assert answer.status_code == 302
    assert "received=" in answer.location
    (event,) = log_of(ballot)
    assert event["choices"] == {"m1": "for", "m2": "abstain"}
    following = clerk.get(answer.location).text
    assert "autofocus" in following
    assert local(VOTING) in following


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        pytest.param({"marks": "1"}, "marks", id="too-few-keys"),
        pytest.param({"marks": "19"}, "marks", id="unknown-key"),
        pytest.param({"serial": "XXXXXXXXXX"}, "serial", id="unknown-serial"),
        pytest.param({"photo": (io.BytesIO(b""), "")}, "photo", id="no-photo"),
        pytest.param({"received_at": "2027-01-01T00:00"}, "serial", id="received-too-late"),
    ],
)
def test_what_is_wrong_stands_by_its_field_and_nothing_is_logged(desks, changed, field) -> None:
    ballot, flats, clerk, _ = desks
    answer = enter(clerk, ballot, flats[0], **changed)
    assert answer.status_code == 422
    assert f'id="f-{field}-error"' in answer.text
    assert log_of(ballot) == []


def test_a_reviewer_compares_without_being_shown_the_entry(desks) -> None:
    ballot, flats, clerk, reviewer = desks
    enter(clerk, ballot, flats[0], "21")
    page = f"{page_of(ballot)}/reviews/1"
    assert "录入的是" not in reviewer.get(page).text
    wrong = post_form(reviewer, page, page, {"verdict": "valid", "marks": "11"})
    assert (wrong.status_code, "不一致" in wrong.text) == (422, True)
    right = post_form(reviewer, page, page, {"verdict": "valid", "marks": "21"})
    assert right.status_code == 302
    assert "没有要复核的" in reviewer.get(f"{page_of(ballot)}/reviews").text


def test_a_void_needs_a_named_fault(desks) -> None:
    ballot, flats, clerk, reviewer = desks
    enter(clerk, ballot, flats[0])
    page = f"{page_of(ballot)}/reviews/1"
    assert post_form(reviewer, page, page, {"verdict": "void"}).status_code == 422
    assert post_form(reviewer, page, page, {"verdict": "void", "fault": "representative"}).status_code == 422
    assert post_form(reviewer, page, page, {"verdict": "void", "fault": "unsigned"}).status_code == 302
    assert queries.turnout(ballot)[0].heads == 0


def test_the_picture_is_for_the_reviewer_while_the_vote_waits(desks) -> None:
    ballot, flats, clerk, reviewer = desks
    enter(clerk, ballot, flats[0])
    photo = f"{page_of(ballot)}/reviews/1/photo"
    seen = reviewer.get(photo)
    assert (seen.status_code, seen.content_type, seen.headers["Cache-Control"]) == (
        200,
        "image/jpeg",
        "no-store",
    )
    assert clerk.get(photo).status_code == 403
    page = f"{page_of(ballot)}/reviews/1"
    post_form(reviewer, page, page, {"verdict": "valid", "marks": "13"})
    assert reviewer.get(photo).status_code == 409


def test_once_counted_the_reviewer_sees_entry_and_picture(desks, clock) -> None:
    ballot, flats, clerk, reviewer = desks
    enter(clerk, ballot, flats[0], "23")
    page = f"{page_of(ballot)}/reviews/1"
    post_form(reviewer, page, page, {"verdict": "valid", "marks": "23"})
    clock.set(CLOSES + timedelta(hours=1))
    post_form(clerk, page_of(ballot), f"{page_of(ballot)}/count", {})
    assert "录入的是" in reviewer.get(page).text
    assert reviewer.get(f"{page}/photo").status_code == 200


def test_an_owner_in_person_is_found_by_flat_and_keyed(desks) -> None:
    ballot, _, clerk, _ = desks
    base = f"{page_of(ballot)}/desk/assisted"
    found = clerk.get(f"{base}?find=101").text
    assert "head=h1" in found
    answer = post_form(clerk, f"{base}?head=h1", base, {"head": "h1", "marks": "11", "photo": picture(9)})
    assert answer.status_code == 302
    assert log_of(ballot)[0]["channel"] == "assisted"


def test_a_spoiled_paper_is_replaced_from_the_list(desks) -> None:
    ballot, _, clerk, _ = desks
    base = f"{page_of(ballot)}/papers"
    assert post_form(clerk, base, f"{base}/1/spoil", {"reason": "填错了"}).status_code == 302
    assert "填错了" in clerk.get(base).text
    assert queries.paper_sums(ballot.id).spoiled == 1


def test_a_vote_is_put_into_the_review_by_its_receipt(desks) -> None:
    ballot, flats, _, reviewer = desks
    code = cast(ballot, make_voter(flats[0])).code
    base = f"{page_of(ballot)}/reviews"
    assert (
        post_form(reviewer, base, f"{page_of(ballot)}/flags", {"receipt": "x", "reason": "y"}).status_code
        == 422
    )
    put = post_form(
        reviewer, base, f"{page_of(ballot)}/flags", {"receipt": code, "reason": "有人说不是本人投的"}
    )
    assert put.status_code == 302
    assert "有人说不是本人投的" in reviewer.get(base).text


def test_a_desk_stands_only_after_the_opening(app, clock) -> None:
    from tests.factories.ballots import make_announced  # noqa: PLC0415

    community, _ = make_electorate()
    ballot = make_announced(community)
    clerk = browser_of(app, make_staff(Role.CLERK, community=community))
    for words in ("desk", "papers", "papers/print", "desk/assisted"):
        assert clerk.get(f"{page_of(ballot)}/{words}").status_code == 404
    db.session.rollback()
