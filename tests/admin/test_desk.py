"""The paper desk and the review through the pages: fast to key, by two who do not see each other's entry."""

import io
import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from PIL import Image

from server.ballots import queries
from server.identity.rules import Role
from server.infra.db import db
from server.ledger.models import Community
from tests.admin.browsers import browser_of
from tests.admin.forms import post_form
from tests.admin.test_ballots import local, page_of
from tests.factories.ballots import (
    CLOSES,
    VOTING,
    cast,
    explain_papers,
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
    """A paper comes back and is keyed by the first of two."""
    page = f"{page_of(ballot)}/desk"
    data = {
        "serial": serial_of(ballot, flat),
        "marks": marks,
        "received_at": local(VOTING),
        "photo": picture(),
        **more,
    }
    return post_form(clerk, page, page, data)


def second(reviewer: FlaskClient, ballot, flat, marks: str = "13", **more):
    """The second keys it, without a picture."""
    page = f"{page_of(ballot)}/desk"
    return post_form(reviewer, page, page, {"serial": serial_of(ballot, flat), "marks": marks, **more})


def test_papers_are_numbered_and_printed_with_their_code(desks) -> None:
    ballot, flats, clerk, _ = desks
    sheet = clerk.get(f"{page_of(ballot)}/papers/print").text
    assert sheet.count("表决票</p>") == 6
    assert serial_of(ballot, flats[0]) in sheet
    assert sheet.count("<svg") >= 6
    assert "没有签名的票作废" in sheet
    assert "还在外面" in clerk.get(f"{page_of(ballot)}/papers").text


def test_a_paper_is_keyed_with_one_key_a_motion_and_the_next_form_is_ready(desks) -> None:
    ballot, flats, clerk, reviewer = desks
    answer = enter(clerk, ballot, flats[0], "13")
    assert answer.status_code == 302
    assert "received=" in answer.location
    following = clerk.get(answer.location).text
    assert "还要另一个人录一遍" in following
    assert "autofocus" in following
    assert local(VOTING) in following
    assert log_of(ballot) == []
    done = second(reviewer, ballot, flats[0], "13")
    assert "两个人录得一样" in reviewer.get(done.location).text
    (event,) = log_of(ballot)
    assert (event["choices"], len(event["by"])) == ({"m1": "for", "m2": "abstain"}, 2)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        pytest.param({"marks": "1"}, "marks", id="too-few-keys"),
        pytest.param({"marks": "19"}, "marks", id="unknown-key"),
        pytest.param({"serial": "XXXXXXXXXX"}, "serial", id="unknown-serial"),
        pytest.param({"photo": (io.BytesIO(b""), "")}, "serial", id="not-taken-in"),
        pytest.param({"received_at": ""}, "received_at", id="received-when"),
        pytest.param({"received_at": "2027-01-01T00:00"}, "serial", id="received-too-late"),
    ],
)
def test_what_is_wrong_stands_by_its_field_and_nothing_is_logged(desks, changed, field) -> None:
    ballot, flats, clerk, _ = desks
    answer = enter(clerk, ballot, flats[0], **changed)
    assert answer.status_code == 422
    assert f'id="f-{field}-error"' in answer.text
    assert log_of(ballot) == []


def test_what_two_read_differently_a_third_settles_and_alone_sees(app, desks) -> None:
    ballot, flats, clerk, reviewer = desks
    enter(clerk, ballot, flats[0], "21")
    differs = second(reviewer, ballot, flats[0], "11")
    assert "交给第三个人来定" in reviewer.get(differs.location).text
    base = page_of(ballot)
    third = browser_of(app, make_staff(Role.REVIEWER, community=community_of(ballot)))
    assert "要第三个人来定" in third.get(f"{base}/reviews").text
    page = f"{base}/papers/1/settle"
    for keyer, status in ((reviewer, 409), (clerk, 403)):
        for address in (page, f"{page}/photo"):
            assert keyer.get(address).status_code == status
    shown = third.get(page).text
    assert all(word in shown for word in ("同意", "反对", "不一样"))
    assert third.get(f"{page}/photo").content_type == "image/jpeg"
    assert post_form(third, page, page, {}).status_code == 422
    assert post_form(third, page, page, {"choice": "first"}).status_code == 302
    (event,) = log_of(ballot)
    assert (event["choices"]["m1"], len(event["by"])) == ("against", 3)
    assert third.get(page).status_code == 409


