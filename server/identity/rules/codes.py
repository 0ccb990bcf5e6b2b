"""Codes that stand on paper: 26 letters and figures, 130 random bits, none that is taken for another."""

import secrets

#: Crockford's base 32: no I, L, O or U.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 26
#: Each of the 256 bytes stands for one sign, and each sign for eight of them.
_SIGNS = (ALPHABET * 8).encode()
_MISREAD = str.maketrans({"I": "1", "L": "1", "O": "0"})


def new_code() -> str:
    """26 of 32 signs are 130 bits: no one guesses a living one."""
    return secrets.token_bytes(LENGTH).translate(_SIGNS).decode()


def plain(code: str) -> str:
    """The code as it was made, whatever spaces, dashes, small letters or misread signs came back."""
    return "".join(sign for sign in code.upper().translate(_MISREAD) if sign in ALPHABET)[: LENGTH + 1]
