"""What both faces ask about a community as everyone may read it: where it stands, one decision, and whether a paper is genuine."""

from dataclasses import dataclass
from datetime import datetime

from miniprogram_api.ballots import reading
from miniprogram_api.communities import threads
from miniprogram_api.communities.threads import Stations
from miniprogram_api.homes import ReportWay, communities_of, report_way
from miniprogram_api.session import Resident
from server.ballots import queries as ballots
from server.ballots.models import Ballot
from server.ballots.rules.drafting import Stage as BallotStage
from server.ballots.rules.receipts import is_valid, normalise
from server.catalogue import queries as catalogue
from server.decisions import queries
from server.decisions.models import Decision, IssuedPaper
from server.decisions.queries import DecisionLine, Paper
from server.decisions.queries.open_schemes import has_open_scheme
from server.decisions.rules.shown import ShownItem
from server.divisions.queries import full_name
from server.evaluations import queries as evaluations
from server.evaluations.queries import RoundCard
from server.evaluations.rules.trace import Trace
from server.evaluations.rules.words import Stage as RoundStage
from server.identity import queries as identity
from server.kernel.chinatime import china_day
from server.kernel.errors import NotFound
from server.ledger import queries as ledger
from server.notices import queries as notices
from server.notices.models import Notice
from server.notices.rules import Contact
from server.projects import queries as projects
from server.projects.queries import ProjectLine
from server.reports.queries import OwnTrace, Since, WhatBecame, own_trace, since, traced
from server.surveys.models import Survey
from server.surveys.queries import open_surveys

#: Older ones are behind a link of their own notice; the answer stays light.
MOST_LISTED = 20
MOST_ROUNDS = 3


@dataclass(frozen=True)
class About:
    """Which community, and what its reader is to it."""

    community_id: int
    community: str
    contact: Contact
    is_neighbour: bool


@dataclass(frozen=True)
class VoteLine:
    """One vote as everyone may follow it."""

    ballot: Ballot
    stage: BallotStage
    turnout: list[reading.TurnoutLine]


@dataclass(frozen=True)
class Overview:
    """The public page of a community: no names, nothing that tells who chose what."""

    division: str
    report: ReportWay | None
    thread: Stations
    since: Since | None
    hanging: list[Notice]
    votes: list[VoteLine]
    surveys: list[Survey]
    decisions: list[DecisionLine]
    works: list[ProjectLine]
    has_scheme: bool
    has_catalogue: bool
    became: WhatBecame | None
    traces: list[Trace]
    rounds: list[tuple[RoundCard, RoundStage]]


@dataclass(frozen=True)
class Sheet:
    """One decision, with the items as this reader may see them, and what came of it."""

    paper: Paper
    items: list[ShownItem]
    thread: Stations
    #: None while the decision is not in force.
    since: Since | None
    traces: list[Trace]


def about(community_id: int, resident: Resident | None) -> About:
    """Raises NotFound."""
    found = ledger.community(community_id)
    if found is None:
        raise NotFound
    is_neighbour = resident is not None and community_id in communities_of(resident.id)
    return About(community_id, found.name, Contact(*ledger.contact(community_id)), is_neighbour)


def overview(community_id: int, resident: Resident | None, moment: datetime) -> Overview:
    votes = _votes(community_id, resident, moment)
    decided = queries.public_lines(community_id, moment)[:MOST_LISTED]
    place = ledger.place(community_id)
    later, followed = since(community_id, moment), traced(community_id, moment)
    return Overview(
        division=full_name(place.division_path) if place else "",
        report=report_way(community_id, resident),
        thread=threads.of_community(
            (votes[0].ballot, votes[0].stage) if votes else None, decided[0] if decided else None, later
        ),
        since=later,
        hanging=notices.hanging(community_id, moment),
        votes=votes,
        surveys=open_surveys([community_id], moment),
        decisions=decided,
        works=projects.projects_of(community_id),
        has_scheme=has_open_scheme(community_id),
        has_catalogue=place is not None
        and catalogue.version(china_day(moment), place.division_path) is not None,
        became=followed.became,
        traces=followed.traces,
        rounds=[
            (of, of.stage(moment)) for of in evaluations.public_rounds(community_id, moment)[:MOST_ROUNDS]
        ],
    )


def sheet(
    community_id: int, decision_id: int, version: int | None, resident: Resident | None, moment: datetime
) -> Sheet:
    """The newest version, or the one that is named. Raises NotFound for a draft as for one that does not exist."""
    row = queries.known(decision_id, community_id)
    if not queries.versions(row.id):
        raise NotFound
    paper = queries.paper(row, moment, version)
    later = since(community_id, moment)
    own = ballots.scopes_of_owner(ballots.known(row.ballot_id), resident.id) if resident else frozenset()
    return Sheet(
        paper,
        paper.shown_to(own),
        threads.of_decision(paper, later),
        later if paper.is_final else None,
        [one for one in traced(community_id, moment).traces if one.decision_id == row.id],
    )


def own_words(community_id: int, resident: Resident, moment: datetime) -> OwnTrace:
    """Raises NotFound where this person has no home there: nobody else's words are reached through it."""
    if community_id not in communities_of(resident.id):
        raise NotFound
    reached = identity.reached_households(resident.id)
    mine = [one.household_id for one in reached if one.community_id == community_id]
    return own_trace(community_id, resident.id, resident.actor.key, mine, moment)


# ------------------------------------------------------------------ papers


def paper_with(code: str) -> IssuedPaper | Decision:
    """What was given out or signed with this code. Raises NotFound, which says whether the code could be one at all."""
    plain = normalise(code)
    found = queries.paper_by_code(plain) or queries.decision_by_code(plain)
    if found is None:
        raise NotFound(NEVER_ISSUED if is_valid(plain) else MISREAD, code="no_paper")
    return found


NEVER_ISSUED = "没有签发过带这个验证码的决定，也没有出过这样的文书。请核对纸上的字；对得上还是查不到，这张纸就不是从这里出的，请问居委会。"
MISREAD = "这个验证码不对，有字看错或写漏了。一共 12 位，没有数字 0、1 和字母 O、I、L。"


# ------------------------------------------------------------------ parts of the above


def _votes(community_id: int, resident: Resident | None, moment: datetime) -> list[VoteLine]:
    """What runs or comes first, then the newest that are over."""
    found = [
        one for one in ballots.staged_ballots(community_id, moment) if one.stage in reading.PUBLIC_STAGES
    ]
    lines = [
        VoteLine(
            one.ballot,
            one.stage,
            reading.turnout_for(one.ballot, resident, moment) if one.stage is BallotStage.OPEN else [],
        )
        for one in found[:MOST_LISTED]
    ]
    order = {BallotStage.OPEN: 0, BallotStage.ANNOUNCED: 1}
    return sorted(lines, key=lambda line: order.get(line.stage, 2))
