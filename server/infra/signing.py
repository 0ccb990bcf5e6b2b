"""Signatures that anyone can check: Ed25519 (RFC 8032) with the one key of this house."""

import base64

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.infra.settings import Settings


class _Holder:
    key: Ed25519PrivateKey | None = None


def use(settings: Settings) -> None:
    """Take the key of `settings`; called once when the house is built."""
    _Holder.key = Ed25519PrivateKey.from_private_bytes(base64.b64decode(settings.signing_key))


def _key() -> Ed25519PrivateKey:
    if _Holder.key is None:
        raise RuntimeError("no key yet: create_app() takes it from the settings")
    return _Holder.key


def sign(text: str) -> str:
    """The signature of the text in UTF-8, as base64."""
    return base64.b64encode(_key().sign(text.encode())).decode()


def public_key() -> str:
    """The 32 bytes by which our signatures are checked, as base64."""
    return base64.b64encode(_key().public_key().public_bytes_raw()).decode()
