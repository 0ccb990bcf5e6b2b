"""WeChat's servers, played by the stand-in in a thread: the real client speaks to it over HTTP."""

import dataclasses
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from apiflask import APIFlask

from server.infra.wechat import transport
from server.infra.wechat.sandbox import Fault, State, listen, openid_of
from server.infra.wechat_settings import WeChatSettings

MINI, OFFICIAL = "wx-mini-appid", "wx-official-appid"
MINI_SECRET, OFFICIAL_SECRET = "mini-SECRET-8f1c", "official-SECRET-77aa"
TOKEN, AES_KEY = "callback-token", "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ"
#: Tests wait so long for an answer that does not come.
ANSWER_SECONDS = 0.4
STABLE = "/cgi-bin/stable_token"
LOGIN = "/sns/jscode2session"
SEND = "/cgi-bin/message/subscribe/send"
TEXT_CHECK = "/wxa/msg_sec_check"
MEDIA_CHECK = "/wxa/media_check_async"


class StandIn:
    def __init__(self, app: APIFlask, state: State, url: str) -> None:
        self.app, self.state, self.url = app, state, url

    def openid(self, person: str) -> str:
        return openid_of(MINI, person)

    def fails(self, fault: Fault, path: str = "*", times: int | None = None) -> None:
        self.state.order(path, fault, times, seconds=ANSWER_SECONDS * 2)

    def heals(self) -> None:
        self.state.forgive()

    def asked(self, path: str) -> int:
        return self.state.counts[path]

    def another_process(self) -> None:
        """Forget the clients, as a process that starts has none; what is shared stays in the database."""
        self.app.extensions["wechat"] = {}


@contextmanager
def serving(state: State) -> Iterator[str]:
    server = listen(state)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def accounts(url: str) -> WeChatSettings:
    return WeChatSettings(
        MINI, MINI_SECRET, OFFICIAL, OFFICIAL_SECRET, TOKEN, AES_KEY, base_url=url, open_url=url
    )


@contextmanager
def standing_in(app: APIFlask) -> Iterator[StandIn]:
    state = State(token=TOKEN, aes_key=AES_KEY)
    before = {name: app.config[name] for name in ("SETTINGS", "WECHAT_HAS_MINI", "WECHAT_HAS_OFFICIAL")}
    patience, transport.ANSWER_SECONDS = transport.ANSWER_SECONDS, ANSWER_SECONDS
    with serving(state) as url:
        settings = dataclasses.replace(app.config["SETTINGS"], wechat=accounts(url))
        app.config.update(SETTINGS=settings, WECHAT_HAS_MINI=True, WECHAT_HAS_OFFICIAL=True)
        app.extensions["wechat"] = {}
        try:
            yield StandIn(app, state, url)
        finally:
            transport.ANSWER_SECONDS = patience
            app.config.update(before)
            app.extensions["wechat"] = {}
