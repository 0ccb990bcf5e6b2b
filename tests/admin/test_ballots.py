"""The committee's way from a draft to the result, through the pages."""

import io
import json
import re
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from PIL import Image

from server.audit.models import AuditEntry
from server.ballots import actions, queries
from server.ballots.models import Ballot
from server.catalogue.models import CatalogueItem
from server.identity.rules import Role
from server.infra.db import db, unit_of_work
from server.kernel.chinatime import CHINA
from tests.admin.browsers import browser_of
from tests.admin.forms import post_form
from tests.factories.ballots import (
    ANNOUNCED,
    CLOSES,
    OPENS,
    VOTING,
    cast,
    make_announced,
    make_draft,
    make_electorate,
    make_opened,
    make_voter,
)
from tests.factories.identity import make_staff
from tests.factories.ledger import make_community, make_flat


def local(instant: datetime) -> str:
    return f"{instant.astimezone(CHINA):%Y-%m-%dT%H:%M}"


def picture() -> tuple[io.BytesIO, str]:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), (1, 2, 3)).save(out, "PNG")
    return io.BytesIO(out.getvalue()), "paper.png"


@pytest.fixture
def desks(app, clock):
    """Community, its flats, and the clerk's and the reviewer's browsers."""
    community, flats = make_electorate()
    clerk = browser_of(app, make_staff(Role.CLERK, community=community))
    reviewer = browser_of(app, make_staff(Role.REVIEWER, community=community))
    return community, flats, clerk, reviewer


def test_a_committee_goes_from_a_draft_to_the_result(desks, clock) -> None:
    community, flats, clerk, reviewer = desks
    clock.set(ANNOUNCED)
    home = f"/admin/communities/{community.id}/ballots"
    lift = db.session.scalars(sa.select(CatalogueItem.id).where(CatalogueItem.name == "加装电梯")).first()
    made = post_form(
        clerk,
        f"{home}/new",
        home,
        {
            "title": "电梯表决",
            "scope": "community",
            "items": [str(lift)],
            "opens_at": local(OPENS),
            "closes_at": local(CLOSES),
            "precedence": "latest",
            "may_change": "true",
            "unreturned": "none",
        },
    )
    assert made.status_code == 302
    page = made.location
    ballot = db.session.scalars(sa.select(Ballot)).one()
    added = post_form(
        clerk,
        f"{page}/motions/new",
        f"{page}/motions",
        {"title": "外墙颜色", "kind": "choose_one", "matter": "other", "options": "米白\n浅灰"},
    )
    assert added.status_code == 302
    preview = clerk.get(f"{page}/announce").text
    for words in ("四分之三以上", "米白", "公告期重新算", "名册在投票开始的时候定下来"):
        assert words in preview
    assert post_form(clerk, f"{page}/announce", f"{page}/announce", {}).status_code == 302
    assert "已公告" in clerk.get(page).text
    assert "还没到" in clerk.get(page).text
    clock.set(OPENS)
    assert "可以开始" in clerk.get(page).text
    assert post_form(clerk, page, f"{page}/open", {}).status_code == 302
    assert "360.00" in clerk.get(page).text
    clock.set(VOTING)
    for flat in flats[:4]:
        cast(ballot, make_voter(flat), {"m1": "for", "m2": "浅灰"})
    assert "还差" not in clerk.get(page).text
    assert "4 / 6 人" in clerk.get(home).text
    clock.set(CLOSES)
    assert post_form(clerk, page, f"{page}/count", {}).location.endswith("/result")
    shown = clerk.get(f"{page}/result").text
    for words in ("通过", "采用“浅灰”", "240.00", "第二百七十八条", "链尾", "法定线：2/3"):
        assert words in shown
    nameless = post_form(reviewer, f"{page}/result", f"{page}/bundle", {"reason": " "})
    assert (nameless.status_code, "做什么用" in nameless.text) == (422, True)
    bundle = post_form(reviewer, f"{page}/result", f"{page}/bundle", {"reason": "法院调取"})
    assert json.loads(bundle.text)["format"] == "ballot-bundle/1"
    assert "attachment" in bundle.headers["Content-Disposition"]
    assert post_form(clerk, page, f"{page}/bundle", {"reason": "看看"}).status_code == 403


def test_a_result_says_that_it_is_behind_until_it_is_counted_again(desks, clock) -> None:
    community, flats, clerk, reviewer = desks
    ballot = make_opened(community)
    receipt = cast(ballot, make_voter(flats[0])).code
    page = page_of(ballot)
    clock.set(CLOSES)
    post_form(clerk, page, f"{page}/count", {})
    behind = "还没有算进来"
    assert behind not in clerk.get(f"{page}/result").text
    reviews = f"{page}/reviews"
    post_form(reviewer, reviews, f"{page}/flags", {"receipt": receipt, "reason": "有异议"})
    review = f"{reviews}/1"
    assert post_form(reviewer, review, review, {"verdict": "void", "fault": "pressured"}).status_code == 302
    assert behind in clerk.get(f"{page}/result").text
    clock.set(CLOSES + timedelta(minutes=1))
    post_form(clerk, page, f"{page}/count", {})
    shown = clerk.get(f"{page}/result").text
    assert behind not in shown and "第 1 次计票" in shown


