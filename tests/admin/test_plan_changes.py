"""A change on the desk: county, three departments, decision, report; no step skipped, nobody on two sides."""

import secrets
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from admin.plans import telling
from server.divisions.models import Division
from server.divisions.rules import DivisionLevel
from server.identity.models import Staff
from server.identity.rules import Role
from server.infra.db import db
from server.ledger.rules.words import Exclusion
from server.plans import queries
from server.plans.models import AnnualPlan, PlanRow
from server.plans.rules.figures import Totals
from server.plans.rules.words import ChangeState, Department
from tests.admin.browsers import browser_of
from tests.admin.test_plans import (
    GUIYANG,
    GUIZHOU,
    TYPED,
    YUNYAN,
    ZUNYI,
    a_scan,
    sent,
    signed_in,
)
from tests.factories.divisions import get_division
from tests.factories.identity import make_staff, sign_in_staff
from tests.factories.ledger import make_community
from tests.factories.plans import (
    NANMING,
    decide,
    make_change,
    make_frozen,
    make_reported,
    rows_in_force,
    sign,
    submit,
)

pytestmark = pytest.mark.usefixtures("clock")
WHY = {"reason": "居民集中反对", "scheme": "退出今年计划，明年再排"}


@pytest.fixture
def plan(client: FlaskClient) -> AnnualPlan:
    """A frozen plan of two communities, 120 and 80 households."""
    return make_frozen(120, 80)


@pytest.fixture
def row(plan: AnnualPlan) -> PlanRow:
    return rows_in_force(plan)[0]


def form_of(row: PlanRow, **asked: Any) -> str:
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return f"/admin/plans/rows/{row.id}/changes/new?{query}"


def state(change_id: int) -> ChangeState:
    db.session.expire_all()
    return queries.standings([change_id])[change_id].state


def act(client: FlaskClient, there: str, verb: str, **data: Any) -> TestResponse:
    return sent(client, there, f"{there}/{verb}", **data)


def begun(client: FlaskClient, row: PlanRow) -> str:
    """The address of a withdrawal that the person at the desk entered."""
    where = form_of(row, kind="withdraw")
    answer = sent(client, where, f"/admin/plans/rows/{row.id}/changes", kind="withdraw", **WHY)
    assert answer.status_code == 302, answer.text
    return str(answer.location)


def city(client: FlaskClient, *, name: str | None = None) -> Staff:
    staff = make_staff(Role.CITY_OFFICER, division=GUIYANG, name=name)
    sign_in_staff(client, staff)
    return staff


def messages(app: Flask, role: Role, division: str) -> FlaskClient:
    return browser_of(app, make_staff(role, division=division))


def test_each_step_of_a_change_is_told_to_the_office_whose_turn_it_is(
    app: Flask, client: FlaskClient, row: PlanRow
):
    offices = ((Role.COUNTY_OFFICER, NANMING), (Role.CITY_OFFICER, GUIYANG), (Role.PROVINCE_OFFICER, GUIZHOU))
    county, above, province = (messages(app, *one) for one in offices)
    change = make_change(row)
    there = f"/admin/plans/changes/{change.id}"
    signed_in(client)
    assert act(client, there, "submit").status_code == 302
    assert "南明区提出调整计划" in above.get("/admin/messages").text
    sign(change, *list(Department)[:2])
    city(client)
    last = {"department": list(Department)[2].value, "is_agreeing": "true", "opinion": "属实"}
    assert act(client, there, "sign", **last).status_code == 302
    assert "三个部门都签了" in above.get("/admin/messages").text
    assert act(client, there, "decide", outcome="agree", reason="可行").status_code == 302
    assert "市里同意调整" in county.get("/admin/messages").text
    for _ in range(2):
        act(client, there, "report", doc_no="文〔2026〕1 号", reported_on="2026-03-02", client_key="once")
    for desk in (county, province):
        assert desk.get("/admin/messages").text.count("文〔2026〕1 号") == 1
    assert f'href="{there}"' not in province.get("/admin/messages").text
    assert (
        "计划" not in messages(app, Role.CITY_OFFICER, "5203").get("/admin/messages").text.split("<main")[1]
    )


