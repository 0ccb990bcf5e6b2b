"""What to do next in a community, in the order in which it can be done; each line names where it is done."""

from dataclasses import dataclass
from datetime import date

from server.decisions.rules.parts import Part, Stand
from server.decisions.rules.proposal import Proposal
from server.kernel.errors import Reason


@dataclass(frozen=True)
class Progress:
    """How far the community's papers have come: counts and dates, no judgement."""

    has_survey: bool = False
    is_survey_open: bool = False
    households_left: int = 0
    is_survey_published: bool = False
    #: Votes by stage.
    drafts: int = 0
    running: int = 0
    to_count: int = 0
    #: Counted votes without a decision, decisions being written, hanging, and ready for the signature or nearly so.
    undecided: int = 0
    drafted: int = 0
    hanging: int = 0
    hangs_until: date | None = None
    waiting: int = 0
    open_objections: int = 0
    #: Items that passed and wait for the consent of somebody whose own part is taken, or for an objection to be settled.
    blocked: int = 0
    #: Versions of schemes that are not in effect yet; whether any is; and whether there is anything signed to draw up.
    open_schemes: int = 0
    has_scheme: bool = False
    signed_items: int = 0
    #: Whether a course was signed and waits for the second person; whether it is confirmed and still fits the proposal.
    is_course_waiting: bool = False
    is_course_settled: bool = False


def next_steps(at: Progress, proposal: Proposal) -> list[Reason]:
    """Never empty: where nothing is left, it says so."""
    parts = {part.code: part for part in proposal.parts}
    found = [
        *_of_ledger(parts),
        *_of_survey(at),
        *_of_votes(at, parts["votes"]),
        *_of_decisions(at),
        *_of_schemes(at),
    ]
    if parts["gap"].stand is not Stand.FOR:
        found.append(Reason("money", _money(parts["gap"]), "money"))
    if at.is_course_waiting:
        found.append(Reason("confirm", "签好的意见等另一个人确认。", "course"))
    elif not at.is_course_settled:
        found.append(Reason("sign", f"按规则建议“{proposal.course.name_zh}”，请负责人看过再签。", "course"))
    return found or [Reason("done", "都办完了。意见已经签好、确认，可以出改造申请报告。", "papers")]


def _of_ledger(parts: dict[str, Part]) -> list[Reason]:
    held = parts["eligibility"]
    if held.stand is Stand.FOR:
        return []
    words = "先弄清楚改造条件：" if held.stand is Stand.MISSING else "改造条件没有达到："
    return [Reason("eligibility", f"{words}{held.reason}", "ledger")]


def _of_survey(at: Progress) -> list[Reason]:
    if not at.has_survey:
        return [Reason("survey", "先做入户调查，问问大家同不同意改、想改什么。", "surveys")]
    if at.is_survey_open:
        left = f"还有 {at.households_left} 户没答，接着上门。" if at.households_left else "每一户都答了。"
        return [Reason("survey_open", f"入户调查还开着。{left}", "survey")]
    if not at.is_survey_published:
        return [Reason("survey_result", "入户调查截止了，把结果公示出来。", "survey")]
    return []


def _of_votes(at: Progress, votes: Part) -> list[Reason]:
    found = []
    if at.to_count:
        found.append(Reason("count", f"有 {at.to_count} 次投票截止了，先计票。", "ballots"))
    if at.running:
        found.append(Reason("running", f"有 {at.running} 次投票还没结束，催没投的人。", "ballots"))
    if at.drafts:
        found.append(Reason("announce", f"有 {at.drafts} 次投票还是草稿，写好就公告。", "ballots"))
    is_idle = not (at.to_count or at.running or at.drafts)
    if (
        is_idle
        and votes.stand is not Stand.FOR
        and not (at.undecided or at.drafted or at.hanging or at.waiting or at.blocked)
    ):
        found.append(Reason("vote", f"{votes.reason}调查清楚以后，起草一次投票。", "ballots"))
    return found


def _of_decisions(at: Progress) -> list[Reason]:
    found = []
    if at.undecided:
        found.append(Reason("decide", f"有 {at.undecided} 次投票计完了票，写成决定。", "decisions"))
    if at.drafted:
        found.append(Reason("publish", f"有 {at.drafted} 份决定在起草，看过预览再公示。", "decisions"))
    if at.hanging and at.hangs_until:
        until = f"{at.hangs_until.month} 月 {at.hangs_until.day} 日"
        found.append(Reason("hanging", f"有 {at.hanging} 份决定在公示，到 {until} 期满。", "decisions"))
    if at.open_objections:
        found.append(Reason("answer", f"有 {at.open_objections} 条异议等答复。", "notices"))
    if at.waiting:
        found.append(Reason("finalise", f"有 {at.waiting} 份决定公示期满，请复核人签发。", "decisions"))
    return found


def _of_schemes(at: Progress) -> list[Reason]:
    """To vote again is no way out of a missing consent: it is asked for, or the plan is changed."""
    found = []
    if at.blocked:
        words = f"有 {at.blocked} 项票数够了，还缺必须征得的同意。打开档案，看缺哪一户、哪条异议。"
        found.append(Reason("blocked", words, "lifts"))
    if at.open_schemes:
        words = f"有 {at.open_schemes} 版方案还没生效：等人复核，或者要重新征求意见。打开看。"
        found.append(Reason("scheme_open", words, "schemes"))
    elif at.signed_items and not at.has_scheme:
        words = f"签发了 {at.signed_items} 项，还没有写成方案。写清楚做多少、花多少。"
        found.append(Reason("scheme", words, "schemes"))
    return found


def _money(gap: Part) -> str:
    if gap.stand is Stand.MISSING:
        return f"把花费和资金登记好。{gap.reason}"
    return f"资金缺口太大。{gap.reason}"
