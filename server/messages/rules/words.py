"""Who can be told, and the form of what is told."""

import re
from dataclasses import dataclass
from enum import StrEnum

LONGEST_SUBJECT = 80
LONGEST_BODY = 1000


class RecipientKind(StrEnum):
    RESIDENT = "resident"
    STAFF = "staff"
    #: A home: everyone bound to it sees it, and it stands on the printable list.
    FLAT = "flat"


@dataclass(frozen=True)
class Recipient:
    kind: RecipientKind
    id: int

    @classmethod
    def resident(cls, resident_id: int) -> "Recipient":
        return cls(RecipientKind.RESIDENT, resident_id)

    @classmethod
    def staff(cls, staff_id: int) -> "Recipient":
        return cls(RecipientKind.STAFF, staff_id)

    @classmethod
    def flat(cls, flat_id: int) -> "Recipient":
        return cls(RecipientKind.FLAT, flat_id)


@dataclass(frozen=True)
class Wording:
    """A message as it may be kept."""

    subject: str
    body: str
    link: str


_ID_NUMBER = re.compile(r"(?<![0-9])[1-9][0-9]{16}[0-9Xx](?![0-9])")
_MOBILE = re.compile(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])")
#: A path on this platform: one slash, no host, no backslash, no blank.
_LINK = re.compile(r"/(?![/\\])[^\s\\]*")


def wording(subject: str, body: str, link: str) -> Wording:
    """Cut to length, with identity and mobile numbers struck out: a title typed by someone may hold one.

    Raises ValueError where the code itself is wrong: no subject, or a link that leaves the platform.
    """
    if not subject.strip():
        raise ValueError("a message needs a subject")
    if link and not _LINK.fullmatch(link):
        raise ValueError("a message leads to a page of this platform")
    return Wording(_cut(_struck(subject), LONGEST_SUBJECT), _cut(_struck(body), LONGEST_BODY), link)


def _struck(text: str) -> str:
    return _MOBILE.sub("（号码略）", _ID_NUMBER.sub("（证件号略）", text.strip()))


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
