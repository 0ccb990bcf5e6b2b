"""What the other actions share: a matter or a meeting under its lock, and the settings of its place."""

from datetime import date, datetime

from server.infra.db import db, lock_row
from server.kernel.errors import NotFound
from server.ledger import queries as ledger
from server.matters import queries
from server.matters.models import Matter, Meeting
from server.matters.queries import MatterCard, MeetingCard
from server.policies import queries as policies


def locked_matter(matter_id: int, community_id: int, now: datetime) -> MatterCard:
    """Raises NotFound for one of another community as for none."""
    lock_row(Matter, matter_id)
    card = queries.card(matter_id, community_id, now)
    if card is None:
        raise NotFound
    return card


def locked_meeting(meeting_id: int, community_id: int, now: datetime) -> MeetingCard:
    """Raises NotFound for one of another community as for none."""
    lock_row(Meeting, meeting_id)
    row = queries.meeting(meeting_id, community_id)
    if row is None:
        raise NotFound
    db.session.refresh(row)
    return queries.meeting_with(row, now)


def path_of(community_id: int) -> str:
    place = ledger.place(community_id)
    if place is None:
        raise NotFound
    return place.division_path


def number(key: str, community_id: int, on: date) -> int:
    """A setting of the community's place."""
    return policies.number(key, path_of(community_id), on)
