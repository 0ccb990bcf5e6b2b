"""Decisions at the desk, as a browser sends them: clerk and reviewer, reasons, pages, papers, foreign communities."""

import io
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from docx import Document
from flask.testing import FlaskClient

from server.decisions import queries
from server.decisions.models import Decision
from server.decisions.rules import Outcome, Stage
from server.identity.models import Staff
from server.identity.rules import Role
from server.infra.db import db
from server.messages import queries as messages
from server.messages.rules import Recipient
from server.notices import queries as notices
from tests.admin.forms import post_form
from tests.conftest import Clock
from tests.factories import decisions as made
from tests.factories.identity import make_resident, make_staff, sign_in_resident, sign_in_staff, staff_actor
from tests.factories.ledger import make_community

Desk = tuple[made.Counted, Staff, Staff]


@pytest.fixture
def desk(client: FlaskClient, clock: Clock) -> Desk:
    """A counted vote, its clerk (signed in) and its reviewer."""
    counted = made.make_counted()
    clock.set(made.DRAFTED)
    clerk = make_staff(Role.CLERK, community=counted.community, name="王经办")
    reviewer = make_staff(Role.REVIEWER, community=counted.community, name="李复核")
    sign_in_staff(client, clerk)
    return counted, clerk, reviewer


def base(counted: made.Counted) -> str:
    return f"/admin/communities/{counted.community.id}/decisions"


def the_decision() -> Decision:
    return db.session.scalars(sa.select(Decision)).one()


def start(client: FlaskClient, counted: made.Counted) -> str:
    answer = post_form(client, base(counted), base(counted), {"ballot_id": counted.ballot.id})
    assert answer.status_code == 302
    return answer.location


def publish(client: FlaskClient, page: str) -> None:
    assert post_form(client, f"{page}/preview", f"{page}/publish", {}).status_code == 302


def test_from_the_count_to_the_signature_by_two_people(client: FlaskClient, clock: Clock, desk: Desk) -> None:
    counted, clerk, reviewer = desk
    assert "计完票，还没写决定" in client.get(base(counted)).text
    page = start(client, counted)
    text = client.get(page).text
    for wanted in ("起草中", "加装电梯", "通过 1 项", "不符合中央补助条件", "预览并公示"):
        assert wanted in text
    typed = {"title": "一号院加装电梯的决定", "note": "电梯装，外墙先不刷。", "next_steps": "4 月量尺寸。"}
    assert post_form(client, f"{page}/text", f"{page}/text", typed).status_code == 302
    preview = client.get(f"{page}/preview").text
    assert "电梯装，外墙先不刷。" in preview and "四分之三以上" in preview
    publish(client, page)
    assert "公示期还没满" in client.get(page).text
    clock.set(made.OVER)
    sign_in_staff(client, clerk)
    assert "请没有参与起草的复核人来签" not in client.get(page).text
    assert "起草的人不能签发" in client.get(page).text
    sign_in_staff(client, reviewer)
    assert "签发，定案" in client.get(page).text
    assert post_form(client, page, f"{page}/sign", {"version": 1}).status_code == 302
    final = client.get(page).text
    act = queries.ending(the_decision().id)
    assert act is not None and act.code is not None and act.ended_by == staff_actor(reviewer).key
    assert "seal-final" in final and act.code[:4] in final
    assert "已生效" in client.get(base(counted)).text


def test_a_clerk_cannot_sign_and_a_reviewer_cannot_draft(
    client: FlaskClient, clock: Clock, desk: Desk
) -> None:
    counted, _, reviewer = desk
    page = start(client, counted)
    publish(client, page)
    clock.set(made.OVER)
    assert post_form(client, page, f"{page}/sign", {"version": 1}).status_code == 403
    sign_in_staff(client, reviewer)
    assert client.get(f"{page}/text").status_code == 403
    assert queries.ending(the_decision().id) is None


def test_signing_too_early_is_refused_with_the_reason(client: FlaskClient, clock: Clock, desk: Desk) -> None:
    counted, _, reviewer = desk
    page = start(client, counted)
    publish(client, page)
    clock.advance(days=2)
    sign_in_staff(client, reviewer)
    home = client.get(page).text
    assert "签发，定案" not in home
    answer = post_form(client, page, f"{page}/sign", {"version": 1})
    assert answer.status_code == 409
    assert "公示期还没满" in answer.text


