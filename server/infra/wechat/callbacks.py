"""What WeChat calls us with: whether it comes from WeChat, is fresh, and what it says. Reads only; a door keeps the rest.

wechatpy compares signatures with `==` and trusts the padding; both are done here, with its wire format.
"""

import base64
import hashlib
import hmac
import json
import os
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from defusedxml import ElementTree

from server.infra.wechat.gateway import Finding, Verdict

#: WeChat repeats within 15 seconds; a clock may be off by some minutes.
FRESH_FOR = timedelta(minutes=5)
BLOCK = 32
HEAD_BYTES = 20
LARGEST_CALLBACK = 64 * 1024


class NotFromWeChat(Exception):
    """The signature, the time or the sealing is not WeChat's. Says nothing of which."""


@dataclass(frozen=True)
class Event:
    """One event. `key` is the same when WeChat sends it again."""

    key: str
    name: str
    openid: str
    facts: dict[str, Any]


def signature(*parts: str) -> str:
    """WeChat's own: SHA-1 over the sorted parts."""
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def check(token: str, given: str, timestamp: str, nonce: str, *sealed: str, now: datetime) -> None:
    """Raises NotFromWeChat. Asked before anything is read from the database: a flood of false calls costs a hash each."""
    expected = signature(token, timestamp, nonce, *sealed)
    is_true = hmac.compare_digest(expected.encode(), given.encode())
    is_number = timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12
    age = abs(now.timestamp() - int(timestamp)) if is_number else float("inf")
    if not token or not is_true or age > FRESH_FOR.total_seconds():
        raise NotFromWeChat


def sealed_part(body: bytes) -> str:
    """The `Encrypt` of a callback, which comes as XML or as JSON, as the operator chose at WeChat."""
    found = _read(body).get("Encrypt")
    if not isinstance(found, str) or not found:
        raise NotFromWeChat
    return found


def opened(sealed: str, aes_key: str, appids: frozenset[str]) -> Event:
    """Decrypt and read. Raises NotFromWeChat where it is not sealed with our key for one of our accounts."""
    try:
        raw = base64.b64decode(sealed, validate=True)
        key = base64.b64decode(aes_key + "=")
        reading = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
        plain = reading.update(raw) + reading.finalize()
    except ValueError:
        raise NotFromWeChat from None
    padding = plain[-1] if plain else 0
    if not 1 <= padding <= BLOCK or plain[-padding:] != bytes([padding]) * padding:
        raise NotFromWeChat
    plain = plain[:-padding]
    if len(plain) < HEAD_BYTES:
        raise NotFromWeChat
    end = HEAD_BYTES + struct.unpack(">I", plain[16:HEAD_BYTES])[0]
    if plain[end:].decode(errors="replace") not in appids:
        raise NotFromWeChat
    return event_of(_read(plain[HEAD_BYTES:end]))


def event_of(facts: dict[str, Any]) -> Event:
    name = str(facts.get("Event") or facts.get("MsgType") or "")[:60]
    openid = str(facts.get("FromUserName") or "")
    plain = json.dumps(facts, sort_keys=True, ensure_ascii=False)
    # MsgId where there is one; else WeChat tells events apart by who, when and what.
    same = str(facts.get("MsgId") or "") or hashlib.sha256(plain.encode()).hexdigest()
    return Event(hashlib.sha256(f"{name}\0{same}".encode()).hexdigest(), name, openid, facts)


def finding_of(result: Mapping[str, Any]) -> Finding:
    """`result` of the checks of version 2, answered at once or called back with; a word we do not know goes to people."""
    suggest, label = str(result.get("suggest")), str(result.get("label"))
    verdict = Verdict(suggest) if suggest in set(Verdict) else Verdict.REVIEW
    return Finding(verdict, int(label) if label.isascii() and label.isdigit() and len(label) < 10 else 0)


def seal(plain: str, aes_key: str, appid: str) -> str:
    """The way WeChat seals; for answers, and for the stand-in."""
    key, body = base64.b64decode(aes_key + "="), plain.encode()
    text = os.urandom(16) + struct.pack(">I", len(body)) + body + appid.encode()
    padding = BLOCK - len(text) % BLOCK
    writing = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(writing.update(text + bytes([padding]) * padding) + writing.finalize()).decode()


def _read(body: bytes) -> dict[str, Any]:
    try:
        text = body.decode()
        found = json.loads(text) if text.lstrip().startswith("{") else _tree(ElementTree.fromstring(text))
    except (ValueError, RecursionError, ElementTree.ParseError):
        raise NotFromWeChat from None
    if not isinstance(found, dict):
        raise NotFromWeChat
    return found


def _tree(element: Any) -> Any:
    """Children by name; of several with one name a list, as in JSON."""
    children = list(element)
    if not children:
        return element.text or ""
    found: dict[str, Any] = {}
    for child in children:
        value = _tree(child)
        if child.tag in found:
            known = found[child.tag]
            found[child.tag] = [*(known if isinstance(known, list) else [known]), value]
        else:
            found[child.tag] = value
    return found
