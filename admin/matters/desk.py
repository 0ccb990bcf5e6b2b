"""What the pages of matters share: the blueprint, who reads what, and the forms' page."""

import secrets
from typing import Any

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from admin.guard import holds
from admin.session import me
from server.attachments import actions as attachments
from server.attachments.actions import Photo
from server.identity.rules import ALLOWED, Permission, Role, covers
from server.infra.clock import now
from server.kernel.errors import Invalid, NotFound, Problem
from server.ledger import queries as ledger
from server.matters import queries
from server.matters.models import MatterPhoto, Meeting
from server.matters.queries import MatterCard
from server.matters.rules.raised import Voice, check_photos

matters = Blueprint("matters", __name__)

Page = str | Response | tuple[str, int]


def reads_all(community_id: int) -> bool:
    """Whoever looks at what others will read reads it before them; a company, like residents, only afterwards."""
    return holds(Permission.MODERATE, community_id)


def found_card(matter_id: int, community_id: int) -> MatterCard:
    """Raises NotFound for what this reader may not read as for what does not exist."""
    card = queries.card(matter_id, community_id, now())
    is_own = card is not None and card.matter.raised_by == me().actor.key
    if card is None or not (card.is_public or is_own or reads_all(community_id)):
        raise NotFound
    return card


def photos_seen(card: MatterCard) -> list[MatterPhoto]:
    """What was let through; for those who look at such things, and of what one raised oneself, all."""
    is_own = card.matter.raised_by == me().actor.key
    return queries.photos_of(card.matter.id, only_public=not (is_own or reads_all(card.matter.community_id)))


def drawn_photos() -> list[Photo]:
    """The pictures of the form, drawn anew; before the unit of work, for it takes its time."""
    files = [one for one in request.files.getlist("photo") if one.filename]
    check_photos(len(files))
    return [attachments.draw_anew(one.read()) for one in files]


def kept(photos: list[Photo]) -> list[int]:
    return [attachments.keep_photo(one, actor=me().actor, now=now()).id for one in photos]


def found_meeting(meeting_id: int, community_id: int) -> Meeting:
    row = queries.meeting(meeting_id, community_id)
    if row is None:
        raise NotFound
    return row


def post_for(permission: Permission, community_id: int) -> Role:
    """As which post the person at the desk does this here. Raises NotFound where as none."""
    place = ledger.place(community_id)
    for grant in me().grants:
        if place is not None and grant.role in ALLOWED[permission] and covers(grant, place):
            return grant.role
    raise NotFound


def voice_of(role: Role) -> Voice:
    return Voice.COMPANY if role in {Role.PROPERTY_CLERK, Role.PROPERTY_MANAGER} else Voice.COMMITTEE


def typed_again(**known: Any) -> dict[str, Any]:
    """What stands in a form: what was typed, and a fresh key where none was sent."""
    return {"client_key": secrets.token_urlsafe(16), **known, **request.form.to_dict()}


def form_page(template: str, error: Problem | None = None, **shown: Any) -> Page:
    """A form; after a refusal with what was typed and the sentences at their fields."""
    fields = error.fields if isinstance(error, Invalid) else {}
    drawn = render_template(
        f"office/matters/{template}",
        fields=fields,
        refusal="" if error is None or fields else error.message,
        **shown,
    )
    return drawn if error is None else (drawn, error.status)
