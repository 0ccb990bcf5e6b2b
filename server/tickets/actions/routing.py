"""Within the warranty of the works: the ticket says who built it and answers for it, and on what evidence."""

from datetime import datetime

from server.kernel.actor import CLOCK
from server.tickets.actions.acting import Step, act_on
from server.tickets.models import Ticket
from server.tickets.queries import WarrantedItem
from server.tickets.rules.words import Act


def route_to_contractor(row: Ticket, found: WarrantedItem, now: datetime) -> None:
    """The fund does not pay for what the contractor answers for."""
    act_on(row.id, Act.ROUTE, Step(CLOCK, now, note=found.text_zh))
