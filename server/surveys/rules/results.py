"""Results in words: of each question its lines with counts, and the same by group. What may be public is decided apart."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from server.catalogue.rules.package import median
from server.surveys.rules.counting import ANSWERED, MOST_SINGLE, TOP, TOTAL
from server.surveys.rules.definition import OTHER, Definition, Option, Question
from server.surveys.rules.packages import KEPT, WITHIN, costs_of
from server.surveys.rules.sums import Dimension, Group, Table
from server.surveys.rules.words import Kind, Stance

#: Beside each band of a contribution, its ways.
WAY = "way:"


@dataclass(frozen=True)
class Line:
    """One answer and how many gave it; `marked` is how many called it most important."""

    cell: str
    label: str
    count: int
    marked: int | None = None
    #: Of a ranking: the mean place, in words.
    note: str = ""


@dataclass(frozen=True)
class QuestionResult:
    """`answered` is the base of every share. `several`: one household may be in more than one line."""

    #: Of a second result of the same question its key, "#" and what it is about.
    key: str
    title: str
    kind: Kind
    answered: int
    lines: tuple[Line, ...] = ()
    is_several: bool = False
    #: What `count` and `marked` count, in words; the second empty where nothing is marked.
    count_word: str = "户数"
    marked_word: str = ""
    mean: Decimal | None = None
    unit: str = ""
    is_public: bool = True
    #: Of packages: the cost that half of them do not exceed, in fen.
    median: int | None = None
    #: A second table of the same question: in which ways people would contribute.
    beside: tuple[Line, ...] = ()

    @property
    def question_key(self) -> str:
        return self.key.partition("#")[0]


@dataclass(frozen=True)
class SplitResult:
    """One question by group: for each group its base, and for each line its counts in the order of the groups."""

    key: str
    title: str
    groups: tuple[str, ...]
    bases: tuple[int, ...]
    lines: tuple[tuple[str, tuple[int, ...]], ...]


def question_results(definition: Definition, group: Group | None) -> list[QuestionResult]:
    """Every question that is counted, in the order it was asked."""
    counts = group.counts if group is not None else {}
    return [
        result
        for question in definition.questions
        if question.kind.is_asked and question.personal is None
        for result in _results(question, counts.get(question.key, {}))
    ]


def split_results(
    definition: Definition, table: Table, dimension: Dimension, names: Mapping[str, str]
) -> list[SplitResult]:
    """Every question with lines, by the groups of one dimension; `names` puts the groups in order and into words."""
    present = [key for key in names if (group := table.get((dimension, key))) is not None and group.is_anyone]
    found = []
    for question in definition.questions:
        if not question.kind.is_asked or question.personal is not None or question.kind.is_words:
            continue
        results = [_result(question, table[dimension, key].counts.get(question.key, {})) for key in present]
        if not results or not any(one.answered for one in results):
            continue
        cells = _cells_of(results)
        found.append(
            SplitResult(
                question.key,
                question.title,
                tuple(names[key] for key in present),
                tuple(one.answered for one in results),
                tuple((label, tuple(_count(one, cell) for one in results)) for cell, label in cells.items()),
            )
        )
    return found


# ------------------------------------------------------------------ one question


def _results(question: Question, cells: Mapping[str, Any]) -> Iterator[QuestionResult]:
    """The question's own result; of packages also how many keep the subsidy and the budget, each with the same base."""
    whole = _result(question, cells)
    yield whole
    if question.kind is Kind.PACKAGE:
        yield _yes_or_no(whole, KEPT, "能不能拿到中央补助", ("能", "不能"), cells)
        if question.household_budget is not None:
            yield _yes_or_no(whole, WITHIN, "超没超预算", ("没超", "超了"), cells)


def _yes_or_no(
    whole: QuestionResult, cell: str, asked: str, words: tuple[str, str], cells: Mapping[str, Any]
) -> QuestionResult:
    count = int(cells.get(cell, 0))
    lines = (Line(cell, words[0], count), Line(f"{cell}:not", words[1], whole.answered - count))
    return QuestionResult(
        key=f"{whole.key}{cell}",
        title=f"{whole.title}（{asked}）",
        kind=Kind.ONE,
        answered=whole.answered,
        lines=lines,
        is_public=whole.is_public,
    )


