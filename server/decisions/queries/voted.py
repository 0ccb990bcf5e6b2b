"""What the counted votes and closed surveys of a community say, laid on its tree of schemes."""

from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from server.ballots import queries as ballots
from server.ballots.queries import StoredCount
from server.catalogue import queries as catalogue
from server.decisions.models import Decision, Ending, Version
from server.decisions.queries import lifts
from server.decisions.queries.annulled import REVOKED
from server.decisions.queries.counted import items_counted
from server.decisions.queries.lifts import LiftView
from server.decisions.queries.places import Place, entrances_under, limited, nodes_by_scope
from server.decisions.rules.outcome import Outcome
from server.decisions.rules.schemes import ROOT, Vote
from server.infra.db import db
from server.ledger import queries as ledger
from server.surveys import queries as surveys
from server.surveys.rules.stages import Stage


@dataclass(frozen=True)
class Source:
    """A vote or survey that a scheme may rest on."""

    #: "b12" of a vote, "s5" of a survey.
    key: str
    title: str
    closes_at: datetime
    #: The nodes it asked the people of.
    nodes: frozenset[str]
    #: Of a survey: the codes of the items it asked about.
    items: frozenset[str] = frozenset()

    @property
    def ballot_id(self) -> int | None:
        return int(self.key[1:]) if self.key.startswith("b") else None

    @property
    def survey_id(self) -> int | None:
        return int(self.key[1:]) if self.key.startswith("s") else None

    def covers(self, place: Place) -> bool:
        """Whether it was asked of the place, or of a wider one."""
        return bool(self.nodes & set(place.path))


@dataclass(frozen=True)
class Voted:
    """All that was asked in a community: verdicts by node, and what a version may name."""

    votes: tuple[Vote, ...]
    sources: dict[str, Source]
    #: The ballots that decide nothing any more: declared void, or revoked by a court.
    undone: frozenset[int] = frozenset()


def voted(community_id: int, now: datetime) -> Voted:
    """Everything, read anew: a recount or a consent changes it at once."""
    buildings, views = ledger.buildings(community_id), lifts.lift_views(community_id)
    endings = _endings(community_id)
    votes: list[Vote] = []
    sources: dict[str, Source] = {}
    for ballot in ballots.ballots_of(community_id):
        is_final, is_void, signed = endings.get(ballot.id, (False, False, None))
        count = _count_that_decides(ballot.id, signed)
        if count is None:
            continue
        nodes = nodes_by_scope(ballot.building_ids, ballot.entrance_ids, buildings)
        scopes = {part["scope"]: nodes.get(part["scope"], frozenset()) for part in count.results}
        if is_void:
            continue
        here: frozenset[str] = frozenset().union(*scopes.values())
        sources[f"b{ballot.id}"] = Source(f"b{ballot.id}", ballot.title, count.closes_at, here)
        votes += _votes(count, scopes, views, is_final=is_final)
    for source in _surveys(community_id, now):
        sources[source.key] = source
    ordered = sorted(sources.values(), key=lambda one: (one.closes_at, one.key), reverse=True)
    undone = frozenset(ballot_id for ballot_id, (_, is_void, _) in endings.items() if is_void)
    return Voted(tuple(votes), {one.key: one for one in ordered}, undone)


def _votes(
    count: StoredCount, scopes: dict[str, frozenset[str]], views: list[LiftView], *, is_final: bool
) -> list[Vote]:
    items = items_counted(count)
    listed = catalogue.items_by_ids([one.catalogue_item_id for one in items if one.catalogue_item_id])
    found = []
    for item in items:
        row = listed.get(item.catalogue_item_id or 0)
        if row is None:
            continue
        vote = Vote(row.code, ROOT, item.outcome, count.closes_at, count.ballot_id, item.motion, is_final)
        for node in sorted(scopes.get(item.scope, ())):
            missing = _missing(views, node) if item.outcome is Outcome.BLOCKED else ()
            found.append(replace(vote, node=node, missing=missing))
    return found


def _missing(views: list[LiftView], node: str) -> tuple[str, ...]:
    return lifts.lacking(views, entrances_under(node, [view.entrance for view in views])).words


def _count_that_decides(ballot_id: int, signed: int | None) -> StoredCount | None:
    """The newest; once a decision was signed, the one it was signed on: a vote that is reviewed and counted again after the
    signature changes nothing that was decided."""
    counts = ballots.results(ballot_id)
    return next((one for one in counts if signed is None or one.number == signed), None)


def _endings(community_id: int) -> dict[int, tuple[bool, bool, int | None]]:
    """By ballot: whether the decision on it is signed, whether it decides nothing (void, or revoked by a court), and the
    number of the count that was signed."""
    rows = sa.select(Decision.ballot_id, Ending, REVOKED.label("is_revoked"), Version.count_number)
    rows = rows.join(Ending, Ending.decision_id == Decision.id).outerjoin(
        Version, sa.and_(Version.decision_id == Ending.decision_id, Version.number == Ending.version)
    )
    found = db.session.execute(rows.where(Decision.community_id == community_id))
    return {
        row.ballot_id: (
            not row.Ending.is_void,
            row.Ending.is_void or row.is_revoked,
            None if row.Ending.is_void else row.count_number,
        )
        for row in found
    }


def _surveys(community_id: int, now: datetime) -> list[Source]:
    found = []
    for survey in surveys.surveys_of(community_id):
        if survey.closes_at is None or surveys.stage(survey, now) is not Stage.CLOSED:
            continue
        items = frozenset(need.code for need in surveys.needs_ranking(survey))
        nodes = limited(survey.building_ids, survey.entrance_ids)
        found.append(Source(f"s{survey.id}", survey.title, survey.closes_at, nodes, items))
    return found
