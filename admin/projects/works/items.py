"""The items of a community's works: taking adopted ones over, planning, hidden works, and saying that one is done."""

from typing import Any

from flask import flash, request
from marshmallow import Schema
from marshmallow.fields import Boolean, Date, Enum, Integer, List

from admin.guard import needs
from admin.projects.desk import Page, drawn_photos, kept
from admin.projects.works.desk import back_to, draw, known_item, known_project, project_of, works
from admin.session import me
from server.decisions.queries.adopted import adopted_works
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line
from server.infra.web.forms import load_form
from server.kernel.chinatime import china_day
from server.kernel.errors import Problem
from server.kernel.parts import Part
from server.ledger import queries as ledger
from server.projects import actions, queries
from server.projects.models.works import About
from server.projects.queries import ItemCard
from server.projects.rules.items import Adopted
from server.projects.rules.visits import TIMES, time_text

DAY: dict[str, Any] = {"required": "填日期。", "invalid": "填日期。"}
VERDICT: dict[str, Any] = {"required": "选确认还是退回。", "invalid": "选确认还是退回。"}


class TakeIn(Schema):
    #: Places in the list of what is adopted and not taken over, as the page drew it: "B11:4:".
    items = List(Line(200), load_default=list)


class PlanIn(Schema):
    contractor = Line(80, required=True, error_messages={"required": "写施工单位的全称。"})
    starts_on = Date(required=True, error_messages=DAY)
    ends_on = Date(required=True, error_messages=DAY)
    reason = Line(200, load_default="")
    client_key = Line(80, required=True)


class HiddenIn(Schema):
    place = Line(120, required=True, error_messages={"required": "写清楚在哪里。"})
    covered_on = Date(required=True, error_messages=DAY)
    client_key = Line(80, required=True)


class DoneIn(Schema):
    completed_on = Date(required=True, error_messages=DAY)
    document = Line(120, load_default="")
    client_key = Line(80, required=True)


class UndoIn(Schema):
    reason = Line(300, load_default="")
    client_key = Line(80, required=True)


class ReviewIn(Schema):
    is_confirmed = Boolean(required=True, error_messages=VERDICT)
    reason = Line(300, load_default="")


class OwnIn(Schema):
    """An item that stands in no catalogue, or whose decision was taken elsewhere."""

    title = Line(120, required=True, error_messages={"required": "写做什么。"})
    part = Enum(Part, by_value=True, required=True, error_messages={"required": "选是哪一部分。"})
    building_id = Integer(load_default=None, allow_none=True)


@works.get("")
@needs(Permission.SEE_PROJECTS)
def overview(community_id: int) -> Page:
    return _overview(community_id)


@works.post("/items")
@needs(Permission.RECORD_PROJECTS)
def take_over(community_id: int) -> Page:
    """The chosen ones of what was adopted become items; whoever sends the form twice takes each over once."""
    try:
        chosen = set(load_form(TakeIn)["items"])
        items = [one for one in adopted_works(community_id, now()) if sign_of(one) in chosen]
        with unit_of_work():
            made = actions.adopt_items(
                known_project(community_id).id, items=items, actor=me().actor, now=now()
            )
    except Problem as error:
        return _overview(community_id, error)
    flash(f"列入了 {len(made)} 项。接着排哪天做、谁来做。")
    return back_to("overview", community_id)


@works.post("/items/own")
@needs(Permission.RECORD_PROJECTS)
def add_own(community_id: int) -> Page:
    try:
        form = load_form(OwnIn)
        one = Adopted(community_id, "", form["title"], form["part"], form["building_id"])
        with unit_of_work():
            actions.adopt_items(known_project(community_id).id, items=[one], actor=me().actor, now=now())
    except Problem as error:
        return _overview(community_id, error)
    flash("加好了。接着排哪天做、谁来做。")
    return back_to("overview", community_id)


@works.get("/items/<int:work_id>")
@needs(Permission.SEE_PROJECTS)
def item_page(community_id: int, work_id: int) -> Page:
    return show_item(community_id, known_item(community_id, work_id))


@works.post("/items/<int:work_id>/plan")
@needs(Permission.RECORD_PROJECTS)
def plan_item(community_id: int, work_id: int) -> Page:
    card = known_item(community_id, work_id)
    try:
        form = load_form(PlanIn)
        with unit_of_work():
            actions.plan_item(card.item.project_id, work_id, actor=me().actor, now=now(), **form)
    except Problem as error:
        return show_item(community_id, card, error, "plan")
    flash("排好了，住户在小区的公开页看得到。")
    return back_to("item_page", community_id, work_id=work_id)