def test_an_upheld_objection_goes_through_recount_and_a_second_version(
    client: FlaskClient, clock: Clock, desk: Desk
) -> None:
    counted, _, reviewer = desk
    page = start(client, counted)
    clock.set(made.PUBLISHED)
    publish(client, page)
    row = the_decision()
    (first,) = notices.of("decision", row.id)
    objection = made.object_to(first, "有两张票不是业主投的", now=made.PUBLISHED + timedelta(hours=1))
    assert "有两张票不是业主投的" in client.get(page).text
    clock.set(made.UPHELD)
    door = f"/admin/communities/{counted.community.id}/notices/{first.id}/objections/{objection.id}"
    answered = {"answer": "查实，作废后重新计票。", "is_upheld": "true"}
    assert post_form(client, door, f"{door}/answer", answered).status_code == 302
    assert "有异议成立。先把有错的票作废，再重新计票" in client.get(page).text
    made.void_vote(counted, 0)
    made.void_vote(counted, 1)
    made.recount(counted)
    clock.set(made.RECOUNTED)
    text = client.get(page).text
    assert "现在已有第 2 次" in text and "按新的计票预览第 2 版" in text
    publish(client, page)
    paper = queries.paper(row, made.RECOUNTED)
    assert paper.version is not None and paper.version.number == 2
    assert paper.items[0].heads["for"] == 3
    old = client.get(f"{page}?version=1").text
    assert "已被后一版代替" in old and "同意人数占参与：5 / 6 人" in old
    sign_in_staff(client, reviewer)
    clock.set(made.OVER)
    assert post_form(client, page, f"{page}/sign", {"version": 2}).status_code == 302
    assert queries.stage(row, made.OVER) is Stage.FINAL


def test_a_resident_objects_on_the_telephone_and_is_told_the_answer(
    client: FlaskClient, clock: Clock, desk: Desk
) -> None:
    counted, clerk, reviewer = desk
    page = start(client, counted)
    publish(client, page)
    row = the_decision()
    (notice,) = notices.of("decision", row.id)
    resident = make_resident(counted.flats[0])
    sign_in_staff(client, clerk)
    sign_in_resident(client, resident)
    said = {"text": "我没有收到公告。"}
    assert (
        post_form(client, f"/notices/{notice.id}", f"/notices/{notice.id}/objections", said).status_code
        == 302
    )
    (objection,) = notices.open_objections(notice.id)
    assert "我没有收到公告。" in client.get(page).text
    door = f"/admin/communities/{counted.community.id}/notices/{notice.id}/objections/{objection.id}"
    answered = {"answer": "公告贴在门厅，照片已附。", "is_upheld": "false"}
    assert post_form(client, door, f"{door}/answer", answered).status_code == 302
    letters = messages.inbox([Recipient.resident(resident.id)]).items
    assert [letter.kind for letter in letters] == ["notices.answered"]
    clock.set(made.OVER)
    sign_in_staff(client, reviewer)
    assert post_form(client, page, f"{page}/sign", {"version": 1}).status_code == 302
    public = client.get(f"/communities/{row.community_id}/decisions/{row.id}").text
    assert "公告贴在门厅，照片已附。" in public and "我没有收到公告。" not in public


def test_withdrawing_asks_why_and_makes_it_a_draft_again(client: FlaskClient, desk: Desk) -> None:
    counted, _, _ = desk
    page = start(client, counted)
    publish(client, page)
    answer = post_form(client, page, f"{page}/withdraw", {"reason": ""})
    assert answer.status_code == 422 and "写上为什么撤下" in answer.text
    assert post_form(client, page, f"{page}/withdraw", {"reason": "写错了楼号"}).status_code == 302
    assert "起草中" in client.get(page).text


def test_declaring_void_takes_a_named_fault(client: FlaskClient, clock: Clock, desk: Desk) -> None:
    counted, _, reviewer = desk
    page = start(client, counted)
    publish(client, page)
    sign_in_staff(client, reviewer)
    answer = post_form(client, f"{page}/void", f"{page}/void", {"reason": "想要别的结果"})
    assert answer.status_code == 422 and "选一条程序上的错" in answer.text
    typed = {"fault": "pressure", "reason": "派出所查实有人买票。"}
    assert post_form(client, f"{page}/void", f"{page}/void", typed).status_code == 302
    text = client.get(page).text
    assert "表决已作废" in text and "派出所查实有人买票。" in text
    homes = messages.printable(counted.community.id, clock.now)
    assert all(any(letter.kind == "decisions.void" for letter in home.letters) for home in homes)


