"""Is this person one of the owners? Names compared as people write them, secrets compared in constant time."""

import hmac
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

#: Of a mobile number, without its country.
WHOLE_PHONE = 11
PHONE_TAIL = 4
ID_TAIL = 6
#: The dot between the parts of a name, as different keyboards give it. Left out of the comparison with the spaces.
_DOTS = frozenset("·•・‧∙⋅･．.●﹒")


class ProofOutcome(StrEnum):
    PROVEN = "proven"
    WRONG = "wrong"
    LOCKED = "locked"


@dataclass(frozen=True)
class Candidate:
    """A present owner, decrypted for the comparison only."""

    owner_id: int
    name: str
    phone: str | None
    id_number: str | None


def comparable_name(name: str) -> str:
    """买买提 • 吐尔逊 and 买买提·吐尔逊 are one name; full-width letters are letters; rare characters stay."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(sign for sign in folded if not (sign.isspace() or sign in _DOTS or _is_variant(sign)))


def comparable_number(number: str) -> str:
    """Figures and the X of an identity number, without what stands between them."""
    return "".join(
        sign for sign in unicodedata.normalize("NFKC", number).upper() if sign.isdecimal() or sign == "X"
    )


def matching_owner(
    candidates: Iterable[Candidate], *, name: str, phone_tail: str = "", id_tail: str = ""
) -> int | None:
    """The owner with this name and this tail, or None. Every candidate is compared whatever came before."""
    found: int | None = None
    for one in candidates:
        is_name = _same(comparable_name(one.name), comparable_name(name))
        is_phone = _has_tail(one.phone, phone_tail, PHONE_TAIL)
        is_id = _has_tail(one.id_number, id_tail, ID_TAIL)
        if is_name & (is_phone | is_id) and found is None:
            found = one.owner_id
    return found


def owners_of_number(candidates: Iterable[Candidate], *, number: str, name: str = "") -> list[int]:
    """The owners with this whole number, and with this name where one is given. Several may be registered with one number."""
    found = []
    for one in candidates:
        is_name = not name or _same(comparable_name(one.name), comparable_name(name))
        if _has_tail(one.phone, number[-WHOLE_PHONE:], WHOLE_PHONE) & is_name:
            found.append(one.owner_id)
    return found


def _has_tail(number: str | None, tail: str, length: int) -> bool:
    given = comparable_number(tail)
    known = comparable_number(number or "")[-length:]
    is_whole = len(given) == length == len(known)
    return _same(known, given) & is_whole


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _is_variant(sign: str) -> bool:
    """Selectors that ask for another drawing of the same character."""
    return "\ufe00" <= sign <= "\ufe0f" or "\U000e0100" <= sign <= "\U000e01ef"
