"""One matter with its whole way: answering it, merging it into another one, and linking it to what it became."""

from typing import Any

from flask import flash, redirect, url_for
from marshmallow import Schema
from marshmallow.fields import Integer
from marshmallow.validate import Range
from werkzeug.wrappers import Response

from admin.guard import needs
from admin.matters.becoming import bring_photos, starts
from admin.matters.desk import (
    Page,
    form_page,
    found_card,
    matters,
    photos_seen,
    post_for,
    reads_all,
    typed_again,
)
from admin.matters.following import targets, where_it_went
from admin.session import me
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.addresses import LARGEST_ID
from server.infra.web.fields import Line, Words
from server.infra.web.forms import load_form
from server.kernel.chinatime import china_day
from server.kernel.errors import Invalid, Problem
from server.matters import actions, queries
from server.matters.queries import MatterCard
from server.matters.rules.links import LinkKind
from server.matters.rules.raised import LONGEST_ANSWER
from server.messages.actions import tell
from server.messages.rules import Recipient

INTO: dict[str, Any] = {"required": "填并到哪一件的编号。", "invalid": "填并到哪一件的编号，是个数字。"}


class AnswerIn(Schema):
    text = Words(LONGEST_ANSWER, required=True, error_messages={"required": "写上答复，提的人会看到。"})
    client_key = Line(80, required=True)


class MergeIn(Schema):
    into_id = Integer(required=True, validate=Range(1, LARGEST_ID, error="没有这一件。"), error_messages=INTO)
    reason = Line(200, required=True, error_messages={"required": "写上为什么并，提的人会看到。"})


class LinkIn(Schema):
    target = Line(60, required=True, error_messages={"required": "从列表里选。"})


@matters.get("/communities/<int:community_id>/matters/<int:matter_id>")
@needs(Permission.SEE_MATTERS)
def show_matter(community_id: int, matter_id: int) -> Page:
    return _page(community_id, found_card(matter_id, community_id), None)


@matters.post("/communities/<int:community_id>/matters/<int:matter_id>/answers")
@needs(Permission.ANSWER_MATTER)
def answer_matter(community_id: int, matter_id: int) -> Page:
    card = found_card(matter_id, community_id)
    post = post_for(Permission.ANSWER_MATTER, community_id).name_zh
    try:
        form = load_form(AnswerIn)
        known = len(queries.answers_of(matter_id))
        with unit_of_work():
            actions.answer_matter(
                matter_id, community_id=community_id, answered_as=post, actor=me().actor, now=now(), **form
            )
            if len(queries.answers_of(matter_id)) > known:
                _tell(card, "matters.answered", "你提的、支持的事有答复了")
    except Problem as error:
        return _page(community_id, card, error)
    flash("已答复，提的人和支持的人会收到消息。")
    return _back(community_id, matter_id)


@matters.post("/communities/<int:community_id>/matters/<int:matter_id>/merge")
@needs(Permission.HOLD_MEETING)
def merge_matter(community_id: int, matter_id: int) -> Page:
    card = found_card(matter_id, community_id)
    try:
        form = load_form(MergeIn)
        _check_target(form["into_id"], community_id)
        with unit_of_work():
            actions.merge_matter(matter_id, community_id=community_id, actor=me().actor, now=now(), **form)
    except Problem as error:
        return _page(community_id, card, error)
    flash("已并过去，支持的户数算在一起。")
    return _back(community_id, form["into_id"])


@matters.post("/communities/<int:community_id>/matters/<int:matter_id>/links")
@needs(Permission.HOLD_MEETING)
def link_matter(community_id: int, matter_id: int) -> Page:
    card = found_card(matter_id, community_id)
    try:
        kind, target_id = _target(community_id, load_form(LinkIn)["target"])
        with unit_of_work():
            actions.link_matter(
                matter_id,
                community_id=community_id,
                kind=kind,
                target_id=target_id,
                actor=me().actor,
                now=now(),
            )
            if kind is LinkKind.TICKET:
                bring_photos(card, target_id)
    except Problem as error:
        return _page(community_id, card, error)
    flash("已记下，居民在这件事的页面上看得到它去了哪里。")
    return _back(community_id, matter_id)


def _check_target(matter_id: int, community_id: int) -> None:
    """A number that leads to nothing here is a field to mend."""
    if queries.matter(matter_id, community_id) is None:
        raise Invalid("没有这一件。", fields={"into_id": ["这个小区没有这个编号的事。"]})


def _target(community_id: int, chosen: str) -> tuple[LinkKind, int]:
    """Only what stands in this community's list."""
    if chosen not in dict(targets(community_id)):
        raise Invalid("没有选中。", fields={"target": ["从列表里选。"]})
    kind, _, number = chosen.partition(":")
    return LinkKind(kind), int(number)


def _tell(card: MatterCard, kind: str, subject: str) -> None:
    """Those who raised it and whose homes support it, here and where it was merged from."""
    ids = [card.matter.id, *(one.matter_id for one in queries.merged_into(card.matter.id))]
    told = card.public_title or "你提的事"
    tell(
        [Recipient.resident(one) for one in queries.supporting_residents(ids)],
        kind=kind,
        subject=subject,
        body=f"{told}。点开看答复。",
        link=f"/matters/{card.matter.id}",
        community_id=card.matter.community_id,
        now=now(),
    )


def _back(community_id: int, matter_id: int) -> Response:
    return redirect(url_for("admin.matters.show_matter", community_id=community_id, matter_id=matter_id))


def _page(community_id: int, card: MatterCard, error: Problem | None) -> Page:
    matter_id, on = card.matter.id, china_day(now())
    merged = [queries.card(one.matter_id, community_id, now()) for one in queries.merged_into(matter_id)]
    return form_page(
        "show.html",
        error,
        community_id=community_id,
        card=queries.card(matter_id, community_id, now()),
        reads_all=reads_all(community_id),
        is_own=card.matter.raised_by == me().actor.key,
        answers=queries.answers_of(matter_id),
        photos=photos_seen(card),
        merge=queries.merge_of(matter_id),
        merged=[one for one in merged if one is not None and (one.is_public or reads_all(community_id))],
        meetings=queries.meetings_of_matter(matter_id, now()),
        resolutions=queries.resolutions_of_matter(matter_id, on),
        went=where_it_went(matter_id, community_id),
        targets=targets(community_id),
        starts=starts(community_id, matter_id),
        typed=typed_again(),
    )
