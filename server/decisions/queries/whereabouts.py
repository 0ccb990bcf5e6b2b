"""One page of a community: what was asked, wanted, voted, what it costs, whether it may, what hangs, and what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from server.ballots import queries as ballots
from server.ballots.queries import StagedBallot
from server.ballots.rules.drafting import Stage as BallotStage
from server.catalogue.rules import Subsidy, SubsidyKey, subsidy
from server.decisions.models import Verdict
from server.decisions.queries.decided import undecided
from server.decisions.queries.heard import Heard, heard
from server.decisions.queries.priced import priced
from server.decisions.queries.schemes import versions_of
from server.decisions.queries.standing import DecisionLine, lines
from server.decisions.queries.verdicts import drawn_at, verdicts_of
from server.decisions.queries.votes import RUNNING, voted
from server.decisions.rules import Stage, adopted_keys
from server.decisions.rules.consent import Alarm, Base, Claim, Found, alarm
from server.decisions.rules.money import CostLine, FundingLine, Money
from server.decisions.rules.parts import Known, Lines, Votes
from server.decisions.rules.priced import Priced
from server.decisions.rules.proposal import Proposal, proposed
from server.decisions.rules.steps import Progress, next_steps
from server.decisions.rules.voted import VotedItem, support, votes_of
from server.kernel.chinatime import china_day
from server.kernel.errors import NotFound, Reason
from server.ledger import queries as ledger
from server.ledger.rules.eligibility import Eligibility
from server.notices import queries as notices
from server.surveys import queries as surveys
from server.surveys.queries import Need
from server.surveys.rules.stages import Stage as SurveyStage


@dataclass(frozen=True)
class Drawing:
    """One drawing of the set, as it is listed."""

    name: str
    version: str


@dataclass(frozen=True)
class Recorded:
    """What other rooms know and this page only shows. None: nobody recorded any of it."""

    costs: tuple[CostLine, ...] | None = None
    funding: tuple[FundingLine, ...] | None = None
    claim: Claim | None = None
    drawings: tuple[Drawing, ...] | None = None


NOTHING = Recorded()


@dataclass(frozen=True)
class HangingNotice:
    id: int
    number: str
    title: str
    about: str
    last_on: date


@dataclass(frozen=True)
class OpenObjection:
    """An objection that waits for its answer. Its text may name people, so only the office reads it."""

    id: int
    notice_id: int
    notice_title: str
    text: str
    raised_at: datetime


@dataclass(frozen=True)
class Whereabouts:
    community_id: int
    name: str
    division_path: str
    on: date
    households: int
    buildings: int
    heard: Heard | None
    needs: Sequence[Need]
    items: Sequence[VotedItem]
    votes: Votes
    #: Ballots by stage and decisions, as the pages behind list them.
    ballots: Sequence[StagedBallot]
    decisions: Sequence[DecisionLine]
    money: Money
    #: What was voted by the prices of its list, on a base of its own.
    priced: Priced
    eligibility: Eligibility
    subsidy: Subsidy | None
    hanging: Sequence[HangingNotice]
    objections: Sequence[OpenObjection]
    lines: Lines
    proposal: Proposal
    alarm: Alarm
    verdicts: Sequence[Verdict]
    recorded: Recorded
    steps: Sequence[Reason]

    @property
    def verdict(self) -> Verdict | None:
        """The newest signed course, confirmed or not."""
        return self.verdicts[0] if self.verdicts else None


def whereabouts(community_id: int, now: datetime, recorded: Recorded = NOTHING) -> Whereabouts:
    """`recorded` comes from the rooms that keep costs, funding, plans and drawings."""
    community, place = ledger.community(community_id), ledger.place(community_id)
    may = ledger.eligibility(community_id, china_day(now))
    if community is None or place is None or may is None:
        raise NotFound
    on = china_day(now)
    asked = heard(community_id, now)
    staged, decided = ballots.staged_ballots(community_id, now), lines(community_id, now)
    items = voted(staged, decided)
    votes = votes_of(items, sum(one.stage in RUNNING for one in staged))
    kept = _subsidy(items)
    money = Money(recorded.costs, recorded.funding)
    hanging, waiting = notices.hanging_and_waiting(community_id, now)
    drawn = drawn_at(place.division_path, on)
    heads, area = support(items)
    known = Known(
        coverage=asked.reached if asked else None,
        survey_consent=asked.consenting(drawn.lines.consent_base) if asked else None,
        vote_heads=heads,
        vote_area=area,
        votes=votes,
        money=money,
        open_objections=len(waiting) if waiting or _has_hung(decided) else None,
        is_eligible=True if may.is_eligible else (None if may.is_open else False),
        eligibility_reasons=tuple(test.reason for test in may.failed),
        is_subsidised=kept.is_kept if kept else None,
        subsidy_sentence=kept.sentence_zh if kept else "",
    )
    proposal, signed = proposed(known, drawn.lines), verdicts_of(community_id)
    progress = replace(
        _progress(asked, staged, decided, len(waiting), signed, proposal), **_schemes(community_id, votes)
    )
    return Whereabouts(
        community_id=community_id,
        name=community.name,
        division_path=place.division_path,
        on=on,
        households=ledger.household_counts([community_id]).get(community_id, 0),
        buildings=len(ledger.buildings(community_id)),
        heard=asked,
        needs=surveys.needs_ranking(surveys.known(asked.survey_id)) if asked else [],
        items=items,
        votes=votes,
        ballots=staged,
        decisions=decided,
        money=money,
        priced=priced(community_id, items),
        eligibility=may,
        subsidy=kept,
        hanging=[_hanging(one) for one in hanging],
        objections=[_objection(notice, one) for notice, one in waiting],
        lines=drawn.lines,
        proposal=proposal,
        alarm=alarm(recorded.claim, found_of(asked, items), drawn.alarm),
        verdicts=signed,
        recorded=recorded,
        steps=next_steps(progress, proposal),
    )


def _schemes(community_id: int, votes: Votes) -> dict[str, Any]:
    found = versions_of(community_id)
    return {
        "blocked": votes.blocked,
        "open_schemes": found.open,
        "has_scheme": found.confirmed > 0,
        "signed_items": votes.signed,
    }


def found_of(asked: Heard | None, items: Sequence[VotedItem]) -> list[Found]:
    """What a claim is set beside: the survey of all households and of those who answered, and the vote by heads."""
    return [
        Found("入户调查，占全部住户", asked.consenting(Base.HOUSEHOLDS_ALL) if asked else None),
        Found("入户调查，占答了的住户", asked.consenting(Base.HOUSEHOLDS_ANSWERED) if asked else None),
        Found("表决，占全体业主人数", support(items)[0]),
    ]


def _subsidy(items: Sequence[VotedItem]) -> Subsidy | None:
    """None where nothing was adopted: then there is nothing to judge."""
    if not any(one.is_adopted for one in items):
        return None
    return subsidy(SubsidyKey(key) for key in adopted_keys(one.item for one in items))


def _has_hung(decided: Sequence[DecisionLine]) -> bool:
    """Whether a decision hung that could be objected to."""
    return any(line.version is not None for line in decided)


def _progress(
    asked: Heard | None,
    staged: Sequence[StagedBallot],
    decided: Sequence[DecisionLine],
    open_objections: int,
    signed: Sequence[Verdict],
    proposal: Proposal,
) -> Progress:
    def at(*stages: BallotStage) -> int:
        return sum(one.stage in stages for one in staged)

    def decisions_at(stage: Stage) -> list[DecisionLine]:
        return [line for line in decided if line.stage is stage]

    newest = signed[0] if signed else None
    answer = newest.answer if newest else None
    hanging = decisions_at(Stage.HANGING)
    is_closed = asked is not None and asked.stage is SurveyStage.CLOSED
    return Progress(
        has_survey=asked is not None,
        is_survey_open=asked is not None and not is_closed,
        households_left=asked.coverage.households - asked.coverage.answered if asked else 0,
        is_survey_published=asked is not None
        and is_closed
        and surveys.result_notice(surveys.known(asked.survey_id)) is not None,
        drafts=at(BallotStage.DRAFT),
        running=at(BallotStage.ANNOUNCED, BallotStage.OPEN),
        to_count=at(BallotStage.CLOSED),
        undecided=len(undecided(staged, decided)),
        drafted=len(decisions_at(Stage.DRAFT)),
        hanging=len(hanging),
        hangs_until=min((line.notice.last_on for line in hanging if line.notice), default=None),
        waiting=len(decisions_at(Stage.WAITING)),
        open_objections=open_objections,
        is_course_waiting=newest is not None and answer is None,
        is_course_settled=newest is not None
        and answer is not None
        and answer.is_confirmed
        and newest.proposed is proposal.course,
    )


def _hanging(row: Any) -> HangingNotice:
    return HangingNotice(row.id, row.number_text, row.title, row.kind.about_zh, row.last_on)


def _objection(notice: Any, row: Any) -> OpenObjection:
    return OpenObjection(row.id, notice.id, notice.title, row.text, row.raised_at)
