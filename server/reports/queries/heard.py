"""What one community asked for in its survey, once its result was posted, and what was decided and done of it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from server.ballots.models import Ballot, Count, Motion
from server.catalogue import queries as catalogue
from server.decisions import queries as decisions
from server.decisions.models import Decision, Ending, Item
from server.decisions.rules import Outcome
from server.infra.db import db
from server.kernel.chinatime import china_day
from server.ledger import queries as ledger
from server.policies import queries as policies
from server.reports.queries.figures import facts_of
from server.reports.rules.heard import Heard, Wish, Works, heard
from server.surveys import queries as surveys


@dataclass(frozen=True)
class WhatBecame:
    #: The notice that carries the counts.
    notice_id: int
    notice_number: str
    items: list[Heard]


def what_became(community_id: int, now: datetime) -> WhatBecame | None:
    """None while no survey result hangs or hung: before that nothing of a survey is public."""
    wanted = decisions.wanted(community_id, now)
    place = ledger.place(community_id)
    if wanted is None or place is None:
        return None
    survey = surveys.known(wanted.survey_id)
    notice = surveys.result_notice(survey)
    if notice is None:
        return None
    wishes = [Wish(one.code, one.title, one.wanted) for one in sorted(wanted.needs, key=lambda one: one.code)]
    known = facts_of([community_id]).get(community_id)
    least = policies.number("disclosure.least_cell", place.division_path, china_day(now))
    outcomes, adopted, revoked = _outcomes(community_id)
    works = Works.known(known.started_on, known.finished_on, adopted) if known is not None else Works()
    return WhatBecame(
        notice.id,
        notice.number,
        heard(wishes, outcomes, works, least, _voted(community_id), revoked),
    )


def _voted(community_id: int) -> set[str]:
    """Codes of the catalogue that a counted vote was about, whether or not its decision is signed."""
    rows = (
        sa.select(Motion.catalogue_item_id)
        .join(Ballot, Ballot.id == Motion.ballot_id)
        .join(Count, Count.ballot_id == Ballot.id)
        .where(
            Ballot.community_id == community_id,
            Motion.catalogue_item_id.is_not(None),
            Ballot.id.not_in(decisions.ballots_undone()),
        )
        .distinct()
    )
    listed = catalogue.items_by_ids([one for one in db.session.scalars(rows) if one])
    return {one.code for one in listed.values()}


def _outcomes(community_id: int) -> tuple[dict[str, list[Outcome]], dict[str, date], set[str]]:
    """By the code of the catalogue, what signed decisions say of it in any scope; the day it was first adopted; and what
    decisions spoke of that a court revoked."""
    rows = db.session.execute(
        sa.select(
            Item.catalogue_item_id, Item.outcome, Ending.decided_on, decisions.REVOKED.label("is_revoked")
        )
        .join(Ending, sa.and_(Ending.decision_id == Item.decision_id, Ending.version == Item.version))
        .join(Decision, Decision.id == Item.decision_id)
        .where(
            Decision.community_id == community_id,
            Ending.code.is_not(None),
            Item.catalogue_item_id.is_not(None),
        )
    ).all()
    listed = catalogue.items_by_ids([row.catalogue_item_id for row in rows])
    found: dict[str, list[Outcome]] = defaultdict(list)
    adopted: dict[str, date] = {}
    revoked: set[str] = set()
    for row in rows:
        code = listed[row.catalogue_item_id].code
        if row.is_revoked:
            revoked.add(code)
            continue
        found[code].append(row.outcome)
        if row.outcome is Outcome.ADOPTED:
            adopted[code] = min(row.decided_on, adopted.get(code, row.decided_on))
    return found, adopted, revoked
