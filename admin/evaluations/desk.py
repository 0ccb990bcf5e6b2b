"""What the pages of judging share: the blueprint, the round of an address, and the form's schema."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, url_for
from marshmallow import Schema
from marshmallow.fields import Dict, Enum, Integer, String
from werkzeug.wrappers import Response

from server.evaluations import queries
from server.evaluations.queries import RoundCard
from server.evaluations.rules.answering import LONGEST_WORDS, Said
from server.evaluations.rules.words import FURTHER, Aspect, Fee, ItemMark, Mark
from server.infra.web.fields import Line, Words

evaluations = Blueprint("evaluations", __name__, url_prefix="/communities/<int:community_id>/evaluations")

Page = str | Response | tuple[str, int]
ITEM = "item."
_CHOICE: dict[str, Any] = {"by_value": True, "load_default": None, "error_messages": {"unknown": "选一个。"}}
_OVERALL: dict[str, Any] = {"required": "表上的第一题没有录。没有勾的表不能录。", "unknown": "选一个。"}


class EntryIn(Schema):
    """A household's paper as it is keyed in."""

    household_id = Integer(
        required=True, error_messages={"required": "选是哪一户。", "invalid": "选是哪一户。"}
    )
    overall = Enum(Mark, by_value=True, required=True, error_messages=_OVERALL)
    quality = Enum(Mark, **_CHOICE)
    disturbance = Enum(Mark, **_CHOICE)
    duration = Enum(Mark, **_CHOICE)
    information = Enum(Mark, **_CHOICE)
    uptake = Enum(Mark, **_CHOICE)
    service = Enum(Mark, **_CHOICE)
    items = Dict(
        keys=String(),
        values=Enum(ItemMark, by_value=True, error_messages={"unknown": "选一个。"}),
        load_default=dict,
    )
    fee = Enum(Fee, **_CHOICE)
    words = Words(LONGEST_WORDS, load_default="")
    client_key = Line(80, required=True)


def said_of(form: Mapping[str, Any]) -> Said:
    marks = {aspect: form[aspect.value] for aspect in FURTHER}
    kept: dict[Aspect, Mark] = {aspect: mark for aspect, mark in marks.items() if mark is not None}
    return Said(form["overall"], kept, form["items"], form["fee"], form["words"])


def said_rows(said: Said, titles: Mapping[str, str]) -> list[tuple[str, str]]:
    """In the order of the paper, what was left out too: whoever checks it looks for that."""
    rows = [(aspect.name_zh, mark.name_zh if (mark := said.mark(aspect)) else "没有勾") for aspect in Aspect]
    rows += [
        (title, said.items[code].name_zh if code in said.items else "没有勾")
        for code, title in titles.items()
    ]
    return [
        *rows,
        ("物业费", said.fee.name_zh if said.fee else "没有勾"),
        ("还想说的", said.words or "没有写"),
    ]


def found(community_id: int, round_id: int) -> RoundCard:
    """Raises NotFound for a round of another community."""
    return queries.named(round_id, community_id)


def page_of(of: RoundCard, endpoint: str = "show_round", **values: Any) -> str:
    return url_for(f"admin.evaluations.{endpoint}", community_id=of.community_id, round_id=of.id, **values)
