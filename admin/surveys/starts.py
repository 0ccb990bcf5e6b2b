"""From what a new survey starts: a template, an earlier survey, an empty sheet. Forms of other programs: see importing.py."""

from dataclasses import dataclass
from typing import Any

from admin.guard import holds
from admin.ledger.reach import reach_of
from server.catalogue import queries as catalogue
from server.identity.rules import Permission
from server.infra.clock import now
from server.kernel.chinatime import china_day
from server.kernel.errors import Invalid
from server.ledger import queries as ledger
from server.surveys import queries
from server.surveys.rules.definition import Option
from server.surveys.rules.offers import offer_of
from server.surveys.rules.templates import TEMPLATES, template
from server.surveys.rules.words import Kind

EMPTY = "empty"
_EMPTY: dict[str, Any] = {"sections": [{"key": "s1", "title": "第一部分", "questions": []}]}
#: Communities whose surveys are offered for copying beside one's own.
MOST_BESIDE = 100


@dataclass(frozen=True)
class Start:
    """The questions of a new survey, with the name and the words before them. `survey_id`: it is a copy of that one."""

    title: str
    intro: str
    definition: dict[str, Any]
    survey_id: int | None = None


def offered(community_id: int | None, path: str) -> list[dict[str, str]]:
    """Cards to choose from: templates, this community's own surveys, those of others within reach, an empty sheet."""
    cards = [
        {"value": f"template:{one.key}", "label": one.name, "hint": f"模板。{one.description}"}
        for one in TEMPLATES
    ]
    cards += [
        {"value": f"survey:{one.id}", "label": one.title, "hint": f"{place}{one.drafted_at:%Y} 年的问卷，照着再做一份。"}
        for one, place in _earlier(community_id, path)
    ]  # fmt: skip
    if community_id is not None:
        cards.append({"value": EMPTY, "label": "从空白开始", "hint": "一道题一道题自己写。"})
    return cards


def start_of(chosen: str, community_id: int | None, path: str) -> Start:
    """Raises Invalid for what was not offered: the surveys of others stay theirs."""
    if chosen not in {card["value"] for card in offered(community_id, path)}:
        raise Invalid("请选从哪里开始。", fields={"start": ["选一项。"]})
    kind, _, name = chosen.partition(":")
    if kind == "template":
        held = next(one for one in TEMPLATES if one.key == name)
        return Start(held.name, "", template(name, items_at(path)))
    if kind == "survey":
        of = queries.known(int(name))
        return Start(of.title, of.intro, queries.form(of).definition.as_json(), of.id)
    return Start("", "", _EMPTY)


def items_at(path: str) -> list[Option]:
    """The catalogue's items in force there, as options that stand alone from then on."""
    return [
        Option(item.code, item.name, help=item.description, picture=item.picture_id)
        for item in catalogue.items(china_day(now()), path)
    ]


def contents_of(kind: Kind, path: str) -> list[Option]:
    """What a question of this kind takes from the catalogue: a package with prices and pictures, others nothing."""
    if kind is Kind.ITEMS:
        return items_at(path)
    if kind is not Kind.PACKAGE:
        return []
    return [
        Option(
            item.code, item.name, help=item.description, picture=item.picture_id, offer=offer_of(item.tariff)
        )
        for item in catalogue.items(china_day(now()), path)
    ]


def household_budget(path: str) -> int | None:
    """What the place set aside for each household, in fen, where it did."""
    return catalogue.household_budget(path, china_day(now()))


def path_of(community_id: int) -> str:
    place = ledger.place(community_id)
    return place.division_path if place is not None else ""


def _earlier(community_id: int | None, path: str) -> list[tuple[Any, str]]:
    paths, ids = reach_of(Permission.SEE_SURVEYS)
    near = ledger.communities_under(*(paths if community_id else [path]), community_ids=ids, size=MOST_BESIDE)
    names = {one.id: f"{one.name}，" for one in near.items if holds(Permission.SEE_SURVEYS, one.id)}
    own = queries.surveys_of(community_id) if community_id is not None else []
    others = queries.surveys_of_many([id_ for id_ in names if id_ != community_id])
    return [(one, "") for one in own] + [(one, names[one.community_id]) for one in others]
