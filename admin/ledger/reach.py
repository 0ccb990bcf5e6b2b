"""How far a person's grants reach for a permission: the communities they may list, the places they may import into."""

from admin.session import me
from server.identity.rules import ALLOWED, Permission


def reach_of(permission: Permission) -> tuple[list[str], list[int]]:
    """Division paths, and single communities beside them."""
    grants = [grant for grant in me().grants if grant.role in ALLOWED[permission]]
    paths = [grant.division_path for grant in grants if grant.community_id is None]
    return paths, [grant.community_id for grant in grants if grant.community_id is not None]
