"""What waits for a person today in one community, and how far the community has come: read once, for the first page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for

from admin.guard import holds
from server.ballots import queries as ballots
from server.ballots.models import Ballot
from server.ballots.queries import StagedBallot
from server.ballots.rules.drafting import Stage
from server.decisions import queries as decisions
from server.decisions.queries import DecisionLine, drawings, lifts, schemes
from server.decisions.rules import Stage as DecisionStage
from server.decisions.rules.schemes import State as SchemeState
from server.identity import queries as identity
from server.identity.rules import Permission
from server.ledger import queries as ledger
from server.moderation import queries as moderation
from server.notices import queries as notices
from server.projects import queries as projects
from server.surveys import queries as surveys


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


@dataclass(frozen=True)
class Today:
    """What several tasks and stations ask about, read once. What only one of them asks, it asks itself."""

    community_id: int
    actor_key: str
    now: datetime
    votes: tuple[StagedBallot, ...]
    decided: tuple[DecisionLine, ...]

    def votes_at(self, *stages: Stage) -> list[Ballot]:
        return [one.ballot for one in self.votes if one.stage in stages]

    def holds(self, permission: Permission) -> bool:
        return holds(permission, self.community_id)

    def href(self, endpoint: str) -> str:
        return url_for(endpoint, community_id=self.community_id)


def read_today(community_id: int, actor_key: str, now: datetime) -> Today:
    return Today(
        community_id,
        actor_key,
        now,
        tuple(ballots.staged_ballots(community_id, now)),
        tuple(decisions.lines(community_id, now)),
    )


# ------------------------------------------------------------------ tasks


def tasks(today: Today) -> list[Task]:
    """Only what this person may do, most pressing first; nothing waiting gives an empty list."""
    return [task for find in _FINDERS for task in find(today) if task.count]


def _objections(today: Today) -> Iterator[Task]:
    if today.holds(Permission.ANSWER_OBJECTION):
        waiting = notices.unanswered([today.community_id]).get(today.community_id, 0)
        href = today.href("admin.notices.list_notices")
        yield Task("异议待答复", waiting, "不答复，决定就不能生效", href, "stop")


def _papers(today: Today) -> Iterator[Task]:
    if today.holds(Permission.REVIEW_PAPER):
        votes = today.votes_at(Stage.OPEN, Stage.CLOSED)
        waiting = ballots.awaiting_reviews([one.id for one in votes])
        for one in votes:
            href = url_for("admin.desk.review_queue", community_id=today.community_id, ballot_id=one.id)
            yield Task("票待复核", waiting.get(one.id, 0), one.title, href)


def _keyings(today: Today) -> Iterator[Task]:
    if today.holds(Permission.KEY_PAPER):
        for one in today.votes_at(Stage.OPEN, Stage.CLOSED):
            sums = ballots.paper_sums(one.id)
            where: dict[str, Any] = {"community_id": today.community_id, "ballot_id": one.id}
            yield Task("纸票没录完", sums.unkeyed, one.title, url_for("admin.desk.entry_desk", **where))
            if today.holds(Permission.REVIEW_PAPER):
                href = url_for("admin.desk.review_queue", **where)
                yield Task("纸票录得不一样", sums.differing, one.title, href)


def _late_forms(today: Today) -> Iterator[Task]:
    if today.holds(Permission.REVIEW_RESPONSES):
        for one in surveys.surveys_of(today.community_id):
            if one.opened_at is not None:
                waiting = len(surveys.waiting_for_review(one))
                href = url_for("admin.surveys.late_forms", community_id=today.community_id, survey_id=one.id)
                yield Task("晚到的问卷待复核", waiting, one.title, href)


def _survey_drafts(today: Today) -> Iterator[Task]:
    if today.holds(Permission.RUN_SURVEY):
        for one in surveys.surveys_of(today.community_id):
            if one.opened_at is None:
                href = url_for("admin.surveys.show_survey", community_id=today.community_id, survey_id=one.id)
                yield Task("问卷待开始", 1, one.title, href, "")


def _counts(today: Today) -> Iterator[Task]:
    if today.holds(Permission.COUNT_BALLOT):
        for one in today.votes_at(Stage.CLOSED):
            yield Task("投票待计票", 1, one.title, _page(one), "stop")


def _decisions(today: Today) -> Iterator[Task]:
    href = today.href("admin.decisions.list_decisions")
    if today.holds(Permission.DRAFT_DECISION):
        undecided = decisions.undecided(today.votes, today.decided)
        yield Task("待写改造决定", len(undecided), "已经计票，还没写决定", href)
    if today.holds(Permission.FINALISE_DECISION):
        ready = [
            line
            for line in today.decided
            if line.stage is DecisionStage.WAITING and not line.stands_in_the_way(today.now, today.actor_key)
        ]
        yield Task("决定待签发", len(ready), "公示期满，没有未答复的异议", href)


def _schemes(today: Today) -> Iterator[Task]:
    waiting = schemes.open_states(today.community_id, today.now) if today.holds(Permission.SEE_SCHEME) else []
    href = today.href("admin.schemes.tree_page")
    if today.holds(Permission.CONFIRM_SCHEME):
        yield Task("方案待复核", waiting.count(SchemeState.WAITING), "确认以后才生效", href)
    if today.holds(Permission.DRAFT_SCHEME):
        resting = waiting.count(SchemeState.RESTING)
        yield Task("方案要重新征求意见", resting, "和同意过的差得太多，先不生效", href)


def _drawings(today: Today) -> Iterator[Task]:
    if today.holds(Permission.CONFIRM_SCHEME):
        found = [view for view in drawings.drawings(today.community_id) if view.act is None]
        yield Task("图纸待复核", len(found), "确认以后才管用", today.href("admin.drawings.list_drawings"))


def _lifts(today: Today) -> Iterator[Task]:
    if today.holds(Permission.CHECK_LIFT):
        unchecked = [view for view in lifts.lift_views(today.community_id) if view.case.unchecked]
        href = today.href("admin.lifts.list_cases")
        yield Task("电梯材料待复核", len(unchecked), "复核以后才算数", href)


def _openings(today: Today) -> Iterator[Task]:
    if today.holds(Permission.OPEN_BALLOT):
        for one in today.votes_at(Stage.ANNOUNCED):
            if one.unopened_told_at is not None:
                yield Task("到点没能开始", 1, one.title, _page(one), "stop")


def _drafts(today: Today) -> Iterator[Task]:
    if today.holds(Permission.ANNOUNCE_BALLOT):
        for one in today.votes_at(Stage.DRAFT):
            yield Task("投票待公告", 1, one.title, _page(one), "")


def _bindings(today: Today) -> Iterator[Task]:
    if today.holds(Permission.CONFIRM_BINDING):
        waiting = identity.waiting_count(today.community_id)
        yield Task("身份待核实", waiting, "有人来核实是不是业主", today.href("admin.bindings.desk"))


def _texts(today: Today) -> Iterator[Task]:
    if today.holds(Permission.MODERATE):
        waiting = moderation.waiting_counts([today.community_id]).get(today.community_id, 0)
        yield Task("内容待看", waiting, "有人看过才公开", today.href("admin.moderation.list_items"))


def _works(today: Today) -> Iterator[Task]:
    """Acts of the works that another person entered, in projects that this person may confirm as a whole."""
    if not today.holds(Permission.CONFIRM_PROJECTS):
        return
    for line, members in projects.waiting_for(today.community_id, today.actor_key):
        if all(holds(Permission.CONFIRM_PROJECTS, one.id) for one in members):
            href = url_for("admin.projects.show_project", project_id=line.id, _anchor="events")
            yield Task("施工进度待确认", 1, line.name, href)


def _page(ballot: Ballot) -> str:
    return url_for("admin.ballots.show_ballot", community_id=ballot.community_id, ballot_id=ballot.id)


#: A concept adds its finder here, in the order of what presses most.
_FINDERS = (
    _objections,
    _papers,
    _keyings,
    _late_forms,
    _counts,
    _decisions,
    _schemes,
    _drawings,
    _lifts,
    _openings,
    _works,
    _drafts,
    _survey_drafts,
    _bindings,
    _texts,
)


# ------------------------------------------------------------------ the strip of six


@dataclass(frozen=True)
class _Step:
    """A station before it is known which of the six comes first."""

    is_done: bool
    fact: str
    endpoint: str
    permission: Permission


def stations(today: Today) -> list[Station]:
    """Import, print, announce, vote, count, decide: the first that is not done is where the community stands."""
    steps = _steps(today)
    first_open = next((number for number, step in enumerate(steps) if not step.is_done), len(steps))
    return [
        Station(
            "done" if number < first_open else "now" if number == first_open else "next",
            step.fact,
            # Only where this person may go: the strip is for everyone who sees the community.
            today.href(step.endpoint) if today.holds(step.permission) else "",
        )
        for number, step in enumerate(steps)
    ]


def _steps(today: Today) -> list[_Step]:
    flats = ledger.flat_count(today.community_id)
    slips, opened = identity.slip_counts(today.community_id)
    begun = today.votes_at(Stage.OPEN, Stage.CLOSED, Stage.COUNTED)
    announced, running = today.votes_at(Stage.ANNOUNCED), today.votes_at(Stage.OPEN)
    counted = today.votes_at(Stage.COUNTED)
    final = [line for line in today.decided if line.stage is DecisionStage.FINAL]
    return [
        _Step(
            flats > 0,
            f"{flats} 套房" if flats else "",
            "admin.ledger.communities.show",
            Permission.SEE_LEDGER,
        ),
        _Step(
            slips > 0,
            f"{opened} / {slips} 张扫过" if slips else "",
            "admin.codes.overview",
            Permission.PRINT_CODES,
        ),
        _Step(
            bool(announced or begun),
            _pieces(announced, Stage.ANNOUNCED.name_zh),
            "admin.notices.list_notices",
            Permission.SEE_NOTICES,
        ),
        _Step(
            bool(begun),
            _pieces(running, Stage.OPEN.name_zh),
            "admin.ballots.list_ballots",
            Permission.SEE_BALLOT,
        ),
        _Step(bool(counted), _pieces(counted, "已计票"), "admin.ballots.list_ballots", Permission.SEE_BALLOT),
        _Step(
            bool(final),
            f"{len(final)} 份已生效" if final else "",
            "admin.decisions.list_decisions",
            Permission.SEE_DECISION,
        ),
    ]


def _pieces(votes: list[Ballot], word: str) -> str:
    return f"{len(votes)} 件{word}" if votes else ""
