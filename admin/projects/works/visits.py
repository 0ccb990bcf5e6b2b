"""Times for work inside flats: offering them, seeing which flats come when (never whose), and closing one."""

from typing import Any

from flask import flash
from marshmallow import Schema
from marshmallow.fields import Date, Integer, List

from admin.guard import needs
from admin.projects.desk import Page
from admin.projects.works.desk import back_to, draw, known_item, works
from admin.projects.works.items import show_item
from admin.projects.works.telling import tell_flats
from admin.session import me
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line
from server.infra.web.formats import chinadate
from server.infra.web.forms import load_form
from server.kernel.chinatime import china_day
from server.kernel.errors import Problem
from server.ledger import queries as ledger
from server.projects import actions, queries
from server.projects.queries import SlotCard

DAY: dict[str, Any] = {"required": "填日期。", "invalid": "填日期。"}


class OfferIn(Schema):
    from_on = Date(required=True, error_messages=DAY)
    to_on = Date(required=True, error_messages=DAY)
    times = List(Integer(), load_default=list)
    seats = Integer(required=True, error_messages={"required": "填几户。", "invalid": "填几户。"})
    client_key = Line(80, required=True)


class CloseIn(Schema):
    reason = Line(120, load_default="")


@works.post("/items/<int:work_id>/visits")
@needs(Permission.RECORD_PROJECTS)
def offer_visits(community_id: int, work_id: int) -> Page:
    card = known_item(community_id, work_id)
    try:
        form = load_form(OfferIn)
        with unit_of_work():
            actions.offer_visits(card.item.project_id, work_id, actor=me().actor, now=now(), **form)
    except Problem as error:
        return show_item(community_id, card, error, "visits")
    flash("排好了，住户在手机上可以约了。安静日没有排。")
    return back_to("item_page", community_id, "visits", work_id=work_id)


@works.get("/slots/<int:slot_id>")
@needs(Permission.RECORD_PROJECTS)
def slot_page(community_id: int, slot_id: int) -> Page:
    return _slot_page(community_id, queries.slot(slot_id, community_id))


@works.post("/slots/<int:slot_id>/close")
@needs(Permission.RECORD_PROJECTS)
def close_slot(community_id: int, slot_id: int) -> Page:
    card = queries.slot(slot_id, community_id)
    try:
        form = load_form(CloseIn)
        with unit_of_work():
            before = actions.close_slot(
                slot_id, community_id=community_id, actor=me().actor, now=now(), **form
            )
            tell_flats(
                [one.flat_id for one in before.taken],
                community_id,
                "works.slot_closed",
                f"上门时间取消了：{card.item.title}",
                f"{chinadate(card.slot.on_day, china_day(now()))} {card.time_text} 取消，原因：{form['reason']}。请另约一个时间。",
                f"/communities/{community_id}/works/visits",
            )
    except Problem as error:
        return _slot_page(community_id, card, error)
    flash("取消了，约了的住户已经告知。")
    return back_to("item_page", community_id, "visits", work_id=card.item.id)


def _slot_page(community_id: int, card: SlotCard, error: Problem | None = None) -> Page:
    flats = ledger.flats_by_ids({one.flat_id for one in card.taken})
    return draw("slot.html", community_id, None, error, card=card, flats=flats)
