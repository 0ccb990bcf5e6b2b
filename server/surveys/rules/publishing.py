"""What of a survey's results is public: each question's counts through the one disclosure control, then as a notice.

Nothing by group, no free text, no sensitive question. Percentages are taken from shown counts only.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from server.kernel.chinatime import china_day, last_day
from server.kernel.disclosure import Cell, Choices, Needs, Part, ShownLine, ShownNeeds, note_zh, publish
from server.kernel.disclosure import Line as Counts
from server.kernel.disclosure import Question as Asked
from server.surveys.rules.definition import Definition, Question
from server.surveys.rules.results import QuestionResult, question_results
from server.surveys.rules.sums import Group
from server.surveys.rules.words import Kind

NOT_ANSWERED = "没有答这一题"


@dataclass(frozen=True)
class PublicLine:
    label: str
    count: Cell
    marked: Cell | None = None


@dataclass(frozen=True)
class PublicResult:
    """One question as the public may see it; `base` is how many were asked it."""

    key: str
    title: str
    base: Cell
    lines: tuple[PublicLine, ...]
    count_word: str = "户数"
    marked_word: str = ""
    is_several: bool = False

    @property
    def has_hidden(self) -> bool:
        return any(
            line.count.is_hidden or (line.marked is not None and line.marked.is_hidden) for line in self.lines
        )

    @property
    def is_withheld(self) -> bool:
        return all(line.count.is_hidden for line in self.lines)


@dataclass(frozen=True)
class Facts:
    """What stands before the questions in the notice."""

    community: str
    title: str
    opened_at: datetime
    closed_at: datetime
    households: int
    proven: int
    claimed: int


def public_results(
    definition: Definition, group: Group | None, *, least: int, is_one_version: bool
) -> list[PublicResult]:
    """Every public question with its lines. With answers to several versions nothing is told of who was asked what, so
    questions put to a part are withheld."""
    households = group.households if group is not None else 0
    results = [one for one in question_results(definition, group) if _is_told(definition, one)]
    asked = {
        one.key: _asked(definition, one, households, results, is_one_version=is_one_version)
        for one in results
    }
    shown = publish(asked, least)
    return [_public(one, shown[one.key]) for one in results]


def notice_body(
    facts: Facts, results: Sequence[PublicResult], quotes: Sequence[str], least: int
) -> list[dict[str, Any]]:
    """The blocks of the notice: how many were reached, each question, what some said, how it was counted."""
    body: list[dict[str, Any]] = [
        {"kind": "text", "text": _opening(facts)},
        {"kind": "figures", "figures": _figures(facts, least)},
    ]
    for number, one in enumerate(results, 1):
        body += _blocks(number, one)
    if quotes:
        body += [{"kind": "heading", "text": "有人这样说"}, {"kind": "list", "items": list(quotes)}]
    return [*body, {"kind": "heading", "text": "怎么数的"}, {"kind": "text", "text": _how(results, least)}]


def _opening(facts: Facts) -> str:
    first, last = china_day(facts.opened_at), last_day(facts.closed_at)
    return (
        f"“{facts.title}”从 {first.month} 月 {first.day} 日问到 {last.month} 月 {last.day} 日。"
        "现在把结果贴出来。结果只供商量改造方案用，不是表决，谁也不受它约束。"
    )


def _figures(facts: Facts, least: int) -> list[list[str]]:
    """How many were reached. Where few are of one kind neither kind is told: their sum would give the other away."""
    answered = facts.proven + facts.claimed
    is_told = not any(0 < part < least for part in (facts.proven, facts.claimed))
    proven, claimed = (Cell(part if is_told else None) for part in (facts.proven, facts.claimed))
    return [
        ["全部住户", f"{facts.households:,} 户（空置、联系不上的也在内）"],
        ["答了的", f"{answered:,} 户，占 {_per_cent(answered, facts.households)}"],
        ["其中已核实住户", _homes(proven)],
        ["其中自填房号、未核实", _homes(claimed)],
    ]


def _homes(count: Cell) -> str:
    return count.text_zh if count.is_hidden else f"{count.text_zh} 户"


def _blocks(number: int, result: PublicResult) -> Iterator[dict[str, Any]]:
    if result.is_withheld:
        yield {"kind": "heading", "text": f"{number}. {result.title}"}
        yield {"kind": "text", "text": "这一题的人数不够公布，免得认出是哪一家。"}
        return
    columns: list[Any] = ["答案", [result.count_word, "num"], ["占比", "num"]]
    if result.marked_word:
        columns.append([result.marked_word, "num"])
    caption = f"{number}. {result.title}（问了 {result.base.text_zh} 户）"
    rows = [_row(line, result.base) for line in result.lines]
    yield {"kind": "table", "caption": caption, "columns": columns, "rows": rows}


def _row(line: PublicLine, base: Cell) -> list[str]:
    cells = [line.label, line.count.text_zh, _share(line.count, base)]
    return [*cells, line.marked.text_zh] if line.marked is not None else cells


def _how(results: Sequence[PublicResult], least: int) -> str:
    said = ["一户算一份，后交的代替先交的；表态的题，业主的话在租户前面。百分比取整数。"]
    if any(one.is_several for one in results):
        said.append("可以选几项的题，占比加起来会超过 100%。")
    if any(one.has_hidden for one in results):
        said.append(note_zh(least))
    return "".join(said)


def _share(count: Cell, base: Cell) -> str:
    if count.count is None or not base.count:
        return "—"
    return _per_cent(count.count, base.count)


def _per_cent(part: int, whole: int) -> str:
    """Whole per cent, half up; but only all of them are 100%, and only nobody is 0%."""
    if part in {0, whole}:
        return "100%" if part else "0%"
    rounded = int(Fraction(part * 100, whole) + Fraction(1, 2))
    return f"{min(max(rounded, 1), 99)}%"


# ------------------------------------------------------------------ through the disclosure control


def _is_told(definition: Definition, result: QuestionResult) -> bool:
    question = definition.by_key[result.question_key]
    return result.is_public and bool(result.lines) and not question.is_private


def _asked(
    definition: Definition,
    result: QuestionResult,
    households: int,
    told: Sequence[QuestionResult],
    *,
    is_one_version: bool,
) -> Asked:
    question = definition.by_key[result.question_key]
    part = _part(definition, question, told, is_one_version=is_one_version)
    base = households
    if part is not None:
        base = result.answered if part.of is None else _part_size(part, told)
    return Asked(_table(question, result, base), part)


def _table(question: Question, result: QuestionResult, base: int) -> Counts | Choices | Needs:
    counts = tuple(line.count for line in result.lines)
    if result.kind is Kind.ITEMS:
        return Needs(base, counts, tuple(line.marked or 0 for line in result.lines), question.most_important)
    if result.kind in {Kind.MANY, Kind.PACKAGE}:
        return Choices(base, counts, most=question.at_most)
    # Whoever gave no answer, and answers that this version does not know, are a place of their own. Where the form wants
    # an answer and has it of all, readers know that nobody is there.
    rest = max(0, base - sum(counts))
    return Counts(counts if question.required and not rest else (*counts, rest))


def _part(
    definition: Definition, question: Question, told: Sequence[QuestionResult], *, is_one_version: bool
) -> Part | None:
    """Who was asked: all; those of certain answers to one earlier question; or a group that no table names."""
    section = next(one for one in definition.sections if question in one.questions)
    conditions = [tree for tree in (section.show_if, question.show_if) if tree is not None]
    if not conditions:
        return None
    found = _named(conditions[0]) if len(conditions) == 1 and is_one_version else None
    if found is None:
        return Part(None)
    key, value = found
    before = definition.by_key[key]
    cells = next(([line.cell for line in one.lines] for one in told if one.key == key), [])
    is_simple = before.kind in {Kind.ONE, Kind.STANCE} and before.is_consent is question.is_consent
    if value not in cells or not is_simple or _is_conditional(definition, before):
        return Part(None)
    return Part(key, frozenset({cells.index(value)}))


def _part_size(part: Part, told: Sequence[QuestionResult]) -> int:
    of = next(one for one in told if one.key == part.of)
    return sum(of.lines[place].count for place in part.answers)


def _is_conditional(definition: Definition, question: Question) -> bool:
    section = next(one for one in definition.sections if question in one.questions)
    return section.show_if is not None or question.show_if is not None


def _named(tree: Sequence[Any]) -> tuple[str, str] | None:
    """ "This question was answered so": the two forms in which it is written."""
    match list(tree):
        case ["=", ["ref", key], ["str", value]] | ["call", "selected", ["ref", key], ["str", value]]:
            return str(key), str(value)
    return None


def _public(result: QuestionResult, shown: Any) -> PublicResult:
    return PublicResult(
        key=result.key,
        title=result.title,
        base=shown.total,
        lines=tuple(_lines(result, shown)),
        count_word=result.count_word,
        marked_word=result.marked_word,
        is_several=result.is_several,
    )


def _lines(result: QuestionResult, shown: ShownLine | ShownNeeds) -> Iterator[PublicLine]:
    labels = [line.label for line in result.lines]
    if isinstance(shown, ShownNeeds):
        for label, wanted, top in zip(labels, shown.wanted, shown.top, strict=True):
            yield PublicLine(label, wanted, top)
        return
    named = [*labels, NOT_ANSWERED] if len(shown.cells) > len(labels) else labels
    for label, cell in zip(named, shown.cells, strict=True):
        yield PublicLine(label, cell)
