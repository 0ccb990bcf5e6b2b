"""Annual plans on the desk: one drafts, another submits, an office freezes; totals by communities and households."""

import io
import secrets
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from server.identity.rules import Role
from server.infra.db import db
from server.ledger.rules.words import Exclusion
from server.plans import queries
from server.plans.models import AnnualPlan
from server.plans.rules.figures import Totals
from server.plans.rules.words import PlanState
from tests.admin.browsers import browser_of
from tests.admin.forms import post_form
from tests.factories.divisions import get_division
from tests.factories.identity import make_staff, sign_in_staff
from tests.factories.ledger import make_community, make_flat
from tests.factories.plans import (
    NANMING,
    add_row,
    make_frozen,
    make_plan,
    make_reported,
    make_submitted,
    rows_in_force,
)

pytestmark = pytest.mark.usefixtures("clock")
YUNYAN, GUIYANG, GUIZHOU, ZUNYI = "520103", "5201", "52", "5203"
TYPED = {
    "households": "120",
    "claimed_base": "110",
    "claimed_consenting": "99",
    "contents": ["B02", "B03"],
    "cost_central_subsidy": "1,200.5",
    "cost_county": "300",
}


def signed_in(client: FlaskClient, role: Role = Role.COUNTY_OFFICER, division: str = NANMING) -> FlaskClient:
    return sign_in_staff(client, make_staff(role, division=division))


def page_of(plan: AnnualPlan) -> str:
    return f"/admin/plans/annual/{plan.id}"


def a_scan() -> tuple[io.BytesIO, str]:
    out = io.BytesIO()
    Image.new("RGB", (20, 20), "white").save(out, "PNG")
    out.seek(0)
    return out, "scan.png"


def sent(client: FlaskClient, page: str, action: str, **data: Any) -> TestResponse:
    return post_form(client, page, action, data)


def test_a_county_drafts_a_plan_and_a_second_person_submits_it(client: FlaskClient) -> None:
    signed_in(client)
    here = f"/admin/plans/annual?division={get_division(NANMING).id}&year=2026"
    began = sent(client, here, "/admin/plans/annual", division=get_division(NANMING).id, year=2026)
    plan = queries.plan_of(get_division(NANMING).id, 2026)
    assert plan is not None and began.location.endswith(page_of(plan))
    community = make_community("一号院")
    make_flat(community)
    choose = client.get(f"{page_of(plan)}/rows/new").text
    assert "一号院" in choose
    form = f"{page_of(plan)}/rows/new?community={community.id}"
    assert "台账里现在有 1 户" in client.get(form).text
    added = sent(client, form, f"{page_of(plan)}/rows", community_id=community.id, **TYPED)
    assert added.status_code == 302
    page = client.get(page_of(plan)).text
    assert "99 / 110 户 (90.0%)" in page and "1,500.5" in page
    assert "请另一位同事核对后提交" in page
    refused = sent(client, page_of(plan) + "/rows/new", f"{page_of(plan)}/submit")
    assert refused.status_code == 409
    signed_in(client)
    assert "核对过了，提交" in client.get(page_of(plan)).text
    sent(client, page_of(plan), f"{page_of(plan)}/submit")
    db.session.expire_all()
    assert queries.state_of(plan) is PlanState.SUBMITTED
    assert queries.line_of(plan).totals == Totals(1, 120, 1_500_500_000)


def test_what_is_typed_wrong_comes_back_with_what_was_typed(client: FlaskClient) -> None:
    signed_in(client)
    plan, community = make_plan(), make_community()
    form = f"{page_of(plan)}/rows/new?community={community.id}"
    for wrong, sentence in [
        ({"cost_county": "abc"}, "填金额，单位万元"),
        ({"cost_county": "0.0000001"}, "金额最小到分"),
        ({"cost_county": "-1"}, "金额填 0 到 100 亿元"),
        ({"claimed_consenting": "111"}, "同意的户数不能多于问过的户数"),
        ({"claimed_base": "121"}, "问过的户数在 0 和小区户数之间"),
        ({"households": "0"}, "户数填 1 到"),
        ({"contents": []}, "至少选一项改造内容"),
        ({"contents": ["X99"]}, "改造清单里没有这几项"),
    ]:
        answer = sent(
            client, form, f"{page_of(plan)}/rows", **{**TYPED, "community_id": community.id, **wrong}
        )
        assert (answer.status_code, sentence in answer.text) == (422, True), sentence
        assert 'value="1,200.5"' in answer.text
    assert not queries.draft_rows(plan.id)


