"""All that messages can be asked: inboxes and the printed list; what is on its way to telephones."""

from server.messages.queries.deliveries import (
    IS_OPEN,
    Brought,
    Service,
    by_ids,
    counts,
    delivery,
    has_lasting,
    permissions_left,
    services,
    troubled,
    who_allows,
)
from server.messages.queries.inbox import (
    FlatReading,
    Letter,
    PrintedHome,
    inbox,
    letter,
    printable,
    reader_of,
    readings_of_flats,
    unread_count,
)

__all__ = [
    "IS_OPEN",
    "Brought",
    "FlatReading",
    "Letter",
    "PrintedHome",
    "Service",
    "by_ids",
    "counts",
    "delivery",
    "has_lasting",
    "inbox",
    "letter",
    "permissions_left",
    "printable",
    "reader_of",
    "readings_of_flats",
    "services",
    "troubled",
    "unread_count",
    "who_allows",
]
