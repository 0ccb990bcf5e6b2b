"""What everyone may read of a community once something was decided: the works, management, tickets, money, judging."""

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from server.kernel.chinatime import china_day
from server.policies import queries as policies
from server.projects.queries import Reach
from server.reports.queries.after import TICKET_DAYS
from server.reports.queries.figures import facts_of
from server.reports.rules.after import ticket_span
from server.reports.rules.facts import Facts
from server.reports.rules.told import TicketsTold, opinion_zh, tickets_told
from server.tickets import queries as tickets

CELL_KEY = "disclosure.least_cell"
SINCE_KEYS = (CELL_KEY, TICKET_DAYS)


@dataclass(frozen=True)
class Since:
    """By the kept figures; a community whose figures were never computed has nothing to tell yet."""

    facts: Facts
    tickets: TicketsTold | None
    #: Empty where no round of judging is over.
    opinion: str
    #: How many days back the tickets are counted.
    ticket_days: int

    @property
    def is_empty(self) -> bool:
        of = self.facts
        records = (of.started_on, of.is_covered, self.tickets, of.judged_on, of.funds_received, of.pledged)
        return all(one is None for one in records)

    def is_of(self, decided_on: date) -> bool:
        """Works that were finished before it was decided are not of that decision."""
        return self.facts.finished_on is None or self.facts.finished_on >= decided_on


def since(community_id: int, now: datetime) -> Since | None:
    facts = facts_of([community_id]).get(community_id)
    if facts is None:
        return None
    values = policies.values_of(SINCE_KEYS, facts.path, china_day(now))
    told = tickets_told(facts, int(values[CELL_KEY]))
    return Since(facts, told, opinion_zh(facts), int(values[TICKET_DAYS]))


def median_hours(of: Since, now: datetime) -> Fraction | None:
    """The middle of how long the reports took that ended in these days; None also where how many ended is hidden."""
    if of.tickets is None or of.tickets.ended is None:
        return None
    span = ticket_span(of.ticket_days, china_day(now))
    return tickets.figures(Reach([], [of.facts.community_id]), *span, now).median_hours
