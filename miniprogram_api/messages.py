"""Messages as JSON: the inbox of the person and of the homes they stand for."""

from typing import Any

from apiflask import APIBlueprint, Schema
from apiflask.fields import Boolean, DateTime, Integer, List, Nested, String

from miniprogram_api.guard import auth
from miniprogram_api.paging import PageIn, PageOut
from miniprogram_api.schemas import problems
from miniprogram_api.session import me
from server.identity import queries as identity
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.kernel.pages import Page
from server.messages import actions, queries
from server.messages.queries import Letter
from server.messages.rules import Recipient

messages = APIBlueprint("messages", __name__, url_prefix="/api/v1/messages", tag="消息")


class MessageOut(Schema):
    """One thing that was told."""

    id = Integer(required=True)
    kind = String(required=True, metadata={"description": "说的是哪件事，例如 ballots.announced"})
    subject = String(required=True)
    body = String(required=True)
    link = String(required=True, metadata={"description": "去办这件事的页面，可能为空"})
    created_at = DateTime(required=True)
    read_at = DateTime(required=True, allow_none=True)
    is_read = Boolean(required=True)


class ReadMessageOut(MessageOut):
    """The message, now read."""


class InboxOut(PageOut):
    """The newest first."""

    items = List(Nested(MessageOut), required=True)


def recipients(resident_id: int) -> list[Recipient]:
    """Whose messages this person reads: their own, and those of their homes."""
    flats = [Recipient.flat(flat.flat_id) for flat in identity.flats_of(resident_id)]
    return [Recipient.resident(resident_id), *flats]


def as_out(letter: Letter) -> dict[str, object]:
    return {**vars(letter), "is_read": letter.read_at is not None}


@messages.get("")
@messages.auth_required(auth)
@messages.input(PageIn, location="query", arg_name="asked")
@messages.output(InboxOut)
@messages.doc(operation_id="list_messages", summary="我的消息", responses=problems(401, 422))
def inbox(asked: dict[str, int]) -> Any:
    found = queries.inbox(recipients(me().id), asked["page"])
    return Page([as_out(letter) for letter in found.items], found.number, found.size, found.total)


@messages.post("/<int:message_id>/read")
@messages.auth_required(auth)
@messages.output(ReadMessageOut)
@messages.doc(operation_id="read_message", summary="标为已读", responses=problems(401, 404))
def read(message_id: int) -> dict[str, object]:
    """Reading it again changes nothing."""
    with unit_of_work():
        actions.mark_read(message_id, recipients(me().id), now=now())
    letter = queries.letter(message_id, recipients(me().id))
    assert letter is not None  # noqa: S101 - it was read a moment ago
    return as_out(letter)
