"""What a report must say before it is taken."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from server.kernel.errors import Invalid
from server.tickets.rules.states import check_photos, words
from server.tickets.rules.words import Category, Priority, Source

LONGEST_PLACE = 120
LONGEST_NAME = 40
LONGEST_LINK = 500
_PHONE = re.compile(r"\+?[0-9][0-9\- ]{4,18}[0-9]")
_LINK = re.compile(r"https?://[^\s]+")


@dataclass(frozen=True)
class NewTicket:
    """What somebody reports. The door has made sure that the places are of this community."""

    community_id: int
    category: Category
    source: Source
    client_key: str
    #: As everybody may read it; empty: named after the facility, entrance or building.
    place: str = ""
    words: str = ""
    building_id: int | None = None
    entrance_id: int | None = None
    facility_id: int | None = None
    #: Of a trouble inside a home.
    flat_id: int | None = None
    #: Somebody may come to harm.
    is_danger: bool = False
    #: Other than the one of its category.
    priority: Priority | None = None
    photos: Sequence[int] = ()
    media_url: str = ""
    #: The resident with an account here whom it is about, told of each step.
    reporter_id: int | None = None
    contact_name: str = ""
    contact_phone: str = ""


def priority_of(new: NewTicket) -> Priority:
    """Danger comes before all; a clerk may say otherwise, a resident's category says it else."""
    if new.is_danger:
        return Priority.P0
    return new.priority or new.category.priority


def check_report(new: NewTicket) -> None:
    """Raises Invalid where words or a picture are missing that nobody could work without, or something is too long."""
    words(new.words, "", "words")
    check_photos(len(new.photos))
    if new.category.is_complaint and not new.words.strip() and not new.photos and not new.media_url:
        raise _wrong("words", "写一句是什么事，或者拍一张照片。")
    for field, text, longest in (
        ("place", new.place, LONGEST_PLACE),
        ("contact_name", new.contact_name, LONGEST_NAME),
        ("media_url", new.media_url, LONGEST_LINK),
    ):
        if len(text.strip()) > longest:
            raise _wrong(field, f"最多 {longest} 个字。")
    if new.contact_phone.strip() and not _PHONE.fullmatch(new.contact_phone.strip()):
        raise _wrong("contact_phone", "电话只写数字，例如 13800138000。")
    if new.media_url.strip() and not _LINK.fullmatch(new.media_url.strip()):
        raise _wrong("media_url", "照片的网址要以 http:// 或 https:// 开头。")


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, fields={field: [sentence]})
