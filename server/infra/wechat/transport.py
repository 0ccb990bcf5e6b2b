"""How our calls travel: to the base address that was set, within a bounded time, and with nothing secret in what fails.

wechatpy bounds no call by itself, has some absolute addresses, and lets requests' errors out, whose text holds the whole
address with the secret in it. One adapter under its session mends all three; the client's code is unchanged.
"""

import logging
import time
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter

from server.infra.wechat.errors import Unreachable

CONNECT_SECONDS = 3.0
#: From sending to the last byte: a server that drips is as bad as one that is silent.
ANSWER_SECONDS = 5.0
LARGEST_ANSWER = 8 * 1024 * 1024

# Their lines of debugging hold addresses with our secret in them, whatever level the house logs at.
for _name in ("urllib3", "requests", "wechatpy"):
    logging.getLogger(_name).setLevel(logging.ERROR)


class BoundedAdapter(HTTPAdapter):
    def __init__(self, base_url: str) -> None:
        super().__init__(max_retries=0)
        self._base = urlsplit(base_url)
        self._seconds = ANSWER_SECONDS

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        parts = urlsplit(str(request.url))
        request.url = urlunsplit(parts._replace(scheme=self._base.scheme, netloc=self._base.netloc))
        options |= {"timeout": (CONNECT_SECONDS, self._seconds), "stream": True}
        answer = self._answer(request, options)
        # Raised here and not inside the handler: what requests said, the secret in it, is then nowhere in the error.
        if answer is None:
            raise Unreachable
        if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise Unreachable(answer.status_code)
        return answer

    def _answer(self, request: requests.PreparedRequest, options: dict[str, Any]) -> requests.Response | None:
        until = time.monotonic() + self._seconds
        try:
            answer = super().send(request, **options)
            body = b""
            for piece in answer.iter_content(64 * 1024):
                body += piece
                if time.monotonic() > until or len(body) > LARGEST_ANSWER:
                    answer.close()
                    return None
        except (requests.RequestException, OSError):
            return None
        # As requests itself keeps a body that was read.
        answer._content = body  # noqa: SLF001
        return answer


def session(base_url: str) -> requests.Session:
    made = requests.Session()
    # Redirects would carry the query elsewhere, and a proxy has no business with an address on this machine.
    made.max_redirects = 0
    made.trust_env = urlsplit(base_url).hostname not in {"127.0.0.1", "localhost", "::1"}
    for scheme in ("https://", "http://"):
        made.mount(scheme, BoundedAdapter(base_url))
    return made
