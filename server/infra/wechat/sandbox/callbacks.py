"""How the stand-in calls the house back: sealed and signed as WeChat does it (miniprogram/dev/framework/server-ability/message-push.html)."""

import json
import secrets
import time
from contextlib import suppress

import requests

from server.infra.wechat.callbacks import seal, signature
from server.infra.wechat.sandbox.state import State

#: WeChat waits five seconds and tries three times in all.
WAITS_SECONDS = 5
TRIES = 3


def call_back(state: State, appid: str, plain: str) -> None:
    time.sleep(0.05)
    sealed = seal(plain, state.aes_key, appid)
    body = json.dumps({"ToUserName": "gh_sandbox", "Encrypt": sealed})
    for _ in range(TRIES):
        nonce, at = secrets.token_hex(5), str(int(time.time()))
        params = {
            "signature": signature(state.token, at, nonce),
            "timestamp": at,
            "nonce": nonce,
            "encrypt_type": "aes",
            "msg_signature": signature(state.token, at, nonce, sealed),
        }
        with suppress(requests.RequestException):
            with requests.Session() as http:
                http.trust_env = False
                answer = http.post(
                    state.callback_url, params=params, data=body.encode(), timeout=WAITS_SECONDS
                )
            if answer.status_code == requests.codes.ok:
                return
