"""A matter becomes a survey draft, a ballot draft, a ticket or a contribution: their forms carry its number and link it as they save."""

from typing import Any

from flask import request, url_for

from admin.guard import holds
from admin.matters.desk import photos_seen, reads_all
from admin.session import me
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.web.addresses import LARGEST_ID
from server.matters import actions, queries
from server.matters.models import MatterPhoto
from server.matters.queries import MatterCard
from server.matters.rules.links import LinkKind
from server.moderation import actions as moderation
from server.tickets import queries as tickets
from server.tickets.actions import Step
from server.tickets.actions import note as add_note

LONGEST_TITLE = 60


def carried(community_id: int) -> MatterCard | None:
    """The matter that this form is filled in from, where this person may say what became of it. The address names it
    first, the form then; a number that leads to nothing is none."""
    text = request.values.get("matter", "")
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 20 else 0
    if not 0 < number <= LARGEST_ID or not holds(Permission.HOLD_MEETING, community_id):
        return None
    card = queries.card(number, community_id, now())
    is_read = card is not None and (card.is_public or reads_all(community_id))
    return card if is_read else None


def typed_from(card: MatterCard | None) -> dict[str, Any]:
    """The fields that the matter knows already. What neighbours may not read yet is left to whoever drafts."""
    if card is None:
        return {}
    return {"matter": str(card.matter.id), "title": (card.public_title or "")[:LONGEST_TITLE]}


def became(card: MatterCard | None, kind: LinkKind, target_id: int) -> None:
    """Inside the unit of work in which the target was made."""
    if card is not None:
        of = card.matter
        actions.link_matter(
            of.id, community_id=of.community_id, kind=kind, target_id=target_id, actor=me().actor, now=now()
        )


def photos_along(card: MatterCard | None) -> list[MatterPhoto]:
    """The pictures of the matter that whoever takes it further may see: those go along to a ticket."""
    return photos_seen(card) if card is not None else []


def stand_as_there(card: MatterCard | None, ticket_id: int) -> None:
    """Neighbours see on the ticket what they see of the matter: nobody has to look at the same picture twice."""
    if card is None:
        return
    of = {one.attachment_id: one.id for one in photos_along(card)}
    kept = tickets.photos(ticket_id).values()
    for photo in (one for some in kept for one in some if one.attachment_id in of):
        moderation.take_along(
            (queries.ABOUT_PHOTO, of[photo.attachment_id]),
            (tickets.PHOTO_OF, photo.id),
            community_id=card.matter.community_id,
            actor=me().actor,
            now=now(),
        )


def bring_photos(card: MatterCard, ticket_id: int) -> None:
    """To a ticket that stood there already, as a note; brought again it changes nothing."""
    photos = [one.attachment_id for one in photos_along(card)]
    if not photos:
        return
    of = card.matter
    note = Step(
        me().actor, now(), f"matter:{of.id}:{ticket_id}", f"议事会第 {of.id} 件也提了这件事，照片在这里。",
        photos, community_id=of.community_id,
    )  # fmt: skip
    add_note(ticket_id, note)
    stand_as_there(card, ticket_id)


#: What it may become: the page to begin on, in words, and who may.
_STARTS = (
    ("排上会", "选一次会，写进议程", "admin.matters.list_meetings", Permission.HOLD_MEETING),
    ("问大家：起草问卷", "想法不一，先问每一户", "admin.surveys.new_survey", Permission.RUN_SURVEY),
    ("业主表决：起草投票", "要业主共同决定的", "admin.ballots.new_ballot", Permission.DRAFT_BALLOT),
    ("开工单", "坏了要修、要人去办的", "admin.tickets.new_ticket", Permission.ENTER_TICKET),
    ("记一份出钱出力", "有人愿意出，照他说的记", "admin.contributions.new_pledge", Permission.RECORD_CONTRIBUTIONS),
)  # fmt: skip


def starts(community_id: int, matter_id: int) -> list[dict[str, str]]:
    """The ways onward that this person may begin, each with the matter in hand."""
    return [
        {"label": label, "text": text, "href": url_for(page, community_id=community_id, matter=matter_id)}
        for label, text, page, permission in _STARTS
        if holds(permission, community_id)
    ]
