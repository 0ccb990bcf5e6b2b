"""Looking at a paper that another person keyed in. What it says can be let in or sent back, and not changed."""

from typing import Any

from flask import flash, redirect, render_template, request
from marshmallow import Schema
from marshmallow.fields import Boolean

from admin.evaluations.desk import Page, evaluations, found, page_of, said_rows
from admin.guard import needs
from admin.session import me
from server.evaluations import actions, queries
from server.evaluations.queries import Paper, RoundCard
from server.evaluations.rules.answering import LONGEST_REASON
from server.evaluations.rules.words import Stage, State
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Words
from server.infra.web.forms import load_form
from server.kernel.errors import Invalid, NotFound, Problem

VERDICT: dict[str, Any] = {"required": "选收还是退。", "invalid": "选收还是退。"}


class ReviewIn(Schema):
    is_accepted = Boolean(required=True, error_messages=VERDICT)
    reason = Words(LONGEST_REASON, load_default="")


@evaluations.get("/<int:round_id>/papers")
@needs(Permission.REVIEW_EVALUATIONS)
def list_papers(community_id: int, round_id: int) -> Page:
    """All that were keyed in, without what they say."""
    of = found(community_id, round_id)
    states = queries.states(of.id)
    return render_template(
        "office/evaluations/papers.html",
        round=of,
        papers=[(one, states[one.seat.household_id]) for one in queries.papers(of)],
        is_open=of.stage(now()) is Stage.OPEN,
        mine=me().actor.key,
        State=State,
    )


@evaluations.get("/<int:round_id>/papers/<int:answer_id>")
@needs(Permission.REVIEW_EVALUATIONS)
def show_paper(community_id: int, round_id: int, answer_id: int) -> Page:
    of = found(community_id, round_id)
    return _show(of, _waiting(of, answer_id), None)


@evaluations.post("/<int:round_id>/papers/<int:answer_id>/review")
@needs(Permission.REVIEW_EVALUATIONS)
def review_paper(community_id: int, round_id: int, answer_id: int) -> Page:
    of = found(community_id, round_id)
    paper = queries.paper(answer_id, of)
    try:
        form = load_form(ReviewIn)
        with unit_of_work():
            actions.review_paper(
                round_id, answer_id, community_id=community_id, actor=me().actor, now=now(), **form
            )
    except Problem as error:
        return _show(of, paper, error) if paper.review is None else _told(of, error)
    flash("收下了，算进去了。" if form["is_accepted"] else "退回了，原因写着。", "go")
    return redirect(page_of(of, "list_papers"))


def _waiting(of: RoundCard, answer_id: int) -> Paper:
    """One that waits: what was decided of is not read again, nor what its household has answered over itself."""
    paper = queries.paper(answer_id, of)
    if paper.review is not None or queries.state_in(of.id, paper.seat.household_id) is not State.WAITING:
        raise NotFound("这一份不用复核了：已经复核过，或者这一户自己评了。", code="not_waiting")
    return paper


def _told(of: RoundCard, error: Problem) -> Page:
    flash(error.message, "stop")
    return redirect(page_of(of, "list_papers"))


def _show(of: RoundCard, paper: Paper, error: Problem | None) -> Page:
    fields = error.fields if isinstance(error, Invalid) else {}
    is_still_theirs = queries.state_in(of.id, paper.seat.household_id) is State.WAITING
    drawn = render_template(
        "office/evaluations/paper.html",
        round=of,
        paper=paper,
        said=said_rows(paper.answer.said, queries.items(of.panel_id)) if is_still_theirs else [],
        fields=fields,
        typed=request.form.to_dict(),
        refusal="" if error is None or fields else error.message,
        is_mine=paper.answer.entered_by == me().actor.key,
        longest=LONGEST_REASON,
    )
    return drawn if error is None else (drawn, error.status)
