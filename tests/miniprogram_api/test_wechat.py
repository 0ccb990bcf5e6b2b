"""Signing in from the mini program: code to token, consent first, binding by a slip, the telephone as a proof."""

import itertools

import pytest
import sqlalchemy as sa

from server.identity import actions, queries
from server.identity.models import Binding, Resident, WeChatAccount
from server.identity.rules import WeChatApp
from server.infra.db import db, unit_of_work
from server.infra.wechat.sandbox import Fault
from tests.factories.identity import PRIVACY, slip_of
from tests.factories.ledger import make_community, make_flat, make_owner
from tests.wechat import LOGIN

API = "/api/v1"
_count = itertools.count(1)


def key(value: str | None = None) -> dict[str, str]:
    return {"Idempotency-Key": value or f"wechat-{next(_count)}"}


def sign_in(client, code: str | None = None, version: str | None = PRIVACY, headers=None):
    body = {"code": code or f"code-wang-{next(_count)}"} | ({"privacy_version": version} if version else {})
    return client.post(f"{API}/sessions/wechat", json=body, headers=headers or key())


def token(answer) -> dict[str, str]:
    return {"Authorization": f"Bearer {answer.json['token']}"}


def count(model) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_someone_new_agrees_first_and_then_is_the_same_person_again(wechat, client, clock):
    unasked = sign_in(client, version=None)
    assert (unasked.status_code, unasked.json["code"]) == (409, "privacy_needed")
    assert (count(Resident), count(WeChatAccount)) == (0, 0)
    first = sign_in(client)
    again = sign_in(client, version=None)
    assert first.status_code == again.status_code == 201
    assert first.json["resident_id"] == again.json["resident_id"]
    assert first.json["token"] != again.json["token"]
    me = client.get(f"{API}/me", headers=token(again)).json
    assert (me["accepted_privacy_version"], me["bindings"]) == (PRIVACY, [])
    assert sign_in(client, "code-li-1").json["resident_id"] != first.json["resident_id"]


def test_letting_go_forgets_the_account_and_keeps_the_token(wechat, client, clock):
    headers = token(sign_in(client))
    for _ in range(2):
        assert client.delete(f"{API}/wechat-accounts/current", headers=headers).status_code == 204
    assert count(WeChatAccount) == 0
    assert client.get(f"{API}/me", headers=headers).status_code == 200
    assert sign_in(client, version=None).json["code"] == "privacy_needed"


def test_taking_the_consent_back_ends_every_token_and_home(wechat, client, clock):
    first, second = token(sign_in(client)), token(sign_in(client))
    flat = make_flat(make_community())
    body = {"slip_code": slip_of(flat).code, "privacy_version": PRIVACY}
    assert client.post(f"{API}/bindings", json=body, headers=first | key()).status_code == 201
    assert client.delete(f"{API}/privacy-consents/current", headers=first).status_code == 204
    for ended in (first, second):
        assert client.get(f"{API}/me", headers=ended).status_code == 401
    assert (queries.residents_of_flat(flat.id), count(WeChatAccount)) == ([], 0)
    assert client.delete(f"{API}/privacy-consents/current", headers=first).status_code == 401


def test_an_old_version_of_the_notice_is_no_consent(wechat, client, clock):
    assert sign_in(client, version="2019-1").json["code"] == "privacy_version_changed"
    assert wechat.asked(LOGIN) == 0


def test_the_same_request_again_has_the_same_answer_and_asks_wechat_once(wechat, client, clock):
    use = key()
    first, again = (sign_in(client, "code-wang-once", headers=use) for _ in range(2))
    assert first.json == again.json
    assert wechat.asked(LOGIN) == 1
    assert sign_in(client, "code-wang-other", headers=use).status_code == 409


def test_a_slip_binds_and_the_telephone_proves(wechat, client, clock):
    flat = make_flat(make_community(), room="501")
    make_owner(flat, name="张三", phone="13800001234")
    headers = token(sign_in(client))
    body = {"slip_code": slip_of(flat).code, "privacy_version": PRIVACY}
    bound = client.post(f"{API}/bindings", json=body, headers=headers | key()).json
    address = f"{API}/bindings/{bound['id']}/phone-proofs"
    # The last four figures are the owner's, the number is not.
    wrong = client.post(address, json={"code": "code-wang-13900001234"}, headers=headers | key())
    assert (wrong.status_code, wrong.json["code"]) == (409, "proof_wrong")
    assert "填姓名和尾号" in wrong.json["detail"]
    right = client.post(address, json={"code": "code-wang-13800001234"}, headers=headers | key())
    assert (right.status_code, right.json) == (201, {"level": "owner"})
    (bound,) = client.get(f"{API}/bindings", headers=headers).json
    assert (bound["level"], bound["means"]) == ("owner", "phone")


