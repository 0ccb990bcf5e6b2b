"""No secret, token or person leaves the gateway: not in an error, its trace, nor any line of any log."""

import logging
import traceback

import pytest

from server.infra.wechat import WeChatError, mini_program, official_account
from server.infra.wechat.gateway import CheckScene
from server.infra.wechat.sandbox import Fault
from tests.wechat import AES_KEY, MINI_SECRET, OFFICIAL_SECRET

#: Put together here: a trace shows the lines of this file too.
CODE, PHONE = "-".join(("code", "hidden")), "138" + "0" * 7 + "1"
CALLS = {
    "sign in": lambda openid: mini_program().identity_of(f"{CODE}-1"),
    "send": lambda openid: mini_program().send_subscribe(openid, "T", {"thing1": "一"}, "p"),
    "phone": lambda openid: mini_program().phone_of(f"{CODE}-{PHONE}"),
    "web": lambda openid: official_account().identity_of(f"{CODE}-2"),
    "words": lambda openid: mini_program().check_text(openid, "一", CheckScene.COMMENT),
    "picture": lambda openid: mini_program().check_media(openid, "https://x.test/a.jpg", CheckScene.COMMENT),
    "ticket": lambda openid: official_account().script_config("http://xiangyi.test/"),
}


@pytest.mark.parametrize("fault", [fault for fault in Fault if fault is not Fault.SILENT])
def test_nothing_secret_is_in_any_error_or_log(wechat, caplog, fault):
    caplog.set_level(logging.DEBUG)
    openid = wechat.openid("hidden")
    mini_program().send_subscribe(openid, "T", {"thing1": "一"}, "p")
    wechat.fails(fault)
    told = []
    for call in CALLS.values():
        try:
            call(openid)
        except WeChatError as error:
            told += [repr(error), *traceback.format_exception(error)]
    wechat.heals()
    token = next(iter(wechat.state.stable.values()))[0]
    text = "".join(told) + caplog.text
    for secret in (MINI_SECRET, OFFICIAL_SECRET, AES_KEY, token, openid, CODE, PHONE):
        assert secret not in text
    assert told
