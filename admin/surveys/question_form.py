"""One question as a form, and the form as a question: only the fields that its kind uses, in plain words."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import request
from marshmallow import Schema
from marshmallow.fields import Boolean, Integer, List, String
from marshmallow.validate import OneOf, Range

from server.catalogue.rules.items import read_yuan
from server.infra.web.fields import Line, Words
from server.kernel.errors import Invalid
from server.surveys.rules.conditions import Choices, choice_of, tree_of
from server.surveys.rules.definition import Option, Question, Tree
from server.surveys.rules.lines import lines_of, options_of
from server.surveys.rules.soundness import LONGEST_HELP, LONGEST_TITLE, LONGEST_WORD, check_question
from server.surveys.rules.words import Kind, Personal, Sensitive

#: Kinds to choose from, each with what it is good for.
EXAMPLES: dict[Kind, str] = {
    Kind.ONE: "只能选一个。例如：你家在这里住了多久？",
    Kind.MANY: "可以选几个，也可以限定最多几个。例如：小区哪里最不方便？",
    Kind.STANCE: "三选一，还能写原因。例如：同意改造吗？",
    Kind.ITEMS: "从改造清单里挑，再选出最重要的几项。例如：你想改造哪些？",
    Kind.PACKAGE: "从改造清单里配一份，马上看到要花多少、自家出多少、有没有补助。例如：按这个预算，你会改哪些？",
    Kind.CONTRIBUTION: "先选出多少，再选怎么出。例如：加装电梯，你家愿意出多少？",
    Kind.SCALE: "给个分数。例如：对现在的物业打几分？1 分到 5 分。",
    Kind.RANKING: "把几样东西排先后。例如：先修路、先换水管、还是先装路灯？",
    Kind.NUMBER: "例如：家里常住几口人？",
    Kind.TEXT: "短短一行。例如：你家门口哪盏灯不亮？",
    Kind.LONG_TEXT: "几句话。例如：还有什么想说的？",
    Kind.DATE: "例如：哪天在家，方便上门看漏水？",
    Kind.PHOTO: "拍照上传。例如：漏水的地方拍一张。",
    Kind.NOTE: "只给人看，不用回答。例如：下面几题问的是停车。",
}
#: Kinds that one question may go between without losing what was written.
ALIKE: tuple[tuple[Kind, ...], ...] = ((Kind.ONE, Kind.MANY), (Kind.TEXT, Kind.LONG_TEXT))
PRIVATE: tuple[tuple[str, str], ...] = (
    ("", "不是"),
    *((f"sensitive:{one.value}", f"敏感信息：{one.name_zh}。要单独同意，可以随时收回") for one in Sensitive),
    *((f"personal:{one.value}", f"{one.name_zh}。单独加密保存，不进结果") for one in Personal),
)
PRIVATE_KINDS = frozenset({Kind.ONE, Kind.MANY, Kind.NUMBER, Kind.TEXT, Kind.LONG_TEXT})
#: Of a household's owner and its tenant the owner's answer stands: where one says what one wants done.
CONSENTS = frozenset({Kind.ONE, Kind.STANCE, Kind.CONTRIBUTION, Kind.SCALE})
_FIELDS: dict[Kind, tuple[str, ...]] = {
    Kind.ONE: ("other",),
    Kind.MANY: ("other", "at_most"),
    Kind.ITEMS: ("at_most",),
    Kind.PACKAGE: ("household_budget",),
    Kind.CONTRIBUTION: ("ways",),
    Kind.SCALE: ("least", "most", "low", "high"),
    Kind.NUMBER: ("least", "most", "decimals", "unit"),
    Kind.DATE: ("least", "most"),
    Kind.TEXT: ("longest",),
    Kind.LONG_TEXT: ("longest",),
}
#: Their options are ticked from the catalogue instead of written.
OF_CATALOGUE = frozenset({Kind.ITEMS, Kind.PACKAGE})
KEEP = "keep"
LONGEST_OPTIONS = 20_000
WHOLE: dict[str, Any] = {"invalid": "这里填整数。"}
COUNT = Range(1, 100, error="填 1 到 100 的整数。")


class QuestionIn(Schema):
    kind = String(required=True, validate=OneOf([one.value for one in Kind], error="选一种题。"))
    title = Line(LONGEST_TITLE, required=True, error_messages={"required": "写题目。"})
    help = Words(LONGEST_HELP, load_default="")
    required = Boolean(load_default=False)
    show_if = Line(200, load_default="")
    options = Words(LONGEST_OPTIONS, load_default="")
    contents = List(String(), load_default=list)
    other = Boolean(load_default=False)
    at_most = Integer(load_default=None, validate=COUNT, error_messages=WHOLE)
    least = Line(20, load_default="")
    most = Line(20, load_default="")
    decimals = Integer(load_default=0, validate=Range(0, 6, error="填 0 到 6。"), error_messages=WHOLE)
    low = Line(LONGEST_WORD, load_default="")
    high = Line(LONGEST_WORD, load_default="")
    unit = Line(LONGEST_WORD, load_default="")
    longest = Integer(
        load_default=None, validate=Range(1, 10_000, error="填 1 到 10000 的整数。"), error_messages=WHOLE
    )
    ways = Words(LONGEST_OPTIONS, load_default="")
    #: In yuan.
    household_budget = Line(20, load_default="")
    is_consent = Boolean(load_default=False)
    private = String(load_default="", validate=OneOf([one[0] for one in PRIVATE], error="选一项。"))
    why = Words(LONGEST_HELP, load_default="")
    is_public = Boolean(load_default=False)
    drops_constraint = Boolean(load_default=False)
    drops = List(String(), load_default=list)
    seen = Line(64, required=True)


def typed_of(question: Question, choices: Sequence[Choices]) -> dict[str, Any]:
    """What the form shows of a question."""
    return {
        "title": question.title,
        "help": question.help,
        "required": question.required,
        "show_if": shown_condition(question.show_if, choices),
        "options": lines_of(question.options),
        "contents": [option.value for option in question.options],
        "other": question.other,
        "at_most": question.at_most,
        "least": question.least,
        "most": question.most,
        "decimals": question.decimals,
        "low": question.low,
        "high": question.high,
        "unit": question.unit,
        "longest": question.longest,
        "ways": lines_of(question.ways),
        "household_budget": _yuan(question.household_budget),
        "is_consent": question.is_consent,
        "private": _private_of(question),
        "why": question.why,
        "is_public": question.is_public,
    }


def typed_again() -> dict[str, Any]:
    """What was just typed, to be shown again."""
    lists = {name: request.form.getlist(name) for name in ("contents", "drops")}
    boxes = ("required", "other", "is_consent", "is_public", "drops_constraint")
    return {**request.form.to_dict(), **{name: name in request.form for name in boxes}, **lists}


def drawn(kind: Kind) -> frozenset[str]:
    """The fields that the form of this kind has beside those of every question; the rest stays as it is."""
    found = set(_FIELDS.get(kind, ()))
    if kind in CONSENTS:
        found.add("is_consent")
    return frozenset(found | {"private", "why"} if kind in PRIVATE_KINDS else found)


def question_of(
    held: Question,
    form: Mapping[str, Any],
    *,
    choices: Sequence[Choices],
    items: Sequence[Option],
    taken: Collection[str],
) -> Question:
    """The question that this form means. Raises Invalid with the sentences by field where it cannot be asked so."""
    kind = _kind(held, form)
    question = replace(
        held,
        kind=kind,
        title=form["title"],
        help=form["help"],
        required=form["required"],
        show_if=condition_of(form["show_if"], held.show_if, choices),
        options=_options(held, kind, form, items, taken),
        is_public=form["is_public"],
        constraint=None if form["drops_constraint"] else held.constraint,
        constraint_message="" if form["drops_constraint"] else held.constraint_message,
        **_of_kind(held, kind, form, taken),
    )
    wrong: dict[str, list[str]] = {}
    for sentence in check_question(question):
        wrong.setdefault(_field_of(sentence, kind), []).append(sentence)
    if wrong:
        raise Invalid("这道题还要改一下。", fields=wrong)
    return question


def _of_kind(held: Question, kind: Kind, form: Mapping[str, Any], taken: Collection[str]) -> dict[str, Any]:
    """What only some kinds have."""
    found = {name: form[name] for name in drawn(kind) - {"private", "ways"}}
    found |= {name: found[name] or None for name in ("least", "most") if name in found}
    if "household_budget" in found:
        found["household_budget"] = read_yuan("household_budget", form["household_budget"])
    if "private" in drawn(kind):
        found["sensitive"], found["personal"] = _read_private(form["private"])
    if "ways" in drawn(kind):
        found["ways"] = options_of(form["ways"], held.ways, taken)
    if kind is Kind.ONE:
        found["at_most"] = None
    return found


def alike(kind: Kind) -> tuple[Kind, ...]:
    return next((some for some in ALIKE if kind in some), ())


# ------------------------------------------------------------------ conditions


def shown_condition(tree: Tree | None, choices: Sequence[Choices]) -> str:
    """As the choice of the form: none, one that is offered, or one that is only kept."""
    if tree is None:
        return ""
    choice = choice_of(tree)
    return "=".join(choice) if choice is not None and _is_offered(*choice, choices) else KEEP


def _is_offered(key: str, value: str, choices: Sequence[Choices]) -> bool:
    return any(one.question.key == key and value in dict(one.answers) for one in choices)


def condition_of(chosen: str, held: Tree | None, choices: Sequence[Choices]) -> Tree | None:
    """The condition of a choice. One that was there may stay, though it cannot be made here."""
    if not chosen:
        return None
    if chosen in {KEEP, shown_condition(held, choices)}:
        return held
    key, _, value = chosen.partition("=")
    for one in choices:
        if one.question.key == key and value in dict(one.answers):
            return tree_of(one.question, value)
    raise Invalid(
        "选的条件用到的题或选项没有了。", fields={"show_if": ["这道题或选项没有了。请重新选一次。"]}
    )


# ------------------------------------------------------------------ parts


def _kind(held: Question, form: Mapping[str, Any]) -> Kind:
    kind = Kind(form["kind"])
    return kind if kind in alike(held.kind) else held.kind


def _options(
    held: Question, kind: Kind, form: Mapping[str, Any], items: Sequence[Option], taken: Collection[str]
) -> tuple[Option, ...]:
    if kind in OF_CATALOGUE:
        return _items(held, form["contents"], items)
    if not kind.has_options:
        return ()
    return held.options if held.has_filter else options_of(form["options"], held.options, taken)


def _items(held: Question, chosen: Collection[str], items: Sequence[Option]) -> tuple[Option, ...]:
    return tuple(one for one in offered_items(held, items) if one.value in set(chosen))


def offered_items(held: Question, items: Sequence[Option]) -> list[Option]:
    """Those of the question in its own order and words, also from an older list; then what else the catalogue has."""
    known = {one.value for one in held.options}
    return [*held.options, *(one for one in items if one.value not in known)]


def _yuan(fen: int | None) -> str:
    return "" if fen is None else f"{fen // 100}.{fen % 100:02}".removesuffix(".00")


def _read_private(chosen: str) -> tuple[Sensitive | None, Personal | None]:
    kind, _, value = chosen.partition(":")
    return (
        Sensitive(value) if kind == "sensitive" else None,
        Personal(value) if kind == "personal" else None,
    )


def _private_of(question: Question) -> str:
    if question.sensitive is not None:
        return f"sensitive:{question.sensitive.value}"
    return f"personal:{question.personal.value}" if question.personal is not None else ""


def _field_of(sentence: str, kind: Kind) -> str:
    """Beside which field a sentence of the check stands."""
    if "个人信息" in sentence or "年龄" in sentence or "姓名" in sentence:
        return "private"
    if "预算" in sentence:
        return "household_budget"
    if "最多选几项" in sentence:
        return "at_most"
    if "选项" in sentence:
        return "contents" if kind in OF_CATALOGUE else "options"
    if any(word in sentence for word in ("最小值", "上下限", "日期", "几分", "分数")):
        return "least"
    return "title"
