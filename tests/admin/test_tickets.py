"""One ticket on the desk: its page, each act with its form, and who may see what."""

import io
from datetime import timedelta

import pytest

from server.identity.rules import Role
from server.tickets import queries
from server.tickets.rules.words import Act, Category, Priority, State
from tests.admin.browsers import browser_of
from tests.admin.forms import post_form
from tests.admin.ticket_desks import STREET, a_photo, act, board, page_of, reload
from tests.conftest import START
from tests.factories.identity import give_role, make_staff
from tests.factories.ledger import make_community, make_flat
from tests.factories.tickets import COMMITTEE, make_ticket, move

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def community(app):
    return make_community("九洲巷小区")


@pytest.fixture
def company(app, community):
    return browser_of(app, make_staff(Role.PROPERTY_CLERK, community=community, name="王师傅"))


@pytest.fixture
def committee(app, community):
    return browser_of(app, make_staff(Role.CLERK, community=community, name="周主任"))


@pytest.fixture
def reviewer(app, community):
    return browser_of(app, make_staff(Role.REVIEWER, community=community, name="李书记"))


def test_a_ticket_goes_its_whole_way_by_the_buttons_of_its_page(company, committee, community):
    row = make_ticket(community.id, words="水管漏水")
    for verb, typed, state in (
        ("accept", {}, State.ACCEPTED),
        ("dispatch", {"worker": "水电王师傅", "note": "带扳手"}, State.DISPATCHED),
        ("arrive", {}, State.ON_SITE),
        ("start", {}, State.IN_PROGRESS),
        ("finish", {"note": "换了阀门", "photo": a_photo()}, State.DONE),
    ):
        page = company.get(page_of(row)).text
        assert f"{page_of(row)}/work/{verb}" in page, verb
        assert act(company, row, verb, **typed).status_code == 302, verb
        assert reload(row).state is state
    assert (
        post_form(
            committee, f"{page_of(row)}/call-back", f"{page_of(row)}/call-back", {"said": "confirm"}
        ).status_code
        == 302
    )
    assert reload(row).state is State.CONFIRMED
    page = company.get(page_of(row)).text
    assert all(words in page for words in ("换了阀门", "水电王师傅", "王师傅", "居民已确认"))
    assert "work/" not in page


def test_only_what_is_in_order_stands_as_a_button(company, community):
    row = make_ticket(community.id)
    page = company.get(page_of(row)).text
    assert "work/accept" in page
    assert "work/finish" not in page
    answer = act(company, row, "arrive")
    assert (answer.status_code, "先受理" in answer.text) == (409, True)
    assert reload(row).state is State.NEW


def test_of_two_workers_closing_at_once_the_second_is_told_who_was_first(app, company, community):
    other = browser_of(app, make_staff(Role.PROPERTY_MANAGER, community=community, name="陈经理"))
    row = make_ticket(community.id)
    move(row.id, "accept", "arrive")
    seen = reload(row).version
    form = f"{page_of(row)}/work/finish"
    assert (
        post_form(company, form, form, {"note": "修好了", "photo": a_photo(), "seen": seen}).status_code
        == 302
    )
    second = post_form(other, form, form, {"note": "我也修好了", "photo": a_photo(), "seen": seen})
    assert second.status_code == 409
    assert all(words in second.text for words in ("王师傅", "办完", "我也修好了"))
    assert [one.note for one in queries.acts(row.id)][-1] == "修好了"


def test_the_same_form_sent_twice_is_one_act(company, community):
    row = make_ticket(community.id)
    for _ in range(2):
        assert (
            post_form(
                company, page_of(row), f"{page_of(row)}/work/accept", {"seen": 1, "client_key": "k"}
            ).status_code
            == 302
        )
    assert [one.act for one in queries.acts(row.id)] == [Act.REPORT, Act.ACCEPT]


@pytest.mark.parametrize(
    ("verb", "typed", "words"),
    [
        ("finish", {"note": ""}, "写一句做了什么"),
        ("finish", {"note": "好了"}, "拍一张"),
        ("finish", {"note": "好了", "photo": (b"no picture", "a.jpg")}, "不是照片"),
        ("refuse", {"note": ""}, "为什么不办"),
        ("refuse", {"note": "长" * 1001}, "1000"),
        ("finish_partly", {"note": ""}, "哪些解决了"),
        ("ask_suspension", {"note": ""}, "为什么要停"),
        ("prioritise", {"note": "急"}, "选紧急程度"),
        ("dispatch", {}, "选派给谁"),
        ("dispatch", {"assignee_id": "987654321"}, "换一个人"),
        ("merge", {}, "选并到哪一件"),
        ("merge", {"into_id": "9" * 30}, "这个数太大了"),
    ],
)
def test_a_form_that_is_wrong_says_what_to_do_and_keeps_what_was_typed(
    company, community, verb, typed, words
):
    row = make_ticket(community.id)
    move(row.id, "accept", "arrive")
    if "photo" in typed:
        typed = typed | {"photo": (io.BytesIO(typed["photo"][0]), typed["photo"][1])}
    answer = act(company, row, verb, **typed)
    assert answer.status_code == 422
    assert words in answer.text
    assert typed.get("note", "")[:20] in answer.text
    assert len(queries.acts(row.id)) == 3


