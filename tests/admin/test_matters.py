"""Matters on the desk: the committee, a company and the offices, each with what they may read and do."""

import io
from datetime import UTC, datetime, timedelta

import pytest

from server.identity.rules import Role
from server.infra.db import unit_of_work
from server.ledger import queries as ledger
from server.matters import queries
from server.matters.actions import support
from server.matters.rules.links import LinkKind
from server.matters.rules.meetings import Group, MeetingState
from server.matters.rules.raised import Voice
from server.matters.rules.resolutions import ResolutionState
from server.messages.queries import inbox
from server.messages.rules import Recipient
from server.tickets import queries as tickets
from tests.admin.browsers import browser_of
from tests.admin.forms import post_form
from tests.factories.identity import make_staff
from tests.factories.ledger import make_community, make_flat
from tests.factories.matters import (
    LATER,
    make_matter,
    make_meeting,
    make_minutes,
    resident_actor,
    state_of,
)
from tests.factories.projects import NOW, a_picture
from tests.factories.surveys import make_open_survey

pytestmark = pytest.mark.usefixtures("clock")


def at(community, rest=""):
    return f"/admin/communities/{community.id}{rest}"


def told(resident_id):
    return [one.kind for one in inbox([Recipient.resident(resident_id)]).items]


def test_the_inbox_shows_first_what_is_late(clerk, community, clock):
    matter = make_matter(community)
    assert "过了期限" not in clerk.get(at(community, "/matters")).text
    clock.set(matter.due_at)
    page = clerk.get(at(community, "/matters")).text
    assert "1 件过了期限还没答复" in page
    assert "逾期没答复" in page
    assert "提的事逾期没答复" in clerk.get(at(community, "/today")).text


def test_an_answer_reaches_whoever_raised_it_and_whose_homes_support_it(clerk, community, neighbours):
    (flat, raiser), (other, supporter) = neighbours
    matter = make_matter(community, flat=flat, resident_id=raiser)
    with unit_of_work():
        support(
            matter.id, community_id=community.id, flat_id=other.id, resident_id=supporter,
            actor=resident_actor(supporter), now=NOW,
        )  # fmt: skip
    page = at(community, f"/matters/{matter.id}")
    empty = post_form(clerk, page, f"{page}/answers", {})
    assert (empty.status_code, "写上答复" in empty.text) == (422, True)
    sent = {"text": "周五来修。", "client_key": "k"}
    for _ in range(2):
        assert post_form(clerk, page, f"{page}/answers", sent).status_code == 302
    assert state_of(matter) == "answered"
    assert told(raiser) == told(supporter) == ["matters.answered"]
    text = clerk.get(page).text
    assert "居委会经办人（林经办）" in text
    assert "2 户支持" in text


def test_what_nobody_looked_at_is_read_by_those_who_look(app, clerk, company, community):
    matter = make_matter(community, "某某家太吵", is_public=False)
    page = at(community, f"/matters/{matter.id}")
    assert "居民还看不到" in clerk.get(page).text
    assert company.get(page).status_code == 404
    assert "某某家" not in company.get(at(community, "/matters?all=1")).text
    assert (
        post_form(company, at(community, "/matters/new"), f"{page}/answers", {"text": "好"}).status_code
        == 404
    )
    county = browser_of(app, make_staff(Role.COUNTY_OFFICER, division="520102"))
    assert county.get(page).status_code == 404


def test_a_company_raises_in_its_own_voice_and_reads_it_at_once(company, community):
    new = at(community, "/matters/new")
    wrong = post_form(company, new, at(community, "/matters"), {"title": "修水管要停水", "text": ""})
    assert (wrong.status_code, "修水管要停水" in wrong.text) == (422, True)
    sent = {"kind": "suggestion", "title": "修水管要停水", "text": "周六上午停两小时。"}
    answer = post_form(company, new, at(community, "/matters"), sent)
    assert answer.status_code == 302
    assert "修水管要停水" in company.get(answer.headers["Location"]).text
    (card,) = queries.inbox(community.id, NOW, only_owed=True, only_public=False).items
    assert (card.matter.voice, card.is_public) == (Voice.COMPANY, False)


