"""Slips and posters carry the mini program's own code beside the plain one, where there is a mini program."""

import re

from server.identity import actions, queries
from server.identity.rules import Role
from server.infra.db import unit_of_work
from server.infra.wechat.sandbox import Fault
from server.kernel.actor import COMMAND
from tests.admin.forms import post_form
from tests.factories.identity import BEFORE, issue_slips, make_staff, sign_in_staff
from tests.factories.ledger import make_community, make_flat

PICTURE = re.compile(r'class="mini-code" src="([^"]+)"')
CALL = "/wxa/getwxacodeunlimit"


def desk(client):
    community = make_community()
    make_flat(community)
    (slip,) = issue_slips(community)
    with unit_of_work():
        actions.issue_place_codes(community.id, actor=COMMAND, now=BEFORE)
    sign_in_staff(client, make_staff(Role.CLERK, community=community))
    return f"/admin/communities/{community.id}/codes", slip, queries.place_codes_of(community.id)[0]


def test_slips_and_posters_carry_both_codes(wechat, client, clock):
    address, slip, poster = desk(client)
    slips = post_form(client, address, f"{address}/slips/print", {}).text
    posters = client.get(f"{address}/posters/print").text
    assert PICTURE.findall(slips) == [f"{address}/slips/{slip.id}/mini"]
    assert f"{address}/posters/{poster.id}/mini" in PICTURE.findall(posters)
    for page in (slips, posters):
        assert "手机网页" in page and "微信小程序" in page  # a word under each tells the two apart
    assert slips.count("<svg") >= 1
    for page in (slips, posters):
        answer = client.get(PICTURE.findall(page)[0])
        assert (answer.status_code, answer.content_type) == (200, "image/png")
    for scene, page in ((f"s={slip.code}", f"/s/{slip.code}"), (f"p={poster.token}", f"/p/{poster.token}")):
        assert client.get(f"/api/v1/scenes/{scene}").json["page"] == page
    assert client.get("/api/v1/scenes/s=nothing").status_code == 404
    assert client.get(f"/api/v1/scenes/s={poster.token}").status_code == 404
    assert client.get(f"/api/v1/scenes/p={slip.code}").status_code == 404


def test_with_wechat_away_the_plain_code_is_printed_all_the_same(wechat, client, clock):
    address, slip, _ = desk(client)
    wechat.fails(Fault.SERVER_ERROR, CALL)
    assert client.get(f"{address}/slips/{slip.id}/mini").status_code == 503
    page = post_form(client, address, f"{address}/slips/print", {})
    assert page.status_code == 200
    assert "<svg" in page.text


def test_without_a_mini_program_there_is_one_code(app, client, clock):
    address, slip, _ = desk(client)
    assert PICTURE.findall(post_form(client, address, f"{address}/slips/print", {}).text) == []
    assert client.get(f"{address}/slips/{slip.id}/mini").status_code == 503


def test_a_slip_that_was_replaced_has_no_picture(wechat, client, clock):
    address, slip, _ = desk(client)
    with unit_of_work():
        actions.replace_slip(slip.id, slip.community_id, ends_bindings=False, actor=COMMAND, now=clock.now)
    assert client.get(f"{address}/slips/{slip.id}/mini").status_code == 404
    assert wechat.asked(CALL) == 0
