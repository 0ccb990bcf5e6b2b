"""Reporting in three taps: what it is, a picture, send. Without scripts; what was typed stays whatever goes wrong."""

import secrets
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from flask import current_app, redirect, render_template, request, url_for
from markupsafe import Markup
from marshmallow import EXCLUDE, ValidationError
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from miniprogram_api.guard import home_page
from miniprogram_api.pages.tickets.pages import ticket_pages
from miniprogram_api.session import me
from miniprogram_api.tickets.reading import similar, spot_of
from miniprogram_api.tickets.reporting import check_room, keep_photos, take_report
from miniprogram_api.tickets.schemas import SpotForm, TicketForm, Where
from server.attachments.actions import Photo, draw_anew
from server.identity import queries as identity
from server.infra.clock import now
from server.infra.web.forms import LEAD, kept_schema, load_form
from server.kernel.errors import Conflict, Invalid, NotFound, Problem, Refused, Throttled, TooLarge
from server.ledger import queries as ledger
from server.tickets.rules.states import MOST_PHOTOS
from server.tickets.rules.words import Category

Page = str | Response | tuple[str, int, dict[str, str]]

#: Of the words that an address may begin the report with.
LONGEST_GIVEN = 100


@ticket_pages.get("/tickets/new")
@home_page
def new_ticket() -> Page:
    asked = _spot_asked(request.args)
    category = request.args.get("category", "")
    if category in set(Category):
        return _form(asked, Category(category), words=request.args.get("words", "")[:LONGEST_GIVEN])
    return _tiles(asked)


@ticket_pages.post("/tickets/new")
@home_page
def send_ticket() -> Page:
    drawn: list[Photo] = []
    try:
        asked = load_form(TicketForm)
        drawn += _brought(MOST_PHOTOS - len(asked["photos"]))
        row = take_report(asked, request.form.get("client_key", ""), me(), drawn)
    except (Invalid, TooLarge, Refused, Conflict, Throttled) as problem:
        return _again(problem, drawn)
    return redirect(url_for("mobile.ticket_pages.ticket_page", ticket_id=row.id))


# ------------------------------------------------------------------ drawing


def _tiles(asked: dict[str, Any], problem: Problem | None = None) -> str:
    spot = spot_of(me().id, asked)
    return render_template(
        "phone/tickets/tiles.html",
        spot=spot,
        asked=_as_query(asked),
        categories=list(Category),
        wheres=[] if asked["code"] else list(Where),
        where=asked["where"],
        flats=[] if asked["code"] else _flats(),
        problem=problem,
        community=spot.signs.name,
        help_phone=spot.signs.help_phone,
    )


def _form(
    asked: dict[str, Any],
    category: Category,
    problem: Problem | None = None,
    kept: Sequence[str] = (),
    words: str = "",
) -> str:
    spot = spot_of(me().id, asked)
    return render_template(
        "phone/tickets/new.html",
        spot=spot,
        asked=_as_query(asked),
        category=category,
        similar=[] if problem else similar(spot, category, now()),
        problem=problem,
        fields=_fields(category, problem, words),
        most_photos=MOST_PHOTOS,
        kept=kept,
        client_key=_key(problem),
        community=spot.signs.name,
        help_phone=spot.signs.help_phone,
    )


def _fields(category: Category, problem: Problem | None, words: str) -> Markup:
    if problem is None and not words:
        return _blank_fields(is_complaint=category.is_complaint)
    errors = problem.fields if isinstance(problem, Invalid) else {}
    return _draw(category.is_complaint, request.form or {"words": words}, errors)


@cache
def _blank_fields(*, is_complaint: bool) -> Markup:
    """Most people meet fields that nobody has filled in: they are drawn once for all of them."""
    return _draw(is_complaint, {}, {})


def _draw(is_complaint: bool, typed: Mapping[str, str], errors: Mapping[str, list[str]]) -> Markup:
    macros: Any = current_app.jinja_env.get_template("phone/tickets/fields.html").module
    return Markup(macros.fields(is_complaint, MOST_PHOTOS, typed, errors))  # noqa: S704 - a macro of ours, which escapes what people wrote


def _again(problem: Problem, drawn: Sequence[Photo]) -> Page:
    """The same page with what was typed and the pictures that came, and why it was not sent."""
    is_kept = bool(drawn) and not isinstance(problem, Throttled)
    kept = [*request.form.getlist("photos"), *(keep_photos(drawn, me()) if is_kept else ())]
    asked, category = _spot_asked(request.form), request.form.get("category", "")
    known = category in set(Category)
    page = _form(asked, Category(category), problem, kept) if known else _tiles(asked, problem)
    headers = {"Retry-After": str(problem.retry_after)} if isinstance(problem, Throttled) else {}
    return page, problem.status, headers


def _key(problem: Problem | None) -> str:
    """Of a page that is drawn again the same, so that sending twice stays one; a new one where the old one was taken."""
    sent = request.form.get("client_key", "")
    return sent if sent and not isinstance(problem, Conflict) else secrets.token_urlsafe(16)


def _flats() -> list[tuple[int, str]]:
    """Where there are several homes, which one."""
    ids = [one.flat_id for one in identity.flats_of(me().id)]
    cards = ledger.flats_by_ids(ids)
    return [(one, cards[one].label) for one in ids if one in cards] if len(ids) > 1 else []


# ------------------------------------------------------------------ reading what was sent


def _spot_asked(sent: MultiDict[str, str]) -> dict[str, Any]:
    """Raises NotFound where the address was not made by us."""
    try:
        given = {name: value for name, value in sent.items() if value.strip()}
        return dict(kept_schema(SpotForm).load(given, unknown=EXCLUDE))
    except ValidationError:
        raise NotFound from None


def _as_query(asked: dict[str, Any]) -> dict[str, str]:
    """Where it is, for the next address."""
    if asked["code"]:
        return {"code": asked["code"]}
    flat = {"flat_id": str(asked["flat_id"])} if asked["flat_id"] else {}
    return {**flat, "where": asked["where"].value}


def _brought(room: int) -> list[Photo]:
    """The pictures of this request, drawn anew before any lock is held. One that is none stops the report."""
    files = [one for one in request.files.getlist("photo") if one.filename]
    if not files:
        return []
    if len(files) > room:
        sentence = f"最多传 {MOST_PHOTOS} 张照片。请重新选。"
        raise Invalid(LEAD, fields={"photo": [sentence]})
    check_room(me())
    drawn, wrong = [], []
    for one in files:
        try:
            drawn.append(draw_anew(one.read()))
        except (Invalid, TooLarge) as problem:
            wrong.append(f"“{one.filename}”：{problem.message}")
    if wrong:
        raise Invalid(LEAD, fields={"photo": [*wrong, "没有发出去。照片请重新选，写的字还在。"]})
    return drawn
