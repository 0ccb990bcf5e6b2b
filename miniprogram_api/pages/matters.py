"""议事会 on the phone: what is raised, raising something, standing behind it, one with its whole way, and meetings."""

import secrets
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from miniprogram_api.guard import resident_page
from miniprogram_api.matters.following import where_it_went
from miniprogram_api.matters.reading import (
    add_photo,
    drawn,
    flats_in,
    is_mine,
    own_card,
    own_meeting,
    photo_seen,
    photos_seen,
    raise_matter,
    stand_behind,
    step_back,
    supported,
)
from miniprogram_api.matters.schemas import MatterIn
from miniprogram_api.session import me
from server.attachments import queries as kept
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.addresses import page_asked
from server.infra.web.forms import load_form
from server.kernel.chinatime import china_day
from server.kernel.errors import Invalid, NotFound, Problem
from server.ledger import queries as ledger
from server.matters import queries
from server.matters.rules.meetings import came_text
from server.matters.rules.raised import Kind

matter_pages = Blueprint("matter_pages", __name__)

Page = str | Response | tuple[str, int]


@matter_pages.get("/communities/<int:community_id>/matters")
@resident_page
def listing(community_id: int) -> str:
    """What everyone here may read, what this person raised, and the meetings to come."""
    flats_in(community_id, me())
    moment = now()
    number = page_asked()
    page = queries.public_matters(community_id, moment, number)
    return render_template(
        "phone/matters/list.html",
        **_about(community_id),
        page=page,
        behind=supported(list(page.items), me()),
        mine=queries.raised_by_resident(me().id, [community_id], moment),
        coming=queries.next_meetings([community_id], moment),
        past=[
            one
            for one in queries.meetings_of(community_id, moment, only_announced=True).items
            if one.meeting.starts_at <= moment
        ],
    )


@matter_pages.get("/communities/<int:community_id>/matters/new")
@resident_page
def new_matter(community_id: int) -> Page:
    return _form(community_id, None)


@matter_pages.post("/communities/<int:community_id>/matters")
@resident_page
def create(community_id: int) -> Page:
    try:
        asked, photos = load_form(MatterIn), drawn(request.files.getlist("photo"), me())
        with unit_of_work():
            row = raise_matter(community_id, asked, request.form.get("client_key", ""), me(), photos)
    except NotFound:
        raise
    except Problem as problem:
        return _form(community_id, problem)
    flash("收到了。有人看过以后，邻居才看得到；答复了会发消息告诉你。", "go")
    return redirect(url_for("mobile.matter_pages.matter_page", matter_id=row.id))


@matter_pages.get("/matters/<int:matter_id>")
@resident_page
def matter_page(matter_id: int) -> Page:
    return _page(matter_id, None)


@matter_pages.get("/matters/<int:matter_id>/photos/<int:photo_id>")
@resident_page
def photo(matter_id: int, photo_id: int) -> Response:
    found = photo_seen(matter_id, photo_id, me(), now())
    headers = {"Cache-Control": "private, max-age=3600"}
    return Response(kept.content(found), content_type="image/jpeg", headers=headers)


@matter_pages.post("/matters/<int:matter_id>/photos")
@resident_page
def send_photo(matter_id: int) -> Page:
    """One more, from whoever raised it."""
    card = own_card(matter_id, me(), now())
    try:
        photos = drawn(request.files.getlist("photo"), me())
        if not photos:
            raise Invalid("选一张照片再传。")
        with unit_of_work():
            for one in photos:
                add_photo(card, one, me())
    except Problem as problem:
        return _page(matter_id, problem)
    flash("照片收到了。有人看过以后，邻居才看得到。", "go")
    return redirect(url_for("mobile.matter_pages.matter_page", matter_id=matter_id))