@works.post("/items/<int:work_id>/hidden")
@needs(Permission.RECORD_PROJECTS)
def enter_hidden(community_id: int, work_id: int) -> Page:
    card = known_item(community_id, work_id)
    try:
        form, photos = load_form(HiddenIn), drawn_photos()
        with unit_of_work():
            actions.enter_hidden_work(
                card.item.project_id, work_id, photos=kept(photos), actor=me().actor, now=now(), **form
            )
    except Problem as error:
        return show_item(community_id, card, error, "hidden")
    flash("照片存好了，钉在这一项、这个位置上。")
    return back_to("item_page", community_id, "hidden", work_id=work_id)


@works.post("/items/<int:work_id>/done")
@needs(Permission.RECORD_PROJECTS)
def complete_item(community_id: int, work_id: int) -> Page:
    card = known_item(community_id, work_id)
    try:
        form = load_form(DoneIn)
        with unit_of_work():
            actions.complete_item(card.item.project_id, work_id, actor=me().actor, now=now(), **form)
    except Problem as error:
        return show_item(community_id, card, error, "done")
    flash("已记下。另一个人确认以后才算数。")
    return back_to("item_page", community_id, "done", work_id=work_id)


@works.post("/items/<int:work_id>/review")
@needs(Permission.CONFIRM_PROJECTS)
def review_item(community_id: int, work_id: int) -> Page:
    card = known_item(community_id, work_id)
    try:
        form = load_form(ReviewIn)
        with unit_of_work():
            actions.review_completion(card.item.project_id, work_id, actor=me().actor, now=now(), **form)
    except Problem as error:
        return show_item(community_id, card, error, "review")
    flash("已确认完工。" if form["is_confirmed"] else "已退回，填的人可以改好重填。")
    return back_to("item_page", community_id, "done", work_id=work_id)


@works.post("/items/<int:work_id>/withdrawals")
@needs(Permission.RECORD_PROJECTS)
def ask_undoing(community_id: int, work_id: int) -> Page:
    card = known_item(community_id, work_id)
    try:
        form = load_form(UndoIn)
        with unit_of_work():
            actions.ask_undoing(card.item.project_id, work_id, actor=me().actor, now=now(), **form)
    except Problem as error:
        return show_item(community_id, card, error, "undo")
    flash("已提出撤回。另一个人确认以前，这一项仍算完工。")
    return back_to("item_page", community_id, "done", work_id=work_id)


@works.post("/items/<int:work_id>/withdrawals/review")
@needs(Permission.CONFIRM_PROJECTS)
def review_undoing(community_id: int, work_id: int) -> Page:
    card = known_item(community_id, work_id)
    try:
        form = load_form(ReviewIn)
        with unit_of_work():
            actions.review_undoing(card.item.project_id, work_id, actor=me().actor, now=now(), **form)
    except Problem as error:
        return show_item(community_id, card, error, "undo_review")
    flash("已撤回，这一项不再算完工，记录还在。" if form["is_confirmed"] else "没有撤回，这一项仍算完工。")
    return back_to("item_page", community_id, "done", work_id=work_id)


def sign_of(one: Adopted) -> str:
    """How the form names one of what is adopted."""
    return f"{one.code}:{one.building_id or ''}:{one.entrance_id or ''}"


def _overview(community_id: int, error: Problem | None = None) -> Page:
    line, items = project_of(community_id), queries.items_of_community(community_id)
    left: list[tuple[str, str, str]] = []
    if line is not None:
        there = queries.adopted_keys(line.id)
        fresh = [one for one in adopted_works(community_id, now()) if one.place not in there]
        names = queries.place_names({one.place[:3] for one in fresh})
        left = [(sign_of(one), one.title, names.get(one.place[:3], "")) for one in fresh]
    return draw(
        "overview.html",
        community_id,
        dict(request.form) if error else None,
        error,
        items=items,
        left=left,
        parts_of_works=[(part.value, part.name_zh) for part in Part],
        buildings=[(one.id, one.label) for one in ledger.building_lines(community_id)],
        open_points=queries.open_counts([community_id]).get(community_id, 0),
        claims=queries.unanswered(community_id),
        utilities=queries.utility_works(community_id, items),
    )


def show_item(
    community_id: int, card: ItemCard, error: Problem | None = None, which: str = "", **shown: Any
) -> Page:
    """One item with its forms; what was typed stands again only in the form that was refused."""
    typed = dict(request.form) if error is not None and which else {}
    hidden = queries.hidden_works([card.id])
    slots = queries.slots([card.id], china_day(now()))
    return draw(
        "item.html",
        community_id,
        typed,
        error,
        card=card,
        which=which,
        hidden=hidden,
        photos=queries.evidence_about(About.HIDDEN, [one.id for one in hidden]),
        slots=slots,
        flats=ledger.flats_by_ids({one.flat_id for slot in slots for one in slot.taken}),
        times=[(str(n), time_text(one)) for n, one in enumerate(TIMES)],
        me_key=me().actor.key,
        **shown,
    )
