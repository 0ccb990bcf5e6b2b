"""The list of what was promised, with the money of the works; and entering a promise that came on paper."""

from typing import Any

from flask import flash, request
from marshmallow import Schema
from marshmallow.fields import Enum

from admin.contributions.desk import Page, back_to, contributions, draw
from admin.guard import needs
from admin.matters.becoming import became, carried, typed_from
from admin.session import me
from server.contributions import actions, queries
from server.contributions.rules import LONGEST_NAME, LONGEST_WORDS, Kind, Shown
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.addresses import page_asked
from server.infra.web.fields import Line, Words
from server.infra.web.forms import load_form
from server.kernel.errors import Invalid, Problem
from server.kernel.money import fen_of
from server.ledger import queries as ledger
from server.matters.rules.links import LinkKind

KIND: dict[str, Any] = {"required": "选出什么。", "unknown": "选出什么。"}
SHOWN: dict[str, Any] = {"required": "选怎么公布。", "unknown": "选怎么公布。"}


class PledgeIn(Schema):
    building = Line(20, required=True, error_messages={"required": "填楼栋。"})
    entrance = Line(20, load_default="")
    room = Line(20, required=True, error_messages={"required": "填房号。"})
    kind = Enum(Kind, by_value=True, required=True, error_messages=KIND)
    amount = Line(30, load_default="")
    words = Words(LONGEST_WORDS, load_default="")
    shown = Enum(Shown, by_value=True, load_default=Shown.ANONYMOUS, error_messages=SHOWN)
    name = Line(LONGEST_NAME, load_default="")
    client_key = Line(80, required=True)


@contributions.get("")
@needs(Permission.SEE_CONTRIBUTIONS)
def list_pledges(community_id: int) -> Page:
    page = queries.pledges(community_id, page_asked(), with_taken_back=True)
    return draw(
        "list.html",
        community_id,
        page=page,
        sums=queries.kind_sums(community_id),
        funding=queries.funding(community_id),
        waiting=queries.waiting(community_id),
    )


@contributions.get("/new")
@needs(Permission.RECORD_CONTRIBUTIONS)
def new_pledge(community_id: int) -> Page:
    known = typed_from(carried(community_id))
    typed = {"matter": known["matter"], "words": known["title"]} if known else {}
    return _new(community_id, {"shown": Shown.ANONYMOUS.value, **typed})


@contributions.post("")
@needs(Permission.RECORD_CONTRIBUTIONS)
def enter_pledge(community_id: int) -> Page:
    try:
        form, matter = load_form(PledgeIn), carried(community_id)
        flat = ledger.flat_by_address(community_id, form["building"], form["entrance"], form["room"])
        if flat is None:
            sentence = "台账里没有这套房。请核对楼栋、单元、房号。"
            raise Invalid(sentence, fields={"room": [sentence]})
        with unit_of_work():
            row = actions.make_pledge(
                community_id, flat_id=flat.id, kind=form["kind"], amount=amount_of(form["kind"], form["amount"]),
                words=form["words"], shown=form["shown"], name=form["name"], client_key=form["client_key"],
                actor=me().actor, now=now(),
            )  # fmt: skip
            became(matter, LinkKind.CONTRIBUTION, row.id)
    except Problem as error:
        return _new(community_id, dict(request.form), error)
    flash("记下了。收到以后，在这里记收到多少。")
    return back_to("pledge_page", community_id, pledge_id=row.id)


def amount_of(kind: Kind, typed: str) -> int | None:
    """Yuan become fen, hours are whole; space and ideas are one each."""
    if not kind.is_measured:
        return None
    if not typed:
        raise _wrong("填多少。")
    if kind is Kind.MONEY:
        return fen_of(typed)
    number = typed.removeprefix("-")
    if not number.isascii() or not number.isdecimal():
        raise _wrong("小时填整数，例如 8。")
    return int(typed)


def _wrong(sentence: str) -> Invalid:
    return Invalid(sentence, fields={"amount": [sentence]})


def _new(community_id: int, typed: dict[str, Any], error: Problem | None = None) -> Page:
    return draw(
        "new.html",
        community_id,
        typed,
        error,
        kinds=[(kind.value, kind.name_zh) for kind in Kind],
        ways=[(shown.value, shown.name_zh) for shown in Shown],
    )
