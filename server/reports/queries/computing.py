"""The facts of communities, computed from the rooms' own tables: a few statements for any number of communities."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from server.ballots.models import Ballot, Count, Turnout
from server.catalogue.rules import SubsidyKey, subsidy
from server.decisions import queries as decisions
from server.decisions.models import Decision, Ending, Item
from server.decisions.rules import Outcome
from server.divisions.models import Division
from server.infra.db import db
from server.kernel.chinatime import china_day
from server.ledger.models import Building, Community, Flat, Household
from server.ledger.rules.eligibility import Eligibility, EligibilityFacts, eligibility
from server.ledger.rules.words import PropertyMode
from server.notices.models import Notice, Objection
from server.notices.rules import NoticeKind
from server.policies import queries as policies
from server.reports.queries.after import after_works
from server.reports.queries.works import of_plans, of_projects
from server.reports.rules.facts import Eligible, Facts
from server.surveys import queries as surveys
from server.surveys.models import Counted, Survey
from server.surveys.queries import Consent

#: So many communities are computed by one set of statements.
AT_ONCE = 100
#: Notices that take objections.
OBJECTIONABLE = [kind for kind in NoticeKind if kind.takes_objections]

Found = dict[int, dict[str, Any]]


def community_ids(after: int = 0, most: int | None = None) -> list[int]:
    found = sa.select(Community.id).where(Community.id > after).order_by(Community.id).limit(most)
    return list(db.session.scalars(found))


def computed(ids: Iterable[int], now: datetime) -> Iterator[Facts]:
    """The facts of these communities as of now."""
    listed = sorted(set(ids))
    for start in range(0, len(listed), AT_ONCE):
        yield from _computed(listed[start : start + AT_ONCE], now)


def _computed(ids: Sequence[int], now: datetime) -> Iterator[Facts]:
    ledger = _of_ledger(ids, now)
    households = {id_: known["households"] for id_, known in ledger.items()}
    asked = _of_surveys(households, now)
    parts = [
        asked,
        _of_ballots(ids),
        _of_decisions(ids),
        _of_notices(ids, now),
        of_plans(ids),
        _of_claims(ids, now),
        of_projects(ids, now),
        after_works({id_: known["path"] for id_, known in ledger.items()}, now),
    ]
    for community_id, known in ledger.items():
        for part in parts:
            known.update(part.get(community_id, {}))
        yield Facts(community_id=community_id, **known)


# ------------------------------------------------------------------ the ledger


def _of_ledger(ids: Sequence[int], now: datetime) -> Found:
    today = china_day(now)
    households = _pairs(
        db.session.execute(
            sa.select(Flat.community_id, sa.func.count())
            .join(Household, Household.flat_id == Flat.id)
            .where(Flat.community_id.in_(ids), Household.closed_at.is_(None))
            .group_by(Flat.community_id)
        )
    )
    buildings = _pairs(
        db.session.execute(
            sa.select(Building.community_id, sa.func.count())
            .where(Building.community_id.in_(ids))
            .group_by(Building.community_id)
        )
    )
    rows = db.session.execute(
        sa.select(Community, Division.path)
        .join(Division, Division.id == Community.division_id)
        .where(Community.id.in_(ids))
    )
    cutoffs: dict[str, Any] = {}
    found: Found = {}
    for row, path in rows:
        if path not in cutoffs:
            cutoffs[path] = policies.day("eligibility.cutoff_on", path, today)
        found[row.id] = {
            "path": path,
            "households": households.get(row.id, 0),
            "buildings": buildings.get(row.id, 0),
            "eligible": _eligible(eligibility(_eligibility_facts(row), cutoffs[path])),
            "problems": _eligibility_facts(row).problems,
            "is_managed": None if row.property_mode is None else row.property_mode is not PropertyMode.NONE,
        }
    return found


def _eligibility_facts(row: Community) -> EligibilityFacts:
    problems = (
        row.has_poor_environment,
        row.has_lacking_facilities,
        row.lacks_accessibility,
        row.lacks_management,
    )
    return EligibilityFacts(
        row.location_type,
        row.built_on,
        row.built_year,
        row.is_rebuild_suitable,
        row.exclusion,
        sum(problems),
    )


def _eligible(judged: Eligibility) -> Eligible:
    if judged.is_eligible:
        return Eligible.YES
    return Eligible.OPEN if judged.is_open else Eligible.NO


# ------------------------------------------------------------------ surveys


def _of_surveys(households: Mapping[int, int], now: datetime) -> Found:
    """Of each community the survey that speaks for it where it is decided, so that a figure says on every floor what it says
    there; done since the first one closed that somebody answered, as the steps of preparation have it."""
    opened = opened_surveys(list(households), now)
    if not opened:
        return {}
    answered = _pairs(
        db.session.execute(
            sa.select(Counted.survey_id, sa.func.count())
            .where(Counted.survey_id.in_([row.id for row in opened]), Counted.response_id.is_not(None))
            .group_by(Counted.survey_id)
        )
    )
    chosen, consents = decisions.speaking(opened, now)
    done = _first_done(opened, answered, now)
    return {
        community_id: {
            "survey_id": row.id,
            "surveyed_on": done.get(community_id),
            # Vacant and unreachable ones too: they stay in the base of every coverage.
            "asked": households.get(community_id, 0),
            "answered": answered.get(row.id, 0),
            **_consent(consents.get(row.id)),
            **_need(row),
        }
        for community_id, row in chosen.items()
    }


def opened_surveys(ids: Sequence[int], now: datetime) -> list[Survey]:
    """Of whole communities, in the order in which they were opened."""
    rows = sa.select(Survey).where(
        Survey.community_id.in_(ids), Survey.opened_at <= now, Survey.discarded_at.is_(None)
    )
    found = db.session.scalars(rows.order_by(Survey.opened_at, Survey.id))
    return [row for row in found if not row.building_ids and not row.entrance_ids]


def _first_done(opened: Sequence[Survey], answered: Mapping[int, int], now: datetime) -> dict[int, date]:
    found: dict[int, date] = {}
    for row in opened:
        if row.closes_at is not None and row.closes_at <= now and answered.get(row.id):
            day = china_day(row.closes_at)
            found[row.community_id] = min(day, found.get(row.community_id, day))
    return found


def _consent(found: Consent | None) -> dict[str, int]:
    """How many answered the first question that asks for consent, and how many of them agree."""
    return {} if found is None else {"consent_answered": found.answered, "agreed": found.agree}


def _need(of: Survey) -> dict[str, Any]:
    """What most households want; of equals the one that more call most important."""
    wanted = surveys.needs_ranking(of)
    if not wanted:
        return {}
    first = wanted[0]
    return {"need_title": first.title, "need_wanted": first.wanted, "need_answered": first.answered}


# ------------------------------------------------------------------ ballots


def _of_ballots(ids: Sequence[int]) -> Found:
    """Of each community what all its counted votes said, and the turnout of the one that closed last, for electorates of
    different scopes are not added up; a vote that was declared void, or revoked by a court, never was one."""
    return of_counted(counted_ballots(ids))


def counted_ballots(ids: Sequence[int], until: datetime | None = None) -> Sequence[Any]:
    """The counts of these communities in the order in which the votes closed; of those that closed before `until` only."""
    found = (
        sa.select(Count.ballot_id, Ballot.community_id, Count.closes_at, Count.outcome)
        .join(Ballot, Ballot.id == Count.ballot_id)
        .where(Ballot.community_id.in_(ids), Count.ballot_id.not_in(decisions.ballots_undone()))
        .order_by(Count.closes_at, Count.ballot_id, Count.number)
    )
    return db.session.execute(found if until is None else found.where(Count.closes_at < until)).all()


def of_counted(rows: Sequence[Any]) -> Found:
    # The newest count of each ballot stands, in the order in which the ballots closed.
    counted: dict[int, dict[int, Any]] = defaultdict(dict)
    for row in rows:
        counted[row.community_id][row.ballot_id] = row
    newest = {community_id: list(held.values())[-1] for community_id, held in counted.items()}
    turnout = _turnout([row.ballot_id for row in newest.values()])
    found: Found = {}
    for community_id, row in newest.items():
        held = list(counted[community_id].values())
        verdicts = [one for other in held for one in _verdicts(other.outcome)]
        found[community_id] = {
            "ballot_id": row.ballot_id,
            "voted_on": china_day(row.closes_at),
            "first_voted_on": china_day(held[0].closes_at),
            "motions": len(verdicts),
            "passed": verdicts.count("passed"),
            "undecided": verdicts.count("no_quorum") + verdicts.count("not_computable"),
            **turnout.get(row.ballot_id, {}),
        }
    return found


def _verdicts(outcome: Mapping[str, Any]) -> list[str]:
    return [motion["verdict"] for scope in outcome["results"] for motion in scope["motions"]]


def _turnout(ballot_ids: Sequence[int]) -> Found:
    """Heads and area over the ballot's scopes, each of which is an electorate of its own."""
    found: Found = defaultdict(
        lambda: {"roll_heads": 0, "heads": 0, "roll_area": Decimal(0), "area": Decimal(0)}
    )
    for row in db.session.scalars(sa.select(Turnout).where(Turnout.ballot_id.in_(ballot_ids))):
        for name in ("roll_heads", "heads", "roll_area", "area"):
            found[row.ballot_id][name] += getattr(row, name)
    return found


