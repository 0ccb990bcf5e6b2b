"""What changes beside the tree and hangs on one of its divisions; the tree itself is changed by migrations."""

from server.divisions.models import Division
from server.infra.db import lock_row


def lock_division(division_id: int) -> None:
    """Make others wait who would number something of this division."""
    lock_row(Division, division_id)