def test_in_a_committee_of_two_the_page_says_whom_to_ask_and_the_street_settles(app, desks) -> None:
    ballot, flats, clerk, reviewer = desks
    enter(clerk, ballot, flats[0], "21")
    second(reviewer, ballot, flats[0], "11")
    base = page_of(ballot)
    for keyer, page in ((clerk, "papers"), (reviewer, "papers"), (reviewer, "reviews")):
        assert "没有别的人能定。请街道（乡镇）的人来定" in keyer.get(f"{base}/{page}").text
    officer = make_staff(Role.STREET_OFFICER, division="520102028")
    for keyer in (clerk, reviewer):
        assert f"{officer.name}（街道（乡镇）工作人员）" in keyer.get(f"{base}/papers").text
    street = browser_of(app, officer)
    assert "纸票录得不一样，等你来定" in street.get(f"/admin/communities/{ballot.community_id}/today").text
    assert (
        "纸票录得不一样，等你来定" not in reviewer.get(f"/admin/communities/{ballot.community_id}/today").text
    )
    assert "可以由你来定" in street.get(f"{base}/reviews").text
    settling = f"{base}/papers/1/settle"
    assert "不一样" in street.get(settling).text
    assert post_form(street, settling, settling, {"choice": "first"}).status_code == 302
    (event,) = log_of(ballot)
    assert (event["choices"]["m1"], event["by"][-1]) == ("against", f"staff:{officer.id}")


def test_the_street_settles_and_neither_keys_reviews_nor_sees_the_queue(app, desks) -> None:
    ballot, flats, clerk, reviewer = desks
    enter(clerk, ballot, flats[0], unsigned="yes")
    second(reviewer, ballot, flats[0], unsigned="yes")
    street = browser_of(app, make_staff(Role.STREET_OFFICER, division="520102028"))
    base = page_of(ballot)
    assert "没有要定的" in street.get(f"{base}/reviews").text
    for page in ("desk", "papers", "reviews/1", "reviews/1/photo", "service"):
        assert street.get(f"{base}/{page}").status_code == 403
    assert street.get(f"{base}/papers/1/settle").status_code == 409
    # A paper that both called unsigned waits for another reviewer, and both pages say who that is, or how to come to one.
    pages = (f"{base}/reviews", f"{base}/reviews/1")
    for page in pages:
        told = reviewer.get(page).text
        assert "现在没有别的复核人" in told and "街道（乡镇）" in told
    other = make_staff(Role.REVIEWER, community=community_of(ballot))
    for page in pages:
        assert f"{other.name}（居委会复核人）" in reviewer.get(page).text
    assert "你录过的" not in browser_of(app, other).get(pages[0]).text


def test_who_keyed_a_paper_unsigned_hears_what_comes_of_it(app, desks) -> None:
    ballot, flats, clerk, reviewer = desks
    enter(clerk, ballot, flats[0], unsigned="yes")
    second(reviewer, ballot, flats[0], unsigned="yes")
    told = reviewer.get(f"{page_of(ballot)}/desk").text
    assert "先记作废" in told and "记下了，回执" not in told


def test_the_first_of_two_reviewers_who_keyed_a_paper_is_told_as_the_second_is(app, desks) -> None:
    ballot, flats, _, reviewer = desks
    first = browser_of(app, make_staff(Role.REVIEWER, community=community_of(ballot)))
    enter(first, ballot, flats[0], unsigned="yes")
    second(reviewer, ballot, flats[0], unsigned="yes")
    for browser in (first, reviewer):
        assert "有 1 张是你录过的" in browser.get(f"{page_of(ballot)}/reviews").text


