"""What fell back is mended: each such finding of a round becomes a ticket, with its picture, once."""

from flask import flash, redirect, url_for

from admin.guard import needs
from admin.management.desk import Page, management
from admin.session import me
from server.identity.rules import Permission
from server.infra import replay
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.kernel.errors import NotFound
from server.management import actions, queries
from server.management.queries import FallenBack
from server.management.rules.watch import WatchItem, round_name
from server.tickets import actions as tickets
from server.tickets.models import Ticket
from server.tickets.rules.reports import NewTicket
from server.tickets.rules.words import Category, Priority, Source

CATEGORIES = {
    WatchItem.ROAD: Category.ROAD,
    WatchItem.DRAINS: Category.WATER,
    WatchItem.FACADE: Category.LEAK,
    WatchItem.STAIRS: Category.WORKS,
    WatchItem.LIGHTS: Category.POWER,
    WatchItem.GREEN: Category.GREEN,
    WatchItem.WASTE: Category.WASTE,
    WatchItem.FIRE_LANE: Category.FIRE,
    WatchItem.PARKING: Category.ROAD,
    WatchItem.STRUCTURES: Category.STRUCTURE,
}


@management.post("/communities/<int:community_id>/management/findings/<int:finding_id>/ticket")
@needs(Permission.HOLD_WATCH)
def repair(community_id: int, finding_id: int) -> Page:
    """For what was found before rounds opened tickets of their own; asked again it leads to the same ticket."""
    found = next((one for one in queries.fallen_back([community_id]) if one.finding_id == finding_id), None)
    if found is None:
        raise NotFound
    number = found.ticket_id
    if number is None:
        with unit_of_work():
            number = open_ticket(found).id
        flash(f"开好了，{number} 号工单。", "go")
    return redirect(url_for("admin.management.community_page", community_id=community_id, _anchor="watch"))


def open_tickets(community_id: int) -> int:
    """Inside the unit of work of the round: one for everything that fell back and has none; how many were opened."""
    found = [one for one in queries.fallen_back([community_id]) if one.ticket_id is None]
    for one in found:
        open_ticket(one)
    return len(found)


def open_ticket(found: FallenBack) -> Ticket:
    """Whoever held the round reports it; where the works are under warranty the ticket goes to whoever built them."""
    new = NewTicket(
        found.community_id,
        CATEGORIES[found.item],
        Source.PATROL,
        replay.own_key("watch-finding", found.finding_id),
        words=f"{round_name(found.months)}回头看，{found.item.name_zh}回潮：{found.words}",
        # It is mended, not answered, whatever residents' complaints of its kind are.
        priority=Priority.P2,
        photos=[found.attachment_id] if found.attachment_id is not None else [],
    )
    row = tickets.report(new, actor=me().actor, now=now())
    actions.link_ticket(
        found.finding_id, community_id=found.community_id, ticket_id=row.id, actor=me().actor, now=now()
    )
    return row