def test_owners_who_share_a_number_are_asked_for_their_name(wechat, client, clock):
    flat = make_flat(make_community())
    owners = [make_owner(flat, name=name, phone="13800001234") for name in ("张三", "李四")]
    headers = token(sign_in(client))
    body = {"slip_code": slip_of(flat).code, "privacy_version": PRIVACY}
    bound = client.post(f"{API}/bindings", json=body, headers=headers | key()).json
    address = f"{API}/bindings/{bound['id']}/phone-proofs"
    asked = client.post(address, json={"code": "code-wang-13800001234"}, headers=headers | key())
    assert (asked.status_code, asked.json["code"]) == (422, "proof_needs_name")
    assert list(asked.json["errors"]) == ["name"]
    named = {"name": "李四", "code": "code-wang-again-13800001234"}
    assert client.post(address, json=named, headers=headers | key()).status_code == 201
    (binding,) = db.session.scalars(sa.select(Binding))
    assert binding.owner_id == owners[1].id


def test_another_persons_binding_asks_wechat_nothing(wechat, client, clock):
    headers = token(sign_in(client))
    answer = client.post(
        f"{API}/bindings/987654321/phone-proofs",
        json={"name": "张三", "code": "code-wang-13800001234"},
        headers=headers | key(),
    )
    assert answer.status_code == 404
    assert wechat.asked("/wxa/business/getuserphonenumber") == 0


@pytest.mark.parametrize("code", ["nonsense", "code-wang-used"])
def test_a_code_that_wechat_does_not_take_says_sign_in_again(wechat, client, clock, code):
    wechat.state.used_codes.add("code-wang-used")
    answer = sign_in(client, code)
    assert (answer.status_code, answer.json["code"]) == (422, "wechat_code")
    assert "再点一次" in answer.json["detail"]


def test_wrong_codes_are_slowed_down_before_they_cost_more_calls(wechat, client, clock):
    codes = [sign_in(client, f"no-{number}").status_code for number in range(62)]
    assert codes == [422] * 60 + [429] * 2
    assert wechat.asked(LOGIN) == 60


FAULTS = [
    Fault.RATE_LIMIT,
    Fault.BUSY,
    Fault.TIME_OUT,
    Fault.SERVER_ERROR,
    Fault.MALFORMED,
    Fault.TOKEN,
]


@pytest.mark.parametrize("fault", FAULTS)
def test_while_wechat_fails_the_resident_is_told_what_to_do_and_nothing_is_kept(wechat, client, clock, fault):
    wechat.fails(fault)
    use = key()
    answer = sign_in(client, "code-wang-later", headers=use)
    assert (answer.status_code, answer.json["code"]) == (503, "wechat_away")
    assert "信箱里的二维码" in answer.json["detail"]
    assert count(Resident) == 0
    wechat.heals()
    assert sign_in(client, "code-wang-later", headers=use).status_code == 201


def test_a_house_without_wechat_says_come_by_the_slip(app, client, clock):
    answer = sign_in(client)
    assert (answer.status_code, answer.json["code"]) == (409, "wechat_absent")


def test_taking_the_consent_back_forgets_the_account(wechat, client, clock):
    resident_id = sign_in(client).json["resident_id"]
    actor = actions.resident_actor(resident_id)
    with unit_of_work():
        actions.withdraw_consent(resident_id, actor=actor, now=clock.now)
    assert count(WeChatAccount) == 0
    row = queries.resident(resident_id)
    assert row is not None
    assert (row.unionid, row.unionid_hash) == (None, None)
    assert sign_in(client, version=None).json["code"] == "privacy_needed"


def test_names_of_wechat_lie_sealed(wechat, client, clock):
    sign_in(client, "code-wang-1")
    openid = wechat.openid("wang")
    held = db.session.execute(sa.text("SELECT openid, openid_hash FROM wechat_accounts")).one()
    assert all(openid.encode() not in bytes(value) for value in held)
    account = queries.wechat_account(WeChatApp.MINI, openid)
    assert account is not None
    assert queries.wechat_account(WeChatApp.MINI, openid.swapcase()) is None
    assert queries.wechat_account(WeChatApp.OFFICIAL, openid) is None
