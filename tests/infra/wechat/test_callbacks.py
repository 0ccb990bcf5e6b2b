"""What WeChat calls us with: only what is signed, fresh and sealed for us is read."""

import base64
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.crypto import WeChatCrypto

from server.infra.wechat.callbacks import NotFromWeChat, check, event_of, opened, seal, sealed_part, signature
from tests.wechat import AES_KEY, MINI, TOKEN

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
AT = str(int(NOW.timestamp()))
OURS = frozenset({MINI})


def stamp(seconds: int) -> str:
    return str(int(NOW.timestamp()) + seconds)


@pytest.mark.parametrize(
    ("timestamp", "is_taken"),
    [
        pytest.param(stamp(-300), True, id="five minutes old"),
        pytest.param(stamp(-301), False, id="older"),
        pytest.param(stamp(300), True, id="a clock five minutes ahead"),
        pytest.param(stamp(301), False, id="further ahead"),
        pytest.param("", False, id="no time"),
        pytest.param("-1", False, id="not a time"),
        pytest.param("9" * 30, False, id="far too long"),
    ],
)
def test_only_fresh_calls_are_taken(timestamp, is_taken):
    given_ = signature(TOKEN, timestamp, "n", "sealed")
    if is_taken:
        check(TOKEN, given_, timestamp, "n", "sealed", now=NOW)
    else:
        with pytest.raises(NotFromWeChat):
            check(TOKEN, given_, timestamp, "n", "sealed", now=NOW)


@pytest.mark.parametrize(
    ("token", "given_"),
    [
        pytest.param(TOKEN, "", id="none"),
        pytest.param(TOKEN, "é" * 40, id="not even ASCII"),
        pytest.param(TOKEN, signature("other", AT, "n"), id="of another token"),
        pytest.param(TOKEN, signature(TOKEN, AT, "other"), id="of another nonce"),
        pytest.param("", signature("", AT, "n"), id="where we have no token"),
    ],
)
def test_a_wrong_signature_is_refused(token, given_):
    with pytest.raises(NotFromWeChat):
        check(token, given_, AT, "n", now=NOW)


def test_what_wechat_seals_is_opened_as_xml_and_as_json():
    xml = "<xml><FromUserName><![CDATA[o1]]></FromUserName><Event>e</Event><List><A>1</A></List><List><A>2</A></List></xml>"
    body = WeChatCrypto(TOKEN, AES_KEY, MINI).encrypt_message(xml, "nonce", AT)
    event = opened(sealed_part(body.encode()), AES_KEY, OURS)
    assert (event.name, event.openid, event.facts["List"]) == ("e", "o1", [{"A": "1"}, {"A": "2"}])
    plain = json.dumps({"FromUserName": "o1", "Event": "e", "MsgId": 5})
    body = json.dumps({"Encrypt": seal(plain, AES_KEY, MINI)})
    assert opened(sealed_part(body.encode()), AES_KEY, OURS).facts["MsgId"] == 5


def test_the_same_event_has_the_same_key():
    facts = {"Event": "e", "FromUserName": "o", "CreateTime": 1}
    assert event_of(facts).key == event_of(dict(reversed(facts.items()))).key
    assert event_of(facts).key != event_of(facts | {"CreateTime": 2}).key


def test_what_is_sealed_for_another_account_is_refused():
    with pytest.raises(NotFromWeChat):
        opened(seal("{}", AES_KEY, "wx-other"), AES_KEY, OURS)


@given(st.binary(max_size=120))
def test_noise_is_refused_and_never_breaks(noise):
    for body in (noise, json.dumps({"Encrypt": base64.b64encode(noise).decode()}).encode()):
        with pytest.raises(NotFromWeChat):
            opened(sealed_part(body), AES_KEY, OURS)


@given(st.binary(min_size=16, max_size=64).map(lambda noise: noise[: len(noise) // 16 * 16]))
def test_whole_blocks_of_noise_are_refused(noise):
    with pytest.raises(NotFromWeChat):
        opened(base64.b64encode(noise).decode(), AES_KEY, OURS)


@pytest.mark.parametrize(
    "body", [b'{"a":' * 12_000, b'{"Encrypt":' + b"[" * 60_000, b"<a>" * 9_000 + b"</a>" * 9_000]
)
def test_what_is_nested_without_end_is_refused_and_never_breaks(body):
    with pytest.raises(NotFromWeChat):
        sealed_part(body)


def test_entities_are_not_expanded():
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><xml><Encrypt>&a;</Encrypt></xml>'
    with pytest.raises(NotFromWeChat):
        sealed_part(bomb)
