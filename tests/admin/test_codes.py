"""Slips and posters as they are printed, and the committee's desk for bindings."""

import re
import time

from apiflask import APIFlask
from flask.testing import FlaskClient

from server.audit import queries as audit
from server.identity import actions, queries
from server.identity.models import Means
from server.identity.rules import Level, Role
from server.identity.rules.codes import new_code
from server.infra import qr
from server.infra.db import db, unit_of_work
from server.ledger.models import Flat
from server.messages import queries as messages
from server.messages.rules import Recipient
from tests.admin.forms import post_form
from tests.conftest import Clock
from tests.factories.identity import BEFORE, make_binding, make_staff, sign_in_staff
from tests.factories.ledger import make_community, make_flat, make_owner, make_small_community


def clerk_of(client: FlaskClient, community) -> str:
    sign_in_staff(client, make_staff(Role.CLERK, community=community))
    return f"/admin/communities/{community.id}"


def test_slips_print_twelve_to_a_page_with_their_homes_and_their_codes(
    app: APIFlask, client: FlaskClient, clock: Clock
):
    community, flats = make_small_community(14)
    base = clerk_of(client, community)
    assert post_form(client, f"{base}/codes", f"{base}/codes/issue", {}).status_code == 302
    sheet = post_form(client, f"{base}/codes", f"{base}/codes/slips/print", {}).text
    assert sheet.count('class="paper paper-full paper-slips"') == 2
    assert sheet.count('class="slip"') == 14
    assert re.findall(r'class="slip-place">([^<]+)<', sheet)[:3] == [
        "1 栋 1 单元 101",
        "1 栋 1 单元 102",
        "1 栋 1 单元 201",
    ]
    assert sheet.count("0851-85551234") == 14
    code = queries.slips_of_flat(flats[0].id)[0].code
    assert f"{code[:4]} {code[4:8]}" in sheet
    assert "identity.print_slips" in [one.verb for one in audit.entries_about("community", community.id)]


def test_only_what_was_not_printed_yet_prints_when_asked_so(app: APIFlask, client: FlaskClient, clock: Clock):
    community, _ = make_small_community(2)
    base = clerk_of(client, community)
    post_form(client, f"{base}/codes", f"{base}/codes/issue", {})
    post_form(client, f"{base}/codes", f"{base}/codes/slips/print", {})
    make_flat(community, room="901")
    post_form(client, f"{base}/codes", f"{base}/codes/issue", {})
    sheet = post_form(client, f"{base}/codes", f"{base}/codes/slips/print", {"is_new_only": "true"}).text
    assert re.findall(r'class="slip-place">([^<]+)<', sheet) == ["1 栋 1 单元 901"]


def test_nine_hundred_slips_are_drawn_in_seconds(app: APIFlask, client: FlaskClient, clock: Clock):
    start = time.thread_time()
    for _ in range(300):
        qr.svg(f"https://xiangyi.guiyang.example.gov.cn/s/{new_code()}", is_bulk=True)
    assert time.thread_time() - start < 3


def test_a_lost_slip_is_found_by_its_address_and_replaced(app: APIFlask, client: FlaskClient, clock: Clock):
    community, flats = make_small_community(1)
    base = clerk_of(client, community)
    post_form(client, f"{base}/codes", f"{base}/codes/issue", {})
    old = queries.slips_of_flat(flats[0].id)[0]
    page = f"{base}/codes/slips?building=1栋&entrance=一单元&room=101室"
    assert "没有这" not in client.get(f"{base}/codes/slips?building=1&entrance=1&room=101").text
    assert client.get(page).status_code == 200
    found = f"{base}/codes/slips?building=1&entrance=1&room=101"
    sheet = post_form(client, found, f"{base}/codes/slips/{old.id}/replace", {}).text
    new = queries.slips_of_flat(flats[0].id)[0]
    assert new.id != old.id
    assert new.code[:4] in sheet
    assert old.code[:8] not in sheet.replace(" ", "")


