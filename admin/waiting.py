"""What waits for a person today in one community, and how far the community has come: read for the first page."""

from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from admin.guard import holds
from server.ballots import queries as ballots
from server.ballots.models import Ballot
from server.ballots.rules.drafting import Stage
from server.decisions import queries as decisions
from server.decisions.rules import Stage as DecisionStage
from server.identity import queries as identity
from server.identity.rules import Permission
from server.ledger import queries as ledger
from server.notices import queries as notices


@dataclass(frozen=True)
class Task:
    """One thing to do: how many wait, where to go, and "stop" where it is late."""

    label: str
    count: int
    text: str
    href: str
    tone: str = "wait"


@dataclass(frozen=True)
class Station:
    """One of the strip of six."""

    state: str
    fact: str
    href: str


def tasks(community_id: int, actor_key: str, now: datetime) -> list[Task]:
    """Only what this person may do, most pressing first; nothing waiting gives an empty list."""
    found = [
        *_objections(community_id),
        *_papers(community_id, now),
        *_counts(community_id, now),
        *_decisions(community_id, actor_key, now),
        *_drafts(community_id, now),
        *_bindings(community_id),
    ]
    return [task for task in found if task.count]


def _objections(community_id: int) -> list[Task]:
    if not holds(Permission.ANSWER_OBJECTION, community_id):
        return []
    waiting = notices.unanswered([community_id]).get(community_id, 0)
    href = url_for("admin.notices.list_notices", community_id=community_id)
    return [Task("异议待答复", waiting, "不答复，决定就不能生效", href, "stop")]


def _papers(community_id: int, now: datetime) -> list[Task]:
    if not holds(Permission.REVIEW_PAPER, community_id):
        return []
    return [
        Task(
            "纸票待复核",
            ballots.awaiting_review(ballot.id),
            ballot.title,
            url_for("admin.desk.review_queue", community_id=community_id, ballot_id=ballot.id),
        )
        for ballot in _at(community_id, now, Stage.OPEN, Stage.CLOSED)
    ]


def _counts(community_id: int, now: datetime) -> list[Task]:
    if not holds(Permission.COUNT_BALLOT, community_id):
        return []
    return [
        Task("投票待计票", 1, ballot.title, _page(ballot), "stop")
        for ballot in _at(community_id, now, Stage.CLOSED)
    ]


def _decisions(community_id: int, actor_key: str, now: datetime) -> list[Task]:
    href = url_for("admin.decisions.list_decisions", community_id=community_id)
    found = []
    if holds(Permission.DRAFT_DECISION, community_id):
        found.append(
            Task("待写改造决定", len(decisions.undecided(community_id, now)), "已经计票，还没写决定", href)
        )
    if holds(Permission.FINALISE_DECISION, community_id):
        ready = [
            line
            for line in decisions.lines(community_id, now)
            if line.stage is DecisionStage.WAITING
            and not decisions.stands_in_the_way(line.decision, now, actor_key)
        ]
        found.append(Task("决定待签发", len(ready), "公示期满，没有未答复的异议", href))
    return found


def _drafts(community_id: int, now: datetime) -> list[Task]:
    found = []
    if holds(Permission.OPEN_BALLOT, community_id):
        found += [
            Task("到点没能开始", 1, ballot.title, _page(ballot), "stop")
            for ballot in _at(community_id, now, Stage.ANNOUNCED)
            if ballot.unopened_told_at is not None
        ]
    if holds(Permission.ANNOUNCE_BALLOT, community_id):
        found += [
            Task("投票待公告", 1, ballot.title, _page(ballot), "")
            for ballot in _at(community_id, now, Stage.DRAFT)
        ]
    return found


def _bindings(community_id: int) -> list[Task]:
    if not holds(Permission.CONFIRM_BINDING, community_id):
        return []
    href = url_for("admin.bindings.desk", community_id=community_id)
    return [Task("身份待核实", identity.waiting_count(community_id), "有人来核实是不是业主", href)]


def _at(community_id: int, now: datetime, *stages: Stage) -> list[Ballot]:
    return [one for one in ballots.ballots_of(community_id) if ballots.stage(one, now) in stages]


def _page(ballot: Ballot) -> str:
    return url_for("admin.ballots.show_ballot", community_id=ballot.community_id, ballot_id=ballot.id)


# ------------------------------------------------------------------ the strip of six


def stations(community_id: int, now: datetime) -> list[Station]:
    """Import, print, announce, vote, count, decide: the first that is not done is where the community stands."""
    figures = ledger.figures(community_id)
    slips, opened = identity.slip_counts(community_id)
    votes = [(one, ballots.stage(one, now)) for one in ballots.ballots_of(community_id)]
    reached = {stage for _, stage in votes}
    past_announcing = reached & {Stage.ANNOUNCED, Stage.OPEN, Stage.CLOSED, Stage.COUNTED}
    final = [one for one in decisions.lines(community_id, now) if one.stage is DecisionStage.FINAL]
    facts = (
        (
            bool(figures.flats),
            f"{figures.flats} 套房" if figures.flats else "",
            "admin.ledger.communities.show",
            Permission.SEE_LEDGER,
        ),
        (
            bool(slips),
            f"{opened} / {slips} 张扫过" if slips else "",
            "admin.codes.overview",
            Permission.PRINT_CODES,
        ),
        (
            bool(past_announcing),
            _named(votes, Stage.ANNOUNCED),
            "admin.notices.list_notices",
            Permission.SEE_NOTICES,
        ),
        (
            bool(reached & {Stage.OPEN, Stage.CLOSED, Stage.COUNTED}),
            _named(votes, Stage.OPEN),
            "admin.ballots.list_ballots",
            Permission.SEE_BALLOT,
        ),
        (Stage.COUNTED in reached, _counted(votes), "admin.ballots.list_ballots", Permission.SEE_BALLOT),
        (
            bool(final),
            f"{len(final)} 份已生效" if final else "",
            "admin.decisions.list_decisions",
            Permission.SEE_DECISION,
        ),
    )
    first_open = next((number for number, (is_done, *_) in enumerate(facts) if not is_done), len(facts))
    return [
        Station(
            _state(number, first_open),
            fact,
            # Only where this person may go: the strip is for everyone who sees the community.
            url_for(endpoint, community_id=community_id) if holds(permission, community_id) else "",
        )
        for number, (_, fact, endpoint, permission) in enumerate(facts)
    ]


def _state(number: int, first_open: int) -> str:
    return "done" if number < first_open else "now" if number == first_open else "next"


def _named(votes: list[tuple[Ballot, Stage]], wanted: Stage) -> str:
    count = sum(1 for _, stage in votes if stage is wanted)
    return f"{count} 件{wanted.name_zh}" if count else ""


def _counted(votes: list[tuple[Ballot, Stage]]) -> str:
    count = sum(1 for _, stage in votes if stage is Stage.COUNTED)
    return f"{count} 件已计票" if count else ""
