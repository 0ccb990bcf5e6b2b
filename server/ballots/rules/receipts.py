"""Receipt codes: 12 characters that can be read out over a telephone, the last one a check character."""

import secrets
import unicodedata

from stdnum.iso7064 import mod_37_2

#: Without 0, O, 1, I and L. Its 31 characters are a prime number, so that the check of ISO 7064 (pure, radix 2)
#: finds every single wrong character and every exchange of two neighbours.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 12
#: Enough that folding them into 31**11 codes favours none.
RANDOM_BYTES = 16


def new_code(random_bytes: bytes | None = None) -> str:
    """A code from at least 16 random bytes; fresh ones where none are given."""
    drawn = secrets.token_bytes(RANDOM_BYTES) if random_bytes is None else random_bytes
    if len(drawn) < RANDOM_BYTES:
        raise ValueError(f"a receipt code takes {RANDOM_BYTES} random bytes")
    number = int.from_bytes(drawn, "big")
    letters = []
    for _ in range(LENGTH - 1):
        number, letter = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[letter])
    body = "".join(letters)
    return body + str(mod_37_2.calc_check_digit(body, ALPHABET))


def normalise(text: str) -> str:
    """What was typed or scanned, as a code is written: full-width and small letters, spaces and dashes undone."""
    plain = unicodedata.normalize("NFKC", text)
    kept = [letter for letter in plain if not letter.isspace() and unicodedata.category(letter) != "Pd"]
    return "".join(letter.upper() if letter.isascii() else letter for letter in kept)


def is_valid(code: str) -> bool:
    """Whether a normalised code has the form and its check character fits."""
    has_form = len(code) == LENGTH and all(letter in ALPHABET for letter in code)
    return has_form and bool(mod_37_2.is_valid(code, ALPHABET))


def grouped(code: str) -> str:
    """In fours, as it is printed: 7KQM-2XHP-9RTD."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))
