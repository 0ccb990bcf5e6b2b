"""Schemes, drawings and lifts at the desk, as a browser sends them: clerk and reviewer, reasons, every role."""

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from server.decisions.queries import drawings as drawing_queries
from server.decisions.queries import lifts as lift_queries
from server.decisions.queries import schemes as queries
from server.decisions.rules.lifts import ActKind, CaseState
from server.decisions.rules.schemes import ROOT, State
from server.identity.models import Staff
from server.identity.rules import Role
from server.kernel.places import ScopeKind
from tests.admin.forms import post_form
from tests.conftest import Clock
from tests.factories import schemes as made
from tests.factories.catalogue import get_item
from tests.factories.decisions import Counted
from tests.factories.identity import make_staff, sign_in_staff
from tests.factories.schemes import CHECKED, DRAWN

Desk = tuple[Counted, Staff, Staff]


@pytest.fixture
def desk(client: FlaskClient, clock: Clock) -> Desk:
    """A signed vote, its clerk (signed in) and its reviewer."""
    return seated(client, clock, made.make_voted())


def seated(client: FlaskClient, clock: Clock, counted: Counted) -> Desk:
    clock.set(DRAWN)
    clerk = make_staff(Role.CLERK, community=counted.community, name="王经办")
    reviewer = make_staff(Role.REVIEWER, community=counted.community, name="李复核")
    sign_in_staff(client, clerk)
    return counted, clerk, reviewer


def base(counted: Counted) -> str:
    return f"/admin/communities/{counted.community.id}"


def today(counted: Counted) -> str:
    return f"{base(counted)}/today"


def photo() -> tuple[io.BytesIO, str]:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "green").save(out, "PNG")
    return io.BytesIO(out.getvalue()), "图.png"


def errors(answer: TestResponse) -> set[str]:
    assert answer.status_code == 422, answer.status_code
    return set(re.findall(r'id="f-(\w+)-error"', answer.text))


# ------------------------------------------------------------------ schemes


def write(client: FlaskClient, counted: Counted, lines: dict[str, str], node: str = ROOT) -> str:
    page = f"{base(counted)}/schemes/nodes/{node}"
    assert post_form(client, page, f"{page}/draft", {}).status_code == 302
    for code, cost in lines.items():
        line = {
            "catalogue_item_id": get_item(code).id,
            "take": "adopt",
            "quantity": "120",
            "unit": "米",
            "cost": cost,
        }
        assert post_form(client, f"{page}/draft", f"{page}/draft/lines", line).status_code == 302
    return page


def hand_in(client: FlaskClient, page: str, counted: Counted, told: str, **facts: str) -> TestResponse:
    typed = {
        "drawn_by": "市建筑设计院",
        "drawn_on": "2026-04-18",
        "source": f"b{counted.ballot.id}",
        "told_cost": told,
        **facts,
    }
    return post_form(client, f"{page}/draft", f"{page}/versions", typed)


def test_from_the_first_line_to_the_scheme_in_force_by_two_people(
    client: FlaskClient, clock: Clock, desk: Desk
) -> None:
    counted, _, reviewer = desk
    assert "没有自己的方案" in client.get(f"{base(counted)}/schemes").text
    page = write(client, counted, {"B06": "60,000.00", "B11": "40000"})
    draft = client.get(f"{page}/draft").text
    assert "100,000.00 元" in draft and "小区改造表决" in draft
    answer = hand_in(client, page, counted, "100000")
    assert answer.status_code == 302
    version = answer.location
    text = client.get(version).text
    assert "请没有参与编写的复核人来确认" in text or "编写方案的人不能复核" in text
    assert "确认，生效" not in text
    sign_in_staff(client, reviewer)
    clock.set(CHECKED)
    assert "方案待复核" in client.get(today(counted)).text
    assert "确认，生效" in client.get(version).text
    assert post_form(client, version, f"{version}/confirm", {}).status_code == 302
    text = client.get(version).text
    assert "现行" in text and "李复核" in text and "表决通过" in text
    assert "第 1 版" in client.get(f"{base(counted)}/schemes").text
    held = client.get(f"{base(counted)}/schemes/nodes/e{counted.flats[0].entrance_id}").text
    assert "道路" in held and "全小区" in held


