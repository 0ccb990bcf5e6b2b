"""Stopping a clock: one person says why, another whether. Only then does it stand."""

from server.tickets.actions.acting import Step, act_on
from server.tickets.models import Ticket
from server.tickets.rules.states import check_suspension_asked, check_suspension_review
from server.tickets.rules.words import Act

REASON = "写上为什么要停：等料、等钱、等表决，还是别的。报的人看得到。"


def ask_suspension(ticket_id: int, step: Step) -> Ticket:
    """The clock runs on until another person has agreed."""
    return act_on(ticket_id, Act.ASK_SUSPENSION, step, ask=REASON, check=check_suspension_asked)


def review_suspension(ticket_id: int, step: Step, *, is_granted: bool) -> Ticket:
    act = Act.GRANT_SUSPENSION if is_granted else Act.DENY_SUSPENSION
    ask = "写上同意停的原因，报的人看得到。" if is_granted else "写上为什么不同意。"
    return act_on(ticket_id, act, step, ask=ask, check=check_suspension_review)


def resume(ticket_id: int, step: Step) -> Ticket:
    """Work goes on where it stood, and so does the clock."""
    return act_on(ticket_id, Act.RESUME, step)
