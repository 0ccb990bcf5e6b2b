"""The minutes of a meeting: what was said, who came, the signed sheet; and what was resolved."""

from typing import Any

from flask import Response, flash, request
from marshmallow import Schema
from marshmallow.fields import Date, Integer
from marshmallow.validate import Range

from admin.guard import needs
from admin.matters.desk import Page, found_meeting, matters
from admin.matters.meeting import back_to_meeting, meeting_page
from admin.projects.desk import drawn_photos, kept
from admin.session import me
from server.attachments import queries as attachments
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.addresses import LARGEST_ID
from server.infra.web.fields import Line, Words
from server.infra.web.forms import load_form
from server.kernel.errors import Invalid, NotFound, Problem
from server.matters import actions, queries
from server.matters.rules.meetings import LONGEST_MINUTES, Group

POINT: dict[str, Any] = {"required": "选是议程里的哪一项。", "invalid": "选是议程里的哪一项。"}
DUE: dict[str, Any] = {"required": "填最晚哪天办好。", "invalid": "填最晚哪天办好。"}
#: Longer is no number of people.
MOST_DIGITS = 6


class MinutesIn(Schema):
    text = Words(LONGEST_MINUTES, required=True, error_messages={"required": "写上会上说了什么、怎么定的。"})
    client_key = Line(80, required=True)


class ResolutionIn(Schema):
    point_id = Integer(
        required=True, validate=Range(1, LARGEST_ID, error="选是议程里的哪一项。"), error_messages=POINT
    )
    what = Line(200, required=True, error_messages={"required": "写上要办什么。"})
    who = Line(80, required=True, error_messages={"required": "写上由哪个单位或岗位来办，不写人名。"})
    due_on = Date(required=True, error_messages=DUE)
    client_key = Line(80, required=True)


@matters.post("/communities/<int:community_id>/meetings/<int:meeting_id>/minutes")
@needs(Permission.HOLD_MEETING)
def write_minutes(community_id: int, meeting_id: int) -> Page:
    try:
        form, photos, came = load_form(MinutesIn), drawn_photos(), _came()
        with unit_of_work():
            sheet = kept(photos[:1])
            actions.write_minutes(
                meeting_id,
                community_id=community_id,
                came=came,
                sheet_id=sheet[0] if sheet else None,
                actor=me().actor,
                now=now(),
                **form,
            )
    except Problem as error:
        return meeting_page(community_id, meeting_id, error)
    flash("会议记录已公开。接着写定了什么、谁来办、哪天办好。")
    return back_to_meeting(community_id, meeting_id)


@matters.post("/communities/<int:community_id>/meetings/<int:meeting_id>/resolutions")
@needs(Permission.HOLD_MEETING)
def resolve(community_id: int, meeting_id: int) -> Page:
    try:
        form = load_form(ResolutionIn)
        with unit_of_work():
            actions.resolve(meeting_id, community_id=community_id, actor=me().actor, now=now(), **form)
    except Problem as error:
        return meeting_page(community_id, meeting_id, error)
    flash("已记下。办好了，到“定下来的事”里记。")
    return back_to_meeting(community_id, meeting_id)


@matters.get("/communities/<int:community_id>/meetings/<int:meeting_id>/sheet")
@needs(Permission.HOLD_MEETING)
def sheet_photo(community_id: int, meeting_id: int) -> Response:
    """The signed sheet: names stand on it, so it is for those who hold meetings."""
    found_meeting(meeting_id, community_id)
    sheet_id = next((one.sheet_id for one in queries.minutes_of(meeting_id) if one.sheet_id), None)
    if sheet_id is None:
        raise NotFound
    return Response(attachments.content(sheet_id), content_type="image/jpeg")


def _came() -> dict[Group, int]:
    """The heads by group, empty ones left out."""
    found = {}
    for group in Group:
        typed = request.form.get(f"came-{group.value}", "").strip()
        if not typed:
            continue
        if not (typed.isascii() and typed.isdecimal() and len(typed) <= MOST_DIGITS):
            sentence = f"“{group.name_zh}”来了几个人，填数字。"
            raise Invalid(sentence, fields={"came": [sentence]})
        found[group] = int(typed)
    return found
