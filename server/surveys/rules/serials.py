"""The serial on a paper form: "W7-1234-K" names the survey and the household, and its last sign finds a wrong one.

It opens nothing: only staff who may key in forms can use it, and only for their own communities.
"""

import re
import unicodedata
from dataclasses import dataclass

from stdnum.iso7064 import mod_37_36

from server.kernel.errors import Invalid

#: 30 signs without those that are taken for others. 31 is a prime number, so that the check (ISO 7064, hybrid) finds
#: every single wrong sign and every exchange of two neighbours.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWX"
_FORM = re.compile(r"W([1-9][0-9]{0,14})-([1-9][0-9]{0,14})-(\w)")
_TAKEN_FOR = str.maketrans({"O": "0", "I": "1", "L": "1"})


@dataclass(frozen=True)
class Serial:
    survey_id: int
    household_id: int

    def __str__(self) -> str:
        return f"W{self.survey_id}-{self.household_id}-{_check_sign(self.survey_id, self.household_id)}"


def read_serial(text: str) -> Serial:
    """What was typed or scanned. Raises Invalid with what to do."""
    found = _FORM.fullmatch(_plain(text))
    if found is None:
        raise _wrong("编号的样子是 W7-1234-K，印在表的右上角。请照着再输一遍。")
    serial = Serial(int(found[1]), int(found[2]))
    if found[3].translate(_TAKEN_FOR) != _check_sign(serial.survey_id, serial.household_id):
        raise _wrong("编号不对，可能输错了一位。请照着表右上角再输一遍。")
    return serial


def _check_sign(survey_id: int, household_id: int) -> str:
    # The H stands for the dash between the two numbers: one that moved would make other numbers of the same digits.
    return str(mod_37_36.calc_check_digit(f"W{survey_id}H{household_id}", ALPHABET))


def _plain(text: str) -> str:
    """Full-width and small letters, spaces and other dashes undone."""
    narrow = unicodedata.normalize("NFKC", text).strip().upper()
    return re.sub(r"[\s\-\u2010-\u2015\u2212_]+", "-", narrow)


def _wrong(sentence: str) -> Invalid:
    return Invalid(sentence, fields={"serial": [sentence]}, code="serial")