def test_a_refusal_carries_its_reason(company, community):
    row = make_ticket(community.id)
    assert act(company, row, "refuse", note="这是供电局的，打 95598").status_code == 302
    assert (reload(row).state, queries.acts(row.id)[-1].note) == (State.REFUSED, "这是供电局的，打 95598")


def test_a_worker_with_an_account_is_sent_and_finds_it_as_theirs(app, company, community):
    helper = make_staff(Role.PROPERTY_CLERK, community=community, name="赵师傅")
    row = make_ticket(community.id)
    move(row.id, "accept")
    assert "赵师傅" in company.get(f"{page_of(row)}/work/dispatch").text
    assert act(company, row, "dispatch", assignee_id=helper.id).status_code == 302
    mine = browser_of(app, helper).get(f"{board(community)}?tab=mine").text
    assert page_of(row) in mine
    assert page_of(row) not in company.get(f"{board(community)}?tab=mine").text
    assert "赵师傅" in company.get(page_of(row)).text


def test_a_complaint_is_accepted_by_answering_it(company, community):
    row = make_ticket(community.id, Category.NOISE, words="半夜装修")
    page = company.get(page_of(row)).text
    assert "受理并答复" in page
    assert act(company, row, "accept").status_code == 422
    assert act(company, row, "accept", note="今晚去看").status_code == 302


def test_the_urgency_can_be_put_right_for_a_reason(company, community):
    row = make_ticket(community.id)
    assert act(company, row, "prioritise", priority="p1", note="楼下在漏").status_code == 302
    assert reload(row).priority is Priority.P1


def test_the_company_makes_nothing_less_urgent_and_the_committee_does(company, committee, community):
    row = make_ticket(community.id, Category.LIFT)
    before = reload(row).priority
    refused = act(company, row, "prioritise", priority="p3", note="其实不急")
    assert (refused.status_code, "负责办的单位不能自己改缓" in refused.text) == (409, True)
    assert "其实不急" in refused.text
    assert reload(row).priority is before
    assert act(committee, row, "prioritise", priority="p3", note="问过报的人，不急").status_code == 302
    assert reload(row).priority is Priority.P3


def test_one_is_merged_into_another_of_its_place(company, community):
    first, second = make_ticket(community.id, words="漏水"), make_ticket(community.id, words="也漏水")
    assert f"{first.id} 号" in company.get(f"{page_of(second)}/work/merge").text
    assert act(company, second, "merge", into_id=first.id).status_code == 302
    assert reload(second).same_as_id == first.id
    assert page_of(first) in company.get(page_of(second)).text


def test_one_that_is_due_later_is_not_offered_to_merge_into(company, community, clock):
    first = make_ticket(community.id, at=START - timedelta(days=9))
    later = make_ticket(community.id)
    assert "没有可以并进去的" in company.get(f"{page_of(first)}/work/merge").text
    answer = act(company, first, "merge", into_id=later.id)
    assert (answer.status_code, "反过来" in answer.text) == (409, True)


def test_notes_are_kept_whatever_others_did_meanwhile(company, community):
    row = make_ticket(community.id)
    move(row.id, "accept")
    assert (
        post_form(company, page_of(row), f"{page_of(row)}/notes", {"note": "在等配件", "seen": 1}).status_code
        == 302
    )
    assert "在等配件" in company.get(page_of(row)).text
    empty = post_form(company, page_of(row), f"{page_of(row)}/notes", {"note": ""})
    assert (empty.status_code, "写一句再发" in empty.text) == (422, True)


def test_there_is_no_other_act(company, community):
    row = make_ticket(community.id)
    for verb in ("confirm", "lapse", "nothing"):
        assert company.get(f"{page_of(row)}/work/{verb}").status_code == 404


def test_a_clock_stops_only_when_another_person_agreed(company, committee, reviewer, community):
    row = make_ticket(community.id)
    move(row.id, "accept")
    assert act(committee, row, "ask_suspension", note="等配件").status_code == 302
    assert (reload(row).state, reload(row).due_at is not None) == (State.ACCEPTED, True)
    form = f"{page_of(row)}/suspension"
    assert committee.get(form).status_code == company.get(form).status_code == 403
    assert page_of(row) in reviewer.get(f"{board(community)}?tab=review").text
    assert "等配件" in reviewer.get(form).text
    assert post_form(reviewer, form, form, {"note": "同意"}).status_code == 422
    assert post_form(reviewer, form, form, {"is_granted": "true", "note": "同意等两天"}).status_code == 302
    assert (reload(row).state, reload(row).due_at) == (State.SUSPENDED, None)
    assert "没有等着复核的" in reviewer.get(form).text
    assert act(company, row, "resume").status_code == 302
    assert reload(row).state is State.ACCEPTED