def test_the_same_form_sent_twice_adds_one_community(client: FlaskClient) -> None:
    signed_in(client)
    plan, community = make_plan(), make_community()
    form = f"{page_of(plan)}/rows/new?community={community.id}"
    data = {**TYPED, "community_id": community.id, "client_key": secrets.token_urlsafe(8)}
    for _ in range(2):
        assert sent(client, form, f"{page_of(plan)}/rows", **data).status_code == 302
    assert len(queries.draft_rows(plan.id)) == 1
    again = sent(client, form, f"{page_of(plan)}/rows", **{**data, "client_key": secrets.token_urlsafe(8)})
    assert again.status_code == 422 and "已经在这一年的计划里" in again.text


def test_what_cannot_come_into_a_plan_is_told_when_it_is_chosen(client: FlaskClient) -> None:
    signed_in(client)
    plan = make_plan(120)
    (row,) = queries.draft_rows(plan.id)
    for community_id, sentence in [
        (make_community(exclusion=Exclusion.URBAN_VILLAGE).id, "不在改造范围内"),
        (row.community_id, "已经在这一年的计划里"),
    ]:
        page = client.get(f"{page_of(plan)}/rows/new?community={community_id}").text
        assert sentence in page and "下一步" in page
        assert 'name="households"' not in page


def test_a_community_of_another_years_plan_may_come_and_that_is_said(client: FlaskClient) -> None:
    signed_in(client)
    frozen = make_frozen(120)
    (row,) = queries.rows(frozen.id)
    plan = make_plan(year=frozen.year + 1)
    page = client.get(f"{page_of(plan)}/rows/new?community={row.community_id}").text
    assert f"{frozen.year} 年的计划里已经有它" in page and 'name="households"' in page


def test_the_list_leads_to_a_plan_that_is_not_begun(client: FlaskClient) -> None:
    signed_in(client)
    make_plan(120)
    here = "/admin/plans/annual"
    assert "编 2027 年计划" in client.get(here).text and "编 2026 年计划" not in client.get(here).text
    signed_in(client, Role.CITY_OFFICER, GUIYANG)
    assert "编 2027 年计划" not in client.get(here).text


def test_a_row_in_draft_is_changed_and_removed(client: FlaskClient) -> None:
    signed_in(client)
    plan = make_plan(120)
    (row,) = queries.draft_rows(plan.id)
    there = f"{page_of(plan)}/rows/{row.id}"
    assert 'value="120"' in client.get(there).text
    sent(client, there, there, **{**TYPED, "households": "150"})
    db.session.expire_all()
    assert queries.line_of(plan).totals.households == 150
    sent(client, there, f"{there}/remove")
    assert not queries.draft_rows(plan.id)
    assert client.get(there).status_code == 404


def test_the_office_that_issued_the_document_freezes_the_plans_it_names(client: FlaskClient) -> None:
    here, there = make_submitted(120, 80), make_submitted(60, code=YUNYAN)
    signed_in(client, Role.PROVINCE_OFFICER, GUIZHOU)
    page = f"/admin/plans/freeze?division={get_division(GUIZHOU).id}&year=2026"
    assert "南明区" in client.get(page).text and "云岩区" in client.get(page).text
    document = {
        "division": get_division(GUIZHOU).id,
        "year": 2026,
        "issuer": get_division(GUIZHOU).id,
        "doc_no": "黔建办函〔2026〕3 号",
        "title": "计划表",
        "issued_on": "2026-03-01",
        "plan_ids": [here.id, there.id],
    }
    bare = sent(client, page, "/admin/plans/freeze", **document)
    assert bare.status_code == 422 and "附上文件的扫描件" in bare.text
    late = sent(
        client, page, "/admin/plans/freeze", **{**document, "issued_on": "2026-03-03", "file": a_scan()}
    )
    assert late.status_code == 422 and "发文日期不能晚于今天" in late.text
    assert sent(client, page, "/admin/plans/freeze", **document, file=a_scan()).status_code == 302
    db.session.expire_all()
    assert queries.line_of(here).frozen == Totals(2, 200, 300_000_000)
    assert queries.line_of(there).state is PlanState.FROZEN
    shown = client.get(page_of(here)).text
    assert "黔建办函〔2026〕3 号" in shown and "changes/new" not in shown
    file = client.get(f"/admin/plans/documents/{queries.documents_of([here.id])[here.id].id}/file")
    assert (file.status_code, file.mimetype) == (200, "image/jpeg")