def test_the_same_thing_is_merged_and_leads_on(clerk, community):
    first, second = make_matter(community), make_matter(community, "灯坏了")
    page = at(community, f"/matters/{second.id}")
    lost = post_form(clerk, page, f"{page}/merge", {"into_id": "987654", "reason": "一样"})
    assert (lost.status_code, "没有这个编号" in lost.text) == (422, True)
    itself = post_form(clerk, page, f"{page}/merge", {"into_id": str(second.id), "reason": "一样"})
    assert (itself.status_code, "不能并到自己" in itself.text) == (409, True)
    huge = post_form(clerk, page, f"{page}/merge", {"into_id": "9" * 30, "reason": "一样"})
    assert huge.status_code == 422
    done = post_form(clerk, page, f"{page}/merge", {"into_id": str(first.id), "reason": "同一盏灯"})
    assert done.status_code == 302
    assert "同一盏灯" in clerk.get(page).text
    assert "灯坏了" in clerk.get(at(community, f"/matters/{first.id}")).text


def test_a_matter_is_followed_to_the_survey_it_became(clerk, community):
    make_flat(community)
    elsewhere = make_community()
    make_flat(elsewhere)
    survey, foreign = make_open_survey(community), make_open_survey(elsewhere)
    matter = make_matter(community)
    page = at(community, f"/matters/{matter.id}")
    wrong = post_form(clerk, page, f"{page}/links", {"target": f"survey:{foreign.id}"})
    assert (wrong.status_code, "从列表里选" in wrong.text) == (422, True)
    assert post_form(clerk, page, f"{page}/links", {"target": f"survey:{survey.id}"}).status_code == 302
    (link,) = queries.links_of(matter.id)
    assert (link.kind, link.target_id) == (LinkKind.SURVEY, survey.id)
    assert f"/surveys/{survey.id}" in clerk.get(page).text


BALLOT = {
    "title": "装不装灯", "scope": "community", "precedence": "latest", "may_change": "true", "unreturned": "none",
}  # fmt: skip


def test_a_matter_becomes_a_survey_a_vote_a_ticket_and_a_contribution_and_leads_to_each(
    app, clerk, community, neighbours
):
    (flat, raiser), _ = neighbours
    matter = make_matter(community, flat=flat, resident_id=raiser)
    page = at(community, f"/matters/{matter.id}")
    known = ledger.flat(flat.id)
    home = {"building": known.building, "entrance": known.entrance, "room": known.room}
    forms = {
        "/surveys": {"start": "template:needs"},
        "/ballots": BALLOT,
        "/tickets": {"category": "power", "source": "on_behalf", "words": "灯不亮"},
        "/contributions": {**home, "kind": "labour", "amount": "8"},
    }
    for path, sent in forms.items():
        new = f"{at(community, path)}/new?matter={matter.id}"
        assert new in clerk.get(page).text, path
        assert "3 栋门口的灯不亮" in clerk.get(new).text, path
        keyed = {**sent, "matter": str(matter.id), "client_key": path}
        for _ in range(2):
            answer = post_form(clerk, new, at(community, path), keyed)
            assert answer.status_code == 302, (path, answer.text)
    became = queries.links_of(matter.id)
    assert [one.kind for one in became] == list(LinkKind)
    text = clerk.get(page).text
    for path, one in zip(forms, became, strict=True):
        assert f"{path}/{one.target_id}" in text.split("后来去了哪里")[1].split("</section>")[0], path
    # Which home gives is for the committee's desk: a company and a member of the owners' committee read that one does.
    label = ledger.flat(flat.id).label
    assert f"{label}，出力" in text and "共建：" in text
    for role in (Role.PROPERTY_MANAGER, Role.COMMITTEE_MEMBER):
        others = browser_of(app, make_staff(role, community=community)).get(page).text
        assert "不写名的住户，出力" in others and f"{label}，出力" not in others and "共建：" not in others, (
            role
        )
        assert f"/contributions/{became[3].target_id}" not in others, role
    ticket = tickets.known(became[2].target_id, community.id)
    assert ticket.reporter_id == raiser


def test_only_a_matter_that_this_person_may_take_further_is_carried_into_a_form(app, community):
    foreign, unread = make_matter(make_community()), make_matter(community, "某某家太吵", is_public=False)
    member = browser_of(app, make_staff(Role.COMMITTEE_MEMBER, community=community))
    lead = browser_of(app, make_staff(Role.BUILDING_LEAD, community=community))
    mine = make_matter(community)
    new, sent = at(community, "/tickets/new"), {"category": "power", "source": "phone", "words": "灯不亮"}
    for browser, number in (
        (member, foreign.id), (member, unread.id), (member, "9" * 30), (member, "一"), (lead, mine.id),
    ):  # fmt: skip
        assert 'name="matter"' not in browser.get(f"{new}?matter={number}").text
        answer = post_form(
            browser, new, at(community, "/tickets"), {**sent, "matter": str(number), "is_other": "true"}
        )
        assert answer.status_code == 302
    assert not any(queries.links_of(one.id) for one in (foreign, unread, mine))


