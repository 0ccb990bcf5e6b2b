"""Coming in as pages: without JavaScript, without a trace before consent, and with the paper way always named."""

import re

from apiflask import APIFlask
from flask.testing import FlaskClient

from server.identity import queries
from server.identity.models import Resident
from server.identity.rules import Level
from server.infra.db import db
from tests.admin.forms import post_form
from tests.conftest import Clock
from tests.factories.identity import PRIVACY, make_binding, sign_in_resident, slip_of
from tests.factories.ledger import make_community, make_flat, make_owner

NAME, PHONE = "买买提·吐尔逊", "13800001234"


def owned_flat():
    flat = make_flat(make_community("桂花苑"), room="501")
    return flat, make_owner(flat, name=NAME, phone=PHONE)


def come_in(client: FlaskClient, flat) -> str:
    page = f"/s/{slip_of(flat).code}"
    answer = post_form(client, page, page, {"agree": "yes", "privacy_version": PRIVACY})
    assert answer.status_code == 302, answer.text
    return str(answer.headers["Location"])


def residents() -> int:
    return db.session.query(Resident).count()


def test_looking_at_a_slip_leaves_no_trace(app: APIFlask, client: FlaskClient, clock: Clock):
    flat, _ = owned_flat()
    page = client.get(f"/s/{slip_of(flat).code}")
    assert page.status_code == 200
    assert "1 栋 1 单元 501" in page.text
    assert "纸质" in page.text
    assert residents() == 0
    assert slip_of(flat).first_opened_at is None


def test_without_consent_nothing_is_kept_and_the_paper_way_is_named(
    app: APIFlask, client: FlaskClient, clock: Clock
):
    flat, _ = owned_flat()
    page = f"/s/{slip_of(flat).code}"
    answer = post_form(client, page, page, {"privacy_version": PRIVACY})
    assert answer.status_code == 422
    assert "纸质" in answer.text
    assert residents() == 0


def test_consent_binds_and_records_its_version(app: APIFlask, client: FlaskClient, clock: Clock):
    flat, _ = owned_flat()
    where = come_in(client, flat)
    assert "核实我是业主" in client.get(where).text
    resident_id = queries.residents_of_flat(flat.id)[0]
    assert queries.accepted_privacy(resident_id) == PRIVACY
    assert come_in(client, make_flat(make_community())) != where
    assert residents() == 1


def test_a_wrong_or_replaced_code_says_so_in_a_sentence(client: FlaskClient):
    answer = client.get("/s/NOTACODE")
    assert answer.status_code == 404
    assert "换过新的" in answer.text
    typed = post_form(client, "/enter", "/enter", {"code": "NOTACODE"})
    assert typed.status_code == 422
    assert "换过新的" in typed.text


def test_a_code_can_be_typed(app: APIFlask, client: FlaskClient, clock: Clock):
    code = slip_of(owned_flat()[0]).code
    answer = post_form(client, "/enter", "/enter", {"code": f"{code[:4]} {code[4:].lower()}"})
    assert answer.status_code == 302
    assert client.get(answer.headers["Location"]).status_code == 200


def test_whoever_must_come_in_first_is_led_back_afterwards(app: APIFlask, client: FlaskClient, clock: Clock):
    assert client.get("/me/flats?from=poster").headers["Location"] == "/enter"
    assert come_in(client, owned_flat()[0]) == "/me/flats?from=poster"


def test_an_owner_proves_it_on_the_phone(app: APIFlask, client: FlaskClient, clock: Clock):
    flat, owner = owned_flat()
    where = come_in(client, flat)
    wrong = post_form(
        client, f"{where}/prove", f"{where}/prove", {"name": NAME, "way": "phone", "tail": "0000"}
    )
    assert wrong.status_code == 422
    assert "还能试 4 次" in wrong.text
    right = post_form(
        client,
        f"{where}/prove",
        f"{where}/prove",
        {"name": "买买提 吐尔逊", "way": "phone", "tail": "１２３４"},
    )
    assert "核实好了" in right.text
    assert queries.flats_of(queries.residents_of_flat(flat.id)[0])[0].owner_id == owner.id


