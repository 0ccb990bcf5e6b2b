"""Consent as plans claim it, set beside surveys and decisions: for the levels above, many communities at once."""

from collections.abc import Collection, Mapping
from datetime import datetime

from server.decisions.queries.heard import heard_in
from server.decisions.queries.standing import lines_in
from server.decisions.queries.verdicts import ALARM_KEY
from server.decisions.queries.votes import decided_items
from server.decisions.queries.whereabouts import found_of
from server.decisions.rules.consent import Alarm, Claim, alarm
from server.decisions.rules.voted import VotedItem
from server.kernel.chinatime import china_day
from server.ledger import queries as ledger
from server.plans import queries as plans
from server.policies import queries as policies
from server.policies.rules import share_of
from server.surveys import queries as surveys

#: More surveys than a province's communities will have at once.
MOST_SURVEYS = 100_000


def claims_of(community_ids: Collection[int]) -> dict[int, Claim]:
    """What the newest formal plan claims of each; those of which it claims nothing are left out."""
    return {
        community_id: Claim(row.claimed_consenting, row.claimed_base, f"{row.year} 年度计划")
        for community_id, row in plans.newest_in_force(community_ids).items()
        if row.claimed_base
    }


def consent_alarms(claims: Mapping[int, Claim], now: datetime) -> dict[int, Alarm]:
    """By community, the claim of its plan row beside what was found; communities that are not there are left out.

    A fixed number of statements, however many communities. Votes count as they stand in decisions.
    """
    ids = sorted(claims)
    places = ledger.places(ids)
    asked = heard_in(surveys.surveys_of_many(ids, most=MOST_SURVEYS), now)
    decided = lines_in(ids, now)
    by_decision: dict[int, list[VotedItem]] = {}
    for one in decided_items([line for some in decided.values() for line in some]):
        by_decision.setdefault(one.decision_id or 0, []).append(one)
    on = china_day(now)
    drawn = policies.values_at(ALARM_KEY, {place.division_path for place in places.values()}, on)
    found = {}
    for community_id, place in places.items():
        items = [
            item for line in decided.get(community_id, []) for item in by_decision.get(line.decision.id, [])
        ]
        line_there = share_of(drawn[place.division_path])
        found[community_id] = alarm(
            claims[community_id], found_of(asked.get(community_id), items), line_there
        )
    return found