def test_a_scanned_pdf_is_kept_as_it_came_and_only_downloaded(client: FlaskClient) -> None:
    plan = make_submitted(120)
    signed_in(client, Role.CITY_OFFICER, GUIYANG)
    page = f"/admin/plans/freeze?division={get_division(GUIYANG).id}&year=2026&plan={plan.id}"
    pdf = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
    document = {
        "division": get_division(GUIYANG).id,
        "year": 2026,
        "issuer": get_division(GUIYANG).id,
        "doc_no": "筑建通〔2026〕3 号",
        "title": "计划表",
        "issued_on": "2026-03-01",
        "plan_ids": [plan.id],
    }
    broken = sent(client, page, "/admin/plans/freeze", **document, file=(io.BytesIO(pdf[:20]), "a.pdf"))
    assert broken.status_code == 422 and "这个 PDF 不完整" in broken.text
    assert (
        sent(client, page, "/admin/plans/freeze", **document, file=(io.BytesIO(pdf), "a.pdf")).status_code
        == 302
    )
    paper = queries.documents_of([plan.id])[plan.id]
    file = client.get(f"/admin/plans/documents/{paper.id}/file")
    assert file.data == pdf
    assert file.headers["Content-Disposition"].startswith("attachment")


def test_nobody_freezes_what_they_drafted_or_what_is_not_submitted(client: FlaskClient) -> None:
    staff = make_staff(Role.COUNTY_OFFICER, division=NANMING)
    sign_in_staff(client, staff)
    plan = make_plan(120)
    sent(client, page_of(plan), f"{page_of(plan)}/submit")
    page = f"/admin/plans/freeze?division={get_division(NANMING).id}&year=2026"
    document = {
        "division": get_division(NANMING).id, "year": 2026, "issuer": get_division(NANMING).id,
        "doc_no": "南府通〔2026〕1 号", "title": "计划表", "issued_on": "2026-03-01", "plan_ids": [plan.id],
    }  # fmt: skip
    own = sent(client, page, "/admin/plans/freeze", **document, file=a_scan())
    assert own.status_code == 409 and "请另一位同事登记文件" in own.text
    drafted = make_plan(10, code=YUNYAN)
    signed_in(client, Role.CITY_OFFICER, GUIYANG)
    page = f"/admin/plans/freeze?division={get_division(GUIYANG).id}&year=2026"
    city = {**document, "division": get_division(GUIYANG).id, "issuer": get_division(GUIYANG).id}
    early = sent(client, page, "/admin/plans/freeze", **{**city, "plan_ids": [drafted.id]}, file=a_scan())
    assert early.status_code == 409 and "县里还没有提交" in early.text
    above = {**city, "issuer": get_division(GUIZHOU).id}
    assert sent(client, page, "/admin/plans/freeze", **above, file=a_scan()).status_code == 404


def test_a_returned_plan_says_why_and_is_open_again(app: Flask, client: FlaskClient) -> None:
    plan = make_submitted(120)
    county = browser_of(app, make_staff(Role.COUNTY_OFFICER, division=NANMING))
    signed_in(client, Role.CITY_OFFICER, GUIYANG)
    assert sent(client, page_of(plan), f"{page_of(plan)}/return").status_code == 422
    sent(client, page_of(plan), f"{page_of(plan)}/return", reason="户数和台账对不上")
    assert "改造计划退回来了" in county.get("/admin/messages").text
    above = browser_of(app, make_staff(Role.PROVINCE_OFFICER, division=GUIZHOU))
    assert sent(county, page_of(plan), f"{page_of(plan)}/submit").status_code == 302
    assert "南明区提交了 2026 年改造计划" in above.get("/admin/messages").text
    sent(client, page_of(plan), f"{page_of(plan)}/return", reason="户数和台账对不上")
    signed_in(client)
    page = client.get(page_of(plan)).text
    assert "户数和台账对不上" in page and "加一个小区" in page


