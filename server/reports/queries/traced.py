"""You said, was decided, was done, still holds, for each thing of one community: gathered from the rooms that know."""

from dataclasses import dataclass
from datetime import datetime

from server.catalogue import queries as catalogue
from server.decisions import queries as decisions
from server.evaluations import queries as evaluations
from server.evaluations.rules.rounds import round_name
from server.evaluations.rules.shown import ShownRate
from server.evaluations.rules.trace import Decided, Done, Facts, Trace, Wished, traces
from server.projects import queries as projects
from server.projects.rules.acts import EventKind
from server.reports.queries.heard import WhatBecame, what_became


@dataclass(frozen=True)
class Traced:
    """What was asked for in the survey, and each thing of it followed to this day."""

    became: WhatBecame | None
    traces: list[Trace]


def traces_of(community_id: int, now: datetime) -> list[Trace]:
    return traced(community_id, now).traces


def traced(community_id: int, now: datetime) -> Traced:
    """Nothing of a survey before its results hang, nothing of a vote before the decision is signed, nothing of a round before
    it is over."""
    became = what_became(community_id, now)
    judged, name = _judged(community_id, now)
    finished = [
        on for line in projects.projects_of(community_id) if (on := line.dates.get(EventKind.FINISHED))
    ]
    followed = traces(
        Facts(
            wished=[
                Wished(one.code, one.title, one.word, one.is_settled)
                for one in (became.items if became else [])
            ],
            decided=_decided(community_id),
            done=_done(community_id),
            judged=judged,
            round_name=name,
            finished_on=max(finished, default=None),
        )
    )
    return Traced(became, followed)


def _decided(community_id: int) -> list[Decided]:
    """Each item once, with the first decision that adopted it."""
    adopted = [one for one in decisions.adopted_items(community_id) if one.catalogue_item_id is not None]
    listed = catalogue.items_by_ids([one.catalogue_item_id for one in adopted if one.catalogue_item_id])
    endings = {one: decisions.ending(one) for one in {held.decision_id for held in adopted}}
    found: dict[str, Decided] = {}
    for one in adopted:
        held = listed.get(one.catalogue_item_id or 0)
        if held is not None and held.code not in found:
            ending = endings[one.decision_id]
            on = ending.decided_on if ending else None
            found[held.code] = Decided(held.code, held.name, on, one.decision_id)
    return list(found.values())


def _done(community_id: int) -> dict[str, Done]:
    by_code: dict[str, list[projects.ItemCard]] = {}
    for card in projects.items_of_community(community_id):
        by_code.setdefault(card.item.code, []).append(card)
    return {code: _places(cards) for code, cards in by_code.items()}


def _places(cards: list[projects.ItemCard]) -> Done:
    days = [card.completed_on for card in cards if card.completed_on is not None]
    return Done(len(cards), len(days), max(days, default=None))


def _judged(community_id: int, now: datetime) -> tuple[dict[str, ShownRate], str]:
    """What the newest round that is over says of each item, as the public may read it, and its name."""
    of = evaluations.latest_over([community_id], now).get(community_id)
    if of is None:
        return {}, ""
    titles = evaluations.items(of.panel_id)
    told = evaluations.shown_result(of, now).items
    # Too few answers tell nothing of any item, but that it was judged.
    rates = told or [ShownRate(title, []) for title in titles.values()]
    return dict(zip(titles, rates, strict=True)), round_name(of.months)
