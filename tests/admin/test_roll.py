"""The roll after the opening, through the pages: owners decided on, errors put right, sales noted, agents' codes given out."""

import re
from datetime import timedelta

import pytest

from server.ballots import queries
from server.identity.rules import Role
from server.infra.db import unit_of_work
from server.kernel.chinatime import china_day
from server.ledger.actions import likeness
from server.ledger.actions.likeness import Told
from server.ledger.queries import likeness as asked
from server.messages import queries as letters
from tests.admin.browsers import browser_of
from tests.admin.forms import post_form
from tests.admin.test_ballots import page_of
from tests.admin.test_desk import picture
from tests.factories.ballots import (
    CLERK,
    CLOSES,
    VOTING,
    cast,
    key,
    log_of,
    make_electorate,
    make_opened,
    make_voter,
    owners_of,
)
from tests.factories.identity import make_staff
from tests.factories.ledger import make_community, make_flat, make_owner
from tests.factories.rolls import sell, set_area
from tests.server.ballots.test_proxies import authorize


@pytest.fixture
def desk(app, clock):
    """An open ballot with a clerk, a reviewer and an auditor at their browsers."""
    community, flats = make_electorate()
    ballot = make_opened(community)
    clock.set(VOTING)
    roles = (Role.CLERK, Role.REVIEWER, Role.COMMITTEE_MEMBER)
    return ballot, flats, *(browser_of(app, make_staff(role, community=community)) for role in roles)


def test_an_error_of_the_roll_is_put_right_by_two_people_and_seen_by_others(desk) -> None:
    ballot, flats, clerk, reviewer, member = desk
    base = f"{page_of(ballot)}/roll"
    assert "没有不一样的" in clerk.get(base).text
    set_area(flats[0], "66.50")
    page = clerk.get(base).text
    assert "从 60.00 ㎡ 改成 66.50 ㎡" in page
    name = re.search(r'name="name" value="([0-9a-f]+)"', page).group(1)
    bare = post_form(clerk, base, f"{base}/corrections", {"name": name, "reason": "错"})
    assert (bare.status_code, "写清楚错在哪里" in bare.text) == (422, True)
    sent = {"name": name, "reason": "登记时面积抄错，对过房产证"}
    assert post_form(clerk, base, f"{base}/corrections", sent).status_code == 302
    (card,) = queries.corrections(ballot.id)
    action = f"{base}/corrections/{card.row.id}"
    form = f"/admin/communities/{ballot.community_id}/ballots/new"
    assert post_form(clerk, form, action, {"is_confirmed": "true"}).status_code == 403
    assert post_form(reviewer, base, action, {"is_confirmed": "false"}).status_code == 422
    assert post_form(reviewer, base, action, {"is_confirmed": "true"}).status_code == 302
    assert log_of(ballot)[0]["kind"] == "roll"
    seen = member.get(base).text
    assert (
        "已写进选票记录" in seen
        and "登记时面积抄错" in seen
        and "<form" not in seen.partition("<main")[2].partition("</main")[0]
    )
    assert member.get(f"{page_of(ballot)}99/roll").status_code == 404


def test_a_sale_written_into_the_ledger_alone_tells_the_homes_once(desk) -> None:
    ballot, flats, clerk, _, _ = desk
    page = f"/admin/communities/{ballot.community_id}/flats/{flats[0].id}/owners/change"
    sent = {"on": VOTING.date().isoformat(), "kind": "person", "name": "李四", "client_key": "sale-1"}
    for _ in range(2):
        assert post_form(clerk, page, page, sent).status_code == 302
    (home,) = letters.printable(ballot.community_id, VOTING)
    assert [one.kind for one in home.letters] == ["ballots.sold_in_ledger"]
    assert flats[0].room in home.letters[0].body and "李四" not in home.letters[0].body


@pytest.mark.parametrize(("days_after", "is_told"), [(0, True), (1, False)], ids=["in-the-vote", "after-it"])
def test_the_clerk_reads_that_the_homes_were_told_only_where_they_were(desk, days_after, is_told) -> None:
    ballot, flats, clerk, _, _ = desk
    page = f"/admin/communities/{ballot.community_id}/flats/{flats[0].id}/owners/change"
    on = china_day(CLOSES) + timedelta(days=days_after)
    sent = {"on": on.isoformat(), "kind": "person", "name": "李四", "client_key": "sale-1"}
    shown = clerk.get(post_form(clerk, page, page, sent).location).text
    assert "业主变更记下了" in shown and ("这户收到了消息" in shown) is is_told


def test_a_split_taken_back_while_the_vote_runs_tells_the_home(desk, app) -> None:
    community, flats = make_electorate()
    clerk = browser_of(app, make_staff(Role.CLERK, community=community))
    owner = owners_of(flats[0])[0]
    page = f"/admin/communities/{community.id}/owners/alike"
    sent = {"owner_id": owner, "first": "张三", "second": "李四", "reason": "两位都在证上"}
    assert post_form(clerk, page, page.replace("alike", "split"), sent).status_code == 302
    other = next(id_ for id_ in owners_of(flats[0]) if id_ != owner)
    make_opened(community)
    back = {"owner_id": owner, "other_id": other, "reason": "看错了"}
    assert post_form(clerk, page, page.replace("alike", "rejoin"), back).status_code == 302
    (home,) = letters.printable(community.id, VOTING)
    assert [one.kind for one in home.letters] == ["ballots.sold_in_ledger"]