@pytest.mark.parametrize("make", [make_submitted, make_frozen], ids=["submitted", "frozen"])
def test_a_plan_that_was_handed_in_is_not_edited(client: FlaskClient, make: Any) -> None:
    plan, community = make(120), make_community()
    signed_in(client)
    form = f"{page_of(plan)}/rows/new?community={community.id}"
    answer = sent(client, form, f"{page_of(plan)}/rows", community_id=community.id, **TYPED)
    assert answer.status_code == 409
    assert queries.line_of(plan).totals.communities == 1


def test_a_frozen_plan_shows_the_old_row_beside_the_new_total(client: FlaskClient) -> None:
    plan = make_frozen(120, 80)
    make_reported(rows_in_force(plan)[0])
    signed_in(client)
    page = client.get(page_of(plan)).text
    assert "原来有、后来调整掉的" in page
    assert (
        "文件里 2 个小区，200 户。1 次调整：小区 -1，户 -120，投资 -150 万元。现在 1 个小区，80 户。" in page
    )


def test_every_level_sees_what_lies_below_it_and_the_sum_of_it(client: FlaskClient) -> None:
    make_frozen(120, 80)
    make_frozen(60, code=YUNYAN)
    for role, division, expected in [
        (Role.COUNTY_OFFICER, NANMING, ("2", "200")),
        (Role.CITY_OFFICER, GUIYANG, ("3", "260")),
        (Role.PROVINCE_OFFICER, GUIZHOU, ("3", "260")),
        (Role.AUDITOR, NANMING, ("2", "200")),
    ]:
        signed_in(client, role, division)
        page = client.get("/admin/plans/annual").text
        for value in expected:
            assert f'<span class="stat-value">{value}</span>' in page, (role, value)
        assert ("云岩区" in page) is (division != NANMING)


def test_another_countys_plan_answers_as_one_that_does_not_exist(client: FlaskClient) -> None:
    plan = make_frozen(120)
    document_id = queries.documents_of([plan.id])[plan.id].id
    for role, division in [(Role.COUNTY_OFFICER, YUNYAN), (Role.CITY_OFFICER, ZUNYI), (Role.AUDITOR, YUNYAN)]:
        signed_in(client, role, division)
        for address in (
            page_of(plan),
            f"/admin/plans/divisions/{get_division(NANMING).id}/2026/plan.xlsx",
            f"/admin/plans/documents/{document_id}/file",
            f"/admin/plans/annual?division={get_division(NANMING).id}",
        ):
            assert client.get(address).status_code == 404, (role, address)


def test_who_may_only_read_is_told_so(client: FlaskClient) -> None:
    plan = make_plan(120)
    signed_in(client, Role.PROVINCE_OFFICER, GUIZHOU)
    page = client.get(page_of(plan)).text
    assert "加一个小区" not in page
    assert sent(client, page_of(plan), f"{page_of(plan)}/submit").status_code == 403


def test_the_plan_table_carries_every_row_and_the_sum(client: FlaskClient) -> None:
    plan = make_frozen(120, 80)
    make_reported(rows_in_force(plan)[0])
    add_row(make_plan(code=YUNYAN), 60, make_community("云岩小区", code="520103024"))
    signed_in(client, Role.CITY_OFFICER, GUIYANG)
    answer = client.get(f"/admin/plans/divisions/{get_division(GUIYANG).id}/2026/plan.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    assert book.sheetnames == ["汇总表", "计划表"]
    summary = [[cell.value for cell in row] for row in book["汇总表"].iter_rows()]
    assert summary[0][0] == "贵阳市2026年城镇老旧小区改造计划汇总表"
    assert "云岩区" in summary[1][0]
    assert summary[-1][1:5] == ["合计", 2, 140, 300]
    rows = [[cell.value for cell in row] for row in book["计划表"].iter_rows()]
    named = {row[2]: row for row in rows}
    assert named["云岩小区"][3] == 60 and named["云岩小区"][7] == 150
    assert next(row for row in rows if row[1] == "合计")[2:4] == ["2 个小区", 140]
    assert client.get(f"/admin/plans/divisions/{get_division(GUIYANG).id}/2031/plan.xlsx").status_code == 404