@matter_pages.post("/matters/<int:matter_id>/support")
@resident_page
def support(matter_id: int) -> Page:
    card = own_card(matter_id, me(), now())
    try:
        with unit_of_work():
            stand_behind(card, me())
    except Problem as problem:
        return _page(matter_id, problem)
    flash("记下了，你家支持这件事。", "go")
    return redirect(url_for("mobile.matter_pages.matter_page", matter_id=matter_id))


@matter_pages.post("/matters/<int:matter_id>/support/withdraw")
@resident_page
def withdraw(matter_id: int) -> Page:
    card = own_card(matter_id, me(), now())
    try:
        with unit_of_work():
            step_back(card, me())
    except Problem as problem:
        return _page(matter_id, problem)
    flash("已收回。")
    return redirect(url_for("mobile.matter_pages.matter_page", matter_id=matter_id))


@matter_pages.get("/meetings/<int:meeting_id>")
@resident_page
def meeting_page(meeting_id: int) -> str:
    """Time, place and agenda; afterwards who came, what was said, and what was resolved."""
    moment = now()
    card = own_meeting(meeting_id, me(), moment)
    minutes = queries.minutes_of(meeting_id)
    return render_template(
        "phone/matters/meeting.html",
        **_about(card.meeting.community_id),
        card=card,
        points=queries.points_of(meeting_id, moment),
        minutes=minutes[0] if minutes else None,
        came=came_text(minutes[0].heads) if minutes else "",
        resolutions=queries.resolutions_of(
            card.meeting.community_id, china_day(moment), meeting_id=meeting_id
        ),
    )


def _form(community_id: int, problem: Problem | None) -> Page:
    """Raising something; after a refusal with what was typed."""
    flats = flats_in(community_id, me())
    labels = ledger.flats_by_ids([flat.flat_id for flat in flats])
    drawn = render_template(
        "phone/matters/new.html",
        **_about(community_id),
        kinds=[(kind.value, kind.name_zh, kind.hint_zh) for kind in Kind],
        flats=[(flat.flat_id, labels[flat.flat_id].label) for flat in flats if flat.flat_id in labels],
        fields=problem.fields if isinstance(problem, Invalid) else {},
        problem=problem,
        typed={"client_key": secrets.token_urlsafe(16), **request.form.to_dict()},
    )
    return drawn if problem is None else (drawn, problem.status)


def _page(matter_id: int, problem: Problem | None) -> Page:
    moment = now()
    card = own_card(matter_id, me(), moment)
    merge = queries.merge_of(matter_id)
    into = queries.card(merge.into_id, card.matter.community_id, moment) if merge else None
    drawn = render_template(
        "phone/matters/matter.html",
        **_about(card.matter.community_id),
        card=card,
        is_mine=is_mine(card, me()),
        is_supported=bool(supported([card], me())),
        entries=_thread(card),
        photos=photos_seen(card, me()),
        may_add=is_mine(card, me()) and card.state.is_owed,
        into=into if into is not None and into.is_public else None,
        merge=merge,
        meetings=[one for one in queries.meetings_of_matter(matter_id, moment) if one.meeting.announced_at],
        resolutions=queries.resolutions_of_matter(matter_id, china_day(moment)),
        went=where_it_went(matter_id, card.matter.community_id),
        problem=problem,
    )
    return drawn if problem is None else (drawn, problem.status)


def _thread(card: queries.MatterCard) -> list[dict[str, Any]]:
    """What was raised and what was answered, as the page tells it; of who answered the post, not the name."""
    row = card.matter
    who = "你说" if is_mine(card, me()) else row.voice.name_zh
    found: list[dict[str, Any]] = [
        {"kind": "objection", "who": who, "at": row.raised_at, "text": card.public_text or row.text}
    ]
    found += [
        {"kind": "answer", "who": one.answered_as, "at": one.answered_at, "text": one.text}
        for one in queries.answers_of(row.id)
    ]
    return found


def _about(community_id: int) -> dict[str, Any]:
    community = ledger.community(community_id)
    return {
        "community": community.name if community else "",
        "community_id": community_id,
        "help_phone": ledger.contact(community_id)[1],
    }
