"""Telling households what became of what they booked, raised or claimed; a home is told, never a name."""

from collections.abc import Collection

from server.infra.clock import now
from server.messages.actions import tell
from server.messages.rules import Recipient


def tell_flats(
    flat_ids: Collection[int | None], community_id: int, kind: str, subject: str, body: str, link: str
) -> None:
    """Inside the unit of work of the act itself. A point that the committee raised has no flat to tell."""
    tell(
        [Recipient.flat(one) for one in flat_ids if one is not None],
        kind=kind,
        subject=subject,
        body=body,
        link=link,
        community_id=community_id,
        now=now(),
    )
