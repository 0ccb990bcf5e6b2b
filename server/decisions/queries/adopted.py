"""What was adopted for which place, as the works take it over: schemes in force, and signed votes where no scheme speaks."""

from datetime import datetime

from server.decisions.queries.places import Place
from server.decisions.queries.schemes import Tree, tree
from server.decisions.rules.outcome import Outcome
from server.projects.rules.items import Adopted


def adopted_works(community_id: int, now: datetime) -> list[Adopted]:
    """Each adopted item once for the node it was adopted for, the whole community first. Raises NotFound.

    Where a scheme in force covers a place it has the word: it may leave out, for a reason, what a vote let in.
    """
    of = tree(community_id, now)
    own = of.own
    found: dict[tuple[str, str], Adopted] = {}
    for node, place in of.places.items():
        if node in own:
            for held in of.holding(node):
                if held.is_own and held.holds:
                    found[node, held.line.item] = _adopted(of, place, held.line.item)
        elif not own.keys() & set(place.path):
            for vote in of.voted.votes:
                if vote.node == node and vote.is_final and vote.outcome is Outcome.ADOPTED:
                    found[node, vote.item] = _adopted(of, place, vote.item)
    return list(found.values())


def _adopted(of: Tree, place: Place, code: str) -> Adopted:
    node = place.node
    return Adopted(of.community_id, code, of.title(code), of.part(code), node.building_id, node.entrance_id)
