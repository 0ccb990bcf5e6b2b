"""Whether questions can be asked as they stand: everything that must be mended first, in sentences."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from server.surveys.rules.definition import OTHER, Definition, Option, Question, Section
from server.surveys.rules.expressions import references
from server.surveys.rules.trees import is_evaluable
from server.surveys.rules.words import Kind, Sensitive

MOST_SECTIONS = 40
MOST_QUESTIONS = 200
MOST_OPTIONS = 100
MOST_DECIMALS = 6
MOST_SCALE_STEPS = 100
#: In fen, for one household.
MOST_BUDGET = 1_000_000 * 100
LONGEST_TITLE = 300
LONGEST_HELP = 1000
LONGEST_WORD = 40
LONGEST_ANSWER = 5000
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,39}")
#: Signs that the sums use for themselves stay out of the values of options.
_VALUE = re.compile(r"[^\s@#]{1,60}")
_RESERVED = "way:"
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,6})?", re.ASCII)
#: Kinds whose answers are kept sealed without more ado; a photo shows more than it was asked for.
_PRIVATE_KINDS = {Kind.ONE, Kind.MANY, Kind.NUMBER, Kind.TEXT, Kind.LONG_TEXT, Kind.STANCE}


@dataclass(frozen=True)
class Problem:
    """`where` is the key of the question or section; empty for the whole."""

    where: str
    message: str


def check_definition(definition: Definition) -> list[Problem]:
    """All that stands in the way of asking; empty where nothing does."""
    return list(_problems(definition))


def check_question(question: Question) -> list[str]:
    """What is wrong with a question by itself, wherever it stands and whatever it asks after."""
    return list(_of_itself(question))


def _problems(definition: Definition) -> Iterator[Problem]:
    if not any(question.kind.is_asked for question in definition.questions):
        yield Problem("", "还没有一道要答的题。请先加一道题。")
    if len(definition.sections) > MOST_SECTIONS:
        yield Problem("", f"部分太多，最多 {MOST_SECTIONS} 个。请并掉一些。")
    if len(definition.questions) > MOST_QUESTIONS:
        yield Problem("", f"题目太多，最多 {MOST_QUESTIONS} 道。请去掉一些。")
    if len(definition.thanks) > LONGEST_HELP:
        yield Problem("", f"结尾的话太长，最多 {LONGEST_HELP} 个字。")
    earlier: dict[str, Question] = {}
    sections: set[str] = set()
    for section in definition.sections:
        yield from (Problem(section.key, said) for said in _of_section(section, sections, set(earlier)))
        sections.add(section.key)
        for question in section.questions:
            yield from (Problem(question.key, said) for said in _of_question(question, earlier))
            earlier[question.key] = question


def _of_section(section: Section, sections: set[str], earlier: set[str]) -> Iterator[str]:
    name = f"“{section.title[:30] or section.key}”"
    if not _KEY.fullmatch(section.key) or section.key in sections:
        yield f"{name}这一部分的编号重复或不合规则。"
    if len(section.title) > LONGEST_TITLE or len(section.help) > LONGEST_HELP:
        yield f"{name}这一部分的标题或说明太长：标题最多 {LONGEST_TITLE} 个字，说明最多 {LONGEST_HELP} 个字。"
    if not section.questions:
        yield f"{name}这一部分还没有题。加一道题，或删掉它。"
    yield from (f"{name}这一部分{said}" for said in _of_tree(section.show_if, earlier, "的出现条件"))


def _of_question(question: Question, earlier: dict[str, Question]) -> Iterator[str]:
    name = _name(question)
    if question.key in earlier:
        yield f"{name}的编号“{question.key}”和前面的题重复。"
    yield from _of_itself(question)
    yield from (f"{name}{said}" for said in _of_trees(question, earlier))


def _of_itself(question: Question) -> Iterator[str]:
    name = _name(question)
    if not _KEY.fullmatch(question.key):
        yield f"{name}的编号“{question.key[:40]}”不合规则：字母开头，只用字母、数字、下划线，最多 40 个字符。"
    if not question.title.strip() and question.kind is not Kind.CALCULATE:
        yield "有一道题还没有写题目。"
    yield from (f"{name}{said}" for said in _of_lengths(question))
    yield from (f"{name}{said}" for said in _of_options(question))
    yield from (f"{name}{said}" for said in _of_bounds(question))
    yield from (f"{name}{said}" for said in _of_private(question))


def _name(question: Question) -> str:
    return f"“{question.title[:30] or question.key}”"


def _of_lengths(question: Question) -> Iterator[str]:
    texts = (question.help, question.constraint_message, question.why)
    if len(question.title) > LONGEST_TITLE or any(len(text) > LONGEST_HELP for text in texts):
        yield f"太长：题目最多 {LONGEST_TITLE} 个字，说明最多 {LONGEST_HELP} 个字。"
    if any(len(text) > LONGEST_WORD for text in (question.unit, question.low, question.high)):
        yield f"的单位、两头的意思太长，各最多 {LONGEST_WORD} 个字。"
    if question.longest is not None and not 1 <= question.longest <= LONGEST_ANSWER:
        yield f"的“最多写多少字”要在 1 到 {LONGEST_ANSWER} 之间。"


def _of_options(question: Question) -> Iterator[str]:
    if question.other and question.kind not in {Kind.ONE, Kind.MANY}:
        yield "不能有“其他”，单选题和多选题才能有。"
    if not question.kind.has_options:
        return
    least = 1 if question.kind in {Kind.ITEMS, Kind.PACKAGE} or question.other else 2
    if len(question.options) < least:
        yield f"至少要有 {least} 个选项。"
    if max(len(question.options), len(question.ways)) > MOST_OPTIONS:
        yield f"选项太多，最多 {MOST_OPTIONS} 个。"
    for options in (question.options, question.ways):
        yield from _of_values(options, is_other_taken=question.other)
    most = len(question.options) + question.other
    if question.at_most is not None and not 1 <= question.at_most <= max(1, most):
        yield f"“最多选几项”要在 1 到 {most} 之间。"


def _of_values(options: Sequence[Option], *, is_other_taken: bool) -> Iterator[str]:
    values = [option.value for option in options]
    if len(set(values)) != len(values):
        yield "有两个选项的编号一样。"
    titles = [option.title.strip() for option in options]
    if not all(titles):
        yield "有一个选项没有写字。"
    if len(set(titles)) != len(titles) and all(option.show_if is None for option in options):
        yield "有两个选项写得一样。"
    if any(len(one.title) > LONGEST_TITLE or len(one.help) > LONGEST_HELP for one in options):
        yield f"有一个选项太长：最多 {LONGEST_TITLE} 个字，说明最多 {LONGEST_HELP} 个字。"
    if any(not _VALUE.fullmatch(value) or value.startswith(_RESERVED) for value in values):
        yield "有一个选项的编号里有空格、@、# 或太长。"
    if is_other_taken and OTHER in values:
        yield "已经有“其他”，选项里不要再写编号 other。"


def _of_bounds(question: Question) -> Iterator[str]:
    if question.household_budget is not None and not 0 < question.household_budget <= MOST_BUDGET:
        yield "的预算要在 0.01 元到 100 万元之间；不设预算就空着。"
    if question.kind is Kind.DATE:
        yield from _of_days(question)
    if question.kind not in {Kind.NUMBER, Kind.SCALE}:
        return
    bounds = [_number(text) for text in (question.least, question.most) if text is not None]
    if None in bounds or _number(question.step) is None:
        yield "的上下限不是数字。"
        return
    if not 0 <= question.decimals <= MOST_DECIMALS:
        yield f"的小数位数要在 0 到 {MOST_DECIMALS} 之间。"
    if len(bounds) == 2 and bounds[0] >= bounds[1]:  # type: ignore[operator]
        yield "的最小值要比最大值小。"
    elif question.kind is Kind.SCALE:
        yield from _of_scale(question)


def _of_days(question: Question) -> Iterator[str]:
    days = [_day(text) for text in (question.least, question.most) if text is not None]
    if None in days:
        yield "的最早或最晚日期不对，要写成 2026-03-01 这样。"
    elif len(days) == 2 and days[0] > days[1]:  # type: ignore[operator]
        yield "的最早日期在最晚日期之后。"


def _of_scale(question: Question) -> Iterator[str]:
    if question.least is None or question.most is None:
        yield "要写从几分到几分。"
        return
    step = Decimal(question.step)
    if step <= 0 or (Decimal(question.most) - Decimal(question.least)) / step > MOST_SCALE_STEPS:
        yield f"的分数太多，最多 {MOST_SCALE_STEPS} 级。"


def _of_private(question: Question) -> Iterator[str]:
    if not question.is_private:
        return
    if question.required:
        yield "问的是个人信息，不能设成必答。"
    if not question.why.strip():
        yield "问的是个人信息，要写清为什么问。"
    if question.is_consent:
        yield "问的是个人信息，不能又当作表态题。"
    yield from _of_private_kind(question)


def _of_private_kind(question: Question) -> Iterator[str]:
    if question.sensitive is not None and question.personal is not None:
        yield "问的是敏感信息还是姓名电话？请只选一样，另一样单独问。"
    if question.personal is not None and question.kind is not Kind.TEXT:
        yield "问的是姓名或电话，请用“填一行字”。"
    elif question.sensitive is Sensitive.AGE and question.kind is not Kind.ONE:
        # Results stand by age band; single years would give people away.
        yield "问的是年龄，请用单选，选项写成年龄段。"
    elif question.kind not in _PRIVATE_KINDS:
        yield "问的是个人信息，请用单选、多选、填数字或填字。"


def _of_trees(question: Question, earlier: dict[str, Question]) -> Iterator[str]:
    known = set(earlier)
    if question.kind is Kind.CALCULATE and question.formula is None:
        yield "还没有写算式。"
    yield from _of_tree(question.show_if, known, "的出现条件")
    yield from _of_tree(question.constraint, known | {question.key}, "的答案要求")
    yield from _of_tree(question.formula, known, "的算式")
    for option in question.options:
        yield from _of_tree(option.show_if, known, f"的选项“{option.title[:30]}”的出现条件")
    asked = [earlier[key] for key in references(question.formula) & known]
    if any(one.is_private for one in asked):
        # What is calculated is kept in the open; a sealed answer must not come out that way.
        yield "的算式用到了个人信息。个人信息单独保存，不能拿来算。"


def _of_tree(tree: Sequence[Any] | None, known: set[str], what: str) -> Iterator[str]:
    if references(tree) - known:
        yield f"{what}用到了后面或没有的题。请只用前面的题。"
    if not is_evaluable(tree):
        yield f"{what}写得不对，算不出来。请重新设一次。"


def _number(text: str) -> Decimal | None:
    """A bound with no more places than answers have; it must compare exactly."""
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
