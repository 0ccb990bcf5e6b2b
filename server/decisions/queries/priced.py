"""The voted items of a community with the prices of the list each was voted from: a list in force never changes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from server.ballots import queries as ballots
from server.catalogue import queries as catalogue
from server.catalogue.rules.ground import Ground
from server.catalogue.rules.package import Tariff, line
from server.decisions.queries.places import entrances_under, nodes_by_scope
from server.decisions.rules.priced import Priced, PricedItem
from server.decisions.rules.schemes import DECIDING
from server.decisions.rules.voted import VotedItem
from server.ledger import queries as ledger


@dataclass(frozen=True)
class Listed:
    """An item of a list as it was put to the vote, and where that list has its prices from."""

    tariff: Tariff
    price_source: str


def priced(community_id: int, items: Sequence[VotedItem]) -> Priced:
    """Of each item and scope the vote that decides it: the newest. `items` come newest first."""
    listed = _listed({one.item.catalogue_item_id for one in items if one.item.catalogue_item_id})
    deciding: dict[tuple[str, str], VotedItem] = {}
    for one in items:
        held = listed.get(one.item.catalogue_item_id or 0)
        if one.item.outcome in DECIDING:
            deciding.setdefault((held.tariff.code if held else one.item.title, one.item.scope), one)
    ground = catalogue.ground(community_id) if listed else Ground(())
    asked = _asked(community_id, {one.ballot_id for one in deciding.values()})
    return Priced(
        tuple(
            _priced(one, listed.get(one.item.catalogue_item_id or 0), ground, asked)
            for one in deciding.values()
        )
    )


def _priced(
    one: VotedItem, held: Listed | None, ground: Ground, asked: dict[tuple[int, str], set[int]]
) -> PricedItem:
    item = one.item
    if held is None:
        return PricedItem(item.title, item.scope_zh, item.outcome, None)
    here = asked[one.ballot_id, item.scope]
    stairs = tuple(stair for stair in ground.stairs if stair.id in here)
    cost = line(held.tariff, Ground(stairs))
    return PricedItem(item.title, item.scope_zh, item.outcome, cost, held.price_source)


def _asked(community_id: int, ballot_ids: Collection[int]) -> dict[tuple[int, str], set[int]]:
    """By ballot and scope, the entrances that were asked there."""
    buildings = ledger.buildings(community_id)
    entrances = [entrance for building in buildings for entrance in building.entrances]
    found = {}
    for ballot_id in ballot_ids:
        ballot = ballots.known(ballot_id)
        nodes = nodes_by_scope(ballot.building_ids, ballot.entrance_ids, buildings)
        for scope, some in nodes.items():
            found[ballot_id, scope] = {one for node in some for one in entrances_under(node, entrances)}
    return found


def _listed(item_ids: Collection[int]) -> dict[int, Listed]:
    held = catalogue.priced_items(item_ids)
    return {item_id: Listed(item.tariff, price_source) for item_id, (item, price_source) in held.items()}