def test_nobody_reviews_what_they_asked_for(app, community):
    both = make_staff(Role.PROPERTY_CLERK, community=community)
    give_role(both, Role.STREET_OFFICER, division=STREET)
    row = make_ticket(community.id)
    move(row.id, "accept")
    browser = browser_of(app, both)
    assert act(browser, row, "ask_suspension", note="等料").status_code == 302
    assert page_of(row) not in browser.get(f"{board(community)}?tab=review").text
    form = f"{page_of(row)}/suspension"
    answer = post_form(browser, form, form, {"is_granted": "true", "note": "好"})
    assert (answer.status_code, "换一个人" in answer.text) == (409, True)


def test_a_suspension_that_is_not_granted_lets_the_clock_run(company, reviewer, community):
    row = make_ticket(community.id)
    move(row.id, "accept")
    act(company, row, "ask_suspension", note="等料")
    form = f"{page_of(row)}/suspension"
    assert post_form(reviewer, form, form, {"is_granted": "false", "note": "库里有"}).status_code == 302
    assert (reload(row).state, reload(row).suspension_asked_by) == (State.ACCEPTED, None)


def test_the_committee_records_what_the_resident_said_and_the_company_never_does(
    company, committee, community
):
    row = make_ticket(community.id)
    move(row.id, "accept", "arrive", "finish")
    form = f"{page_of(row)}/call-back"
    assert company.get(form).status_code == 403
    assert post_form(committee, form, form, {"note": "没说"}).status_code == 422
    assert post_form(committee, form, form, {"said": "reopen"}).status_code == 422
    assert post_form(committee, form, form, {"said": "reopen", "note": "还在滴水"}).status_code == 302
    assert (reload(row).state, reload(row).reopened) == (State.NEW, 1)
    assert "重新打开 1 次" in company.get(page_of(row)).text
    assert post_form(committee, form, form, {"said": "withdraw"}).status_code == 302
    assert "现在没有要问的" in committee.get(form).text


def test_a_ticket_of_another_companys_community_answers_as_one_that_does_not_exist(app, company, community):
    away = make_community("别的小区")
    theirs = make_ticket(away.id, words="秘密")
    for address in (
        page_of(theirs),
        f"{page_of(theirs)}/work/accept",
        f"/admin/communities/{community.id}/tickets/{theirs.id}",
    ):
        there = company.get(address)
        nowhere = company.get(address.replace(f"/tickets/{theirs.id}", "/tickets/987654321"))
        assert there.status_code == nowhere.status_code == 404
        assert "秘密" not in there.text
    assert page_of(theirs) not in company.get("/admin/tickets?tab=open").text
    merged = make_ticket(community.id)
    assert act(company, merged, "merge", into_id=theirs.id).status_code == 422


def test_a_home_and_a_telephone_are_shown_to_whoever_must_come_or_call(app, company, committee, community):
    flat = make_flat(community, building="3", entrance="2", room="501")
    row = make_ticket(
        community.id, flat_id=flat.id, contact_name="王秀英", contact_phone="13912345678", actor=COMMITTEE
    )
    street = browser_of(app, make_staff(Role.STREET_OFFICER, division=STREET))
    for browser in (company, committee):
        page = browser.get(page_of(row)).text
        assert all(words in page for words in ("3 栋 2 单元 501", "王秀英", "13912345678"))
    page = street.get(page_of(row)).text
    assert "139****5678" in page
    assert not any(words in page for words in ("501", "王秀英", "13912345678"))
    move(row.id, "withdraw", actor=COMMITTEE)
    assert "13912345678" not in company.get(page_of(row)).text


def test_pictures_of_a_home_are_for_those_too(app, company, community):
    row = make_ticket(community.id, flat_id=make_flat(community).id)
    open_row = make_ticket(community.id)
    street = browser_of(app, make_staff(Role.STREET_OFFICER, division=STREET))
    for one in (row, open_row):
        move(one.id, "accept", "arrive", "finish")
    ids = {one.id: next(iter(queries.photos(one.id).values()))[0].id for one in (row, open_row)}
    assert company.get(f"{page_of(row)}/photos/{ids[row.id]}").content_type == "image/jpeg"
    assert street.get(f"{page_of(row)}/photos/{ids[row.id]}").status_code == 404
    assert street.get(f"{page_of(open_row)}/photos/{ids[open_row.id]}").status_code == 200
    assert company.get(f"{page_of(row)}/photos/{ids[open_row.id]}").status_code == 404


def test_offices_look_on_and_have_no_button(app, community):
    row = make_ticket(community.id)
    street = browser_of(app, make_staff(Role.STREET_OFFICER, division=STREET))
    page = street.get(page_of(row)).text
    assert "work/" not in page
    assert "notes" not in page
    assert street.post(f"{page_of(row)}/work/accept").status_code in {400, 403}
