"""Paper forms printed from the same questions: for one household, a building or all. Each bears its household's serial."""

from typing import Any

from flask import render_template, request, url_for

from admin.guard import needs
from admin.surveys.pages import Page, opened_survey, surveys
from server.identity.rules import Permission
from server.infra import qr
from server.infra.clock import now
from server.ledger import queries as ledger
from server.ledger.queries import HouseholdCard
from server.ledger.rules.names import label
from server.surveys import queries
from server.surveys.models import Survey
from server.surveys.rules.serials import Serial
from server.surveys.rules.wording import condition_in_words, numbers_of
from server.surveys.rules.words import Capacity

#: So many forms are drawn on one page to print: a browser with more of them is slow to begin.
AT_ONCE = 100


@surveys.get("/<int:survey_id>/paper")
@needs(Permission.ENTER_RESPONSES)
def paper_desk(community_id: int, survey_id: int) -> Page:
    """What to print, and the way to the keying."""
    of = opened_survey(community_id, survey_id)
    return _desk(of, "", {})


@surveys.get("/<int:survey_id>/paper/print")
@needs(Permission.ENTER_RESPONSES)
def print_forms(community_id: int, survey_id: int) -> Page:
    of = opened_survey(community_id, survey_id)
    find = request.args.get("find", "").strip()
    cards = _chosen(of, request.args.get("building_id", 0, int), find)
    if not cards:
        return _desk(of, find, {"find": ["没有找到这一户。照台账上的写法再找，例如 3 栋 2 单元 501。"]}), 422
    first = max(1, request.args.get("from", 1, int))
    some = cards[first - 1 : first - 1 + AT_ONCE]
    form = queries.form(of)
    return render_template(
        "office/surveys/paper_print.html",
        survey=of,
        version=form.number,
        definition=form.definition,
        numbers=numbers_of(form.definition),
        when=lambda tree: condition_in_words(tree, form.definition),
        community=ledger.community(community_id),
        contact=ledger.contact(community_id),
        capacities=list(Capacity),
        papers=[(card, str(Serial(of.id, card.id)), _code(of, card)) for card in some],
        first=first,
        last=first + len(some) - 1,
        total=len(cards),
        back_href=url_for("admin.surveys.paper_desk", community_id=community_id, survey_id=survey_id),
    )


def _code(of: Survey, card: HouseholdCard) -> str:
    return qr.svg(str(Serial(of.id, card.id)), f"{card.label}的表", is_bulk=True)


def _chosen(of: Survey, building_id: int, find: str) -> list[HouseholdCard]:
    """The asked households of a building, those of an address as people write it, or all."""
    cards = queries.households_asked(of)
    if building_id:
        cards = [card for card in cards if card.building_id == building_id]
    if find:
        wanted = _squeezed(find)
        cards = [card for card in cards if wanted in {_squeezed(card.label), _squeezed(card.room)}]
    return cards


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _desk(of: Survey, find: str, fields: dict[str, Any]) -> str:
    cards = queries.households_asked(of)
    buildings: dict[int, tuple[str, int]] = {}
    for card in cards:
        name, count = buildings.get(card.building_id, (label(card.building, ""), 0))
        buildings[card.building_id] = (name, count + 1)
    return render_template(
        "office/surveys/paper_desk.html",
        survey=of,
        stage=queries.stage(of, now()),
        buildings=[(id_, name, count) for id_, (name, count) in buildings.items()],
        total=len(cards),
        waiting=len(queries.waiting_for_review(of)),
        at_once=AT_ONCE,
        find=find,
        fields=fields,
    )
