"""Personal values at rest: AES-GCM with a keyring that rotates, and a keyed hash by which a value is found again."""

import base64
import hmac
import os
import unicodedata
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from server.infra.settings import Settings

NONCE_BYTES = 12
#: First byte of every sealed value: lets the layout change one day.
LAYOUT = b"\x01"


@dataclass(frozen=True)
class Keyring:
    """The first key seals, every key opens. Names are at most 15 bytes and stand in front of each sealed value."""

    ciphers: dict[bytes, AESGCM]
    current: bytes
    lookup_key: bytes

    @classmethod
    def of(cls, settings: Settings) -> "Keyring":
        pairs = [item.partition(":") for item in settings.data_keys.split(",")]
        ciphers = {name.encode(): AESGCM(base64.b64decode(value)) for name, _, value in pairs}
        return cls(ciphers, pairs[0][0].encode(), base64.b64decode(settings.lookup_key))


class _Holder:
    ring: Keyring | None = None


def use(settings: Settings) -> None:
    """Take the keys of `settings`; called once when the house is built."""
    _Holder.ring = Keyring.of(settings)


def _ring() -> Keyring:
    if _Holder.ring is None:
        raise RuntimeError("no keys yet: create_app() takes them from the settings")
    return _Holder.ring


def seal(text: str) -> bytes:
    """layout | length of key name | key name | nonce | ciphertext. The head is authenticated too."""
    ring = _ring()
    head = LAYOUT + bytes([len(ring.current)]) + ring.current
    nonce = os.urandom(NONCE_BYTES)
    return head + nonce + ring.ciphers[ring.current].encrypt(nonce, text.encode(), head)


def open_sealed(sealed: bytes) -> str:
    """Raises KeyError where the key was taken away, InvalidTag where the value was tampered with."""
    ring = _ring()
    end = 2 + sealed[1]
    head, nonce, body = sealed[:end], sealed[end : end + NONCE_BYTES], sealed[end + NONCE_BYTES :]
    return ring.ciphers[head[2:]].decrypt(nonce, body, head).decode()


def is_current(sealed: bytes) -> bool:
    """Whether the value is sealed with the newest key; `flask personal reseal` brings the others up."""
    return sealed[2 : 2 + sealed[1]] == _ring().current


def lookup(kind: str, text: str) -> bytes:
    """32 bytes that find an equal value again without telling it. `kind` keeps names and numbers apart."""
    plain = unicodedata.normalize("NFKC", text).strip().upper()
    return hmac.digest(_ring().lookup_key, f"{kind}\0{plain}".encode(), "sha256")