@pytest.mark.parametrize(("code", "office"), [(NANMING, GUIYANG), (None, None)], ids=["county", "贵安新区"])
def test_the_city_is_the_prefecture_or_where_there_is_none_the_place_itself(
    app: Flask, monkeypatch: pytest.MonkeyPatch, code: str | None, office: str | None
):
    told: list[str] = []
    monkeypatch.setattr(telling, "tell_office", lambda path, *_: told.append(path))
    of = db.session.scalars(
        sa.select(Division).where(
            Division.code == code if code else Division.level == DivisionLevel.REPORTING_UNIT
        )
    ).one()
    telling._tell_city(of.path, "来了", "看看", "/admin/")
    assert told == [get_division(office).path if office else of.path]


def test_a_change_goes_the_whole_way_and_moves_the_totals(
    client: FlaskClient, plan: AnnualPlan, row: PlanRow
):
    signed_in(client)
    there = begun(client, row)
    change_id = int(there.rpartition("/")[2])
    assert "还没有佐证材料" in client.get(there).text
    assert act(client, there, "evidence", caption="会议记录", file=a_scan()).status_code == 302
    assert "这份调整是你录的" in client.get(there).text
    assert act(client, there, "submit").status_code == 409
    signed_in(client)
    assert act(client, there, "submit").status_code == 302
    for number, department in enumerate(Department, 1):
        city(client)
        told = {"department": department.value, "is_agreeing": "true", "opinion": "属实"}
        assert act(client, there, "sign", **told).status_code == 302
        assert state(change_id) is (ChangeState.SIGNED if number == 3 else ChangeState.SUBMITTED)
    city(client)
    assert act(client, there, "decide", outcome="agree", reason="可行").status_code == 302
    assert queries.line_of(plan).totals == Totals(2, 200, 300_000_000)
    assert (
        act(client, there, "report", doc_no="筑建呈〔2026〕7 号", reported_on="2026-03-02").status_code == 302
    )
    db.session.expire_all()
    line = queries.line_of(plan)
    assert (line.totals, line.frozen) == (Totals(1, 80, 150_000_000), Totals(2, 200, 300_000_000))
    page = client.get(there).text
    assert "筑建呈〔2026〕7 号" in page and "已报告省里，已生效" in page
    signed_in(client, Role.PROVINCE_OFFICER, GUIZHOU)
    assert client.get(there).status_code == 200
    assert "已报告省里，已生效" in client.get("/admin/plans/changes").text


def test_no_step_can_be_skipped(client: FlaskClient, row: PlanRow):
    change = make_change(row)
    there = f"/admin/plans/changes/{change.id}"
    city(client)
    steps = {
        "sign": {"department": "housing", "is_agreeing": "true", "opinion": "属实"},
        "decide": {"outcome": "agree", "reason": "可行"},
        "report": {"doc_no": "文", "reported_on": "2026-03-02"},
    }
    for verb, data in steps.items():
        assert act(client, there, verb, **data).status_code == 409, verb
    submit(change)
    assert act(client, there, "decide", **steps["decide"]).status_code == 409
    assert act(client, there, "report", **steps["report"]).status_code == 409
    sign(change, Department.HOUSING, Department.REFORM)
    refused = act(client, there, "decide", **steps["decide"])
    assert refused.status_code == 409 and "还差财政部门的意见" in refused.text
    sign(change, Department.FINANCE)
    assert act(client, there, "report", **steps["report"]).status_code == 409
    decide(change)
    for late in ({"reported_on": "2026-03-03"}, {"reported_on": "2026-03-01"}, {"doc_no": ""}):
        assert act(client, there, "report", **{**steps["report"], **late}).status_code == 422
    assert state(change.id) is ChangeState.AGREED


def test_a_county_cannot_take_the_citys_steps(client: FlaskClient, row: PlanRow):
    change = make_change(row)
    submit(change)
    there = f"/admin/plans/changes/{change.id}"
    signed_in(client)
    for verb in ("sign", "decide", "report"):
        assert act(client, there, verb, department="housing", outcome="agree").status_code == 403
    signed_in(client, Role.PROVINCE_OFFICER, GUIZHOU)
    for verb in ("sign", "decide", "report", "submit", "drop", "evidence", "edit"):
        assert act(client, there, verb).status_code == 403
    assert state(change.id) is ChangeState.SUBMITTED


