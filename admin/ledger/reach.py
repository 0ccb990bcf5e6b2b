"""How far a person's grants reach for a permission: the communities they may list, the places they may import into."""

from admin.session import me
from server.divisions import queries as divisions
from server.divisions.models import Division
from server.identity.rules import ALLOWED, Permission
from server.infra.web.addresses import LARGEST_ID
from server.kernel.errors import NotFound


def reach_of(permission: Permission) -> tuple[list[str], list[int]]:
    """Division paths, and single communities beside them."""
    grants = [grant for grant in me().grants if grant.role in ALLOWED[permission]]
    paths = [grant.division_path for grant in grants if grant.community_id is None]
    return paths, [grant.community_id for grant in grants if grant.community_id is not None]


def division_within(paths: list[str], division_id: int) -> Division:
    """The division asked for, where it lies under one of these paths; another is as if it were not."""
    found = divisions.division(division_id) if 0 < division_id <= LARGEST_ID else None
    if found is None or not any(found.path.startswith(path) for path in paths):
        raise NotFound
    return found