# ------------------------------------------------------------------ decisions and notices


def _of_decisions(ids: Sequence[int]) -> Found:
    rows = db.session.execute(
        sa.select(Decision.id, Decision.community_id, Ending.decided_on)
        .join(Ending, Ending.decision_id == Decision.id)
        .where(Decision.community_id.in_(ids), Ending.code.is_not(None), ~decisions.REVOKED)
        .order_by(Ending.decided_on, Decision.id)
    ).all()
    kept = _subsidised([row.id for row in rows])
    found: Found = {}
    for row in rows:
        first = found.get(row.community_id, {}).get("first_decided_on", row.decided_on)
        found[row.community_id] = {
            "decision_id": row.id,
            "decided_on": row.decided_on,
            "first_decided_on": first,
            "is_subsidised": row.community_id in kept,
        }
    return found


def _subsidised(decision_ids: Sequence[int]) -> set[int]:
    """Communities that keep the central subsidy by what these signed decisions adopted, taken together: water may be
    decided in spring and power in autumn."""
    rows = db.session.execute(
        sa.select(Decision.community_id, Item.subsidy_key)
        .join(Ending, Ending.decision_id == Decision.id)
        .join(Item, sa.and_(Item.decision_id == Decision.id, Item.version == Ending.version))
        .where(Decision.id.in_(decision_ids), Item.outcome == Outcome.ADOPTED)
        .distinct()
    )
    keys: dict[int, set[SubsidyKey | None]] = defaultdict(set)
    for community_id, key in rows:
        keys[community_id].add(SubsidyKey(key) if key else None)
    return {community_id for community_id, held in keys.items() if subsidy(held).is_kept}


def _of_claims(ids: Sequence[int], now: datetime) -> Found:
    """Whether what a plan claims of consent stands up to the survey and the vote, as decisions judge it."""
    judged = decisions.consent_alarms(decisions.claims_of(ids), now)
    return {
        community_id: {"claim_differs": alarm.rings}
        for community_id, alarm in judged.items()
        if alarm.is_compared
    }


def _of_notices(ids: Sequence[int], now: datetime) -> Found:
    """Objections to what hung; a community where nothing ever hung that takes any has none to answer."""
    rows = db.session.execute(
        sa.select(
            Notice.community_id,
            sa.func.count(Objection.id).label("all"),
            sa.func.count(Objection.id).filter(Objection.answered_at.is_(None)).label("open"),
        )
        .outerjoin(Objection, Objection.notice_id == Notice.id)
        .where(
            Notice.community_id.in_(ids),
            Notice.kind.in_(OBJECTIONABLE),
            Notice.opens_on <= china_day(now),
        )
        .group_by(Notice.community_id)
    )
    return {row.community_id: {"objections": row.all, "objections_open": row.open} for row in rows}


def _pairs(rows: Iterable[Any]) -> dict[int, int]:
    return {row[0]: row[1] for row in rows}
