"""All reads of the reports: what is kept, what it is computed from, the returns and the bulletins."""

from server.reports.queries.bulletins import bulletin, bulletins_of, sent_to
from server.reports.queries.computing import community_ids, computed
from server.reports.queries.figures import (
    Freshness,
    Part,
    directly_in,
    facts_of,
    facts_under,
    freshness,
    least,
    names,
    parts,
    performance_due,
    place_names,
    pools_of,
)
from server.reports.queries.heard import WhatBecame, what_became
from server.reports.queries.own import OwnTrace, OwnWord, own_trace
from server.reports.queries.returns import (
    REPORTERS,
    REVIEWERS,
    Below,
    Sheet,
    acts,
    behind,
    due_day,
    handed_in,
    late_below,
    office_above,
    report,
    reported,
    sheet,
)
from server.reports.queries.scorecards import CARDS, By, cards_under
from server.reports.queries.since import Since, since
from server.reports.queries.traced import Traced, traced, traces_of

__all__ = [
    "CARDS",
    "REPORTERS",
    "REVIEWERS",
    "Below",
    "By",
    "Freshness",
    "OwnTrace",
    "OwnWord",
    "Part",
    "Sheet",
    "Since",
    "Traced",
    "WhatBecame",
    "acts",
    "behind",
    "bulletin",
    "bulletins_of",
    "cards_under",
    "community_ids",
    "computed",
    "directly_in",
    "due_day",
    "facts_of",
    "facts_under",
    "freshness",
    "handed_in",
    "late_below",
    "least",
    "names",
    "office_above",
    "own_trace",
    "parts",
    "performance_due",
    "place_names",
    "pools_of",
    "report",
    "reported",
    "sent_to",
    "sheet",
    "since",
    "traced",
    "traces_of",
    "what_became",
]
