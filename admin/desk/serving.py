"""From door to door: which homes were not served yet, which have not voted; each attempt noted on the phone."""

import secrets
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from marshmallow import Schema
from marshmallow.fields import Enum, Integer, NaiveDateTime

from admin.desk.entering import photo_sent
from admin.desk.pages import Page, desk, fields_of, opened_ballot
from admin.guard import needs
from admin.session import me
from server.attachments import actions as attachments
from server.ballots import actions, queries
from server.ballots.models import Ballot
from server.ballots.rules.drafting import Stage
from server.ballots.rules.service import BY_HAND, Way
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line
from server.infra.web.forms import load_form
from server.kernel.chinatime import from_china
from server.kernel.errors import Invalid, NotFound, Refused, TooLarge

HOW: dict[str, Any] = {"required": "选怎么送的。", "unknown": "选怎么送的。"}
WHEN: dict[str, Any] = {"required": "填什么时候送的。", "invalid": "填什么时候送的。"}
WHERE: dict[str, Any] = {"required": "从名单里选一户。", "invalid": "从名单里选一户。"}


class AttemptIn(Schema):
    flat_id = Integer(required=True, error_messages=WHERE)
    way = Enum(Way, by_value=True, required=True, error_messages=HOW)
    done_at = NaiveDateTime(required=True, error_messages=WHEN)
    witness = Line(40, load_default="")
    client_key = Line(80, required=True)


@desk.get("/service")
@needs(Permission.SERVE_BALLOT)
def list_doors(community_id: int, ballot_id: int) -> Page:
    ballot = opened_ballot(community_id, ballot_id)
    unvoted = request.args.get("unvoted") == "yes"
    page = max(1, min(request.args.get("page", 1, int), 10_000))
    return render_template(
        "office/desk/doors.html",
        ballot=ballot,
        is_open=queries.stage(ballot, now()) is Stage.OPEN,
        unvoted=unvoted,
        doors=queries.doors(ballot, unvoted=unvoted, page=page),
    )


@desk.get("/service/<int:flat_id>")
@needs(Permission.SERVE_BALLOT)
def door(community_id: int, ballot_id: int, flat_id: int) -> Page:
    return _door(opened_ballot(community_id, ballot_id), flat_id, {"done_at": now()}, {})


@desk.post("/service")
@needs(Permission.SERVE_BALLOT)
def record_attempt(community_id: int, ballot_id: int) -> Page:
    ballot = opened_ballot(community_id, ballot_id)
    try:
        form = load_form(AttemptIn)
        photo = photo_sent()
        with unit_of_work():
            kept = attachments.keep_photo(photo, actor=me().actor, now=now()) if photo else None
            actions.record_attempt(
                ballot,
                form["flat_id"],
                form["way"],
                done_at=from_china(form["done_at"]),
                witness=form["witness"],
                photo_id=kept.id if kept else None,
                client_key=form["client_key"],
                actor=me().actor,
                now=now(),
            )
    except (Invalid, Refused, TooLarge) as error:
        typed = request.form.to_dict()
        return _door(ballot, request.form.get("flat_id", 0, int), typed, fields_of(error, "way")), 422
    flash("记下了。")
    return redirect(url_for("admin.desk.list_doors", community_id=community_id, ballot_id=ballot_id))


def _door(ballot: Ballot, flat_id: int, typed: dict[str, Any], fields: dict[str, Any]) -> str:
    card = next(iter(queries.heads_of_flats(ballot.id, [flat_id])), None)
    if card is None:
        raise NotFound
    return render_template(
        "office/desk/door.html",
        ballot=ballot,
        flat_id=flat_id,
        card=card,
        attempts=[one for one in queries.attempts(ballot.id) if one.flat_id in card.flat_ids],
        ways=[(way.value, way.name_zh) for way in BY_HAND],
        typed={"client_key": secrets.token_urlsafe(16), **typed},
        fields=fields,
    )