def test_a_version_that_departs_says_what_to_do_and_goes_on_with_a_newer_vote(
    client: FlaskClient, clock: Clock, desk: Desk
) -> None:
    counted, clerk, reviewer = desk
    made.make_version(counted, is_confirmed=True)
    page = write(client, counted, {"B09": "9000"})
    assert errors(hand_in(client, page, counted, "100000")) == {"reason"}
    version = hand_in(client, page, counted, "100000", reason="加绿化").location
    text = client.get(version).text
    for wanted in (
        "要重新征求意见",
        "多了 1 项（绿化）",
        "占同意过的 2 项的 50%",
        "去开问卷",
        "还没有截止的投票或调查",
    ):
        assert wanted in text, wanted
    assert "方案要重新征求意见" in client.get(today(counted)).text
    sign_in_staff(client, reviewer)
    answer = post_form(client, version, f"{version}/confirm", {})
    assert answer.status_code == 409 and "绿化" in answer.text
    again = made.vote_again(counted.community, counted.flats, ["B09"], later=timedelta(days=60))
    clock.set(DRAWN + timedelta(days=61))
    sign_in_staff(client, clerk)
    old = {"source": f"b{counted.ballot.id}", "told_cost": "109000"}
    assert errors(post_form(client, version, f"{version}/consultations", old)) == {"source"}
    new = {"source": f"b{again.ballot.id}", "told_cost": "109000"}
    assert post_form(client, version, f"{version}/consultations", new).status_code == 302
    sign_in_staff(client, reviewer)
    assert post_form(client, version, f"{version}/confirm", {}).status_code == 302
    text = client.get(version).text
    assert "和第 1 版比" in text and "先前的依据" in text
    tree = queries.tree(counted.community.id, DRAWN + timedelta(days=61))
    assert [one.state for one in tree.versions[ROOT]] == [State.REPLACED, State.IN_FORCE]


def test_what_was_rejected_is_refused_where_it_is_typed_and_nothing_typed_is_lost(
    client: FlaskClient, clock: Clock
) -> None:
    counted, _, _ = seated(client, clock, made.make_voted(("B06", "B11"), ("B11",)))
    page = write(client, counted, {})
    line = {"catalogue_item_id": get_item("B11").id, "quantity": "7.25", "unit": "盏", "cost": "300"}
    answer = post_form(client, f"{page}/draft", f"{page}/draft/lines", line)
    assert errors(answer) == {"catalogue_item_id"}
    assert (
        "没有通过，不能采用" in answer.text and 'value="7.25"' in answer.text and 'value="盏"' in answer.text
    )


@pytest.mark.parametrize("cost", ["abc", "-1", "1.234", "1e3", "NaN", "9" * 30])
def test_an_impossible_cost_is_refused(client: FlaskClient, desk: Desk, cost: str) -> None:
    counted, _, _ = desk
    page = write(client, counted, {})
    line = {"catalogue_item_id": get_item("B06").id, "cost": cost}
    assert errors(post_form(client, f"{page}/draft", f"{page}/draft/lines", line)) == {"cost"}


def test_a_line_is_mended_and_dropped_and_a_draft_given_up(client: FlaskClient, desk: Desk) -> None:
    counted, _, _ = desk
    page = write(client, counted, {"B06": "12.50"})
    item = get_item("B06").id
    assert 'value="12.50"' in client.get(f"{page}/draft?item={item}").text
    drop = {"catalogue_item_id": item}
    assert post_form(client, f"{page}/draft", f"{page}/draft/lines/drop", drop).status_code == 302
    assert "还没有内容" in client.get(f"{page}/draft").text
    assert errors(hand_in(client, page, counted, "1")) == {"source"}
    assert post_form(client, f"{page}/draft", f"{page}/draft/discard", {}).status_code == 302
    assert client.get(f"{page}/draft").status_code == 422


def test_handing_in_without_what_is_asked_keeps_what_was_typed(client: FlaskClient, desk: Desk) -> None:
    counted, _, _ = desk
    page = write(client, counted, {"B06": "1"})
    answer = hand_in(client, page, counted, "", drawn_by="", reason="留着这句")
    assert errors(answer) == {"drawn_by", "told_cost"}
    assert "留着这句" in answer.text


