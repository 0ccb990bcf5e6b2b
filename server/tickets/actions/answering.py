"""The resident's word on it; the committee records what it was told by telephone, and the company never does."""

from server.kernel.errors import Refused
from server.tickets.actions.acting import Step, act_on
from server.tickets.models import Ticket
from server.tickets.queries import known, reopen_until
from server.tickets.rules.states import check_confirm
from server.tickets.rules.words import Act


def confirm(ticket_id: int, step: Step) -> Ticket:
    """Solved, says the resident."""
    return act_on(ticket_id, Act.CONFIRM, step, check=check_confirm)


def reopen(ticket_id: int, step: Step) -> Ticket:
    """Not solved, or broken again within the set days. Whoever worked on it is told; it keeps the time it was first reported."""
    until = reopen_until(known(ticket_id, step.community_id))
    if until is not None and step.now >= until:
        raise Refused("结束太久了，不能重新打开。还有问题，请另报一件。", code="too_late_to_reopen")
    return act_on(ticket_id, Act.REOPEN, step, ask="写一句哪里没解决。")


def withdraw(ticket_id: int, step: Step) -> Ticket:
    """Reported by mistake, or gone by itself."""
    return act_on(ticket_id, Act.WITHDRAW, step)
