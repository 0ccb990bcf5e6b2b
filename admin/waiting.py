"""What waits for a person today in one community: read once, for the first page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import url_for

from admin.deliveries import given_up
from admin.guard import holds
from server.ballots import queries as ballots
from server.ballots.models import Ballot
from server.ballots.queries import StagedBallot
from server.ballots.rules.drafting import Stage
from server.contributions import queries as contributions
from server.decisions import queries as decisions
from server.decisions.queries import DecisionLine, drawings, lifts, schemes
from server.decisions.rules import Stage as DecisionStage
from server.decisions.rules.schemes import State as SchemeState
from server.evaluations import queries as evaluations
from server.identity import queries as identity
from server.identity.rules import Permission
from server.kernel.chinatime import china_day
from server.ledger import queries as ledger
from server.management import queries as management
from server.management.queries import ContractCard
from server.management.rules.accounts import Book
from server.management.rules.watch import RoundState
from server.matters import queries as matters
from server.matters.rules.resolutions import ResolutionState
from server.moderation import queries as moderation
from server.notices import queries as notices
from server.policies import queries as policies
from server.projects import queries as projects
from server.projects.queries import Reach
from server.surveys import queries as surveys
from server.tickets import queries as tickets


@dataclass(frozen=True)
class Task:
    """One thing to do: how many wait, where to go, and "stop" where it is late."""

    label: str
    count: int
    text: str
    href: str
    tone: str = "wait"


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


def _matters(today: Today) -> Iterator[Task]:
    if today.holds(Permission.ANSWER_MATTER):
        late = matters.late_counts([today.community_id], today.now).get(today.community_id, 0)
        href = today.href("admin.matters.list_matters")
        yield Task("提的事逾期没答复", late, "居民、物业在等答复", href, "stop")


def _papers(today: Today) -> Iterator[Task]:
    if today.holds(Permission.REVIEW_PAPER):
        votes = today.votes_at(Stage.OPEN, Stage.CLOSED)
        waiting = ballots.awaiting_reviews([one.id for one in votes])
        for one in votes:
            href = url_for("admin.desk.review_queue", community_id=today.community_id, ballot_id=one.id)
            yield Task("票待复核", waiting.get(one.id, 0), one.title, href)


def _rolls(today: Today) -> Iterator[Task]:
    """What one person put forward of an open roll: it is nothing until another has answered, and nothing after the closing."""
    if today.holds(Permission.CONFIRM_ROLL):
        for one in today.votes_at(Stage.OPEN):
            href = url_for("admin.ballots.roll_page", community_id=today.community_id, ballot_id=one.id)
            yield Task("名册更正、换业主待确认", ballots.waiting_answers(one.id), one.title, href)


def _keyings(today: Today) -> Iterator[Task]:
    if today.holds(Permission.KEY_PAPER):
        for one in today.votes_at(Stage.OPEN, Stage.CLOSED):
            sums = ballots.paper_sums(one.id)
            where: dict[str, Any] = {"community_id": today.community_id, "ballot_id": one.id}
            yield Task("纸票没录完", sums.unkeyed, one.title, url_for("admin.desk.entry_desk", **where))


def _servings(today: Today) -> Iterator[Task]:
    """Whoever goes from door to door and reads no ballots finds their list here; others come to it by the ballot."""
    if today.holds(Permission.SERVE_BALLOT) and not today.holds(Permission.SEE_BALLOT):
        for one in today.votes_at(Stage.ANNOUNCED, Stage.OPEN):
            left = ballots.doors(one, today.now, size=1).total
            href = url_for("admin.desk.list_doors", community_id=today.community_id, ballot_id=one.id)
            yield Task("业主还没送达", left, one.title, href, "")


def _settlings(today: Today) -> Iterator[Task]:
    if today.holds(Permission.SETTLE_PAPER):
        for one in today.votes_at(Stage.OPEN, Stage.CLOSED):
            href = url_for("admin.desk.review_queue", community_id=today.community_id, ballot_id=one.id)
            keyers = ballots.keyers_of_differing(one.id).values()
            mine = sum(today.actor_key not in keyed_by for keyed_by in keyers)
            yield Task("纸票录得不一样，等你来定", mine, one.title, href)


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
        is_any = any(line.stage is DecisionStage.FINAL for line in today.decided)
        judged = decisions.annulments_waiting(today.community_id) if is_any else []
        mine = [one for one in judged if one.entered_by != today.actor_key]
        yield Task("法院撤销待确认", len(mine), "对过判决书，确认以后决定才不算数", href)


def _courses(today: Today) -> Iterator[Task]:
    """The newest course only: an older one is answered by none."""
    if today.holds(Permission.CONFIRM_COURSE):
        newest = decisions.newest_course(today.community_id)
        if newest is not None and newest.answer is None and newest.signed_by != today.actor_key:
            href = url_for(
                "admin.standing.course_page", community_id=today.community_id, verdict_id=newest.id
            )
            yield Task("签的意见待确认", 1, newest.course.name_zh, href)


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


def _site(today: Today) -> Iterator[Task]:
    """What residents wait for during the works: an answer, something put right, somebody to look."""
    acts = (Permission.RECORD_PROJECTS, Permission.CHECK_WORKS, Permission.CONFIRM_PROJECTS)
    records, checks, confirms = (today.holds(one) for one in acts)
    if not (records or checks or confirms):
        return
    found = projects.works_waiting(today.community_id, china_day(today.now))
    if records:
        words = f"{found.overdue} 件已经过期" if found.overdue else "到期前要答复"
        tone = "stop" if found.overdue else "wait"
        yield Task("施工损坏待答复", found.unanswered, words, today.href("admin.works.list_claims"), tone)
        yield Task("整改待办", found.to_put_right, "改好了来填", today.href("admin.works.list_points"))
    if checks:
        yield Task("整改待查", found.to_look_at, "说改好了，去看看", today.href("admin.works.list_points"))
    if confirms:
        yield Task(
            "完工待确认、待撤回", found.completions, "另一个人填的", today.href("admin.works.overview")
        )


def _gifts(today: Today) -> Iterator[Task]:
    if today.holds(Permission.CONFIRM_CONTRIBUTIONS):
        waiting = contributions.waiting(today.community_id)
        href = today.href("admin.contributions.list_pledges")
        yield Task("居民出钱出力待确认", len(waiting), "收到、用掉的记录", href)


def _tickets(today: Today) -> Iterator[Task]:
    """Late ones for all who see them; new ones for whoever works; a clock that somebody wants to stop for whoever may."""
    if not today.holds(Permission.SEE_TICKETS):
        return
    reach, href = Reach([], [today.community_id]), today.href("admin.tickets.community_tickets")
    counted = tickets.counts(reach, today.now)
    yield Task("工单超时", counted["overdue"], "先办这些", f"{href}?tab=overdue", "stop")
    if today.holds(Permission.REVIEW_SUSPENSION):
        asked = tickets.asked_suspensions(reach, but_not=today.actor_key)
        yield Task("暂停待复核", len(asked), "同意了，时间才停", f"{href}?tab=review")
    if today.holds(Permission.WORK_TICKET):
        yield Task("工单待受理", counted["new"], "受理了，报的人才放心", f"{href}?tab=open")
    if today.holds(Permission.CALL_BACK_TICKET):
        yield Task("工单等居民确认", counted["waiting"], "没回音的，打电话问一问", f"{href}?tab=waiting", "")


def _managed(today: Today) -> Iterator[Task]:
    """Finished and nobody manages it; a round of looking back that is due; a book that should have been published."""
    keeps, watches, publishes = (
        today.holds(one)
        for one in (Permission.KEEP_MANAGEMENT, Permission.HOLD_WATCH, Permission.PUBLISH_ACCOUNTS)
    )
    if not (keeps or watches or publishes):
        return
    here, on = today.community_id, china_day(today.now)
    href = today.href("admin.management.community_page")
    finished_on = projects.finished_on([here]).get(here)
    card = management.managers([here], on).get(here)
    if keeps and finished_on and card is None:
        yield Task("改完了没有人管", 1, "落实管理方，在这里记下", href, "stop")
    if watches and finished_on:
        planned = management.rounds_at({here: finished_on}, on).get(here, [])
        due = [one for one in planned if one.state is RoundState.DUE]
        yield Task("该回头看了", len(due), "拍照，和竣工时的比", f"{href}#watch")
    if publishes and card is not None:
        yield Task("账目该公布了", _late_books(here, card, on), "业主等着看", f"{href}#books", "stop")


def _late_books(community_id: int, card: ContractCard, on: date) -> int:
    place = ledger.place(community_id)
    if place is None:
        return 0
    months = policies.number("accounts.publish_months", place.division_path, on)
    since = card.contract.starts_on
    books = (
        management.book(community_id, one, managed_since=since, months=months, only_published=True)
        for one in Book
    )
    return sum(one.is_late(on) for one in books)


def _resolved(today: Today) -> Iterator[Task]:
    if today.holds(Permission.HOLD_MEETING):
        minuted, unminuted = matters.minuted_counts(today.community_id, today.now)
        href = today.href("admin.matters.list_meetings")
        yield Task("会议记录待写", unminuted, "会开过了，居民等着看怎么定的", href)
        # Nothing was resolved where nothing was written down.
        lines = matters.resolutions_of(today.community_id, china_day(today.now)) if minuted else []
        late = sum(one.state is ResolutionState.LATE for one in lines)
        yield Task(
            "定下来的事过期没办", late, "办了就记上", today.href("admin.matters.list_resolutions"), "stop"
        )


def _judged(today: Today) -> Iterator[Task]:
    """Papers of judging that another person keyed in: what nobody has looked at by the end does not count."""
    if today.holds(Permission.REVIEW_EVALUATIONS):
        waiting = evaluations.waiting_counts([today.community_id], today.now, today.actor_key)
        for round_id, count in waiting.items():
            href = url_for(
                "admin.evaluations.list_papers", community_id=today.community_id, round_id=round_id
            )
            yield Task("代填的评价待复核", count, "到截止还没复核的不算", href)


def _given_up(today: Today) -> Iterator[Task]:
    if today.holds(Permission.RESEND_MESSAGES):
        href = today.href("admin.deliveries.list_deliveries")
        yield Task("微信消息没发成", given_up(today.community_id), "看为什么，再重发", href)


def _page(ballot: Ballot) -> str:
    return url_for("admin.ballots.show_ballot", community_id=ballot.community_id, ballot_id=ballot.id)


#: A concept adds its finder here, in the order of what presses most.
_FINDERS = (
    _objections,
    _tickets,
    _matters,
    _resolved,
    _managed,
    _papers,
    _rolls,
    _keyings,
    _settlings,
    _servings,
    _late_forms,
    _counts,
    _decisions,
    _courses,
    _schemes,
    _drawings,
    _lifts,
    _openings,
    _works,
    _site,
    _gifts,
    _judged,
    _drafts,
    _survey_drafts,
    _bindings,
    _texts,
    _given_up,
)
