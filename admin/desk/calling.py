"""Call-backs: a sample of what was entered by hand, drawn by the log itself, is asked whether it was what they meant."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from marshmallow import Schema
from marshmallow.fields import Enum

from admin.desk.pages import Page, desk, fields_of, opened_ballot, whom_to_ask
from admin.guard import needs
from admin.session import me
from server.ballots import actions, queries
from server.ballots.models import Ballot
from server.ballots.rules.sampling import Answer
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.forms import load_form
from server.kernel.errors import Invalid, Refused


class CalledIn(Schema):
    answer = Enum(
        Answer,
        by_value=True,
        required=True,
        error_messages={"required": "选业主怎么说。", "unknown": "选业主怎么说。"},
    )


@desk.get("/call-backs")
@needs(Permission.SETTLE_PAPER)
def call_backs(community_id: int, ballot_id: int) -> Page:
    return _page(opened_ballot(community_id, ballot_id), {})


@desk.post("/call-backs/<int:seq>")
@needs(Permission.SETTLE_PAPER)
def record_call_back(community_id: int, ballot_id: int, seq: int) -> Page:
    ballot = opened_ballot(community_id, ballot_id)
    try:
        form = load_form(CalledIn)
        with unit_of_work():
            actions.record_call_back(ballot_id, seq, form["answer"], actor=me().actor, now=now())
    except (Invalid, Refused) as error:
        return _page(ballot, fields_of(error, "answer")), 422
    flash(f"第 {seq} 条的答复记下了。")
    return redirect(url_for("admin.desk.call_backs", community_id=community_id, ballot_id=ballot_id))


def _page(ballot: Ballot, fields: dict[str, Any]) -> str:
    drawn = queries.sample(ballot)
    to_call = queries.to_call(ballot.id, drawn) if drawn else []
    mine = me().actor.key
    own = {person for one in to_call if mine in one.people for person in one.people}
    return render_template(
        "office/desk/call_backs.html",
        ballot=ballot,
        sample=drawn,
        to_call=to_call,
        whom=whom_to_ask(Permission.SETTLE_PAPER, ballot.community_id, own) if own else [],
        answers=list(Answer),
        mine=mine,
        fields=fields,
    )
