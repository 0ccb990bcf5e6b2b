"""A judgment at the desk: entered with its picture, compared and confirmed by another; what everyone then reads."""

import io

import pytest
from flask.testing import FlaskClient
from PIL import Image

from server.decisions import queries
from server.decisions.models import Decision
from server.decisions.rules import Stage
from server.identity.models import Staff
from server.identity.rules import Role
from server.ledger import queries as ledger
from tests.admin.forms import post_form
from tests.conftest import Clock
from tests.factories import decisions as made
from tests.factories.identity import make_staff, sign_in_staff


def picture() -> tuple[io.BytesIO, str]:
    out = io.BytesIO()
    Image.new("RGB", (60, 80), (90, 90, 90)).save(out, "JPEG")
    return io.BytesIO(out.getvalue()), "a.jpg"


@pytest.fixture
def signed(client: FlaskClient, clock: Clock) -> tuple[Decision, Staff, Staff]:
    counted = made.make_counted()
    row = made.make_final(counted)
    clock.set(made.OVER)
    clerk = make_staff(Role.CLERK, community=counted.community)
    reviewer = make_staff(Role.REVIEWER, community=counted.community)
    sign_in_staff(client, clerk)
    return row, clerk, reviewer


def test_a_paper_that_was_given_out_says_that_it_holds_no_more(
    client: FlaskClient, signed: tuple[Decision, Staff, Staff]
) -> None:
    row, _, reviewer = signed
    papers = f"/admin/communities/{row.community_id}/papers"
    sign_in_staff(client, reviewer)
    given = post_form(client, papers, papers, {"kind": "decision", "decision_id": row.id, "client_key": "k"})
    pages = (given.location, f"{given.location}/print")
    assert [("被法院撤销" in client.get(page).text) for page in pages] == [False, False]
    made.annul(row)
    assert [("后来被法院撤销了" in client.get(page).text) for page in pages] == [True, True]
    assert "打印后盖章" not in client.get(pages[1]).text
    decision = f"/admin/communities/{row.community_id}/decisions/{row.id}/print"
    assert "打印后盖章" not in client.get(decision).text and "南明区人民法院" in client.get(decision).text


@pytest.mark.parametrize(
    ("fall", "told"),
    [
        pytest.param(made.annul, "后来被法院撤销了", id="revoked"),
        pytest.param(None, "结果已经公布，不改", id="stands"),
    ],
)
def test_a_vote_held_again_says_what_became_of_the_earlier_one(
    client: FlaskClient, signed: tuple[Decision, Staff, Staff], fall, told: str
) -> None:
    row, _, _ = signed
    page = f"/admin/communities/{row.community_id}/ballots/{row.ballot_id}"
    if fall is not None:
        fall(row)
        assert (
            f"{page}#repeat" in client.get(f"/admin/communities/{row.community_id}/decisions/{row.id}").text
        )
    assert 'id="repeat"' in client.get(page).text
    made_again = post_form(client, page, f"{page}/repeat", {"client_key": "again"})
    assert told in client.get(made_again.location).text


def test_a_vote_held_again_says_that_the_earlier_one_was_declared_void(
    client: FlaskClient, clock: Clock
) -> None:
    row = made.make_published()
    made.declare_void(row)
    clock.set(made.OVER)
    community = ledger.community(row.community_id)
    sign_in_staff(client, make_staff(Role.CLERK, community=community))
    page = f"/admin/communities/{row.community_id}/ballots/{row.ballot_id}"
    made_again = post_form(client, page, f"{page}/repeat", {"client_key": "again"})
    assert "后来宣布作废，什么也没有定" in client.get(made_again.location).text


def test_two_people_mark_a_decision_as_revoked_and_everyone_reads_it(
    client: FlaskClient, signed: tuple[Decision, Staff, Staff]
) -> None:
    row, _, reviewer = signed
    page = f"/admin/communities/{row.community_id}/decisions/{row.id}"
    typed = {
        "court": "南明区人民法院",
        "case_number": "1号",
        "effective_on": "2026-04-01",
        "reason": "公告期少了三天",
    }
    assert f"{page}/annulment" in client.get(page).text
    bare = post_form(client, f"{page}/annulment", f"{page}/annulment", typed)
    assert (bare.status_code, "判决书的照片" in bare.text, "公告期少了三天" in bare.text) == (422, True, True)
    assert (
        post_form(client, f"{page}/annulment", f"{page}/annulment", typed | {"photo": picture()}).status_code
        == 302
    )
    (judgment,) = queries.annulments(row.id)
    assert "等另一个人确认" in client.get(page).text
    assert client.get(f"{page}/annulment/{judgment.id}/judgment.jpg").status_code == 403
    sign_in_staff(client, reviewer)
    assert client.get(f"{page}/annulment/{judgment.id}/judgment.jpg").content_type == "image/jpeg"
    assert client.get(f"{page}99/annulment/{judgment.id}/judgment.jpg").status_code == 404
    nothing = post_form(client, page, f"{page}/annulment/{judgment.id}", {"is_confirmed": "false"})
    assert (nothing.status_code, "退回要写清楚" in nothing.text) == (422, True)
    confirmed = post_form(client, page, f"{page}/annulment/{judgment.id}", {"is_confirmed": "true"})
    assert confirmed.status_code == 302
    assert queries.stage(row, made.OVER) is Stage.ANNULLED
    assert "法院撤销了这份决定" in client.get(page).text
    public = client.get(f"/communities/{row.community_id}/decisions/{row.id}").text
    for told in ("法院撤销了这份决定", "南明区人民法院", "公告期少了三天", "加装电梯", "已撤销"):
        assert told in public
    ending = queries.ending(row.id)
    assert ending is not None
    assert "这份决定已被法院撤销" in client.get(f"/v/{ending.code}").text
    assert "已撤销" in client.get(f"{page}/print").text
