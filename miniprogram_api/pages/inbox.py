"""The inbox as a page: what was told to this person and to their homes."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from miniprogram_api.guard import resident_page
from miniprogram_api.messages import recipients
from miniprogram_api.pages.wechat import brings
from miniprogram_api.paging import PageIn
from miniprogram_api.session import me
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.messages import actions, queries

inbox_pages = Blueprint("inbox_pages", __name__)


@inbox_pages.get("/inbox")
@resident_page
def inbox() -> str:
    asked = recipients(me().id)
    number = (
        1
        if PageIn().validate(request.args, partial=True)
        else PageIn(unknown="exclude").load(request.args)["page"]
    )
    return render_template(
        "phone/inbox/inbox.html",
        page=queries.inbox(asked, number, size=20),
        unread=queries.unread_count(asked),
        brings=brings(me().id),
    )


@inbox_pages.get("/inbox/<int:message_id>")
@resident_page
def open_message(message_id: int) -> Response:
    """Where a message on the telephone leads: opened, it is read, and the page that it is of stands there at once."""
    with unit_of_work():
        letter = actions.mark_read(message_id, recipients(me().id), now=now())
    return redirect(letter.link or url_for("mobile.inbox_pages.inbox"))


@inbox_pages.post("/inbox/<int:message_id>/read")
@resident_page
def read(message_id: int) -> Response:
    """Read, and where it leads somewhere, go there."""
    with unit_of_work():
        letter = actions.mark_read(message_id, recipients(me().id), now=now())
    if letter.link and request.form.get("then") == "go":
        return redirect(letter.link)
    return redirect(url_for("mobile.inbox_pages.inbox"))
