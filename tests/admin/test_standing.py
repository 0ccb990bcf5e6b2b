"""Where a community stands, as a browser sees it: the page in each stage, two people for the course, every role."""

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from server.decisions import actions, queries
from server.decisions.rules.proposal import Course
from server.identity.rules import ALLOWED, Permission, Role
from server.ledger.models import Community
from tests.admin.forms import post_form
from tests.conftest import Clock
from tests.factories import decisions as made
from tests.factories.identity import make_staff, sign_in_staff
from tests.factories.ledger import make_community
from tests.factories.reports import recompute, set_facts
from tests.factories.surveys import ANSWERS, WHOLE, answer, make_open_survey


def page(community: Community) -> str:
    return f"/admin/communities/{community.id}/standing"


def as_role(client: FlaskClient, role: Role, community: Community, name: str = "某人") -> None:
    sign_in_staff(client, make_staff(role, community=community, name=name))


@pytest.fixture
def decided(clock: Clock) -> Community:
    """A community that was asked, voted and decided."""
    counted = made.make_counted(("for", "for", "for", "for", "for", "against"))
    survey = make_open_survey(counted.community, WHOLE)
    for flat in counted.flats[:5]:
        answer(survey, flat, ANSWERS)
    made.make_final(counted)
    clock.set(made.OVER)
    return counted.community


def test_the_page_tells_in_order_where_the_community_stands(client: FlaskClient, decided: Community) -> None:
    as_role(client, Role.COMMITTEE_MEMBER, decided)
    text = client.get(page(decided)).text
    heads = ["一、问了多少人", "二、大家想改什么", "三、表决定了什么", "四、花多少钱", "五、符不符合条件",
             "六、贴着哪些公示", "七、还有哪些异议", "八、该怎么办", "九、接下来做什么"]  # fmt: skip
    places = [text.index(f'sheet-title">{head}') for head in heads]
    assert places == sorted(places)
    assert text.index("下一步") < text.index('href="#asked"') < places[0]
    for wanted in ("5 / 6 户", "加装电梯", "5 / 6 人", "还没有登记", "在城市", "换水管"):
        assert wanted in text


def test_a_community_without_anything_says_so_and_invents_no_nought(
    client: FlaskClient, clock: Clock
) -> None:
    community = make_community()
    clock.set(made.OVER)
    as_role(client, Role.CLERK, community)
    text = client.get(page(community)).text
    assert text.count("还没有数据") >= 6
    assert "先做入户调查" in text and "补充征询" in text


def test_once_something_came_after_the_works_the_page_tells_it_and_what_is_not_recorded(
    client: FlaskClient, decided: Community
) -> None:
    as_role(client, Role.COMMITTEE_MEMBER, decided)
    recompute(decided.id, now=made.OVER)
    assert "改造以后怎么样" not in client.get(page(decided)).text
    set_facts(
        decided, is_covered=True, tickets_ended=9, tickets_on_time=6, tickets_overdue=3, tickets_confirmed=5,
        tickets_open=3, judged_on=made.OVER.date(), judged_households=9, judged_answered=4, judged_marked=4, judged_satisfied=1,
    )  # fmt: skip
    text = client.get(page(decided)).text.split("十、改造以后怎么样")[1]
    for told in ("6 / 12 件 (50", "5 / 9 件", "没有人说要出钱", "评过，答的户太少，不公布"):
        assert told in text
    assert "1 / 4 户" not in text


def sign(client: FlaskClient, community: Community, course: str, reason: str = "") -> TestResponse:
    at = queries.whereabouts(community.id, made.OVER)
    return post_form(
        client,
        page(community),
        f"{page(community)}/course",
        {"course": course, "reason": reason, "seen": actions.seen(at.proposal)},
    )


def test_one_signs_and_another_confirms(client: FlaskClient, decided: Community) -> None:
    as_role(client, Role.CLERK, decided, "王经办")
    proposed = queries.whereabouts(decided.id, made.OVER).proposal.course
    answer_ = sign(client, decided, proposed.value)
    assert answer_.status_code == 302
    (row,) = queries.verdicts_of(decided.id)
    course = f"{page(decided)}/course/{row.id}"
    assert post_form(client, course, course, {"is_confirmed": "true"}).status_code == 403
    as_role(client, Role.REVIEWER, decided, "李复核")
    text = client.get(course).text
    assert "王经办" in text and "当时的数字" in text and "确认，或退回" in text
    missing = post_form(client, course, course, {"is_confirmed": "false", "reason": ""})
    assert missing.status_code == 422 and "退回要写清楚" in missing.text
    assert post_form(client, course, course, {"is_confirmed": "true"}).status_code == 302
    assert "已确认" in client.get(page(decided)).text
    again = post_form(client, course, course, {"is_confirmed": "false", "reason": "反悔"})
    assert again.status_code == 409 and "已经有人" in again.text


def test_to_differ_without_a_reason_is_asked_back_and_nothing_is_lost(
    client: FlaskClient, decided: Community
) -> None:
    as_role(client, Role.CLERK, decided)
    proposed = queries.whereabouts(decided.id, made.OVER).proposal.course
    other = next(one for one in Course if one is not proposed)
    refused = sign(client, decided, other.value)
    assert refused.status_code == 422 and "写上为什么" in refused.text
    assert f'value="{other.value}" checked' in refused.text
    assert sign(client, decided, other.value, "街道另有安排。").status_code == 302
    row = queries.verdicts_of(decided.id)[0]
    assert (row.course, row.proposed, row.reason) == (other, proposed, "街道另有安排。")
    assert "和建议不一样" in client.get(f"{page(decided)}/course/{row.id}").text


def test_signing_on_figures_that_moved_is_refused(client: FlaskClient, decided: Community) -> None:
    as_role(client, Role.CLERK, decided)
    stale = post_form(
        client, page(decided), f"{page(decided)}/course", {"course": "go", "reason": "x", "seen": "old"}
    )
    assert stale.status_code == 409 and "数字变了" in stale.text
    assert queries.verdicts_of(decided.id) == []


@pytest.mark.parametrize("role", list(Role))
def test_each_role_sees_and_does_what_the_table_says(
    client: FlaskClient, decided: Community, role: Role
) -> None:
    as_role(client, role, decided)
    sees = role in ALLOWED[Permission.SEE_DECISION]
    known = role in ALLOWED[Permission.SEE_COMMUNITY]
    answer_ = client.get(page(decided))
    assert answer_.status_code == (200 if sees else 403 if known else 404)
    if sees:
        assert ("签名" in answer_.text) is (role in ALLOWED[Permission.SIGN_COURSE])