def test_a_vote_is_held_again_as_another_vote_and_the_first_stays_as_it_was(desks, clock) -> None:
    community, flats, clerk, reviewer = desks
    ballot = make_opened(community)
    cast(ballot, make_voter(flats[0]))
    page = page_of(ballot)
    clock.set(CLOSES)
    early = post_form(clerk, page, f"{page}/repeat", {})
    assert (early.status_code, "计票以后，才能重新表决" in early.text) == (422, True)
    post_form(clerk, page, f"{page}/count", {})
    before = queries.counts(ballot.id)[-1].outcome
    sent = {"client_key": "again"}
    again = {post_form(clerk, page, f"{page}/repeat", sent).location for _ in range(2)}
    assert len(again) == 1
    new = db.session.scalars(sa.select(Ballot).order_by(Ballot.id.desc())).first()
    assert page_of(new) in again
    assert (new.title, new.opens_at) == (f"{ballot.title}（重新表决）", None)
    assert queries.motion_texts(new) == queries.motion_texts(ballot)
    shown = clerk.get(page_of(new)).text
    assert "上一次投的票不算" in shown
    assert queries.counts(ballot.id)[-1].outcome == before
    assert post_form(reviewer, page, f"{page}/repeat", {}).status_code == 403


@pytest.mark.parametrize("role", [Role.STREET_OFFICER, Role.AUDITOR])
def test_the_street_takes_the_witness_bundle_once_counted_and_its_reason_is_kept(
    app, desks, clock, role: Role
) -> None:
    """The first bundle to leave ends the entering of papers: no office takes one while the committee still keys."""
    community, flats, clerk, _ = desks
    ballot = make_opened(community)
    cast(ballot, make_voter(flats[0]))
    page = page_of(ballot)
    clock.set(CLOSES)
    office = browser_of(app, make_staff(role, division="520102"))
    early = post_form(office, page, f"{page}/bundle", {"reason": "监督"})
    assert (early.status_code, "还没有计票" in early.text, ballot.disclosed_at) == (422, True, None)
    post_form(clerk, page, f"{page}/count", {})
    assert "给法院、街道和监督人的选票包" in office.get(page).text
    # What tells a flat by its area is not to be had beside the bundle, unasked.
    assert ("公开的面积只写整数百分比" in office.get(f"{page}/result").text) is (role is Role.STREET_OFFICER)
    assert post_form(office, f"{page}/result", f"{page}/bundle", {"reason": ""}).status_code == 422
    bundle = post_form(office, f"{page}/result", f"{page}/bundle", {"reason": "业主监督小组调取"})
    assert json.loads(bundle.text)["roll"][0]["flats"][0]["area"] == "60.00"
    (entry,) = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.verb == "ballots.export"))
    assert "业主监督小组调取" in str(entry.facts)


def test_what_is_wrong_in_a_draft_stands_by_its_field_with_what_was_typed(desks) -> None:
    community, _, clerk, _ = desks
    home = f"/admin/communities/{community.id}/ballots"
    answer = post_form(clerk, f"{home}/new", home, {"title": "", "intro": "留着这句", "scope": "community"})
    assert answer.status_code == 422
    assert "留着这句" in answer.text
    assert 'id="f-title-error"' in answer.text


@pytest.mark.parametrize("field", ["title", "intro"])
@pytest.mark.parametrize("sign", ["\ufdd0", "\uffff", "\U0001fffe"])
def test_no_draft_takes_a_sign_that_no_bundle_may_hold(desks, field: str, sign: str) -> None:
    community, _, clerk, _ = desks
    home = f"/admin/communities/{community.id}/ballots"
    typed = {"title": "加装电梯", "scope": "community"} | {field: f"加装{sign}电梯"}
    answer = post_form(clerk, f"{home}/new", home, typed)
    assert answer.status_code == 422
    assert f'id="f-{field}-error"' in answer.text and "看不见的字符" in answer.text


def test_the_form_explains_the_earliest_opening(desks, clock) -> None:
    community, _, clerk, _ = desks
    clock.set(ANNOUNCED)
    page = clerk.get(f"/admin/communities/{community.id}/ballots/new").text
    assert "公告要贴满 15 日" in page
    assert "3 月 18 日 00:00" in page


def test_obstacles_stand_on_the_page_as_a_list_to_act_on(desks, clock) -> None:
    community, _, clerk, _ = desks
    clock.set(ANNOUNCED)
    make_flat(community, "9", "1", "901", area=None)
    ballot = make_draft(community, opens_at=None, closes_at=None)
    page = clerk.get(f"/admin/communities/{community.id}/ballots/{ballot.id}").text
    assert "还没定开始和截止的时间" in page
    assert "9 栋 1 单元 901" in page
    assert "去公告" not in page
    refused = post_form(clerk, page_of(ballot), f"{page_of(ballot)}/announce", {})
    assert refused.status_code == 422


