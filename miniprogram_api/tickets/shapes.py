"""Rows of the house, in the shape the schemas send."""

from datetime import datetime
from typing import Any

from miniprogram_api.tickets.reading import Seen
from server.tickets.models import Ticket
from server.tickets.queries import Alike, Told
from server.tickets.rules.clocks import is_overdue
from server.tickets.rules.seeing import next_zh


def due_for(row: Ticket | Alike | Told) -> str:
    if row.due_at is None:
        return ""
    return next_zh(
        row.priority, is_accepted=row.accepted_at is not None, is_reached=row.arrived_at is not None
    )


def ticket_shape(row: Ticket | Alike | Told, moment: datetime) -> dict[str, Any]:
    return {
        "id": row.id,
        "community_id": row.community_id,
        "place": row.place,
        "category": row.category.value,
        "category_name": row.category.name_zh,
        "state": row.state.value,
        "state_name": row.state.name_zh,
        "priority": row.priority.value,
        "priority_name": row.priority.name_zh,
        "opened_at": row.opened_at,
        "due_at": row.due_at,
        "due_for": due_for(row),
        "is_overdue": is_overdue(row.due_at, moment),
    }


def seen_shape(found: Seen, moment: datetime) -> dict[str, Any]:
    row = found.row
    return {
        **ticket_shape(row, moment),
        "is_mine": found.is_mine,
        "words": found.words,
        "photos": found.photos,
        "acts": [
            {
                "act": one.act.value,
                "act_name": one.act.name_zh,
                "who": one.actor_name,
                "at": one.at,
                "note": one.note,
                "photos": one.photos,
            }
            for one in found.acts
        ],
        "worker": row.worker if found.is_mine else "",
        "contractor": row.contractor,
        "level_name": row.level.name_zh,
        "joined": found.joined,
        "reopened": row.reopened,
        "may": sorted(one.value for one in found.may),
    }
