"""Meetings: preparing one, its agenda, announcing it, calling it off."""

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, url_for
from marshmallow import Schema, ValidationError
from marshmallow.fields import Integer, NaiveDateTime
from marshmallow.validate import Range
from werkzeug.wrappers import Response

from admin.guard import needs
from admin.matters.becoming import carried
from admin.matters.desk import (
    Page,
    form_page,
    found_meeting,
    matters,
    typed_again,
)
from admin.session import me
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.addresses import LARGEST_ID, page_asked
from server.infra.web.fields import Line
from server.infra.web.forms import load_form
from server.kernel.chinatime import china_day, from_china
from server.kernel.errors import NotFound, Problem
from server.ledger import queries as ledger
from server.matters import actions, queries
from server.matters.models import Meeting
from server.matters.queries import MatterCard
from server.matters.rules.meetings import Group, MeetingState
from server.messages.actions import tell
from server.messages.rules import Recipient
from server.policies import queries as policies

STARTS: dict[str, Any] = {"required": "填哪天几点开。", "invalid": "填哪天几点开。"}
POINT: dict[str, Any] = {"invalid": "从列表里选。"}


#: The first years of the calendar have no hour in China that is an instant elsewhere.
FIRST_YEAR = 2000


def _not_long_ago(value: datetime) -> None:
    if value.year < FIRST_YEAR:
        raise ValidationError("填哪天几点开。")


class MeetingIn(Schema):
    title = Line(80, required=True, error_messages={"required": "写上会议叫什么。"})
    place = Line(120, required=True, error_messages={"required": "写上在哪里开。"})
    starts_at = NaiveDateTime(required=True, validate=_not_long_ago, error_messages=STARTS)
    client_key = Line(80, required=True)


class PointIn(Schema):
    matter_id = Integer(
        load_default=None, validate=Range(1, LARGEST_ID, error="从列表里选。"), error_messages=POINT
    )
    words = Line(120, load_default="")


class ReasonIn(Schema):
    reason = Line(200, required=True, error_messages={"required": "写上为什么取消，居民会看到。"})


@matters.get("/communities/<int:community_id>/meetings")
@needs(Permission.SEE_MATTERS)
def list_meetings(community_id: int) -> Page:
    page = queries.meetings_of(community_id, now(), page_asked())
    return render_template(
        "office/matters/meetings.html",
        community_id=community_id,
        page=page,
        matter=_to_bring(community_id),
        MeetingState=MeetingState,
    )


@matters.get("/communities/<int:community_id>/meetings/new")
@needs(Permission.HOLD_MEETING)
def new_meeting(community_id: int) -> Page:
    return _new_page(community_id, None)


@matters.post("/communities/<int:community_id>/meetings")
@needs(Permission.HOLD_MEETING)
def prepare_meeting(community_id: int) -> Page:
    try:
        form = load_form(MeetingIn)
        starts_at = from_china(form.pop("starts_at"))
        with unit_of_work():
            row = actions.prepare_meeting(
                community_id, starts_at=starts_at, actor=me().actor, now=now(), **form
            )
            brought = _to_bring(community_id)
            if brought is not None:
                _bring(brought, row.id)
    except Problem as error:
        return _new_page(community_id, error)
    words = "，这件事写进议程了" if brought is not None else ""
    flash(f"已建好{words}。接着写议程，再通知居民。")
    return back_to_meeting(community_id, row.id)


@matters.get("/communities/<int:community_id>/meetings/<int:meeting_id>")
@needs(Permission.SEE_MATTERS)
def show_meeting(community_id: int, meeting_id: int) -> Page:
    return meeting_page(community_id, meeting_id, None)


@matters.post("/communities/<int:community_id>/meetings/<int:meeting_id>/points")
@needs(Permission.HOLD_MEETING)
def plan_point(community_id: int, meeting_id: int) -> Page:
    try:
        form = load_form(PointIn)
        with unit_of_work():
            actions.plan_point(meeting_id, community_id=community_id, actor=me().actor, now=now(), **form)
    except Problem as error:
        return meeting_page(community_id, meeting_id, error)
    flash("已写进议程。")
    return back_to_meeting(community_id, meeting_id)