def _result(question: Question, cells: Mapping[str, Any]) -> QuestionResult:
    answered = int(cells.get(ANSWERED, 0))
    return QuestionResult(
        key=question.key,
        title=question.title,
        kind=question.kind,
        answered=answered,
        lines=tuple(_lines(question, cells)),
        is_several=question.kind in {Kind.MANY, Kind.ITEMS, Kind.PACKAGE},
        count_word={Kind.ITEMS: "想要", Kind.PACKAGE: "放进方案", Kind.RANKING: "排第一"}.get(
            question.kind, "户数"
        ),
        marked_word="最要紧" if question.kind is Kind.ITEMS else "",
        mean=_mean(cells, answered) if question.kind is Kind.NUMBER else None,
        unit=question.unit,
        median=median(costs_of(cells)) if question.kind is Kind.PACKAGE else None,
        is_public=question.is_public and question.sensitive is None,
        beside=tuple(
            Line(f"{WAY}{way.value}", way.title, int(cells.get(f"{WAY}{way.value}", 0)))
            for way in question.ways
        ),
    )


def _lines(question: Question, cells: Mapping[str, Any]) -> Iterator[Line]:
    match question.kind:
        case Kind.RANKING:
            yield from (_ranked(option, cells) for option in question.options)
        case Kind.STANCE:
            yield from (Line(one.value, one.name_zh, int(cells.get(one.value, 0))) for one in Stance)
        case Kind.SCALE:
            yield from (
                Line(step, _with_unit(step, question), int(cells.get(step, 0))) for step in question.steps
            )
        case Kind.NUMBER:
            yield from _bins(question, cells)
        case Kind.DATE:
            yield from (Line(cell, cell, int(cells[cell])) for cell in sorted(cells) if cell != ANSWERED)
        case _:
            yield from _options(question, cells)


def _options(question: Question, cells: Mapping[str, Any]) -> Iterator[Line]:
    for option in question.options:
        marked = int(cells.get(option.value + TOP, 0)) if question.kind is Kind.ITEMS else None
        yield Line(option.value, option.title, int(cells.get(option.value, 0)), marked)
    if question.other:
        yield Line(OTHER, "其他", int(cells.get(OTHER, 0)))


def _ranked(option: Option, cells: Mapping[str, Any]) -> Line:
    """How many put it first; beside it the mean place, of those who ranked it: an option that a correction added, or that
    was offered to some, was not before the others."""
    places = {
        int(cell.rpartition("@")[2]): int(held)
        for cell, held in cells.items()
        if cell.rpartition("@")[0] == option.value
    }
    total = sum(place * held for place, held in places.items())
    ranked = sum(places.values())
    mean = _half_up(Decimal(total) / ranked) if ranked else None
    return Line(
        option.value, option.title, places.get(1, 0), note=f"平均第 {mean} 位" if mean is not None else ""
    )


def _bins(question: Question, cells: Mapping[str, Any]) -> Iterator[Line]:
    lowers = sorted((Decimal(cell), cell) for cell in cells if cell not in {ANSWERED, TOTAL})
    for lower, cell in lowers:
        yield Line(cell, _with_unit(_bin_words(question, lower), question), int(cells[cell]))


def _with_unit(number: str, question: Question) -> str:
    return f"{number} {question.unit}" if question.unit else number


def _bin_words(question: Question, lower: Decimal) -> str:
    if question.least is not None and question.most is not None:
        least, most = Decimal(question.least), Decimal(question.most)
        if most - least <= MOST_SINGLE:
            return f"{lower:f}" if not question.decimals else f"{lower:f} 起"
        upper = lower + (most - least) / 10
        return f"{lower:f} 到 {min(upper, most).normalize():f}"
    if abs(lower) < MOST_SINGLE and not question.decimals:
        return f"{lower:f}"
    return f"{lower:f} 起"


def _mean(cells: Mapping[str, Any], answered: int) -> Decimal | None:
    """To one place, half up as people round."""
    if not answered:
        return None
    return _half_up(Decimal(str(cells.get(TOTAL, 0))) / answered)


def _half_up(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def _cells_of(results: Sequence[QuestionResult]) -> dict[str, str]:
    return {line.cell: line.label for one in results for line in one.lines}


def _count(result: QuestionResult, cell: str) -> int:
    return next((line.count for line in result.lines if line.cell == cell), 0)
