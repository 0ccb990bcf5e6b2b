"""What the clock does: asks a resident again, ends what nobody answers, tells the next office of what is late."""

from datetime import datetime

import sqlalchemy as sa

from server.infra.db import db
from server.kernel.actor import CLOCK
from server.tickets.actions.acting import Facts, Step, act_on
from server.tickets.models import Ticket
from server.tickets.rules.words import Act

#: So many in one transaction; what is left waits for the next minute.
AT_ONCE = 200


def remind_and_close_due(now: datetime) -> int:
    """Returns how many residents were asked again or tickets ended."""
    due = sa.select(Ticket.id, Ticket.asked_again_at).where(Ticket.wake_at <= now)
    rows = db.session.execute(due.order_by(Ticket.wake_at, Ticket.id).limit(AT_ONCE)).all()
    for row in rows:
        act = Act.REMIND if row.asked_again_at is None else Act.LAPSE
        act_on(row.id, act, Step(CLOCK, now))
    return len(rows)


def escalate_due(now: datetime) -> int:
    """Returns how many went one step up; what is late by several steps goes on the next time."""
    due = sa.select(Ticket.id, Ticket.level).where(Ticket.escalate_at <= now)
    rows = db.session.execute(due.order_by(Ticket.escalate_at, Ticket.id).limit(AT_ONCE)).all()
    for row in rows:
        act_on(row.id, Act.ESCALATE, Step(CLOCK, now), facts=Facts(level=row.level.above))
    return len(rows)