def test_one_person_does_not_sign_for_two_departments(client: FlaskClient, row: PlanRow):
    change = make_change(row)
    submit(change)
    there = f"/admin/plans/changes/{change.id}"
    city(client)
    told = {"is_agreeing": "true", "opinion": "属实"}
    assert act(client, there, "sign", department="housing", **told).status_code == 302
    twice = act(client, there, "sign", department="reform", **told)
    assert twice.status_code == 409 and "你已经替一个部门签过了" in twice.text
    city(client)
    taken = act(client, there, "sign", department="housing", **told)
    assert taken.status_code == 409 and "已经签过了" in taken.text


def test_whoever_entered_it_at_the_county_takes_no_step_of_the_city(client: FlaskClient, row: PlanRow):
    both = make_staff(Role.COUNTY_OFFICER, Role.CITY_OFFICER, division=GUIYANG)
    sign_in_staff(client, both)
    there = begun(client, row)
    act(client, there, "evidence", caption="会议记录", file=a_scan())
    signed_in(client)
    act(client, there, "submit")
    sign_in_staff(client, both)
    told = {"department": "housing", "is_agreeing": "true", "opinion": "属实"}
    refused = act(client, there, "sign", **told)
    assert refused.status_code == 409 and "你在县里经过手" in refused.text
    assert act(client, there, "decide", outcome="return", reason="退").status_code == 409


def test_a_department_that_disagrees_keeps_the_city_from_agreeing(client: FlaskClient, row: PlanRow):
    change = make_change(row)
    submit(change)
    sign(change, Department.HOUSING, Department.REFORM)
    sign(change, Department.FINANCE, is_agreeing=False)
    there = f"/admin/plans/changes/{change.id}"
    city(client)
    refused = act(client, there, "decide", outcome="agree", reason="可行")
    assert refused.status_code == 409 and "财政部门不同意" in refused.text
    assert act(client, there, "decide", outcome="reject", reason="资金已下达").status_code == 302
    assert state(change.id) is ChangeState.REJECTED


def test_a_returned_change_is_mended_and_signed_anew(client: FlaskClient, plan: AnnualPlan, row: PlanRow):
    change = make_change(row)
    submit(change)
    sign(change, Department.HOUSING)
    there = f"/admin/plans/changes/{change.id}"
    city(client)
    assert act(client, there, "decide", outcome="return", reason="缺现场照片").status_code == 302
    signed_in(client)
    assert "市里退回了，原因" in client.get(there).text and "缺现场照片" in client.get(there).text
    edited = sent(
        client, f"{there}/edit", f"{there}/edit", kind="figures",
        **WHY, **{**TYPED, "households": "110", "claimed_base": "100"},
    )  # fmt: skip
    assert edited.status_code == 302
    page = client.get(there).text
    assert "第 2 版" in page and "以前写过的 1 版" in page
    assert act(client, there, "submit").status_code == 409
    signed_in(client)
    assert act(client, there, "submit").status_code == 302
    assert queries.standings([change.id])[change.id].missing == list(Department)
    sign(change)
    decide(change)
    city(client)
    act(client, there, "report", doc_no="文〔2026〕1 号", reported_on="2026-03-02")
    db.session.expire_all()
    assert queries.line_of(plan).totals.households == 190


def test_a_community_is_replaced_by_another_of_the_same_county(
    client: FlaskClient, plan: AnnualPlan, row: PlanRow
):
    signed_in(client)
    other, foreign = make_community("换进来的"), make_community(code="520103024")
    choose = client.get(form_of(row, kind="replace")).text
    assert "换进来的" in choose and foreign.name not in choose
    barred = make_community(exclusion=Exclusion.URBAN_VILLAGE)
    told = client.get(form_of(row, kind="replace", new_community_id=barred.id)).text
    assert "不在改造范围内" in told and 'name="reason"' not in told
    where = form_of(row, kind="replace", new_community_id=other.id)
    action = f"/admin/plans/rows/{row.id}/changes"
    data = {"kind": "replace", **WHY, **TYPED}
    assert sent(client, where, action, **data, new_community_id=foreign.id).status_code == 404
    present = rows_in_force(plan)[1].community_id
    there_already = sent(client, where, action, **data, new_community_id=present)
    assert there_already.status_code == 422 and "已经在这一年的计划里" in there_already.text
    assert sent(client, where, action, **data, new_community_id=other.id).status_code == 302
    second = rows_in_force(plan)[1]
    again = sent(
        client, form_of(second, kind="replace"), f"/admin/plans/rows/{second.id}/changes",
        **data, new_community_id=other.id,
    )  # fmt: skip
    assert again.status_code == 422 and "另一份在办的调整" in again.text