def test_a_version_is_withdrawn_with_a_reason(client: FlaskClient, desk: Desk) -> None:
    counted, _, _ = desk
    row = made.make_version(counted)
    page = f"{base(counted)}/schemes/versions/{row.id}"
    assert errors(post_form(client, page, f"{page}/withdraw", {})) == {"reason"}
    assert post_form(client, page, f"{page}/withdraw", {"reason": "数量算错了"}).status_code == 302
    assert "数量算错了" in client.get(page).text


# ------------------------------------------------------------------ drawings


def test_from_the_first_drawing_to_its_change(client: FlaskClient, clock: Clock, desk: Desk) -> None:
    counted, clerk, reviewer = desk
    page = f"{base(counted)}/drawings"
    assert "还没有图纸" in client.get(page).text
    typed: dict[str, Any] = {"title": "总平面图", "drawn_by": "市建筑设计院", "drawn_on": "2026-04-18"}
    assert errors(post_form(client, f"{page}/new", page, typed)) == {"photo"}
    assert post_form(client, f"{page}/new", page, {**typed, "photo": photo()}).status_code == 302
    (first,) = drawing_queries.drawings(counted.community.id)
    answer = client.get(f"{page}/{first.row.id}/sheet")
    assert (answer.status_code, answer.content_type) == (200, "image/jpeg")
    sign_in_staff(client, reviewer)
    assert "图纸待复核" in client.get(today(counted)).text
    assert post_form(client, page, f"{page}/{first.row.id}/confirm", {}).status_code == 302
    sign_in_staff(client, clerk)
    assert errors(post_form(client, f"{page}/new", page, {**typed, "photo": photo()})) == {
        "before",
        "after",
        "reason",
        "agreed_by",
        "agreed_on",
    }
    change = {
        "before": "车位沿东墙", "after": "车位沿西墙", "reason": "留消防通道", "agreed_by": "业主大会",
        "agreed_on": "2026-04-17",
    }  # fmt: skip
    assert post_form(client, f"{page}/new", page, {**typed, **change, "photo": photo()}).status_code == 302
    text = client.get(page).text
    for wanted in ("车位沿东墙", "车位沿西墙", "留消防通道", "业主大会", "现行", "等复核"):
        assert wanted in text
    second = drawing_queries.drawings(counted.community.id)[0]
    assert errors(post_form(client, page, f"{page}/{second.row.id}/withdraw", {})) == {"reason"}
    gone = {"reason": "方向画反了"}
    assert post_form(client, page, f"{page}/{second.row.id}/withdraw", gone).status_code == 302
    assert "方向画反了" in client.get(page).text


# ------------------------------------------------------------------ lifts


@pytest.fixture
def lift(client: FlaskClient, clock: Clock) -> Desk:
    return seated(client, clock, made.make_voted(["W02"], scope=ScopeKind.ENTRANCE, is_signed=False))


def test_a_lift_from_the_first_look_to_all_there(client: FlaskClient, clock: Clock, lift: Desk) -> None:
    counted, _, reviewer = lift
    flats = counted.flats
    page = f"{base(counted)}/lifts"
    new = f"{page}/new/{flats[0].entrance_id}"
    assert "建档案" in client.get(page).text
    case = post_form(client, new, new, {"taken": [flats[0].id], "on": "2026-04-18"}).location
    assert "1 栋 1 单元 101 的同意（还没同意）" in client.get(case).text
    form = f"{case}/acts/new?kind=consent&flat_id={flats[0].id}"
    typed: dict[str, Any] = {"kind": "consent", "flat_id": flats[0].id, "on": "2026-04-18"}
    assert errors(post_form(client, form, f"{case}/acts", typed)) == {"photo"}
    assert post_form(client, form, f"{case}/acts", {**typed, "photo": photo()}).status_code == 302
    raised = {"kind": "objection", "flat_id": flats[1].id, "on": "2026-04-18", "words": "挡我家的光"}
    assert post_form(client, f"{case}/acts/new?kind=objection", f"{case}/acts", raised).status_code == 302
    view = the_case(counted)
    (one,) = view.case.objections
    about = {"objection_id": one.id, "on": "2026-04-18", "words": "谈过了", "who": "居委会调解员"}
    for kind, more in (
        ("negotiation", {}),
        ("mediation", {"is_agreed": "true"}),
        ("compensation", {"amount": "5,000.00"}),
        ("settled", {"photo": photo()}),
    ):
        form = f"{case}/acts/new?kind={kind}&objection_id={one.id}"
        assert "挡我家的光" in client.get(form).text
        assert post_form(client, form, f"{case}/acts", {"kind": kind, **about, **more}).status_code == 302
    parts = {
        "on": "2026-04-18",
        "floors": "6",
        "cost": "480000",
        "upkeep": "电梯公司保养",
        "parts": "1 0\n2层：1份",
    }
    assert post_form(client, f"{case}/plan", f"{case}/plan", parts).status_code == 302
    assert "480,000.00 元" in client.get(case).text and "补偿 5,000.00 元" in client.get(case).text
    assert 'value="480000.00"' in client.get(f"{case}/plan").text
    paper = next(act for act in the_case(counted).acts if act.kind is ActKind.CONSENT)
    assert client.get(f"{case}/acts/{paper.id}/paper").content_type == "image/jpeg"
    sign_in_staff(client, reviewer)
    assert "电梯材料待复核" in client.get(today(counted)).text
    seen = {"seen": the_case(counted).acts[-1].id}
    assert post_form(client, case, f"{case}/check", seen).status_code == 302
    assert the_case(counted).state is CaseState.COMPLETE
    assert "都齐了" in client.get(page).text


