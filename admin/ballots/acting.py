"""One ballot and its acts: announce, withdraw, open, extend, discard."""

import secrets
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from marshmallow import Schema
from marshmallow.fields import NaiveDateTime

from admin.ballots.pages import Page, ballots, fields_of, found_ballot, page_of, state_of
from admin.guard import needs
from admin.session import me
from server.ballots import actions, queries
from server.ballots.models import Ballot
from server.ballots.rules.drafting import Stage, choice_name, default_meaning
from server.ballots.rules.wording import announcement_title, demand_text
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line, Words
from server.infra.web.forms import load_form
from server.kernel.chinatime import from_china
from server.kernel.errors import Invalid, Reason, Refused
from server.notices import queries as notices
from server.notices.models import Notice
from server.notices.rules import NoticeKind, drawn_blocks


class KeyIn(Schema):
    client_key = Line(80, required=True)


class ReasonIn(Schema):
    reason = Words(300, required=True, error_messages={"required": "写明原因，居民会看到。"})


class ExtendIn(ReasonIn):
    closes_at = NaiveDateTime(
        required=True, error_messages={"required": "选新的截止时间。", "invalid": "选新的截止时间。"}
    )
    client_key = Line(80, required=True)


@ballots.get("/<int:ballot_id>")
@needs(Permission.SEE_BALLOT)
def show_ballot(community_id: int, ballot_id: int) -> Page:
    return show(found_ballot(community_id, ballot_id), {})


def show(ballot: Ballot, fields: dict[str, Any]) -> str:
    state = state_of(ballot)
    return render_template(
        "office/ballots/show.html",
        ballot=ballot,
        **state,
        motions=[_told(ballot, number) for number in range(1, len(ballot.motions) + 1)],
        limits=queries.limits_text(ballot),
        announcement=queries.announcement(ballot),
        extensions=_extensions(ballot),
        opening=queries.opening(ballot.id),
        turnout=queries.turnout(ballot),
        announcing=queries.announce_obstacles(ballot, now()) if state["stage"] is Stage.DRAFT else [],
        obstacles=_before_opening(ballot, state["stage"]),
        hints=_hints(ballot, state["stage"]),
        answers=queries.waiting_answers(ballot.id) if ballot.opened_at else 0,
        papers=queries.paper_sums(ballot.id),
        waiting=queries.awaiting_review(ballot.id),
        counting=_before_counting(ballot, state["stage"]),
        earliest=queries.earliest_opening(ballot.community_id, now())
        if state["stage"] is Stage.DRAFT
        else None,
        fields=fields,
        client_key=secrets.token_urlsafe(16),
    )


def _extensions(ballot: Ballot) -> list[Notice]:
    """The notices of its later closings, in order. Most ballots have none, and then nothing is asked."""
    if ballot.closing_at is None or ballot.closing_at == ballot.closes_at:
        return []
    about = notices.of("ballot", ballot.id)
    return [one for one in reversed(about) if one.kind is NoticeKind.BALLOT_EXTENSION]


def _before_opening(ballot: Ballot, stage: Stage) -> list[Reason]:
    """While a draft, what the ledger lacks; once announced, everything that keeps it from opening now."""
    if stage is Stage.DRAFT:
        return queries.ledger_obstacles(ballot, now())
    return queries.obstacles(ballot, now()) if stage is Stage.ANNOUNCED else []


def _hints(ballot: Ballot, stage: Stage) -> list[Reason]:
    """What keeps nothing from happening and should be seen to before the roll is frozen."""
    return queries.ledger_hints(ballot) if stage in (Stage.DRAFT, Stage.ANNOUNCED) else []


def _before_counting(ballot: Ballot, stage: Stage) -> list[Reason]:
    if stage is not Stage.CLOSED or ballot.closing_at is None:
        return []
    return queries.count_obstacles(ballot.id, ballot.closing_at, now())


def _told(ballot: Ballot, number: int) -> dict[str, Any]:
    """A motion as voters are told of it."""
    text = queries.motion_texts(ballot)[number - 1]
    closes_at = ballot.closing_at or ballot.closes_at
    return {
        "number": number,
        "text": text,
        "choices": [
            (choice_name(choice), text.meanings.get(choice) or default_meaning(text, choice))
            for choice in text.choices
        ],
        "demand": demand_text(text, closes_at) if closes_at else "",
    }


