"""The public pages: a community's page, a decision, checking a paper. No names, no exact areas of small scopes, no drafts."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from server.ballots.queries import known
from server.decisions import queries
from server.decisions.models import Decision
from server.infra.db import db, unit_of_work
from server.kernel.places import ScopeKind
from server.ledger.models import Owner
from server.notices import actions as notice_actions
from server.notices import queries as notices
from tests.conftest import Clock
from tests.factories import ballots as votes
from tests.factories import decisions as made
from tests.factories.ballots import CLERK
from tests.factories.identity import make_resident, sign_in_resident
from tests.factories.ledger import make_community

#: Six flats of one building, none like another, so that a total would give single flats away.
AREAS = ("61.37", "77.71", "93.19", "58.03", "66.41", "49.90")


def page(of: Decision) -> str:
    return f"/communities/{of.community_id}/decisions/{of.id}"


def answer(of: Decision, objection_id: int, *, is_upheld: bool) -> None:
    with unit_of_work():
        notice_actions.answer_objection(
            objection_id,
            community_id=of.community_id,
            answer="核对了签名，没有问题。",
            is_upheld=is_upheld,
            actor=CLERK,
            now=made.UPHELD,
        )


def test_a_new_community_says_what_will_come(client: FlaskClient, clock: Clock) -> None:
    text = client.get(f"/communities/{make_community('一号院').id}").text
    for wanted in ("一号院", "这个小区还没有表决", "现在没有公示", "居委会一楼"):
        assert wanted in text


def test_an_unknown_community_is_not_found(client: FlaskClient, clock: Clock) -> None:
    assert client.get("/communities/99999").status_code == 404


def test_an_announced_vote_shows_its_notice_and_dates(client: FlaskClient, clock: Clock) -> None:
    community, _ = votes.make_electorate()
    votes.make_announced(community)
    clock.set(votes.ANNOUNCED + timedelta(hours=1))
    text = client.get(f"/communities/{community.id}").text
    assert "已公告" in text and "3 月 18 日 09:00 开始" in text and "/notices/" in text


def test_an_open_vote_shows_turnout_and_no_choice(client: FlaskClient, clock: Clock) -> None:
    ballot, flats = votes.make_vote(AREAS)
    votes.cast(ballot, votes.make_voter(flats[0]), "against")
    clock.set(votes.VOTING)
    text = client.get(f"/communities/{ballot.community_id}").text
    assert "1 / 6 人" in text and "还差" in text
    assert "反对" not in text and "61.37" not in text


def test_the_page_follows_the_matter_from_the_notice_to_the_decision(
    client: FlaskClient, clock: Clock
) -> None:
    row = made.make_published()
    clock.set(made.PUBLISHED)
    home = f"/communities/{row.community_id}"
    text = client.get(home).text
    assert "公示中" in text and row.title in text and page(row) in text
    clock.set(made.OVER)
    assert "待签发" in client.get(home).text
    made.sign(row)
    assert "已生效" in client.get(home).text


def test_a_draft_is_not_public(client: FlaskClient, clock: Clock) -> None:
    row = made.make_draft()
    clock.set(made.DRAFTED)
    assert client.get(page(row)).status_code == 404
    assert row.title not in client.get(f"/communities/{row.community_id}").text


def test_a_decision_of_another_community_is_not_found_there(client: FlaskClient, clock: Clock) -> None:
    row = made.make_published()
    elsewhere = make_community("别处")
    assert client.get(f"/communities/{elsewhere.id}/decisions/{row.id}").status_code == 404


@pytest.mark.parametrize("number", ["0", "-1", "2", "99999999999999999999999"])
def test_a_version_that_never_was_is_not_found(client: FlaskClient, clock: Clock, number: str) -> None:
    row = made.make_published()
    assert client.get(f"{page(row)}?version={number}").status_code == 404


def test_a_hanging_decision_leads_to_objecting_and_its_seal_waits(client: FlaskClient, clock: Clock) -> None:
    row = made.make_published()
    clock.set(made.PUBLISHED)
    text = client.get(page(row)).text
    (notice,) = notices.of("decision", row.id)
    assert f"/notices/{notice.id}#objections" in text
    assert "seal-waiting" in text and "seal-final" not in text
    assert "公示稿，期满并签发后才算数" in text
    assert client.get(f"/notices/{notice.id}").status_code == 200


def test_a_final_decision_carries_its_seal_and_a_code_that_anyone_can_check(
    client: FlaskClient, clock: Clock
) -> None:
    row = made.make_final()
    clock.set(made.OVER)
    text = client.get(page(row)).text
    act = queries.ending(row.id)
    assert act is not None and act.code is not None
    assert "seal-final" in text and "一年内" in text
    grouped = f"{act.code[:4]} {act.code[4:8]} {act.code[8:]}"
    assert grouped in text
    answer = client.get("/v", query_string={"code": grouped.lower()}, follow_redirects=True)
    assert answer.status_code == 200
    for wanted in ("是从这里签发的", row.title, "加装电梯", "通过", page(row)):
        assert wanted in answer.text


def test_a_slip_of_the_hand_is_told_apart_from_a_code_nobody_signed(
    client: FlaskClient, clock: Clock
) -> None:
    act = queries.ending(made.make_final().id)
    assert act is not None and act.code is not None
    wrong = ("3" if act.code[0] == "2" else "2") + act.code[1:]
    answer = client.get(f"/v/{wrong}")
    assert answer.status_code == 404 and "有字看错或写漏了" in answer.text
    answer = client.get("/v/222222222222")
    assert answer.status_code == 404
    assert client.get("/v").status_code == 200


def test_no_public_page_names_an_owner_or_tells_an_exact_area_of_a_small_scope(
    client: FlaskClient, clock: Clock
) -> None:
    counted = made.make_counted(
        ("for", "for", "for", "for", "for", "against"), scope=ScopeKind.BUILDING, areas=AREAS
    )
    row = made.make_final(counted)
    clock.set(made.OVER)
    act = queries.ending(row.id)
    assert act is not None
    (notice,) = notices.of("decision", row.id)
    names = [owner.name for owner in db.session.query(Owner)]
    assert names
    for address in (f"/communities/{row.community_id}", page(row), f"/v/{act.code}", f"/notices/{notice.id}"):
        text = client.get(address).text
        assert not re.findall(r"\d\.\d\d ㎡", text), address
        for told in (*names, *AREAS, "356.71", "406.61"):
            assert told not in text, (address, told)


def test_an_owner_of_the_scope_sees_its_exact_areas_when_signed_in(client: FlaskClient, clock: Clock) -> None:
    counted = made.make_counted(("for",) * 6, scope=ScopeKind.BUILDING, areas=AREAS)
    row = made.make_published(counted)
    clock.set(made.PUBLISHED)
    assert "406.61" not in client.get(page(row)).text
    owner = db.session.query(Owner).filter(Owner.id.in_(votes.owners_of(counted.flats[0]))).one()
    sign_in_resident(client, make_resident(counted.flats[0], owner=owner))
    assert "406.61" in client.get(page(row)).text


def test_objections_are_answered_in_public_without_their_words(client: FlaskClient, clock: Clock) -> None:
    row = made.make_published()
    (notice,) = notices.of("decision", row.id)
    objection = made.object_to(notice, "501 王小二 13812345678 代投")
    clock.set(made.UPHELD)
    assert "还有 1 条等答复" in client.get(page(row)).text
    answer(row, objection.id, is_upheld=False)
    text = client.get(page(row)).text
    assert "收到异议 1 条，成立 0 条，都已答复" in text and "核对了签名，没有问题。" in text
    assert "王小二" not in text and "13812345678" not in text


def test_after_a_recount_both_versions_can_be_read(client: FlaskClient, clock: Clock) -> None:
    counted = made.make_counted()
    row = made.make_published(counted)
    made.void_vote(counted, 0)
    made.recount(counted)
    made.publish(row, now=made.RECOUNTED)
    clock.set(made.RECOUNTED)
    newest = client.get(page(row)).text
    assert "?version=1" in newest and "第 1 次计票已被第 2 次代替" in newest
    old = client.get(f"{page(row)}?version=1").text
    assert "已被后一版代替" in old
    assert "seal-final" not in old


def test_a_void_vote_says_why_and_that_nothing_was_decided(client: FlaskClient, clock: Clock) -> None:
    row = made.make_published()
    made.declare_void(row)
    clock.set(made.UPHELD)
    text = client.get(page(row)).text
    assert "表决已作废" in text and "漏了 2 栋。" in text and "什么也没有定" in text
    assert known(row.ballot_id).id == row.ballot_id


def test_the_public_page_is_light(client: FlaskClient, clock: Clock) -> None:
    row = made.make_final()
    clock.set(made.OVER)
    for address in (f"/communities/{row.community_id}", page(row)):
        assert len(client.get(address).data) < 60_000
