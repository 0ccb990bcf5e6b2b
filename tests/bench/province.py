"""The whole plan by bulk: 305 communities and 59,605 households over the nine prefectures, with answers and votes. Fictitious."""

import json
import secrets
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from server.ballots.models import Ballot, Count, LogEntry, Turnout
from server.ballots.rules.drafting import Precedence, Unreturned
from server.divisions.models import Division
from server.divisions.rules import DivisionLevel
from server.infra.db import db, unit_of_work
from server.kernel.places import ScopeKind
from server.ledger.actions.counting import count_communities
from server.ledger.models import Household
from server.reports import actions, queries
from server.surveys.actions import Heading, draft_survey, fold_survey, open_survey
from server.surveys.models import Counted, Survey, SurveyResponse
from server.surveys.rules.words import Capacity, Channel, Proof
from tests.bench.seeding import CLERK, ROWS_AT_ONCE, _flats, _insert
from tests.factories.ledger import make_community

COMMUNITIES, HOUSEHOLDS = 305, 59_605
QUESTIONS = {
    "sections": [
        {
            "key": "s1",
            "title": "你家的想法",
            "questions": [
                {"key": "agree", "kind": "stance", "title": "你同意改造吗", "is_consent": True},
                {"key": "items", "kind": "items", "title": "想改什么", "options": [{"value": "B02", "title": "水"}, {"value": "B06", "title": "路"}]},
            ],
        }
    ],
    "thanks": "谢谢。",
}  # fmt: skip
#: Of ten communities: how many were asked, and how many voted.
ASKED_OF_TEN, VOTED_OF_TEN = 8, 5
ANSWERED, VOTED = 0.7, 0.6


def seed_province() -> list[int]:
    """The communities, with homes. Returns their ids."""
    counties = list(
        db.session.scalars(
            sa.select(Division.code)
            .where(Division.level == DivisionLevel.COUNTY, Division.valid_to.is_(None))
            .order_by(Division.id)
        )
    )
    ids = []
    for number in range(COMMUNITIES):
        homes = HOUSEHOLDS // COMMUNITIES + (number < HOUSEHOLDS % COMMUNITIES)
        community = make_community(f"示例小区{number + 1}", code=counties[number % len(counties)])
        with unit_of_work():
            flats = _flats(community.id, homes)
            _insert(Household, [{"flat_id": flat} for flat in flats])
            count_communities([community.id])
        ids.append(community.id)
        db.session.expunge_all()
    return ids


def ask_and_vote(ids: Sequence[int], times: int = 1) -> None:
    """Surveys with answers and counted votes; `times` answers a household and votes a head, of which the last counts."""
    for place, community_id in enumerate(ids):
        homes = list(_homes(community_id))
        if place % 10 < ASKED_OF_TEN:
            _survey(community_id, homes[: int(len(homes) * ANSWERED)], times)
        if place % 10 < VOTED_OF_TEN:
            _ballot(community_id, homes, times)
        db.session.expunge_all()


def grow(ids: Sequence[int], times: int) -> None:
    """So many further answers and votes of those who answered and voted already."""
    for community_id in ids:
        survey = db.session.scalar(sa.select(Survey).where(Survey.community_id == community_id))
        ballot = db.session.scalar(sa.select(Ballot.id).where(Ballot.community_id == community_id))
        homes = list(_homes(community_id))
        with unit_of_work():
            if survey is not None:
                _respond(survey.id, homes[: int(len(homes) * ANSWERED)], times)
            if ballot is not None:
                _log(ballot, int(len(homes) * VOTED), times, start=1_000_000)
        db.session.expunge_all()


def recompute() -> None:
    ids = queries.community_ids()
    for start in range(0, len(ids), 50):
        with unit_of_work():
            actions.recompute(ids[start : start + 50], datetime.now(UTC))
        db.session.expunge_all()


def gather_statistics() -> None:
    """What autovacuum does within minutes of a load."""
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect() as connection:
            connection.exec_driver_sql("ANALYZE")


def _homes(community_id: int) -> Iterator[sa.Row[Any]]:
    yield from db.session.execute(
        sa.text(
            "SELECT households.id, flats.building_id FROM households JOIN flats ON flats.id = households.flat_id "
            "WHERE flats.community_id = :id ORDER BY households.id"
        ),
        {"id": community_id},
    )