def page_of(ballot: Ballot) -> str:
    return f"/admin/communities/{ballot.community_id}/ballots/{ballot.id}"


def test_an_announced_text_is_only_changed_by_withdrawing(desks, clock) -> None:
    community, _, clerk, _ = desks
    ballot = make_announced(community)
    clock.set(ANNOUNCED + timedelta(days=1))
    page = page_of(ballot)
    changed = post_form(
        clerk, page, f"{page}/motions/1", {"title": "换", "kind": "approve", "matter": "other"}
    )
    assert changed.status_code == 422
    assert "先撤回公告" in changed.text
    assert post_form(clerk, page, f"{page}/withdraw", {"reason": ""}).status_code == 422
    assert post_form(clerk, page, f"{page}/withdraw", {"reason": "写错了"}).status_code == 302
    assert "起草中" in clerk.get(page).text
    assert (
        post_form(
            clerk, page, f"{page}/motions/1", {"title": "换", "kind": "approve", "matter": "other"}
        ).status_code
        == 302
    )
    assert post_form(clerk, page, f"{page}/motions/2/remove", {}).status_code == 302
    assert len(queries.known(ballot.id).motions) == 1


def test_the_ballot_of_another_community_is_not_there(desks) -> None:
    community, _, clerk, _ = desks
    other, _ = make_electorate()
    ballot = make_draft(other)
    for address in (page_of(ballot), f"/admin/communities/{community.id}/ballots/{ballot.id}"):
        assert clerk.get(address).status_code == 404
    assert clerk.get(f"/admin/communities/{community.id}/ballots/999999").status_code == 404


def test_an_auditor_reads_and_changes_nothing(app, desks) -> None:
    community, _, _, _ = desks
    ballot = make_draft(community)
    auditor = browser_of(app, make_staff(Role.AUDITOR, community=community))
    assert auditor.get(page_of(ballot)).status_code == 200
    page = auditor.get(page_of(ballot)).text
    assert "改草稿" not in page
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    answer = auditor.post(f"{page_of(ballot)}/announce", data={"csrf_token": token.group(1) if token else ""})
    assert answer.status_code in {400, 403}


def test_a_draft_is_discarded_for_good(desks) -> None:
    community, _, clerk, _ = desks
    ballot = make_draft(community)
    assert post_form(clerk, page_of(ballot), f"{page_of(ballot)}/discard", {}).status_code == 302
    assert clerk.get(page_of(ballot)).status_code == 404
    assert make_community().id != community.id


def test_a_later_closing_is_posted_and_everyone_can_read_why(desks, app, clock) -> None:
    community, _, clerk, _ = desks
    ballot = make_opened(community)
    clock.set(VOTING)
    page = f"/admin/communities/{community.id}/ballots/{ballot.id}"
    assert "延期公告" not in clerk.get(page).text
    late = {"closes_at": local(CLOSES + timedelta(days=7)), "reason": "下雨，好多人没来"}
    answer = post_form(clerk, f"{page}/extend", f"{page}/extend", late)
    assert answer.status_code == 302
    shown = clerk.get(page).text
    assert "打印出来贴到每个单元门口" in shown
    link = re.search(r'href="([^"]+)">看公告〔2026〕\d+ 号、打印', shown)
    assert link
    assert "下雨，好多人没来" in clerk.get(f"{link[1]}/print").text
    public = app.test_client().get(f"/notices/{link[1].rpartition('/')[2]}")
    assert public.status_code == 200 and "下雨，好多人没来" in public.text


def test_a_closing_that_is_not_later_stands_by_its_field_and_posts_nothing(desks, clock) -> None:
    community, _, clerk, _ = desks
    ballot = make_opened(community)
    clock.set(VOTING)
    page = f"/admin/communities/{community.id}/ballots/{ballot.id}"
    same = {"closes_at": local(CLOSES), "reason": "再等等"}
    answer = post_form(clerk, f"{page}/extend", f"{page}/extend", same)
    assert answer.status_code == 422 and 'id="f-closes_at-error"' in answer.text
    assert "延期公告" not in clerk.get(page).text


def test_the_checkpoint_of_the_opening_is_printed_for_the_stairwell(desks, clock) -> None:
    community, flats, clerk, _ = desks
    ballot = make_opened(community)
    clock.set(VOTING)
    cast(ballot, make_voter(flats[0]))
    with unit_of_work():
        actions.take_due(VOTING)
    page = f"/admin/communities/{community.id}/ballots/{ballot.id}"
    assert f"{page}/checkpoint" in clerk.get(page).text
    opening, newest = clerk.get(f"{page}/checkpoint").text, clerk.get(f"{page}/checkpoint?which=newest").text
    assert "events 0" in opening and "一张票也没有收到" in opening and 'class="qr"' in opening
    assert "events 1" in newest and "1 条记录" in newest
    assert f"/ballots/{ballot.id}/proof" in opening
    assert clerk.get(f"/admin/communities/{community.id}/ballots/999/checkpoint").status_code == 404
    early = make_announced(community)
    assert clerk.get(f"/admin/communities/{community.id}/ballots/{early.id}/checkpoint").status_code == 404
