"""Within the warranty of the works: the ticket says who built it and answers for it, and on what evidence."""

from datetime import datetime

from server.kernel.actor import CLOCK
from server.kernel.chinatime import china_day
from server.tickets.actions.acting import Step, act_on
from server.tickets.models import Ticket
from server.tickets.queries import warranted_item
from server.tickets.rules.words import Act


def route_to_contractor(row: Ticket, now: datetime) -> None:
    """Nothing happens where the works are not under warranty there. The fund does not pay for what the contractor answers for."""
    found = warranted_item(row, china_day(now))
    if found is not None:
        row.contractor, row.works_id = found.item.contractor, found.item.id
        act_on(row.id, Act.ROUTE, Step(CLOCK, now, note=found.text_zh))
