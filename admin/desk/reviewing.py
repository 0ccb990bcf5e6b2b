"""The review queue: compare with the picture without being shown the entry, or void for a named fault."""

import secrets
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from marshmallow import Schema
from marshmallow.fields import Enum

from admin.desk.pages import Page, desk, fields_of, frozen, legends, opened_ballot, to_settle, whom_to_ask
from admin.guard import holds, needs
from admin.session import me
from server.attachments import queries as attachments
from server.ballots import actions, queries
from server.ballots.models import Ballot, LogEntry
from server.ballots.rules.desk import BY_REVIEWER, Fault, read_keys
from server.ballots.rules.drafting import choice_name
from server.ballots.rules.events import Verdict
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line
from server.infra.web.forms import load_form
from server.kernel.errors import Invalid, NotFound, Refused


class ReviewIn(Schema):
    verdict = Enum(Verdict, by_value=True, required=True, error_messages={"required": "选有效还是作废。"})
    fault = Enum(Fault, by_value=True, load_default=None, error_messages={"unknown": "选一条作废的原因。"})
    marks = Line(40, load_default="")
    client_key = Line(80, required=True)


class FlagIn(Schema):
    receipt = Line(40, required=True, error_messages={"required": "填回执编号，或者房号。"})
    reason = Line(300, required=True, error_messages={"required": "写明为什么要复核。"})


@desk.get("/reviews")
@needs(Permission.SETTLE_PAPER)
def review_queue(community_id: int, ballot_id: int) -> Page:
    return _queue(opened_ballot(community_id, ballot_id), {}, {})


def _queue(ballot: Ballot, typed: dict[str, Any], fields: dict[str, Any]) -> str:
    waiting = queries.review_queue(ballot.id) if _reviews(ballot) else []
    own = [one for one in waiting if me().actor.key in one.people]
    people = {person for one in own for person in one.people}
    return render_template(
        "office/desk/queue.html",
        ballot=ballot,
        waiting=waiting,
        own=len(own),
        whom=whom_to_ask(Permission.REVIEW_PAPER, ballot.community_id, people) if own else [],
        to_settle=to_settle(ballot),
        reviews=_reviews(ballot),
        mine=me().actor.key,
        typed=typed,
        fields=fields,
    )


def _reviews(ballot: Ballot) -> bool:
    """Whoever only settles what two read differently is shown nothing else."""
    return holds(Permission.REVIEW_PAPER, ballot.community_id)


@desk.get("/reviews/<int:seq>")
@needs(Permission.REVIEW_PAPER)
def review_page(community_id: int, ballot_id: int, seq: int) -> Page:
    return _page(opened_ballot(community_id, ballot_id), seq, {}, {})


@desk.post("/reviews/<int:seq>")
@needs(Permission.REVIEW_PAPER)
def review_vote(community_id: int, ballot_id: int, seq: int) -> Page:
    ballot = opened_ballot(community_id, ballot_id)
    try:
        form = load_form(ReviewIn)
        asked = queries.asked_in(_vote(ballot, seq), frozen(ballot).asked)
        reading = read_keys(asked, form["marks"]) if form["marks"] else None
        with unit_of_work():
            outcome = actions.review_vote(
                ballot_id,
                seq,
                verdict=form["verdict"],
                fault=form["fault"] if form["verdict"] is Verdict.VOID else None,
                reading=reading,
                client_key=form["client_key"],
                actor=me().actor,
                now=now(),
            )
    except (Invalid, Refused) as error:
        fields = fields_of(error, "verdict")
        fields = {("marks" if name == "reading" else name): said for name, said in fields.items()}
        return _page(ballot, seq, request.form.to_dict(), fields), 422
    if not outcome.is_recorded:
        sentence = "和录入的不一致。对着照片再看一遍；确实不一致，就选作废、“录入和纸票不一致”，退回重录。"
        return _page(ballot, seq, {}, {"marks": [sentence]}), 422
    flash("复核记下了。")
    return redirect(url_for("admin.desk.review_queue", community_id=community_id, ballot_id=ballot_id))


def _page(ballot: Ballot, seq: int, typed: dict[str, Any], fields: dict[str, Any]) -> str:
    vote = _vote(ballot, seq)
    people = queries.people_of(vote)
    is_own = me().actor.key in people
    shown = _entered(ballot, vote) if queries.is_disclosed(ballot.disclosed_at) else []
    return render_template(
        "office/desk/review.html",
        ballot=ballot,
        vote=queries.waiting(vote),
        is_own=is_own,
        whom=whom_to_ask(Permission.REVIEW_PAPER, ballot.community_id, people) if is_own else [],
        entered=shown,
        typed={**typed, "client_key": secrets.token_urlsafe(16)},
        fields=fields,
        legends=legends(queries.asked_in(vote, frozen(ballot).asked)),
        faults=[(fault.value, fault.name_zh) for fault in BY_REVIEWER],
    )


def _vote(ballot: Ballot, seq: int) -> LogEntry:
    vote = queries.vote_entry(ballot.id, seq)
    if vote is None:
        raise NotFound
    return vote


def _entered(ballot: Ballot, vote: LogEntry) -> list[tuple[str, str]]:
    """What was entered, once choices may be seen."""
    choices, _ = queries.entered_choices(vote)
    return [
        (motion.title, choice_name(choices.get(motion.key, "abstain")))
        for motion in queries.asked_in(vote, frozen(ballot).asked)
    ]


@desk.get("/reviews/<int:seq>/photo")
@needs(Permission.REVIEW_PAPER)
def see_photo(community_id: int, ballot_id: int, seq: int) -> Page:
    """The picture, for the reviewer alone; each look is audited."""
    opened_ballot(community_id, ballot_id)
    with unit_of_work():
        photo_id = actions.look_at_photo(ballot_id, seq, actor=me().actor, now=now())
    data = attachments.content(photo_id)
    return Response(data, content_type="image/jpeg", headers={"Cache-Control": "no-store"})


@desk.post("/flags")
@needs(Permission.REVIEW_PAPER)
def flag_vote(community_id: int, ballot_id: int) -> Page:
    ballot = opened_ballot(community_id, ballot_id)
    try:
        form = load_form(FlagIn)
        meant = _votes_meant(ballot_id, form["receipt"])
        with unit_of_work():
            for seq in meant:
                actions.flag_vote(ballot_id, seq, reason=form["reason"], actor=me().actor, now=now())
    except (Invalid, Refused) as error:
        return _queue(ballot, request.form.to_dict(), fields_of(error, "receipt")), 422
    flash("加进复核了。")
    return redirect(url_for("admin.desk.review_queue", community_id=community_id, ballot_id=ballot_id))


def _votes_meant(ballot_id: int, text: str) -> list[int]:
    """The vote of a receipt, or every vote of a home that is not void: whoever objects names the home, and only its owner
    has the receipt.
    """
    vote = queries.vote_by_receipt(ballot_id, text)
    if vote is not None:
        return [vote.seq]
    heads = queries.find_heads(ballot_id, text)
    if len(heads) > 1:
        sentence = f"有 {len(heads)} 户对得上，写全楼栋、单元和房号。"
        raise Invalid(sentence, fields={"receipt": [sentence]})
    found = [one.seq for head in heads for one in queries.standing_votes(ballot_id, head.head)]
    if not found:
        sentence = "没有这个回执，这一户也没有算数的票。核对了再填。"
        raise Invalid(sentence, fields={"receipt": [sentence]})
    return found