def test_a_row_has_one_open_change_and_a_superseded_row_none(
    client: FlaskClient, plan: AnnualPlan, row: PlanRow
):
    signed_in(client)
    there = begun(client, row)
    where, action = form_of(row, kind="withdraw"), f"/admin/plans/rows/{row.id}/changes"
    second = sent(client, where, action, kind="withdraw", **WHY)
    assert second.status_code == 409 and "已经有一份调整在办" in second.text
    assert act(client, there, "drop", drop_reason="居民又同意了").status_code == 302
    assert state(int(there.rpartition("/")[2])) is ChangeState.DROPPED
    make_reported(row)
    late = sent(client, where, action, kind="withdraw", **WHY)
    assert late.status_code == 409 and "已经被一次调整换掉" in late.text


def test_a_change_sent_twice_is_one_change(client: FlaskClient, plan: AnnualPlan, row: PlanRow):
    signed_in(client)
    data = {"kind": "withdraw", **WHY, "client_key": secrets.token_urlsafe(8)}
    places = [
        sent(client, form_of(row, kind="withdraw"), f"/admin/plans/rows/{row.id}/changes", **data).location
        for _ in range(2)
    ]
    assert places[0] == places[1]
    assert len(queries.change_lines(["/"])) == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"reason": ""}, "写上为什么不能按原计划做"),
        ({"scheme": ""}, "写上怎么调整"),
        ({"kind": ""}, "选怎么改"),
        ({"kind": "figures"}, "填一个整数"),
    ],
    ids=["no-reason", "no-scheme", "no-kind", "no-figures"],
)
def test_a_proposal_must_be_whole(client: FlaskClient, row: PlanRow, wrong: dict[str, str], sentence: str):
    signed_in(client)
    data = {"kind": "withdraw", **WHY, **wrong}
    answer = sent(client, form_of(row, kind="withdraw"), f"/admin/plans/rows/{row.id}/changes", **data)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert not queries.change_lines(["/"])


def test_the_page_says_which_source_gives_less(client: FlaskClient, row: PlanRow):
    signed_in(client)
    data = {**TYPED, "cost_central_subsidy": "", "cost_county": "7", "kind": "figures", **WHY}
    answer = sent(client, form_of(row, kind="figures"), f"/admin/plans/rows/{row.id}/changes", **data)
    page = client.get(answer.location).text
    assert "其中县级配套" in page and "7 万元" in page
    assert "其中居民出资" not in page


def test_evidence_needs_a_name_and_a_file_and_is_seen_by_the_levels_above(client: FlaskClient, row: PlanRow):
    signed_in(client)
    there = begun(client, row)
    assert act(client, there, "evidence", caption="", file=a_scan()).status_code == 422
    assert act(client, there, "evidence", caption="会议记录").status_code == 422
    assert act(client, there, "evidence", caption="会议记录", file=a_scan()).status_code == 302
    (paper,) = queries.evidence_of(int(there.rpartition("/")[2]))
    address = f"{there}/evidence/{paper.id}"
    signed_in(client, Role.PROVINCE_OFFICER, GUIZHOU)
    assert client.get(address).mimetype == "image/jpeg"
    signed_in(client, Role.COUNTY_OFFICER, YUNYAN)
    assert client.get(address).status_code == 404


def test_a_change_elsewhere_answers_as_one_that_does_not_exist(client: FlaskClient, row: PlanRow):
    change = make_change(row)
    there = f"/admin/plans/changes/{change.id}"
    signed_in(client, Role.COUNTY_OFFICER, YUNYAN)
    for address in (there, f"{there}/edit", form_of(row)):
        assert client.get(address).status_code == 404
    for verb in ("submit", "drop", "evidence", "edit"):
        assert sent(client, "/admin/plans/annual", f"{there}/{verb}").status_code == 404
    assert "没有调整" in client.get("/admin/plans/changes").text
    signed_in(client, Role.CITY_OFFICER, ZUNYI)
    for verb in ("sign", "decide", "report"):
        assert sent(client, "/admin/plans/annual", f"{there}/{verb}").status_code == 404
    signed_in(client, Role.COUNTY_OFFICER, NANMING)
    assert client.get(there).status_code == 200