def _survey(community_id: int, homes: Sequence[Any], times: int) -> None:
    now = datetime.now(UTC)
    key = secrets.token_hex(8)
    with unit_of_work():
        survey = draft_survey(
            community_id, Heading("改造意愿"), QUESTIONS, client_key=key, actor=CLERK, now=now
        )
        open_survey(survey, closes_at=now + timedelta(days=20), actor=CLERK, now=now)
    with unit_of_work():
        ids = _respond(survey.id, homes, times)
        rows = [
            {
                "survey_id": survey.id, "household_id": home.id, "proof": Proof.PROVEN,
                "response_id": id_, "consent_response_id": id_, "is_folded": False,
            }
            for home, id_ in zip(homes, ids, strict=True)
        ]  # fmt: skip
        for start in range(0, len(rows), ROWS_AT_ONCE):
            db.session.execute(sa.insert(Counted), rows[start : start + ROWS_AT_ONCE])
    with unit_of_work():
        while fold_survey(survey.id):
            pass


def _respond(survey_id: int, homes: Sequence[Any], times: int) -> list[int]:
    """Answers in bulk. Returns the ids of the last answer of each home."""
    now = datetime.now(UTC)
    ids: list[int] = []
    for _ in range(times):
        ids = _insert(
            SurveyResponse,
            [
                {
                    "survey_id": survey_id, "version_number": 1, "household_id": home.id, "building_id": home.building_id,
                    "proof": Proof.PROVEN, "channel": Channel.SLIP, "capacity": Capacity.OWNER,
                    "answers": {"agree": "agree" if home.id % 4 else "disagree", "items": ["B02"]},
                    "answered_at": now, "received_at": now, "entered_by": "resident:1", "needs_review": False,
                }
                for home in homes
            ],
        )  # fmt: skip
    return ids


def _ballot(community_id: int, homes: Sequence[Any], times: int) -> None:
    """A counted vote as its rows are left: roll, log, turnout, count."""
    closed = datetime.now(UTC) - timedelta(days=3)
    heads, voted = len(homes), int(len(homes) * VOTED)
    with unit_of_work():
        row = Ballot(
            community_id=community_id, title="改造表决", scope=ScopeKind.COMMUNITY, building_ids=[], entrance_ids=[],
            opens_at=closed - timedelta(days=9), closes_at=closed, precedence=Precedence.LATEST,
            unreturned=Unreturned.NONE, may_change=True, opened_at=closed - timedelta(days=9), closing_at=closed,
            drafted_by=CLERK.key, drafted_at=closed - timedelta(days=60),
        )  # fmt: skip
        db.session.add(row)
        db.session.flush()
        db.session.add(
            Turnout(
                ballot_id=row.id, scope="community", position=0, roll_heads=heads, roll_area=Decimal(heads * 60),
                heads=voted, area=Decimal(voted * 60),
            )
        )  # fmt: skip
        verdicts = [{"id": "m1", "verdict": "passed"}, {"id": "m2", "verdict": "rejected"}]
        db.session.add(
            Count(
                ballot_id=row.id, number=1, counted_at=closed, counted_by=CLERK.key, closes_at=closed,
                head_hash="0" * 64, events=voted,
                outcome={"results": [{"scope": "community", "motions": verdicts}], "details": []},
            )
        )  # fmt: skip
        _log(row.id, voted, times)


def _log(ballot_id: int, voted: int, times: int, start: int = 0) -> None:
    body = json.dumps({"kind": "vote", "choices": {"m1": "for", "m2": "against"}, "channel": "online"})
    at = datetime.now(UTC) - timedelta(days=5)
    rows = [
        {
            "ballot_id": ballot_id, "seq": start + number + 1, "kind": "vote", "recorded_at": at, "body": body,
            "hash": f"{number:064d}", "head": f"h{number % voted}", "channel": "online", "entered_by": "resident:1",
        }
        for number in range(voted * times)
    ]  # fmt: skip
    for first in range(0, len(rows), ROWS_AT_ONCE):
        db.session.execute(sa.insert(LogEntry), rows[first : first + ROWS_AT_ONCE])
