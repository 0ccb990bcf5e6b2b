"""What a resident is told of a ticket: its next date in words, what they may do, and which acts concern them."""

from datetime import datetime, timedelta
from enum import StrEnum

from server.tickets.rules.states import possible
from server.tickets.rules.telling import is_told
from server.tickets.rules.words import Act, Priority, State

#: Acts that people read on the page of their ticket, beside those they are told of.
_ALSO_READ = frozenset({Act.REPORT, Act.PRIORITISE, Act.WITHDRAW})


class Deed(StrEnum):
    """What a resident may do to a ticket."""

    CONFIRM = "confirm"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"
    JOIN = "join"


def is_read(act: Act) -> bool:
    return is_told(act) or act in _ALSO_READ


def reads_whole(act: Act, by: str, reader: str, *, is_reporter: bool) -> bool:
    """Whether somebody whose ticket it is reads an act's words and pictures as they came. Who reported reads all. Who joined
    reads what the staff said and what they said themselves: joining takes one tap, and what another neighbour wrote or
    pictured is nobody's to read before it was looked at.
    """
    is_neighbours = act is Act.REPORT or by.startswith("resident:")
    return is_reporter or by == reader or not is_neighbours


def next_zh(priority: Priority, *, is_accepted: bool, is_reached: bool) -> str:
    """What is due next, as a verb."""
    if not is_accepted:
        return "答复" if priority is Priority.P3 else "受理"
    return "到场" if priority.is_urgent and not is_reached else "办完"


def reopens_until(ended_at: datetime | None, days: int) -> datetime | None:
    """From when on it can no longer be reopened. None while it has not ended: whoever is asked whether it is solved may
    always say that it is not, however long nobody asked, and whoever is told of its end has these days.
    """
    return None if ended_at is None else ended_at + timedelta(days=days)


def deeds(
    state: State,
    *,
    is_reporter: bool,
    is_joined: bool,
    has_reporter: bool,
    is_answered: bool,
    reopen_until: datetime | None,
    now: datetime,
) -> frozenset[Deed]:
    """Whoever reported speaks for it; where nobody with an account did, those who joined do. Trouble anyone may name again."""
    is_mine = is_reporter or is_joined
    speaks = is_reporter or (is_joined and not has_reporter)
    able = {
        Deed.CONFIRM: speaks and possible(state, Act.CONFIRM),
        Deed.REOPEN: is_mine
        and possible(state, Act.REOPEN, is_answered=is_answered)
        and (reopen_until is None or now < reopen_until),
        Deed.WITHDRAW: is_reporter and possible(state, Act.WITHDRAW),
        Deed.JOIN: not is_mine and not state.is_ended,
    }
    return frozenset(deed for deed, may in able.items() if may)