def test_a_paper_sent_back_is_keyed_by_two_again(app, desks) -> None:
    ballot, flats, clerk, reviewer = desks
    enter(clerk, ballot, flats[0], "21")
    second(reviewer, ballot, flats[0], "11")
    third = browser_of(app, make_staff(Role.REVIEWER, community=community_of(ballot)))
    page = f"{page_of(ballot)}/papers/1/settle"
    post_form(third, page, page, {"choice": "anew"})
    assert log_of(ballot) == []
    for keyer in (clerk, reviewer):
        second(keyer, ballot, flats[0], "31")
    assert len(log_of(ballot)) == 1


def test_the_papers_reconcile_by_two_before_the_count(desks, clock) -> None:
    ballot, flats, clerk, reviewer = desks
    enter(clerk, ballot, flats[0])
    second(reviewer, ballot, flats[0])
    clock.set(CLOSES + timedelta(hours=1))
    base = f"{page_of(ballot)}/papers"
    assert "还有 5 张没有收回" in clerk.get(base).text
    assert "5 张没有收回" in clerk.get(page_of(ballot)).text
    assert post_form(clerk, base, f"{base}/statement", {"text": " "}).status_code == 422
    assert post_form(clerk, base, f"{base}/statement", {"text": "5 户没领"}).status_code == 302
    number = queries.statement(ballot.id, queries.paper_sums(ballot.id), CLOSES).id
    own = post_form(clerk, base, f"{base}/statement/{number}/confirm", {})
    assert (own.status_code, "要由另一个人核对" in own.text) == (422, True)
    assert "5 户没领" in reviewer.get(base).text
    assert post_form(reviewer, base, f"{base}/statement/{number}/confirm", {}).status_code == 302
    assert post_form(clerk, page_of(ballot), f"{page_of(ballot)}/count", {}).status_code == 302
    assert "5 户没领" in reviewer.get(f"{page_of(ballot)}/result").text


def community_of(ballot):
    return db.session.get_one(Community, ballot.community_id)


def assist(clerk: FlaskClient, ballot, marks: str = "13"):
    """The clerk alone keys for the owner of the first flat, who is here."""
    base = f"{page_of(ballot)}/desk/assisted"
    return post_form(clerk, f"{base}?head=h1", base, {"head": "h1", "marks": marks, "photo": picture(9)})


def test_a_reviewer_compares_without_being_shown_the_entry(desks) -> None:
    ballot, _, clerk, reviewer = desks
    assist(clerk, ballot, "21")
    page = f"{page_of(ballot)}/reviews/1"
    assert "录入的是" not in reviewer.get(page).text
    wrong = post_form(reviewer, page, page, {"verdict": "valid", "marks": "11"})
    assert (wrong.status_code, "不一致" in wrong.text) == (422, True)
    right = post_form(reviewer, page, page, {"verdict": "valid", "marks": "21"})
    assert right.status_code == 302
    assert "没有要复核的" in reviewer.get(f"{page_of(ballot)}/reviews").text


def test_a_void_needs_a_named_fault(desks) -> None:
    ballot, _, clerk, reviewer = desks
    assist(clerk, ballot)
    page = f"{page_of(ballot)}/reviews/1"
    assert post_form(reviewer, page, page, {"verdict": "void"}).status_code == 422
    assert post_form(reviewer, page, page, {"verdict": "void", "fault": "representative"}).status_code == 422
    assert post_form(reviewer, page, page, {"verdict": "void", "fault": "unsigned"}).status_code == 302
    assert queries.turnout(ballot)[0].heads == 0


