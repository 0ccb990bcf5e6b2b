"""What is owed an answer, all that was raised, and raising something for the committee or the company."""

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from marshmallow import Schema
from marshmallow.fields import Enum

from admin.guard import needs
from admin.matters.desk import (
    Page,
    drawn_photos,
    form_page,
    found_card,
    kept,
    matters,
    photos_seen,
    post_for,
    reads_all,
    typed_again,
    voice_of,
)
from admin.session import me
from server.attachments import queries as attachments
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.addresses import page_asked
from server.infra.web.fields import Line, Words
from server.infra.web.forms import load_form
from server.kernel.errors import NotFound, Problem
from server.matters import actions, queries
from server.matters.rules.raised import LONGEST_TEXT, LONGEST_TITLE, Kind

KIND: dict[str, Any] = {"required": "选是建议、问题还是诉求。", "unknown": "选是建议、问题还是诉求。"}


class MatterIn(Schema):
    kind = Enum(Kind, by_value=True, required=True, error_messages=KIND)
    title = Line(LONGEST_TITLE, required=True, error_messages={"required": "用一句话写是什么事。"})
    text = Words(LONGEST_TEXT, required=True, error_messages={"required": "写清楚在哪里、怎么回事。"})
    client_key = Line(80, required=True)


@matters.get("/communities/<int:community_id>/matters")
@needs(Permission.SEE_MATTERS)
def list_matters(community_id: int) -> Page:
    """First what is owed an answer, the earliest due on top; `all=1` lists everything, newest first."""
    only_owed = request.args.get("all") != "1"
    return render_template(
        "office/matters/list.html",
        community_id=community_id,
        only_owed=only_owed,
        page=queries.inbox(
            community_id,
            now(),
            only_owed=only_owed,
            only_public=not reads_all(community_id),
            own_key=me().actor.key,
            page=page_asked(),
        ),
        late=queries.late_counts([community_id], now()).get(community_id, 0),
    )


@matters.get("/communities/<int:community_id>/matters/new")
@needs(Permission.RAISE_MATTER)
def new_matter(community_id: int) -> Page:
    return _new_page(community_id, None)


@matters.post("/communities/<int:community_id>/matters")
@needs(Permission.RAISE_MATTER)
def raise_matter(community_id: int) -> Page:
    voice = voice_of(post_for(Permission.RAISE_MATTER, community_id))
    try:
        form, photos = load_form(MatterIn), drawn_photos()
        with unit_of_work():
            row = actions.raise_matter(
                community_id, voice=voice, photos=kept(photos), actor=me().actor, now=now(), **form
            )
    except Problem as error:
        return _new_page(community_id, error)
    flash("已提。有人看过、公开以后，居民才看得到。")
    return redirect(url_for("admin.matters.show_matter", community_id=community_id, matter_id=row.id))


@matters.get("/communities/<int:community_id>/matters/<int:matter_id>/photos/<int:photo_id>")
@needs(Permission.SEE_MATTERS)
def photo(community_id: int, matter_id: int, photo_id: int) -> Response:
    """Before somebody let it through only whoever may look at such things, or raised it, sees it."""
    seen = photos_seen(found_card(matter_id, community_id))
    found = next((one for one in seen if one.id == photo_id), None)
    if found is None:
        raise NotFound
    return Response(attachments.content(found.attachment_id), content_type="image/jpeg")


def _new_page(community_id: int, error: Problem | None) -> Page:
    kinds = [(kind.value, kind.name_zh, kind.hint_zh) for kind in Kind]
    return form_page("new.html", error, community_id=community_id, typed=typed_again(), kinds=kinds)
