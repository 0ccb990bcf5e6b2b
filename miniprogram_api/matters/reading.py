"""What both faces ask about matters: which this person may read, for which home they speak, and what they do."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from miniprogram_api.homes import communities_of
from miniprogram_api.session import Resident
from server.attachments import actions as attachments
from server.attachments.actions import Photo
from server.identity import queries as identity
from server.identity.queries import BoundFlat
from server.identity.rules import Deed, Permission
from server.infra import throttle
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.kernel.chinatime import china_day
from server.kernel.errors import Forbidden, Invalid, NotFound
from server.ledger import queries as ledger
from server.matters import actions, queries
from server.matters.models import Matter, MatterPhoto
from server.matters.queries import MatterCard, MeetingCard
from server.matters.rules.raised import Voice, check_photos
from server.messages.actions import tell
from server.messages.rules import Recipient

#: A telephone that sends more in an hour is out of order.
PHOTOS = "40/hour"


def own_card(matter_id: int, resident: Resident, moment: datetime) -> MatterCard:
    """A matter of a community where this person has a home: public, or their own. Raises NotFound for any other."""
    for community_id in communities_of(resident.id):
        card = queries.card(matter_id, community_id, moment)
        if card is not None and (card.is_public or is_mine(card, resident)):
            return card
    raise NotFound("没有这件事，或者还没有公开。", code="matter_unknown")


def own_meeting(meeting_id: int, resident: Resident, moment: datetime) -> MeetingCard:
    """A meeting that was announced where this person has a home. Raises NotFound for any other."""
    for community_id in communities_of(resident.id):
        row = queries.meeting(meeting_id, community_id)
        if row is not None and row.announced_at is not None:
            return queries.meeting_with(row, moment)
    raise NotFound("没有这次会，或者还没有通知。", code="meeting_unknown")


def is_mine(card: MatterCard, resident: Resident) -> bool:
    return card.matter.resident_id == resident.id


def flats_in(community_id: int, resident: Resident) -> list[BoundFlat]:
    """The homes of this person there. Raises NotFound where there is none."""
    found = [flat for flat in identity.flats_of(resident.id) if flat.community_id == community_id]
    if not found:
        raise NotFound
    return found


def supported(cards: list[MatterCard], resident: Resident) -> set[int]:
    """Of these those that a home of this person supports."""
    flats = [flat.flat_id for flat in identity.flats_of(resident.id)]
    return set(queries.home_supports([card.matter.id for card in cards], flats))


def photos_seen(card: MatterCard, resident: Resident) -> list[MatterPhoto]:
    """All of one's own; of another's those that somebody let through."""
    return queries.photos_of(card.matter.id, only_public=not is_mine(card, resident))


def photo_seen(matter_id: int, photo_id: int, resident: Resident, moment: datetime) -> int:
    """The attachment. Raises NotFound for a picture this person may not see as for none."""
    seen = photos_seen(own_card(matter_id, resident, moment), resident)
    found = next((one for one in seen if one.id == photo_id), None)
    if found is None:
        raise NotFound
    return found.attachment_id


def drawn(files: Sequence[Any], resident: Resident) -> list[Photo]:
    """The pictures that came along, drawn anew; before any unit of work, for it takes its time."""
    sent = [one for one in files if one is not None and one.filename]
    check_photos(len(sent))
    if sent:
        with unit_of_work():
            throttle.hit_all(PHOTOS, [("matter-photo", str(resident.id))] * len(sent))
    return [attachments.draw_anew(one.read()) for one in sent]


def add_photo(card: MatterCard, photo: Photo, resident: Resident) -> MatterPhoto:
    return actions.add_photo(
        card.matter.id,
        community_id=card.matter.community_id,
        attachment_id=_kept(photo, resident),
        actor=resident.actor,
        now=now(),
    )


def raise_matter(
    community_id: int,
    asked: Mapping[str, Any],
    client_key: str,
    resident: Resident,
    photos: Sequence[Photo] = (),
) -> Matter:
    """A resident raises it for one of their homes; those who hold meetings are told in the same unit of work."""
    flat_id = _flat(community_id, asked["flat_id"], resident)
    before = {one.matter.id for one in queries.raised_by_resident(resident.id, [community_id], now())}
    made = actions.raise_matter(
        community_id,
        kind=asked["kind"],
        voice=Voice.RESIDENT,
        title=asked["title"],
        text=asked["text"],
        resident_id=resident.id,
        flat_id=flat_id,
        photos=[_kept(one, resident) for one in photos],
        client_key=client_key,
        actor=resident.actor,
        now=now(),
    )
    if made.id not in before:
        _tell_committee(made)
    return made


def _kept(photo: Photo, resident: Resident) -> int:
    return attachments.keep_photo(photo, actor=resident.actor, now=now()).id


def stand_behind(card: MatterCard, resident: Resident) -> None:
    flat_id = _flat(card.matter.community_id, None, resident)
    actions.support(
        card.matter.id,
        community_id=card.matter.community_id,
        flat_id=flat_id,
        resident_id=resident.id,
        actor=resident.actor,
        now=now(),
    )


def step_back(card: MatterCard, resident: Resident) -> None:
    """From every home of this person there that supports it."""
    for flat in flats_in(card.matter.community_id, resident):
        actions.withdraw_support(
            card.matter.id,
            community_id=card.matter.community_id,
            flat_id=flat.flat_id,
            resident_id=resident.id,
            actor=resident.actor,
            now=now(),
        )


def _flat(community_id: int, asked: int | None, resident: Resident) -> int:
    """The home that is spoken for: the one asked for, else the first that may."""
    allowed = [flat.flat_id for flat in flats_in(community_id, resident) if flat.may(Deed.REPORT_ISSUE)]
    if not allowed:
        raise Forbidden("这套房还不能提。请打居委会电话。")
    flat_id = asked or allowed[0]
    if flat_id not in allowed:
        raise Invalid("这套房没有绑定在你名下。", fields={"flat_id": ["选一套你自己的房。"]})
    return flat_id


def _tell_committee(row: Matter) -> None:
    place = ledger.place(row.community_id)
    if place is None:
        return
    tell(
        [
            Recipient.staff(one)
            for one in identity.staff_with(Permission.HOLD_MEETING, place, china_day(row.raised_at))
        ],
        kind="matters.raised",
        subject=f"居民提了一件事（{row.kind.name_zh}）",
        body=f"最晚 {row.due_on.month} 月 {row.due_on.day} 日答复，或者排上会。",
        link=f"/admin/communities/{row.community_id}/matters/{row.id}",
        community_id=row.community_id,
        now=row.raised_at,
    )