@pytest.mark.parametrize(
    ("said", "status", "heads"),
    [
        ({"verdict": "void"}, 302, 0),
        ({"verdict": "valid", "marks": "11"}, 302, 1),
        ({"verdict": "valid"}, 422, 0),
        ({"verdict": "valid", "marks": "21"}, 422, 0),
        ({}, 422, 0),
    ],
    ids=["no-signature", "signed-and-read", "signed-and-unread", "signed-and-read-otherwise", "nothing"],
)
def test_one_word_of_a_third_says_whether_a_paper_is_signed(app, desks, said, status, heads) -> None:
    ballot, flats, clerk, reviewer = desks
    enter(clerk, ballot, flats[0], "11", unsigned="yes")
    second(reviewer, ballot, flats[0], "11", unsigned="yes")
    third = browser_of(app, make_staff(Role.REVIEWER, community=community_of(ballot)))
    page = f"{page_of(ballot)}/reviews/1"
    shown = third.get(page).text
    assert "照片上有业主的签名吗" in shown and "作废的原因" not in shown
    fault = re.search(r'name="fault" value="(\w+)"', shown)
    assert fault is not None
    assert post_form(third, page, page, {**said, "fault": fault.group(1)}).status_code == status
    assert queries.turnout(ballot)[0].heads == heads
    assert ("没有要复核的" in third.get(f"{page_of(ballot)}/reviews").text) is (status == 302)


def test_the_picture_is_for_the_reviewer_while_the_vote_waits(desks) -> None:
    ballot, _, clerk, reviewer = desks
    assist(clerk, ballot)
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
    ballot, _, clerk, reviewer = desks
    assist(clerk, ballot, "23")
    page = f"{page_of(ballot)}/reviews/1"
    post_form(reviewer, page, page, {"verdict": "valid", "marks": "23"})
    clock.set(CLOSES + timedelta(hours=1))
    explain_papers(ballot, now=CLOSES)
    post_form(clerk, page_of(ballot), f"{page_of(ballot)}/count", {})
    assert "录入的是" in reviewer.get(page).text
    assert reviewer.get(f"{page}/photo").status_code == 200


def test_an_owner_in_person_is_found_by_flat_and_keyed(desks) -> None:
    ballot, _, clerk, _ = desks
    found = clerk.get(f"{page_of(ballot)}/desk/assisted?find=101").text
    assert "head=h1" in found
    assert assist(clerk, ballot, "11").status_code == 302
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


def test_every_vote_of_a_home_that_somebody_objects_to_is_put_into_the_review(desks) -> None:
    ballot, flats, _, reviewer = desks
    voter = make_voter(flats[0])
    for choice in ("for", "against"):
        cast(ballot, voter, choice)
    cast(ballot, make_voter(flats[1]))
    base, flags = f"{page_of(ballot)}/reviews", f"{page_of(ballot)}/flags"
    (card, *_, silent) = [queries.head(ballot.id, f"h{number}") for number in range(1, 7)]
    building = card.labels[0].partition(" ")[0]
    for home, words in ((building, "有 6 户对得上"), (silent.labels[0], "没有算数的票")):
        answer = post_form(reviewer, base, flags, {"receipt": home, "reason": "有异议"})
        assert (answer.status_code, words in answer.text) == (422, True)
    sent = {"receipt": card.labels[0], "reason": "邻居说是别人代签的"}
    assert post_form(reviewer, base, flags, sent).status_code == 302
    assert [(one.seq, one.head) for one in queries.review_queue(ballot.id)] == [(1, "h1"), (2, "h1")]


def test_a_desk_stands_only_after_the_opening(app, clock) -> None:
    from tests.factories.ballots import make_announced  # noqa: PLC0415

    community, _ = make_electorate()
    ballot = make_announced(community)
    clerk = browser_of(app, make_staff(Role.CLERK, community=community))
    for words in ("desk", "papers", "papers/print", "desk/assisted"):
        assert clerk.get(f"{page_of(ballot)}/{words}").status_code == 404
    db.session.rollback()