# ------------------------------------------------------------------ meetings

MEETING = {"title": "三月议事会", "place": "居委会二楼", "starts_at": "2026-03-09T19:30"}


def test_a_meeting_goes_its_whole_way_and_what_is_resolved_is_tracked(clerk, community, neighbours, clock):
    (flat, raiser), _ = neighbours
    matter = make_matter(community, flat=flat, resident_id=raiser)
    new = at(community, "/meetings/new")
    page = post_form(clerk, new, at(community, "/meetings"), MEETING).headers["Location"]
    assert post_form(clerk, page, f"{page}/announce", {}).status_code == 409
    assert post_form(clerk, page, f"{page}/points", {"matter_id": str(matter.id)}).status_code == 302
    assert post_form(clerk, page, f"{page}/points", {"words": "停车"}).status_code == 302
    (_, extra) = queries.points_of(int(page.rsplit("/", 1)[1]), NOW)
    assert post_form(clerk, page, f"{page}/points/{extra.point.id}/remove", {}).status_code == 302
    for _ in range(2):
        assert post_form(clerk, page, f"{page}/announce", {}).status_code == 302
    assert told(raiser) == ["matters.meeting"]
    early = post_form(clerk, page, f"{page}/minutes", {"text": "议", "came-residents": "3"})
    assert (early.status_code, "会还没开" in early.text) == (409, True)
    clock.set(datetime(2026, 3, 9, 11, 30, tzinfo=UTC))
    assert "会议记录待写" in clerk.get(at(community, "/today")).text
    wrong = post_form(clerk, page, f"{page}/minutes", {"text": "大家同意装灯", "came-residents": "很多"})
    assert (wrong.status_code, "大家同意装灯" in wrong.text) == (422, True)
    sent = {"text": "大家同意装灯", "came-residents": "12", "photo": (io.BytesIO(a_picture()), "a.jpg")}
    assert post_form(clerk, page, f"{page}/minutes", sent).status_code == 302
    assert clerk.get(f"{page}/sheet").content_type == "image/jpeg"
    assert "会议记录待写" not in clerk.get(at(community, "/today")).text
    (point,) = queries.points_of(int(page.rsplit("/", 1)[1]), NOW)
    resolution = {
        "point_id": str(point.point.id),
        "what": "装两盏灯",
        "who": "物业公司",
        "due_on": "2026-03-20",
    }
    bare = post_form(clerk, page, f"{page}/resolutions", {**resolution, "who": ""})
    assert (bare.status_code, "装两盏灯" in bare.text) == (422, True)
    assert post_form(clerk, page, f"{page}/resolutions", resolution).status_code == 302
    assert "定下来了" in clerk.get(at(community, f"/matters/{matter.id}")).text
    clock.set(datetime(2026, 3, 21, 1, 0, tzinfo=UTC))
    assert "1 条过了期限还没办好" in clerk.get(at(community, "/resolutions")).text
    assert "定下来的事过期没办" in clerk.get(at(community, "/today")).text
    (line,) = queries.resolutions_of(community.id, clock.now.date())
    one = at(community, f"/resolutions/{line.resolution.id}")
    outcome = {"outcome": "done", "done_on": "2026-03-20", "words": "装好了，晚上亮"}
    assert post_form(clerk, one, f"{one}/outcomes", {**outcome, "words": ""}).status_code == 422
    assert post_form(clerk, one, f"{one}/outcomes", outcome).status_code == 302
    (line,) = queries.resolutions_of(community.id, clock.now.date())
    assert line.state is ResolutionState.DONE
    assert "装好了，晚上亮" in clerk.get(at(community, "/resolutions")).text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"starts_at": "2026-03-02T08:00"}, "今天以后"),
        ({"starts_at": "2026-03-03T19:30"}, "要提前 3 天通知"),
        ({"starts_at": "0001-01-01T00:00"}, "哪天几点开"),
        ({"starts_at": "晚上"}, "哪天几点开"),
        ({"place": ""}, "在哪里开"),
    ],
)
def test_a_meeting_that_cannot_be_is_drawn_again(clerk, community, change, words):
    answer = post_form(
        clerk, at(community, "/meetings/new"), at(community, "/meetings"), {**MEETING, **change}
    )
    assert (answer.status_code, words in answer.text, "三月议事会" in answer.text) == (422, True, True)