def test_a_sale_is_noted_with_its_paper_and_confirmed_by_another(desk) -> None:
    ballot, flats, clerk, reviewer, _ = desk
    base = f"{page_of(ballot)}/roll"
    buyer_id = sell(flats[0])
    assert "台账里换了业主" in clerk.get(base).text
    sent = {"head": "h1", "owner_ids": buyer_id, "sold_on": VOTING.date().isoformat(), "note": "看过新证"}
    bare = post_form(clerk, base, f"{base}/sales", sent)
    assert (bare.status_code, "拍一张过户的证明" in bare.text) == (422, True)
    assert post_form(clerk, base, f"{base}/sales", {**sent, "photo": picture(5)}).status_code == 302
    (card,) = queries.sales(ballot.id)
    assert clerk.get(f"{base}/sales/{card.row.id}/proof.jpg").status_code == 403
    assert reviewer.get(f"{base}/sales/{card.row.id}/proof.jpg").content_type == "image/jpeg"
    assert reviewer.get(f"{base}/sales/987654321/proof.jpg").status_code == 404
    assert (
        post_form(reviewer, base, f"{base}/sales/{card.row.id}", {"is_confirmed": "true"}).status_code == 302
    )
    assert "买家接着投" in clerk.get(base).text
    cast(ballot, make_voter(flats[0], owner_id=buyer_id))


def test_whoever_did_not_register_the_paper_sees_it_and_gives_the_code(desk) -> None:
    ballot, _, clerk, reviewer, _ = desk
    row = authorize(ballot)
    base = f"{page_of(ballot)}/agents"
    assert "没发编码" in clerk.get(base).text
    assert reviewer.get(f"{base}/{row.id}/paper").content_type == "image/jpeg"
    assert post_form(clerk, base, f"{base}/{row.id}/code", {}).status_code == 403
    answer = post_form(reviewer, base, f"{base}/{row.id}/code", {})
    assert answer.status_code == 200 and "把编码交给受托人" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "发了编码，等受托人领" in reviewer.get(base).text
    assert reviewer.get(f"{base}/987654321/paper").status_code == 404


def test_owners_that_look_alike_are_decided_by_the_clerk_and_told_in_the_draft(app, clock) -> None:
    community = make_community()
    flats = [make_flat(community, room=room) for room in ("101", "102")]
    one, other = (make_owner(flat, name="张三", phone=f"1390000000{n}").id for n, flat in enumerate(flats))
    clerk = browser_of(app, make_staff(Role.CLERK, community=community))
    base = f"/admin/communities/{community.id}/owners"
    page = clerk.get(f"{base}/alike").text
    assert "姓名相同，房在同一栋" in page and "张三" not in page
    sent = {"owner_id": one, "other_id": other}
    assert post_form(clerk, f"{base}/alike", f"{base}/merge", sent).status_code == 422
    assert (
        post_form(clerk, f"{base}/alike", f"{base}/merge", {**sent, "reason": "问过本人"}).status_code == 302
    )
    assert "定为" in clerk.get(f"{base}/alike").text
    assert asked.persons(community.id) == {other: one}
    assert post_form(clerk, f"{base}/alike", f"{base}/apart", {**sent, "reason": "弄错了"}).status_code == 302
    assert asked.persons(community.id) == {}
    beside = browser_of(app, make_staff(Role.REVIEWER, community=community))
    assert "是不是同一人" not in beside.get(f"{base}/alike").text


def test_two_names_are_split_and_taken_back(app, clock) -> None:
    community = make_community()
    owner_id = make_owner(make_flat(community), name="张三和李四").id
    clerk = browser_of(app, make_staff(Role.CLERK, community=community))
    base = f"/admin/communities/{community.id}/owners"
    sent = {"owner_id": owner_id, "first": "张三", "second": "", "reason": "看过房产证"}
    assert post_form(clerk, f"{base}/alike", f"{base}/split", sent).status_code == 422
    assert post_form(clerk, f"{base}/alike", f"{base}/split", {**sent, "second": "李四"}).status_code == 302
    split = asked.verdict_rows(community.id)[-1]
    back = {"owner_id": owner_id, "other_id": split.other_id, "reason": "还是一个人"}
    assert post_form(clerk, f"{base}/alike", f"{base}/rejoin", back).status_code == 302
    assert post_form(clerk, f"{base}/alike", f"{base}/rejoin", back).status_code == 404


def test_a_merge_says_that_open_votes_stay_as_they_are(desk) -> None:
    ballot, flats, clerk, _, _ = desk
    with unit_of_work():
        likeness.merge_owners(
            ballot.community_id,
            owners_of(flats[0])[0],
            owners_of(flats[1])[0],
            Told("问过本人", key(), CLERK, VOTING),
        )
    page = clerk.get(f"/admin/communities/{ballot.community_id}/owners/alike").text
    assert "正在进行的投票都不变" in page and ballot.title in page
    assert [card.head for card in queries.heads_of(ballot.id)][:2] == ["h1", "h2"]
