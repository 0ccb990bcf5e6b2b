"""What a correction changed, in sentences: for whoever answered the version before, and whoever reads the results."""

from collections.abc import Iterator
from dataclasses import replace

from server.surveys.rules.definition import Definition, Option, Question

#: What a sentence is made of for each further fact of a question; the rest of them are said together.
_FACTS = {
    "help": "说明",
    "required": "是否必答",
    "show_if": "出现条件",
    "constraint": "答案要求",
    "constraint_message": "答案要求的提示",
    "picture": "图片",
    "other": "“其他”一项",
    "at_most": "最多选几项",
    "least": "最小值",
    "most": "最大值",
    "decimals": "小数位数",
    "step": "每级多少分",
    "low": "低分的意思",
    "high": "高分的意思",
    "unit": "单位",
    "longest": "最多多少字",
    "household_budget": "每户预算",
    "formula": "算式",
    "is_consent": "是不是表态题",
    "sensitive": "是不是敏感信息",
    "personal": "是不是姓名电话",
    "why": "为什么问",
    "is_public": "结果是否公示",
}


def changes(before: Definition, after: Definition) -> list[str]:
    """Empty where nothing changed."""
    return list(_changes(before, after))


def _changes(before: Definition, after: Definition) -> Iterator[str]:
    for question in before.questions:
        if question.key not in after.by_key:
            yield f"去掉了“{_name(question)}”。"
    for question in after.questions:
        held = before.by_key.get(question.key)
        if held is None:
            yield f"加了“{_name(question)}”。"
        else:
            yield from _of_question(held, question)
    yield from _of_order(before, after)
    yield from _of_sections(before, after)
    if before.thanks != after.thanks:
        yield "改了最后的话。"


def _of_question(held: Question, question: Question) -> Iterator[str]:
    if held.title != question.title:
        yield f"“{_name(held)}”改成“{_name(question)}”。"
    if held.kind is not question.kind:
        yield f"“{_name(question)}”从{held.kind.name_zh}改成{question.kind.name_zh}。"
    yield from (f"“{_name(question)}”{said}" for said in _of_options(held.options, question.options, "选项"))
    yield from (f"“{_name(question)}”{said}" for said in _of_options(held.ways, question.ways, "方式"))
    changed = [word for name, word in _FACTS.items() if getattr(held, name) != getattr(question, name)]
    if changed:
        yield f"“{_name(question)}”改了{'、'.join(changed)}。"


def _of_options(before: tuple[Option, ...], after: tuple[Option, ...], what: str) -> Iterator[str]:
    old, new = ({one.value: one for one in options} for options in (before, after))
    for value, option in old.items():
        if value not in new:
            yield f"去掉了{what}“{option.title}”。"
        elif new[value] != option:
            yield f"的{what}“{option.title}”{_of_option(option, new[value])}。"
    for value, option in new.items():
        if value not in old:
            yield f"加了{what}“{option.title}”。"
    if [value for value in old if value in new] != [value for value in new if value in old]:
        yield f"的{what}换了顺序。"


def _of_option(held: Option, option: Option) -> str:
    if held.title != option.title:
        return f"改成“{option.title}”"
    is_only_price = replace(option, offer=held.offer) == held
    return "改了价格" if is_only_price else "改了说明、图片或出现条件"


def _of_order(before: Definition, after: Definition) -> Iterator[str]:
    old = [(one.key, section.key) for section in before.sections for one in section.questions]
    new = [(one.key, section.key) for section in after.sections for one in section.questions]
    kept = before.by_key.keys() & after.by_key.keys()
    if [one for one in old if one[0] in kept] != [one for one in new if one[0] in kept]:
        yield "有的题换了位置。"


def _of_sections(before: Definition, after: Definition) -> Iterator[str]:
    old = {one.key: (one.title, one.help, one.show_if) for one in before.sections}
    new = {one.key: (one.title, one.help, one.show_if) for one in after.sections}
    for key, facts in new.items():
        if key not in old:
            yield f"加了“{facts[0] or key}”这一部分。"
        elif old[key] != facts:
            yield f"改了“{facts[0] or key}”这一部分的标题、说明或出现条件。"
    for key, facts in old.items():
        if key not in new:
            yield f"去掉了“{facts[0] or key}”这一部分。"


def _name(question: Question) -> str:
    return question.title[:30] or question.key
