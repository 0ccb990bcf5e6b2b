"""What is proposed for a community: go, ask again, wait or reserve. A printed rule over parts that all stay in sight.

Nothing here decides: a person signs, and may differ with a reason.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from server.decisions.rules.parts import PARTS, Known, Lines, Part, Stand, VoteState


class Course(StrEnum):
    GO = "go"
    ASK_AGAIN = "ask_again"
    WAIT = "wait"
    RESERVE = "reserve"

    @property
    def name_zh(self) -> str:
        return {"go": "启动", "ask_again": "补充征询", "wait": "暂缓", "reserve": "储备"}[self.value]

    @property
    def meaning_zh(self) -> str:
        return {
            "go": "可以着手做方案、落实开工。",
            "ask_again": "还没问清楚，再去问。",
            "wait": "问清楚了，等条件齐了再启动。",
            "reserve": "现在做不了，先留着。",
        }[self.value]

    @property
    def tone(self) -> str:
        return {"go": "go", "ask_again": "info", "wait": "wait", "reserve": "quiet"}[self.value]


@dataclass(frozen=True)
class RuleLine:
    """One line of the printed rule: the first that holds decides."""

    course: Course
    words: str


RULE = (
    RuleLine(
        Course.RESERVE,
        "不符合改造条件；或者问的人够了，同意的不够；或者表决过，没有一项通过：储备。",
    ),
    RuleLine(
        Course.ASK_AGAIN, "没有调查、答的人不够、没有问过同不同意，或者没有表决、表决参与的人不够：补充征询。"
    ),
    RuleLine(
        Course.WAIT,
        "表决还没有结果、决定还没签发或还缺同意，缺口太大或钱没有登记，异议没有答复完，"
        "条件缺证据，或补助条件没有保住：暂缓。",
    ),
    RuleLine(Course.GO, "上面都没有：启动。"),
)


@dataclass(frozen=True)
class Proposal:
    course: Course
    parts: tuple[Part, ...]
    #: Codes of the parts that led to it; all of them where it is "go".
    because: tuple[str, ...]

    @property
    def line(self) -> int:
        """Which line of the printed rule decided, from 1."""
        return next(number for number, line in enumerate(RULE, 1) if line.course is self.course)

    def as_document(self) -> dict[str, Any]:
        return {
            "course": self.course.value,
            "parts": [part.as_document() for part in self.parts],
            "because": list(self.because),
            "rule": [[line.course.name_zh, line.words] for line in RULE],
        }

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> "Proposal":
        parts = tuple(Part.from_document(one) for one in document["parts"])
        return cls(Course(document["course"]), parts, tuple(document["because"]))


def proposed(known: Known, lines: Lines) -> Proposal:
    """Every part, and what follows from them by the printed rule."""
    parts = tuple(draw(known, lines) for draw in PARTS)
    stands = {part.code: part.stand for part in parts if part.counts}
    for course, because in (
        (Course.RESERVE, _reserve(known, lines, stands)),
        (Course.ASK_AGAIN, _ask_again(known, lines, stands)),
        (Course.WAIT, _wait(known, stands)),
    ):
        if because:
            return Proposal(course, parts, tuple(because))
    return Proposal(Course.GO, parts, tuple(stands))


def _reserve(known: Known, lines: Lines, stands: dict[str, Stand]) -> list[str]:
    found = ["eligibility"] if stands["eligibility"] is Stand.AGAINST else []
    if stands["consent"] is Stand.AGAINST and _is_heard(known, lines, stands):
        found.append("consent")
    if known.votes.state is VoteState.REJECTED:
        found.append("votes")
    return found


def _is_heard(known: Known, lines: Lines, stands: dict[str, Stand]) -> bool:
    """Whether so many were asked that a lack of consent means something."""
    if lines.consent_base.is_of_survey:
        return stands["coverage"] is Stand.FOR
    return known.votes.state in {VoteState.SIGNED, VoteState.UNSIGNED, VoteState.BLOCKED, VoteState.REJECTED}


def _ask_again(known: Known, lines: Lines, stands: dict[str, Stand]) -> list[str]:
    found = ["coverage"] if stands["coverage"] is not Stand.FOR else []
    # What speaks against it here was said by too few: where enough were heard, the line above has decided.
    if stands["consent"] is Stand.AGAINST or (
        stands["consent"] is Stand.MISSING and lines.consent_base.is_of_survey
    ):
        found.append("consent")
    if known.votes.state in {VoteState.NONE, VoteState.NO_QUORUM}:
        found.append("votes")
    return found


def _wait(known: Known, stands: dict[str, Stand]) -> list[str]:
    found = ["votes"] if known.votes.state is not VoteState.SIGNED else []
    return found + [
        code
        for code in ("consent", "gap", "objections", "eligibility", "subsidy")
        if stands.get(code, Stand.FOR) is not Stand.FOR
    ]
