"""One row of the survey sheet -> one question."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from server.surveys.rules.definition import OTHER
from server.surveys.rules.soundness import MOST_DECIMALS
from server.surveys.rules.words import Kind
from server.surveys.sheet.bounds import FIELDS, split_constraint
from server.surveys.sheet.cells import Line
from server.surveys.sheet.context import Context
from server.surveys.sheet.types import DECIMAL, HEADING, LONG, PERCENTAGE, PHONE, Type

#: The kinds of our own, by the standard one that stands for each.
STANDS_FOR = {
    Kind.STANCE: Kind.ONE,
    Kind.CONTRIBUTION: Kind.ONE,
    Kind.ITEMS: Kind.MANY,
    Kind.LONG_TEXT: Kind.TEXT,
}
#: What ODK takes for a range that does not say it.
_RANGE = {"start": "1", "end": "10", "step": "1"}
_PARAMETER = re.compile(r"([\w-]+)\s*=\s*([^\s,;]+)")
_TEXTS = ("unit", "low", "high", "sensitive", "personal", "why")
_WHOLES = ("decimals", "at_most")

Fields = dict[str, Any]


def draw(line: Line, kind: Type, key: str, context: Context) -> Fields:
    """The fields of the question; what is wrong in its row is noted in the context."""
    found: Fields = {
        "key": key,
        "kind": _kind(line, kind, context),
        "title": context.spoken(line, "label"),
        "help": _help(line, context),
        "required": context.flag(line, "required"),
        "show_if": context.tree(line, "relevant"),
    }
    if kind.list_name and found["kind"] is not Kind.NOTE:
        found |= _choices(line, kind, found["kind"], context)
    found |= _by_type(line, kind, context) | _own(line)
    found |= _constraint(line, found, context)
    _check_rest(line, kind, context)
    if not found["title"] and kind.kind is not Kind.CALCULATE:
        # A row without a label still asks something: its hint, or its name.
        found |= {"title": found["help"] or line.text("name"), "help": ""}
    return found


def _kind(line: Line, kind: Type, context: Context) -> Kind:
    standard = kind.kind or Kind.NOTE
    if kind.list_name and HEADING in line.text("appearance").split():
        # The words above a grid of choices, which nobody ticks.
        return Kind.NOTE
    cell = line.cell("xiangyi::kind")
    if cell is None:
        return (
            Kind.LONG_TEXT if standard is Kind.TEXT and LONG in line.text("appearance").split() else standard
        )
    own = Kind(cell.text) if cell.text in set(Kind) else None
    if own is None or STANDS_FOR.get(own, own) is not standard:
        context.problems.append(cell.problem(f"“{cell.text}”和 type 不一致。请清空这一格"))
        return standard
    return own


def _help(line: Line, context: Context) -> str:
    return "\n".join(part for name in ("hint", "guidance_hint") if (part := context.spoken(line, name)))


def _choices(line: Line, kind: Type, drawn: Kind, context: Context) -> Fields:
    if kind.list_name not in context.lists.lines:
        context.problems.append(line.problem(f"choices 表里没有“{kind.list_name}”这个清单"))
    context.problems += context.lists.problems(kind.list_name)
    has_other = kind.has_other or line.text("xiangyi::other") == "yes"
    options = context.lists.options(kind.list_name, context.filter(line))
    if has_other:
        options = [option for option in options if option["value"] != OTHER]
    ways = line.text("xiangyi::ways")
    return {
        "options": [] if drawn is Kind.STANCE else options,
        "other": has_other,
        "ways": context.lists.options(ways, None) if ways else [],
    }


def _by_type(line: Line, kind: Type, context: Context) -> Fields:
    if kind.word in DECIMAL:
        return {"decimals": MOST_DECIMALS}
    if kind.word == PERCENTAGE:
        return {"least": "0", "most": "100"}
    if kind.kind is Kind.CALCULATE:
        return {"formula": _formula(line, context)}
    return _range(line, context) if kind.kind is Kind.SCALE else {}


def _formula(line: Line, context: Context) -> Any:
    if line.cell("calculation") is None:
        context.problems.append(line.problem("calculate 没有写算式（calculation）"))
    return context.tree(line, "calculation")


def _range(line: Line, context: Context) -> Fields:
    cell = line.cell("parameters")
    said = dict(_PARAMETER.findall(cell.text.lower())) if cell else {}
    try:
        numbers = {name: _plain(said.get(name, usual)) for name, usual in _RANGE.items()}
    except InvalidOperation:
        context.problems.append(line.problem("range 的 start、end、step 要写数字", "parameters"))
        return {}
    if cell and "tick_labelset" in said:
        context.problems.append(cell.problem("刻度上的文字（tick_labelset）我们没有。请清空这一格"))
    return {"least": numbers["start"], "most": numbers["end"], "step": numbers["step"]}


def _plain(text: str) -> str:
    number = Decimal(text)
    if not number.is_finite():
        raise InvalidOperation
    return format(number.normalize() if number else Decimal(0), "f")


def _own(line: Line) -> Fields:
    """The columns of our own, which carry what the standard has no column for."""
    found: Fields = {name: text for name in (*_TEXTS, *_WHOLES) if (text := line.text(f"xiangyi::{name}"))}
    if line.text("xiangyi::is_consent") == "yes":
        found["is_consent"] = True
    if line.text("xiangyi::is_public") == "no":
        found["is_public"] = False
    return found


def _constraint(line: Line, found: Mapping[str, Any], context: Context) -> Fields:
    message = context.spoken(line, "constraint_message")
    tree = context.tree(line, "constraint", own={line.text("name"): found["key"]})
    if line.text("type").lower() == PHONE and tree is None:
        tree = ["call", "regex", ["self"], ["str", "[0-9]*"]]
    if tree is None:
        return {"constraint_message": message}
    is_ours = line.cell("xiangyi::kind") is not None
    if message and not is_ours:
        # Whoever wrote a sentence of their own wants it said.
        return {"constraint": tree, "constraint_message": message}
    names = line.text("xiangyi::bounds").split() if is_ours else FIELDS
    ticks = len(found.get("options", ())) + bool(found.get("other"))
    split = split_constraint(tree, found["kind"], ticks, names)
    return {**split.fields, "constraint": split.rest, "constraint_message": message}


def _check_rest(line: Line, kind: Type, context: Context) -> None:
    """What a row can hold beside and does not do here."""
    if kind.kind is Kind.NOTE and context.flag(line, "required"):
        context.problems.append(
            line.problem("用必答的说明拦住人，我们没有。请改成答案要求（constraint）", "required")
        )
    calculation = line.cell("calculation")
    if calculation and kind.kind is not Kind.CALCULATE:
        context.problems.append(calculation.problem("只有 calculate 能写算式。先算出来再让人改，我们没有"))
    if context.flag(line, "read_only") and kind.kind is not Kind.NOTE:
        cell = line.cell("read_only") or line.cell("type")
        context.problems += [cell.problem("只看不答的题（read_only）我们没有。请改成 note")] if cell else []
    if line.cell("required_message"):
        context.pass_over("自己写的必答提示（required_message）", "每题用统一的提示")
    if line.cell("parameters") and kind.kind is not Kind.SCALE:
        context.pass_over("题目的参数（parameters）", line.text("parameters"))