@ballots.get("/<int:ballot_id>/announce")
@needs(Permission.ANNOUNCE_BALLOT)
def preview_announcement(community_id: int, ballot_id: int) -> Page:
    ballot = found_ballot(community_id, ballot_id)
    reasons = queries.announce_obstacles(ballot, now())
    if reasons or queries.stage(ballot, now()) is not Stage.DRAFT:
        return redirect(page_of(ballot))
    return render_template(
        "office/ballots/announce.html",
        ballot=ballot,
        title=announcement_title(ballot.title),
        blocks=drawn_blocks(queries.announcement_sheet(ballot)),
        earliest=queries.earliest_opening(community_id, now()),
        client_key=secrets.token_urlsafe(16),
    )


@ballots.post("/<int:ballot_id>/announce")
@needs(Permission.ANNOUNCE_BALLOT)
def announce_ballot(community_id: int, ballot_id: int) -> Page:
    found_ballot(community_id, ballot_id)
    try:
        key = load_form(KeyIn)["client_key"]
        with unit_of_work():
            row = queries.known(ballot_id)
            actions.announce_ballot(row, client_key=key, actor=me().actor, now=now())
    except (Invalid, Refused) as error:
        return show(found_ballot(community_id, ballot_id), fields_of(error, "act")), 422
    flash("公告贴出来了，内容已经固定。打印出来贴到每个单元门口。")
    return redirect(page_of(row))


@ballots.post("/<int:ballot_id>/withdraw")
@needs(Permission.ANNOUNCE_BALLOT)
def withdraw_announcement(community_id: int, ballot_id: int) -> Page:
    found_ballot(community_id, ballot_id)
    try:
        reason = load_form(ReasonIn)["reason"]
        with unit_of_work():
            row = queries.known(ballot_id)
            actions.withdraw_announcement(row, reason=reason, actor=me().actor, now=now())
    except (Invalid, Refused) as error:
        return show(found_ballot(community_id, ballot_id), fields_of(error, "reason")), 422
    flash("公告撤回了，现在可以改内容。重新公告后，公告期重新算。")
    return redirect(page_of(row))


@ballots.post("/<int:ballot_id>/open")
@needs(Permission.OPEN_BALLOT)
def open_ballot(community_id: int, ballot_id: int) -> Page:
    found_ballot(community_id, ballot_id)
    try:
        with unit_of_work():
            row = queries.known(ballot_id)
            act = actions.open_ballot(row, actor=me().actor, now=now())
    except (Invalid, Refused) as error:
        return show(found_ballot(community_id, ballot_id), fields_of(error, "act")), 422
    flash(f"投票开始了。名册定下来：共 {act.heads} 人，{act.area:,.2f} ㎡。")
    return redirect(page_of(row))


@ballots.post("/<int:ballot_id>/discard")
@needs(Permission.DRAFT_BALLOT)
def discard_draft(community_id: int, ballot_id: int) -> Page:
    found_ballot(community_id, ballot_id)
    try:
        with unit_of_work():
            actions.discard_draft(queries.known(ballot_id), actor=me().actor, now=now())
    except Refused as error:
        return show(found_ballot(community_id, ballot_id), fields_of(error, "act")), 422
    flash("草稿作废了。")
    return redirect(url_for("admin.ballots.list_ballots", community_id=community_id))


@ballots.get("/<int:ballot_id>/extend")
@needs(Permission.ANNOUNCE_BALLOT)
def extend_form(community_id: int, ballot_id: int) -> Page:
    ballot = found_ballot(community_id, ballot_id)
    return _extend(ballot, {"closes_at": ballot.closing_at, "client_key": secrets.token_urlsafe(16)}, {})


@ballots.post("/<int:ballot_id>/extend")
@needs(Permission.ANNOUNCE_BALLOT)
def extend_closing(community_id: int, ballot_id: int) -> Page:
    ballot = found_ballot(community_id, ballot_id)
    try:
        form = load_form(ExtendIn)
        with unit_of_work():
            actions.extend_closing(
                ballot_id,
                from_china(form["closes_at"]),
                reason=form["reason"],
                client_key=form["client_key"],
                actor=me().actor,
                now=now(),
            )
    except (Invalid, Refused) as error:
        return _extend(ballot, request.form.to_dict(), fields_of(error, "closes_at")), 422
    flash("延期了，公告也贴出来了。打印出来贴到每个单元门口；绑定了手机的住户收到了消息。投过的票都算数。")
    return redirect(page_of(ballot))


def _extend(ballot: Ballot, typed: dict[str, Any], fields: dict[str, Any]) -> str:
    return render_template("office/ballots/extend.html", ballot=ballot, typed=typed, fields=fields)
