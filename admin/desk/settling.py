"""Where two people keyed a paper differently: a third sees both entries and the picture, and says which stands."""

import secrets
from typing import Any

from flask import Response, flash, redirect, render_template, url_for
from marshmallow import Schema
from marshmallow.fields import Enum

from admin.desk.pages import Page, desk, fields_of, frozen, opened_ballot
from admin.guard import needs
from admin.session import me
from server.attachments import queries as attachments
from server.ballots import actions
from server.ballots.models import Ballot
from server.ballots.rules.drafting import choice_name
from server.ballots.rules.keying import Choice, Read
from server.ballots.rules.marks import Mark
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line
from server.infra.web.forms import load_form
from server.kernel.errors import Invalid

WHICH: dict[str, Any] = {"required": "选一个结论。", "unknown": "选一个结论。"}


class SettleIn(Schema):
    choice = Enum(Choice, by_value=True, required=True, error_messages=WHICH)
    client_key = Line(80, required=True)


@desk.get("/papers/<int:number>/settle")
@needs(Permission.SETTLE_PAPER)
def settle_page(community_id: int, ballot_id: int, number: int) -> Page:
    return _page(opened_ballot(community_id, ballot_id), number, {})


@desk.post("/papers/<int:number>/settle")
@needs(Permission.SETTLE_PAPER)
def settle_paper(community_id: int, ballot_id: int, number: int) -> Page:
    ballot = opened_ballot(community_id, ballot_id)
    try:
        form = load_form(SettleIn)
    except Invalid as error:
        return _page(ballot, number, fields_of(error, "choice")), 422
    with unit_of_work():
        outcome = actions.settle_paper(
            ballot_id, number, form["choice"], client_key=form["client_key"], actor=me().actor, now=now()
        )
    flash(f"定好了，回执 {outcome.receipt.code}。" if outcome.receipt else "退回了，请两个人重新录。")
    return redirect(url_for("admin.desk.review_queue", community_id=community_id, ballot_id=ballot_id))


@desk.get("/papers/<int:number>/settle/photo")
@needs(Permission.SETTLE_PAPER)
def see_settle_photo(community_id: int, ballot_id: int, number: int) -> Page:
    """The picture, for the third person alone; each look is audited."""
    opened_ballot(community_id, ballot_id)
    with unit_of_work():
        photo_id, _ = actions.look_at_entries(ballot_id, number, actor=me().actor, now=now())
    data = attachments.content(photo_id)
    return Response(data, content_type="image/jpeg", headers={"Cache-Control": "no-store"})


def _page(ballot: Ballot, number: int, fields: dict[str, Any]) -> str:
    with unit_of_work():
        _, entries = actions.look_at_entries(ballot.id, number, actor=me().actor, now=now())
    return render_template(
        "office/desk/settle.html",
        ballot=ballot,
        number=number,
        rows=_side_by_side(ballot, *entries),
        choices=[(one.value, one.name_zh) for one in Choice],
        client_key=secrets.token_urlsafe(16),
        fields=fields,
    )


def _side_by_side(ballot: Ballot, first: Read, second: Read) -> list[tuple[str, str, str, bool]]:
    """Each line with what either read, and whether they differ there."""
    rows = [
        (motion.title, _word(first, motion.key), _word(second, motion.key)) for motion in frozen(ballot).asked
    ]
    rows.append(("签名", _signed(first), _signed(second)))
    return [(*row, row[1] != row[2]) for row in rows]


def _word(read: Read, motion: str) -> str:
    mark = read.marks.get(motion)
    return Mark(mark).name_zh if mark else choice_name(read.choices[motion])


def _signed(read: Read) -> str:
    if not read.is_signed:
        return "没有签名"
    return "登记的代表人签的" if read.by_representative else "有签名"
