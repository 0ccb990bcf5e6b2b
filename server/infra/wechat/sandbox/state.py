"""What the stand-in remembers while it runs: codes, tokens, what was sent, what it was told to fail at."""

import hashlib
import secrets
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

TOKEN_SECONDS = 7200
#: WeChat checks words and pictures only of people who were in the mini program so lately.
ACTIVE_SECONDS = 7200


class Fault(StrEnum):
    #: errcode 45009.
    RATE_LIMIT = "rate_limit"
    #: errcode 40001 though the token is the right one.
    TOKEN = "token"  # noqa: S105
    #: errcode -1.
    BUSY = "busy"
    #: errcode 43101: the person takes no message.
    REFUSED = "refused"
    #: No answer for `seconds`.
    TIME_OUT = "time_out"
    #: The right answer, late by `seconds`.
    SLOW = "slow"
    #: Done, but the answer never comes.
    UNANSWERED = "unanswered"
    SERVER_ERROR = "server_error"
    #: Half of a JSON object.
    MALFORMED = "malformed"
    #: Taken, and never called back about.
    SILENT = "silent"


@dataclass
class Order:
    """Fail so at the next `times` calls; None is always."""

    fault: Fault
    times: int | None
    seconds: float


@dataclass
class State:
    """One stand-in. Several threads answer from it."""

    #: Where callbacks go, and what they are signed and sealed with.
    callback_url: str = ""
    token: str = ""
    aes_key: str = ""
    counts: Counter[str] = field(default_factory=Counter)
    sent: list[dict[str, Any]] = field(default_factory=list)
    used_codes: set[str] = field(default_factory=set)
    tokens: dict[str, tuple[str, float]] = field(default_factory=dict)
    #: Stable tokens are apart from those of the older endpoint: neither ends the other.
    stable: dict[str, tuple[str, float]] = field(default_factory=dict)
    #: When who last signed in, by openid.
    seen: dict[str, float] = field(default_factory=dict)
    #: What the check was asked about words and pictures.
    checked: list[dict[str, Any]] = field(default_factory=list)
    #: The tickets of the JS-SDK that were given out.
    tickets: list[str] = field(default_factory=list)
    #: What the check will say of pictures: "pass", "review", "risky".
    pictures: str = "pass"
    orders: dict[str, Order] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def order(self, path: str, fault: Fault, times: int | None = None, seconds: float = 30.0) -> None:
        """`path` is an endpoint such as "/sns/jscode2session", or "*"."""
        with self.lock:
            self.orders[path] = Order(fault, times, seconds)

    def forgive(self) -> None:
        with self.lock:
            self.orders.clear()

    def due_fault(self, path: str) -> Order | None:
        """Counts the call, and takes one of what was ordered for it."""
        with self.lock:
            self.counts[path] += 1
            order = self.orders.get(path) or self.orders.get("*")
            if order is None or order.times == 0:
                return None
            if order.times is not None:
                order.times -= 1
            return order

    def stable_token(self, appid: str, *, is_forced: bool) -> tuple[str, int]:
        with self.lock:
            return self._issue(self.stable, appid, keep=not is_forced)

    def classic_token(self, appid: str) -> tuple[str, int]:
        """Each fetch ends the one before, which is why the house does not use it."""
        with self.lock:
            return self._issue(self.tokens, appid, keep=False)

    def _issue(self, held: dict[str, tuple[str, float]], appid: str, *, keep: bool) -> tuple[str, int]:
        known = held.get(appid)
        if not (keep and known and known[1] > time.time() + 300):
            known = (f"T{secrets.token_hex(40)}", time.time() + TOKEN_SECONDS)
            held[appid] = known
        return known[0], int(known[1] - time.time())

    def account_of_token(self, token: str) -> str | None:
        with self.lock:
            for held in (self.stable, self.tokens):
                for appid, (value, ends) in held.items():
                    if value == token and ends > time.time():
                        return appid
        return None

    def use_code(self, code: str) -> str | int:
        """The person of a code, or the errcode. Codes read "code-NAME-ANYTHING", each good once."""
        begin, _, rest = code.partition("-")
        if begin != "code" or not rest:
            return 40029
        with self.lock:
            if code in self.used_codes:
                return 40163
            self.used_codes.add(code)
        return rest.partition("-")[0]

    def note_seen(self, openid: str) -> None:
        with self.lock:
            self.seen[openid] = time.time()

    def is_active(self, openid: str) -> bool:
        with self.lock:
            return self.seen.get(openid, 0.0) + ACTIVE_SECONDS > time.time()

    def note_sent(self, message: dict[str, Any]) -> str:
        with self.lock:
            self.sent.append(message)
            return str(3_000_000_000 + len(self.sent))


def openid_of(appid: str, person: str) -> str:
    return "o" + hashlib.sha256(f"{appid}\0{person}".encode()).hexdigest()[:27]


def unionid_of(person: str) -> str:
    return "u" + hashlib.sha256(person.encode()).hexdigest()[:27]
