"""The nodes of a community's tree, by key and name, and which of them a vote or survey spoke for."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from server.decisions.rules.schemes import ROOT, Node, building_key
from server.kernel.errors import NotFound
from server.kernel.places import ScopeKind
from server.ledger import queries as ledger
from server.ledger.queries import BuildingCard, EntranceCard


@dataclass(frozen=True)
class Place:
    """A node of the tree with its name."""

    node: Node
    label: str

    @property
    def key(self) -> str:
        return self.node.key

    @property
    def path(self) -> tuple[str, ...]:
        return self.node.path


def places(community_id: int) -> dict[str, Place]:
    """The whole tree by key: the community, each building, under it its entrances."""
    found = [Place(Node(ScopeKind.COMMUNITY), "全小区")]
    for building in ledger.buildings(community_id):
        found.append(Place(Node(ScopeKind.BUILDING, building.id), building.label))
        found += [
            Place(Node(ScopeKind.ENTRANCE, building.id, entrance.id), entrance.label)
            for entrance in building.entrances
        ]
    return {place.key: place for place in found}


def place(community_id: int, key: str) -> Place:
    """One node. Raises NotFound where the community has none of this key."""
    found = places(community_id).get(key)
    if found is None:
        raise NotFound
    return found


def nodes_by_scope(
    building_ids: Collection[int], entrance_ids: Collection[int], buildings: Iterable[BuildingCard]
) -> dict[str, frozenset[str]]:
    """The nodes that each scope of a count speaks for. Where only some were asked, a vote of all of them speaks for those."""
    found = {"community": limited(building_ids, entrance_ids)}
    for building in buildings:
        asked = frozenset(f"e{one.id}" for one in building.entrances if one.id in entrance_ids)
        found[f"building {building.name}"] = asked or frozenset({building_key(building.id)})
        for entrance in building.entrances:
            found[f"building {building.name} entrance {entrance.name}"] = frozenset({f"e{entrance.id}"})
    return found


def limited(building_ids: Collection[int], entrance_ids: Collection[int]) -> frozenset[str]:
    """The nodes that are asked as one: these entrances, else these buildings, else all."""
    if entrance_ids:
        return frozenset(f"e{entrance_id}" for entrance_id in entrance_ids)
    return frozenset(building_key(building_id) for building_id in building_ids) or frozenset({ROOT})


def entrances_under(node: str, entrances: Iterable[EntranceCard]) -> set[int]:
    """The ids of those that lie in a node of the tree: the whole, a building, one entrance."""
    return {
        entrance.id
        for entrance in entrances
        if node in {ROOT, building_key(entrance.building_id), f"e{entrance.id}"}
    }
