"""What anyone may read of what came after the works: small counts hidden, opinions only as exactly as the round told them."""

from dataclasses import dataclass
from fractions import Fraction
from typing import cast

from server.evaluations.rules.trace import per_cent
from server.kernel.disclosure import Line, Question, ShownLine, publish
from server.reports.rules.facts import Facts, Ratio


@dataclass(frozen=True)
class TicketsTold:
    """Tickets of the last year and what is open. None: hidden."""

    total: int | None
    on_time: int | None
    late: int | None
    #: Open, and late already.
    overdue: int | None
    confirmed: int | None
    unconfirmed: int | None
    reopened: int | None

    @property
    def ended(self) -> int | None:
        """None where it would be told by what is hidden."""
        return None if self.on_time is None or self.late is None else self.on_time + self.late

    @property
    def kept_time(self) -> Ratio | None:
        """On time of what ended and what is open and late; None where one of these is hidden."""
        if self.on_time is None or self.ended is None or self.overdue is None:
            return None
        return Ratio(self.on_time, self.ended + self.overdue)

    @property
    def was_confirmed(self) -> Ratio | None:
        """Confirmed by the resident of what ended; None where one of these is hidden."""
        return None if self.confirmed is None or self.ended is None else Ratio(self.confirmed, self.ended)


def tickets_told(row: Facts, least: int) -> TicketsTold | None:
    """All tables count the same tickets, so that none gives away what another hides. None where there never was one."""
    if row.tickets_ended is None:
        return None
    ended, still = row.tickets_ended, row.tickets_open or 0
    on_time, overdue = row.tickets_on_time or 0, row.tickets_overdue or 0
    confirmed, unconfirmed = row.tickets_confirmed or 0, row.tickets_unconfirmed or 0
    reopened = row.tickets_reopened or 0
    tables = {
        "time": Line((on_time, ended - on_time, overdue, still - overdue)),
        "end": Line((confirmed, unconfirmed, ended - confirmed - unconfirmed, still)),
        "again": Line((reopened, ended + still - reopened)),
    }
    shown = publish({key: Question(table) for key, table in tables.items()}, least)
    time, end, again = (cast(ShownLine, shown[key]) for key in tables)
    return TicketsTold(
        total=time.total.count,
        on_time=time.cells[0].count,
        late=time.cells[1].count,
        overdue=time.cells[2].count,
        confirmed=end.cells[0].count,
        unconfirmed=end.cells[1].count,
        reopened=again.cells[0].count,
    )


def opinion_zh(row: Facts) -> str:
    """The newest round that is over, in a few words; empty where none is."""
    if row.judged_on is None:
        return ""
    if row.told_marked is None or row.told_satisfied is None:
        return "评过，答的户太少，不公布"
    return f"满意 {per_cent(Fraction(row.told_satisfied, row.told_marked))}"