def test_a_poster_names_a_place_and_no_person(app: APIFlask, client: FlaskClient, clock: Clock):
    community, flats = make_small_community(2)
    owner = make_owner(flats[0], name="欧阳娜娜")
    base = clerk_of(client, community)
    post_form(client, f"{base}/codes", f"{base}/codes/issue", {})
    sheet = client.get(f"{base}/codes/posters/print").text
    assert sheet.count('class="paper paper-full poster"') == 3
    assert community.name in sheet
    assert owner.name not in sheet
    token = queries.place_codes_of(community.id)[0].token
    public = app.test_client().get(f"/p/{token}")
    assert public.status_code == 200
    assert community.name in public.text


def asked(community):
    flat = make_flat(community)
    owner = make_owner(flat, name="买买提·吐尔逊", phone="13800001234")
    binding = make_binding(flat)
    with unit_of_work():
        row = actions.ask_committee(
            binding,
            name="买买提 吐尔逊",
            note="周六在家",
            actor=actions.resident_actor(binding.resident_id),
            now=BEFORE,
        )
    return binding, owner, row


def test_the_desk_shows_masked_owners_and_whether_the_name_fits(
    app: APIFlask, client: FlaskClient, clock: Clock
):
    community = make_community()
    _, owner, row = asked(community)
    base = clerk_of(client, community)
    assert "核对证件" in client.get(f"{base}/bindings").text
    page = client.get(f"{base}/bindings/requests/{row.id}").text
    assert "姓名和申请一致" in page
    assert "138****1234" in page
    assert owner.name not in page


def flat_of(binding):
    return db.session.get(Flat, binding.flat_id)


def test_a_confirmed_owner_may_vote_and_the_flat_is_told(app: APIFlask, client: FlaskClient, clock: Clock):
    community = make_community()
    binding, owner, row = asked(community)
    base = clerk_of(client, community)
    page = f"{base}/bindings/requests/{row.id}"
    assert post_form(client, page, f"{page}/confirm", {"owner_id": "", "reason": "看过"}).status_code == 422
    done = post_form(client, page, f"{page}/confirm", {"owner_id": str(owner.id), "reason": "身份证原件"})
    assert done.status_code == 302
    bound = queries.flats_of(binding.resident_id)[0]
    assert (bound.level, bound.owner_id, bound.means) == (Level.OWNER, owner.id, Means.IN_PERSON)
    someone = Recipient.resident(make_binding(flat_of(binding)).resident_id)
    told = messages.inbox([someone, Recipient.flat(binding.flat_id)])
    assert "有人核实为业主" in told.items[0].subject
    assert messages.unread_count([Recipient.resident(binding.resident_id)]) == 1


def test_a_refused_request_says_why(app: APIFlask, client: FlaskClient, clock: Clock):
    community = make_community()
    binding, _, row = asked(community)
    base = clerk_of(client, community)
    page = f"{base}/bindings/requests/{row.id}"
    assert post_form(client, page, f"{page}/refuse", {"reason": "证件对不上"}).status_code == 302
    assert "证件对不上" in messages.inbox([Recipient.resident(binding.resident_id)]).items[0].body
    assert queries.flats_of(binding.resident_id)[0].level is Level.REACHED


def test_a_dispute_is_decided_and_both_sides_are_told(app: APIFlask, client: FlaskClient, clock: Clock):
    flat = make_flat(make_community())
    proven, beside = make_binding(flat, owner=make_owner(flat)), make_binding(flat)
    actor = actions.resident_actor(beside.resident_id)
    with unit_of_work():
        row = actions.dispute_binding(
            proven.id, resident_id=beside.resident_id, text="没有这个人", actor=actor, now=BEFORE
        )
    base = f"/admin/communities/{flat.community_id}"
    sign_in_staff(client, make_staff(Role.REVIEWER, division="520102"))
    page = f"{base}/bindings/disputes/{row.id}"
    done = post_form(client, page, f"{page}/decide", {"is_upheld": "true", "answer": "查过登记"})
    assert done.status_code == 302
    assert queries.flats_of(proven.resident_id) == []
    for resident_id in (proven.resident_id, beside.resident_id):
        assert "异议成立" in messages.inbox([Recipient.resident(resident_id)]).items[0].body