def test_the_papers_hold_exact_areas_and_open_as_word(client: FlaskClient, desk: Desk) -> None:
    counted, _, _ = desk
    page = start(client, counted)
    printed = client.get(f"{page}/print").text
    assert "草稿，没有公示" in printed and "360.00" in printed
    answer = client.get(f"{page}/decision.docx")
    assert answer.content_type.startswith("application/vnd.openxmlformats")
    assert "filename*=UTF-8''" in answer.headers["Content-Disposition"]
    assert any(
        "加装电梯" in cell.text for table in Document(io.BytesIO(answer.data)).tables for cell in table._cells
    )


def test_a_form_without_a_title_comes_back_with_what_was_typed(client: FlaskClient, desk: Desk) -> None:
    counted, _, _ = desk
    page = start(client, counted)
    answer = post_form(client, f"{page}/text", f"{page}/text", {"title": "", "note": "写了一半"})
    assert answer.status_code == 422
    assert "写一个标题" in answer.text and "写了一半" in answer.text


@pytest.mark.parametrize(
    "where",
    [
        pytest.param("", id="list"),
        pytest.param("/{id}", id="page"),
        pytest.param("/{id}/text", id="text"),
        pytest.param("/{id}/preview", id="preview"),
        pytest.param("/{id}/void", id="void"),
        pytest.param("/{id}/print", id="print"),
        pytest.param("/{id}/decision.docx", id="docx"),
    ],
)
def test_another_communitys_decision_answers_as_one_that_does_not_exist(
    client: FlaskClient, desk: Desk, where: str
) -> None:
    counted, _, _ = desk
    start(client, counted)
    row = the_decision()
    elsewhere = make_community("别的小区")
    sign_in_staff(client, make_staff(Role.CLERK, community=elsewhere))
    assert client.get(base(counted) + where.format(id=row.id)).status_code == 404
    if where:
        # Through their own community's address the object is not found either; what they may not do at all is refused.
        inside = f"/admin/communities/{elsewhere.id}/decisions{where.format(id=row.id)}"
        assert client.get(inside).status_code in {403, 404}


def test_the_street_reads_and_writes_nothing(client: FlaskClient, desk: Desk) -> None:
    counted, _, _ = desk
    page = start(client, counted)
    sign_in_staff(client, make_staff(Role.STREET_OFFICER, division="520102"))
    text = client.get(page).text
    assert "加装电梯" in text and "改文字" not in text
    assert client.get(f"{page}/text").status_code == 403
    assert client.post(f"{page}/publish").status_code in {400, 403}


def test_an_outcome_sent_in_a_form_changes_nothing(client: FlaskClient, desk: Desk) -> None:
    counted, _, _ = desk
    page = start(client, counted)
    typed = {"title": "决定", "outcome": "adopted", "m2": "adopted", "verdict": "passed"}
    assert post_form(client, f"{page}/text", f"{page}/text", typed).status_code == 302
    items = queries.paper(the_decision(), datetime.now(made.DRAFTED.tzinfo)).items
    assert [item.outcome for item in items] == [Outcome.ADOPTED, Outcome.REJECTED]


def test_the_preliminary_result_hangs_first_where_the_office_posts_it(
    client: FlaskClient, clock: Clock, desk: Desk
) -> None:
    counted, _, _ = desk
    page = f"/admin/communities/{counted.community.id}/ballots/{counted.ballot.id}/preliminary"
    assert page in client.get(base(counted)).text
    shown = client.get(page).text
    for wanted in ("要不要先贴初步结果", "xiangyi-checkpoint/1", "七行字的二维码", "贴出初步结果"):
        assert wanted in shown
    posted = post_form(client, page, page, {})
    assert posted.status_code == 302 and "/notices/" in posted.location
    for address in (posted.location, f"{posted.location}/print"):
        assert "xiangyi-checkpoint/1" in client.get(address).text
    word = Document(io.BytesIO(client.get(f"{posted.location}/notice.docx").data))
    assert any("xiangyi-checkpoint/1" in line.text for line in word.paragraphs)
    draft = start(client, counted)
    assert "初步结果的公示期到" in client.get(draft).text
    nameless = post_form(client, page, f"{page}/withdraw", {"reason": ""})
    assert (nameless.status_code, "写上为什么撤下" in nameless.text) == (422, True)
    assert post_form(client, page, f"{page}/withdraw", {"reason": "错了一个字"}).status_code == 302
    assert "错了一个字" in client.get(page).text
    assert client.get(page.replace(str(counted.community.id), "999", 1)).status_code in {403, 404}