def test_a_meeting_is_called_off_and_its_people_are_told(clerk, community, neighbours):
    (flat, raiser), _ = neighbours
    matter = make_matter(community, flat=flat, resident_id=raiser)
    meeting = make_meeting(community, matter)
    page = at(community, f"/meetings/{meeting.id}")
    assert post_form(clerk, page, f"{page}/call-off", {}).status_code == 422
    assert post_form(clerk, page, f"{page}/call-off", {"reason": "下大雪"}).status_code == 302
    assert (
        post_form(clerk, at(community, "/meetings/new"), f"{page}/call-off", {"reason": "又"}).status_code
        == 409
    )
    assert queries.meeting_with(meeting, NOW).state is MeetingState.CALLED_OFF
    assert told(raiser) == ["matters.called_off"]
    assert state_of(matter) == "waiting"


def test_the_signed_sheet_is_for_those_who_hold_meetings(app, company, community, clock):
    meeting = make_meeting(community)
    clock.set(LATER)
    minutes = make_minutes(meeting)
    assert minutes.heads[Group.RESIDENTS] == 12
    assert company.get(at(community, f"/meetings/{meeting.id}/sheet")).status_code == 403
    clerk = browser_of(app, make_staff(Role.CLERK, community=community))
    assert clerk.get(at(community, f"/meetings/{meeting.id}/sheet")).status_code == 404
    assert "大家同意装灯" in company.get(at(community, f"/meetings/{meeting.id}")).text


def test_what_is_elsewhere_answers_as_what_does_not_exist(clerk, community):
    elsewhere = make_community()
    matter, meeting = make_matter(elsewhere), make_meeting(elsewhere)
    new = at(community, "/meetings/new")
    for page in (f"/matters/{matter.id}", f"/meetings/{meeting.id}", "/resolutions/987654"):
        assert clerk.get(at(community, page)).status_code == 404
    for action in ("announce", "call-off", "points", "minutes", "resolutions"):
        sent = {
            "reason": "无",
            "words": "议",
            "text": "议",
            "point_id": "1",
            "what": "办",
            "who": "谁",
            "due_on": "2026-03-20",
            "came-others": "1",
        }
        assert (
            post_form(clerk, new, at(community, f"/meetings/{meeting.id}/{action}"), sent).status_code == 404
        )
    assert queries.points_of(meeting.id, NOW)[0].words == "门禁怎么管"


def test_a_matter_in_hand_goes_on_the_agenda_of_a_meeting_that_is_new_or_prepared(clerk, community):
    matter, unread = make_matter(community), make_matter(community, "某某家太吵", is_public=False)
    announced = make_meeting(community)
    held = at(community, f"/meetings?matter={matter.id}")
    assert held in clerk.get(at(community, f"/matters/{matter.id}")).text
    listed = clerk.get(held).text
    assert "没有还没通知的会" in listed
    assert f"/meetings/new?matter={matter.id}" in listed
    assert f"/meetings/{announced.id}?matter=" not in listed
    new = at(community, f"/meetings/new?matter={matter.id}")
    assert "建好就写进议程" in clerk.get(new).text
    page = post_form(clerk, new, at(community, "/meetings"), {**MEETING, "matter": str(matter.id)}).location
    (line,) = queries.points_of(int(page.rsplit("/", 1)[1]), NOW)
    assert line.point.matter_id == matter.id
    # One that is prepared already is led to with the matter chosen; what nobody looked at yet goes on no agenda.
    other = make_matter(community, "电动车没处停")
    assert f"{page}?matter={other.id}" in clerk.get(at(community, f"/meetings?matter={other.id}")).text
    assert f'<option value="{other.id}" selected>' in clerk.get(f"{page}?matter={other.id}").text
    assert "排上会" not in clerk.get(at(community, f"/meetings?matter={unread.id}")).text


def test_the_list_of_meetings_says_where_each_stands(clerk, community, clock):
    assert "还没有开过会" in clerk.get(at(community, "/meetings")).text
    make_meeting(community)
    make_meeting(community, is_announced=False, starts_at=LATER + timedelta(days=1))
    page = clerk.get(at(community, "/meetings")).text
    assert "已通知" in page
    assert "还没通知" in page