def test_a_locked_flat_is_shown_the_other_ways(app: APIFlask, client: FlaskClient, clock: Clock):
    where = come_in(client, owned_flat()[0])
    for _ in range(6):
        answer = post_form(
            client, f"{where}/prove", f"{where}/prove", {"name": NAME, "way": "id", "tail": "000000"}
        )
    assert "先锁住了" in answer.text
    assert "请居委会当面确认" in answer.text
    assert "纸质票" in answer.text


def test_the_committee_can_be_asked_and_waiting_is_shown(app: APIFlask, client: FlaskClient, clock: Clock):
    where = come_in(client, owned_flat()[0])
    assert post_form(client, f"{where}/ask", f"{where}/ask", {"name": ""}).status_code == 422
    assert "登记好了" in post_form(client, f"{where}/ask", f"{where}/ask", {"name": NAME}).text
    assert "已经在居委会了" in client.get(where).text


def test_a_binding_beside_mine_can_be_disputed(app: APIFlask, client: FlaskClient, clock: Clock):
    flat, owner = owned_flat()
    proven = make_binding(flat, owner=owner)
    where = come_in(client, flat)
    page = f"{where}/beside/{proven.id}/dispute"
    assert post_form(client, page, page, {"text": "没有这个人"}).status_code == 302
    assert "异议核实中" in client.get(where).text
    theirs = app.test_client()
    resident = queries.resident(proven.resident_id)
    assert resident
    sign_in_resident(theirs, resident)
    assert "绑定先冻结了" in theirs.get(f"/me/flats/{proven.id}").text


def test_letting_a_flat_go(app: APIFlask, client: FlaskClient, clock: Clock):
    flat, _ = owned_flat()
    where = come_in(client, flat)
    assert "不能删" in client.get(f"{where}/withdraw").text
    assert post_form(client, f"{where}/withdraw", f"{where}/withdraw", {}).status_code == 302
    assert queries.residents_of_flat(flat.id) == []
    assert client.get(where).status_code == 404


def test_consent_is_taken_back_and_every_browser_is_out(app: APIFlask, client: FlaskClient, clock: Clock):
    flat, _ = owned_flat()
    come_in(client, flat)
    resident_id = queries.residents_of_flat(flat.id)[0]
    other = app.test_client()
    row = queries.resident(resident_id)
    assert row
    sign_in_resident(other, row)
    assert "撤回同意" in client.get("/privacy").text
    assert post_form(client, "/privacy/withdraw", "/privacy/withdraw", {}).status_code == 302
    assert other.get("/me/flats").headers["Location"] == "/enter"
    assert queries.flats_of(resident_id) == []


def test_the_notice_names_who_why_what_how_long_and_how_to_withdraw(client: FlaskClient):
    page = client.get("/privacy").text
    for words in ("谁在处理", "为什么", "用到哪些信息", "留多久", "撤回", "不同意也可以", PRIVACY):
        assert words in page


def test_no_page_of_a_resident_shows_who_the_others_are(app: APIFlask, client: FlaskClient, clock: Clock):
    flat, owner = owned_flat()
    make_binding(flat, owner=owner)
    where = come_in(client, flat)
    for page in (where, "/me/flats", f"{where}/prove"):
        text = client.get(page).text
        assert NAME not in text
        assert PHONE not in re.sub(r"\D", "", text)


def test_a_level_is_named_for_what_it_is(app: APIFlask, client: FlaskClient, clock: Clock):
    flat, owner = owned_flat()
    resident = queries.resident(make_binding(flat, owner=owner).resident_id)
    assert resident
    sign_in_resident(client, resident)
    assert Level.OWNER.name_zh in client.get("/me/flats").text