def the_case(counted: Counted) -> lift_queries.LiftView:
    (view,) = lift_queries.lift_views(counted.community.id)
    return view


def test_the_decision_names_what_its_lift_lacks(client: FlaskClient, lift: Desk) -> None:
    counted, _, _ = lift
    from tests.factories.decisions import make_draft  # noqa: PLC0415

    row = make_draft(counted)
    made.make_case(counted.flats, counted.flats[:1])
    text = client.get(f"{base(counted)}/decisions/{row.id}").text
    assert "票数够，还缺同意" in text and "1 栋 1 单元 101 的同意（还没同意）" in text
    preview = client.get(f"{base(counted)}/decisions/{row.id}/preview").text
    assert "还没同意的业主 1 户" in preview and "单元 101" not in preview


@pytest.mark.parametrize("parts", ["二楼一份", "2", "2 1\n2 2", "2 -1", "999999 1"])
def test_shares_that_cannot_be_read_are_refused(client: FlaskClient, lift: Desk, parts: str) -> None:
    counted, _, _ = lift
    case = f"{base(counted)}/lifts/{made.make_case(counted.flats).id}"
    typed = {"on": "2026-04-18", "floors": "6", "cost": "1", "upkeep": "有人管", "parts": parts}
    answer = post_form(client, f"{case}/plan", f"{case}/plan", typed)
    assert errors(answer) == {"parts"} and "有人管" in answer.text


def test_an_unknown_kind_of_act_has_no_form(client: FlaskClient, lift: Desk) -> None:
    counted, _, _ = lift
    case = f"{base(counted)}/lifts/{made.make_case(counted.flats).id}"
    for kind in ("plan", "checked", "nonsense", ""):
        assert client.get(f"{case}/acts/new?kind={kind}").status_code == 404


@pytest.mark.parametrize(
    ("role", "scheme", "case"),
    [
        (Role.CLERK, 200, 200),
        (Role.REVIEWER, 200, 200),
        (Role.COMMITTEE_MEMBER, 200, 403),
        (Role.IMPLEMENTING_BODY, 200, 403),
        (Role.PROPERTY_MANAGER, 403, 403),
        (Role.INTERVIEWER, 403, 403),
    ],
)
def test_what_people_said_of_a_lift_is_for_the_staff_in_reach_only(
    client: FlaskClient, clock: Clock, lift: Desk, role: Role, scheme: int, case: int
) -> None:
    counted, _, _ = lift
    row = made.make_case(counted.flats, counted.flats[:1])
    made.act(row, ActKind.OBJECTION, counted.flats[1], words="我家有病人")
    sign_in_staff(client, make_staff(role, community=counted.community))
    node = f"{base(counted)}/schemes/nodes/e{counted.flats[0].entrance_id}"
    for address, expected in ((node, scheme), (f"{base(counted)}/lifts/{row.id}", case)):
        answer = client.get(address)
        assert answer.status_code == expected, address
        assert ("我家有病人" in answer.text) == (address != node and case == 200)
