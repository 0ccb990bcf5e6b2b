"""All reads of tickets."""

from server.tickets.queries.board import (
    MOST_COUNTED,
    Selected,
    asked_suspensions,
    counts,
    of_resident,
    reached,
    similar,
    tickets,
)
from server.tickets.queries.figures import figures, figures_by_community, figures_by_contractor
from server.tickets.queries.one import (
    acts,
    is_of,
    join_count,
    joined,
    joined_counts,
    joining,
    known,
    listeners,
    photos,
    reopen_until,
    settings_at,
    ticket,
)
from server.tickets.queries.places import Located, located
from server.tickets.queries.works import WarrantedItem, repeated_failures, warranted_item

__all__ = [
    "MOST_COUNTED",
    "Located",
    "Selected",
    "WarrantedItem",
    "acts",
    "asked_suspensions",
    "counts",
    "figures",
    "figures_by_community",
    "figures_by_contractor",
    "is_of",
    "join_count",
    "joined",
    "joined_counts",
    "joining",
    "known",
    "listeners",
    "located",
    "of_resident",
    "photos",
    "reached",
    "reopen_until",
    "repeated_failures",
    "settings_at",
    "similar",
    "ticket",
    "tickets",
    "warranted_item",
]
