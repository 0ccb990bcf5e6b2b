"""The eight steps of preparation (黔建办函〔2020〕3 号 二（一）): their states, which are open, and what was open at the start.

Steps ② and ③ are no rows of projects: what was asked and told here is known on the floors above, and handed in.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from server.kernel.errors import Invalid, Refused


class StepKind(StrEnum):
    BODY = "body"
    SURVEY = "survey"
    RESULT_NOTICE = "result_notice"
    DESIGN = "design"
    FUNDS = "funds"
    BUDGET = "budget"
    APPROVAL = "approval"
    TENDER = "tender"

    @property
    def name_zh(self) -> str:
        return STEP_NAMES[self]

    @property
    def number(self) -> str:
        """①, as the document counts them."""
        return "①②③④⑤⑥⑦⑧"[list(StepKind).index(self)]


STEP_NAMES = {
    StepKind.BODY: "确定实施主体",
    StepKind.SURVEY: "入户调查",
    StepKind.RESULT_NOTICE: "汇总调查结果并公示",
    StepKind.DESIGN: "设计方案和施工图",
    StepKind.FUNDS: "落实改造资金",
    StepKind.BUDGET: "工程预算书",
    StepKind.APPROVAL: "工程审批手续",
    StepKind.TENDER: "施工招投标",
}
#: Known from what was done here: a survey that closed, a notice whose period is over.
DERIVED = frozenset({StepKind.SURVEY, StepKind.RESULT_NOTICE})


class StepState(StrEnum):
    OPEN = "open"
    DOING = "doing"
    DONE = "done"
    WAIVED = "waived"

    @property
    def name_zh(self) -> str:
        return {"open": "没开始", "doing": "正在办", "done": "办好了", "waived": "不用办"}[self.value]

    @property
    def tone(self) -> str:
        return {"open": "wait", "doing": "info", "done": "go", "waived": "quiet"}[self.value]

    @property
    def is_closed(self) -> bool:
        return self in {StepState.DONE, StepState.WAIVED}


@dataclass(frozen=True)
class StepFact:
    """Where one step stands: since which day, on what evidence, by whom."""

    kind: StepKind
    state: StepState
    #: The day it was done or waived; None while it is open or under way.
    done_on: date | None = None
    #: The document, the reason of a waiver, or which communities are still lacking.
    words: str = ""
    by: str = ""
    #: The row that says so; None for what is derived, or not there yet.
    step_id: int | None = None


@dataclass(frozen=True)
class CommunityStep:
    """How far one community of a project is with a derived step."""

    community: str
    done_on: date | None
    has_begun: bool = False
    #: Why it is not done: "公示期到 3 月 9 日", "还有 2 条异议没有答复".
    words: str = ""


def joint_step(kind: StepKind, communities: Sequence[CommunityStep]) -> StepFact:
    """A derived step of a project is done when it is done in every community, on the day of the last one."""
    days = [one.done_on for one in communities if one.done_on is not None]
    if communities and len(days) == len(communities):
        return StepFact(kind, StepState.DONE, max(days), by="按平台记录")
    lacking = [one for one in communities if one.done_on is None]
    has_begun = bool(days) or any(one.has_begun for one in lacking)
    words = "；".join(f"{one.community}{one.words or '还没有'}" for one in lacking)
    return StepFact(kind, StepState.DOING if has_begun else StepState.OPEN, None, words, by="按平台记录")


def checklist(stored: Iterable[StepFact], derived: Mapping[StepKind, StepFact]) -> list[StepFact]:
    """All eight in their order: of stored ones the last given of a kind; a derived one that is not handed in is open."""
    newest = {fact.kind: fact for fact in stored if fact.kind not in DERIVED}
    known = {**newest, **{kind: derived[kind] for kind in DERIVED if kind in derived}}
    return [known.get(kind, StepFact(kind, StepState.OPEN)) for kind in StepKind]


def open_steps(steps: Iterable[StepFact]) -> list[StepFact]:
    return [fact for fact in steps if not fact.state.is_closed]


def open_at(steps: Iterable[StepFact], started_on: date | None) -> list[StepFact]:
    """What was not done by the day of the start. A step done on that very day was done. Nothing before there is a start."""
    if started_on is None:
        return []
    return [
        fact
        for fact in steps
        if not fact.state.is_closed or (fact.done_on is not None and fact.done_on > started_on)
    ]


def flag_text(open_then: Sequence[StepFact]) -> str:
    """ "开工时还有 2 步没办完：②入户调查、⑥工程预算书"; empty where nothing was open."""
    if not open_then:
        return ""
    names = "、".join(f"{fact.kind.number}{fact.kind.name_zh}" for fact in open_then)
    return f"开工时还有 {len(open_then)} 步没办完：{names}"


def check_step(
    kind: StepKind,
    state: StepState,
    on: date | None,
    *,
    before: StepState,
    words: str,
    has_picture: bool,
    today: date,
) -> None:
    """Whether a step may be recorded so. Raises with the field and what to do."""
    if kind in DERIVED:
        raise Refused("这一步按平台上的调查和公示自动算，不用填。", code="step_is_derived")
    if state is StepState.OPEN and before is StepState.OPEN:
        raise _wrong("state", "这一步本来就没开始。选“正在办”“办好了”或“不用办”。")
    if state.is_closed and on is None:
        raise _wrong("done_on", "填是哪一天的事。")
    if on is not None and on > today:
        raise _wrong("done_on", "这一天还没有到。办完了再填。")
    if state is StepState.WAIVED and not words.strip():
        raise _wrong("words", "写上为什么不用办。")
    if state is StepState.OPEN and not words.strip():
        raise _wrong("words", "写上为什么退回到没开始。")
    if state is StepState.DONE and not words.strip() and not has_picture:
        raise _wrong("words", "写上依据的文件，或者传一张照片。")


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, fields={field: [sentence]})
