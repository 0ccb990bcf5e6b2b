"""Where a role reaches: a division with all below it, or one community."""

from collections.abc import Iterable
from dataclasses import dataclass

from server.identity.rules.permissions import ALLOWED, GRANTABLE, NEVER_TOGETHER, Permission, Role
from server.kernel.places import Place


@dataclass(frozen=True)
class Grant:
    """A role somewhere: over one community, or (without one) over a division and everything below it."""

    role: Role
    #: Path of the division; of the community's own division where the grant is for a community.
    division_path: str
    community_id: int | None = None

    @property
    def place(self) -> Place:
        return Place(self.division_path, self.community_id)


def covers(grant: Grant, place: Place) -> bool:
    if grant.community_id is not None:
        return place.community_id == grant.community_id
    return place.is_under(grant.division_path)


def may(grants: Iterable[Grant], permission: Permission, place: Place | None) -> bool:
    """Whether any of the grants allows it there; `place` None asks whether anywhere at all."""
    roles = ALLOWED[permission]
    return any(grant.role in roles and (place is None or covers(grant, place)) for grant in grants)


def may_hand_out(grants: Iterable[Grant], role: Role, place: Place) -> bool:
    """Nobody grants beyond their own reach, nor a role that theirs does not hand out."""
    return any(role in GRANTABLE.get(grant.role, ()) and covers(grant, place) for grant in grants)


def overlap(one: Grant, other: Grant) -> bool:
    """Whether some community can lie in both."""
    if one.community_id is not None and other.community_id is not None:
        return one.community_id == other.community_id
    if one.community_id is not None:
        return one.division_path.startswith(other.division_path)
    if other.community_id is not None:
        return other.division_path.startswith(one.division_path)
    return one.division_path.startswith(other.division_path) or other.division_path.startswith(
        one.division_path
    )


def clash(held: Iterable[Grant], wanted: Grant) -> Grant | None:
    """The grant a person already holds that forbids the wanted one, or None."""
    for grant in held:
        if frozenset({grant.role, wanted.role}) in NEVER_TOGETHER and overlap(grant, wanted):
            return grant
    return None