@matters.post("/communities/<int:community_id>/meetings/<int:meeting_id>/points/<int:point_id>/remove")
@needs(Permission.HOLD_MEETING)
def remove_point(community_id: int, meeting_id: int, point_id: int) -> Page:
    try:
        with unit_of_work():
            actions.remove_point(meeting_id, point_id, community_id=community_id, actor=me().actor, now=now())
    except Problem as error:
        return meeting_page(community_id, meeting_id, error)
    flash("已从议程里去掉。")
    return back_to_meeting(community_id, meeting_id)


@matters.post("/communities/<int:community_id>/meetings/<int:meeting_id>/announce")
@needs(Permission.HOLD_MEETING)
def announce_meeting(community_id: int, meeting_id: int) -> Page:
    row = found_meeting(meeting_id, community_id)
    is_new = row.announced_at is None
    try:
        with unit_of_work():
            row = actions.announce_meeting(meeting_id, community_id=community_id, actor=me().actor, now=now())
            if is_new:
                _tell(row, "matters.meeting", f"要开会了：{row.title}", "看时间、地点和议程。")
    except Problem as error:
        return meeting_page(community_id, meeting_id, error)
    flash("已通知。居民看得到时间、地点和议程，提过的人会收到消息。")
    return back_to_meeting(community_id, meeting_id)


@matters.post("/communities/<int:community_id>/meetings/<int:meeting_id>/call-off")
@needs(Permission.HOLD_MEETING)
def call_off(community_id: int, meeting_id: int) -> Page:
    try:
        form = load_form(ReasonIn)
        with unit_of_work():
            row = actions.call_off(meeting_id, community_id=community_id, actor=me().actor, now=now(), **form)
            if row.announced_at is not None:
                _tell(row, "matters.called_off", f"会取消了：{row.title}", row.called_off_reason)
    except Problem as error:
        return meeting_page(community_id, meeting_id, error)
    flash("已取消。议程里的事重新等答复。")
    return back_to_meeting(community_id, meeting_id)


def _to_bring(community_id: int) -> MatterCard | None:
    """The matter in hand that the agenda of a meeting may take: one that everyone may read."""
    card = carried(community_id)
    return card if card is not None and card.is_public else None


def _bring(card: MatterCard, meeting_id: int) -> None:
    actions.plan_point(
        meeting_id,
        community_id=card.matter.community_id,
        matter_id=card.matter.id,
        words="",
        actor=me().actor,
        now=now(),
    )


def back_to_meeting(community_id: int, meeting_id: int) -> Response:
    there = url_for("admin.matters.show_meeting", community_id=community_id, meeting_id=meeting_id)
    return redirect(there)


def meeting_page(community_id: int, meeting_id: int, error: Problem | None) -> Page:
    """The meeting with whatever can be done with it now."""
    card = queries.meeting_with(found_meeting(meeting_id, community_id), now())
    points = queries.points_of(meeting_id, now())
    minutes = queries.minutes_of(meeting_id)
    return form_page(
        "meeting.html",
        error,
        community_id=community_id,
        card=card,
        MeetingState=MeetingState,
        points=points,
        choices=_choices(community_id, {one.point.matter_id for one in points}),
        days=_days(community_id),
        minutes=minutes,
        groups=list(Group),
        resolutions=queries.resolutions_of(community_id, china_day(now()), meeting_id=meeting_id),
        matter=_to_bring(community_id),
        typed=typed_again(),
    )


def _choices(community_id: int, taken: set[int | None]) -> list[tuple[int, str]]:
    """What everyone may read and is not on the agenda yet, newest first."""
    cards = queries.public_matters(community_id, now()).items
    return [(one.matter.id, one.public_title or "") for one in cards if one.matter.id not in taken]


def _days(community_id: int) -> int:
    place = ledger.place(community_id)
    if place is None:
        raise NotFound
    return policies.number("matters.meeting_days", place.division_path, china_day(now()))


def _tell(row: Meeting, kind: str, subject: str, body: str) -> None:
    """Those who raised what is on its agenda, and whose homes support it."""
    ids = [one.point.matter_id for one in queries.points_of(row.id, now()) if one.point.matter_id]
    tell(
        [Recipient.resident(one) for one in queries.supporting_residents(ids)],
        kind=kind,
        subject=subject,
        body=body,
        link=f"/meetings/{row.id}",
        community_id=row.community_id,
        now=now(),
    )


def _new_page(community_id: int, error: Problem | None) -> Page:
    return form_page(
        "meeting_new.html",
        error,
        community_id=community_id,
        days=_days(community_id),
        matter=_to_bring(community_id),
        typed=typed_again(),
    )
