"""The verification code of a decision: twelve characters that can be read out on the phone, the last one a check."""

import secrets

from stdnum.iso7064 import mod_37_36

#: No 0 O 1 I L U: thirty characters, and 31 is prime, as the hybrid systems of ISO 7064 ask.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12


def new_code() -> str:
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return body + str(mod_37_36.calc_check_digit(body, alphabet=ALPHABET))


def tidy_code(typed: str) -> str:
    """As it was printed: without spaces and dashes, in capitals."""
    return "".join(typed.split()).replace("-", "").upper()


def is_code(text: str) -> bool:
    """Whether the code is in form and its check fits; a slip of the hand is told apart from a code nobody issued."""
    if len(text) != LENGTH or any(character not in ALPHABET for character in text):
        return False
    return bool(mod_37_36.calc_check_digit(text[:-1], alphabet=ALPHABET) == text[-1])
