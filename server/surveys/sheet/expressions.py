"""From the text of an XPath expression to our tree, and back. elementpath parses; nothing is ever evaluated by it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

from elementpath import XPath1Parser
from elementpath.exceptions import ElementPathError
from elementpath.tdop import Parser
from elementpath.xpath_tokens import XPathToken

from server.surveys.rules.functions import FUNCTIONS
from server.surveys.rules.patterns import NoPattern, check_pattern
from server.surveys.rules.trees import is_evaluable

Tree = list[Any]

#: So many steps may stand inside one another; the definition itself takes ten more.
DEEPEST = 50
#: Longer rows of "or" and "and" are grouped, so that they do not stand inside one another.
LONGEST_ROW = 16
#: Other names of functions that we have.
ALIASES = {"format-date-time": "format-date"}
_SPECIAL = ("if", "today", "now")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_REFERENCE = re.compile(r"\$\{\s*([^}]*?)\s*\}")
_CALLED = re.compile(r"([A-Za-z_][\w.:-]*)\s*\(")
_OPERATORS = ("or", "and", "=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "div", "mod")
_NO_FUNCTIONS = {"or", "and", "div", "mod"}
_PATHS = {"/", "//", "..", "[", "@", "|", "::", "*", ":"}
_SMART_QUOTES = str.maketrans("‘’“”", "''\"\"")
_DATE_FORM = re.compile(r"(?:[^%]|%[Yymnde])*")


class NotTaken(Exception):
    """What an expression holds and we do not take. `place` counts signs from 1."""

    def __init__(self, message: str, place: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.place = place


class _OdkParser(XPath1Parser):
    """XPath 1.0 with ODK's functions. Unlike its base it only parses: the base evaluates what it can at once."""

    def parse(self, source: str) -> XPathToken:
        if self.tokenizer is None:
            self.tokenizer = self.create_tokenizer(self.symbol_table)
        return Parser.parse(self, source)


@cache
def _parser() -> type[_OdkParser]:
    for name in (*FUNCTIONS, *ALIASES, *_SPECIAL):
        # How many parts a function takes is asked of our own list; the parser takes any number.
        _OdkParser.symbol_table.pop(name, None)
        _OdkParser.function(name, nargs=(0, None))
    _OdkParser.tokenizer = None
    return _OdkParser


def parse_expression(text: str, *, has_self: bool = False, has_columns: bool = False) -> Tree:
    """The tree of an expression. Names of columns, in a choice filter, stand in it as ["column", name]: see `filtered`.

    Raises NotTaken where something in it is not of our short list.
    """
    straight = text.translate(_SMART_QUOTES)
    _check_functions(straight)
    plain, names = _with_variables(straight)
    try:
        root = _parser()().parse(plain)
        tree = _Walk(names, has_self, has_columns).tree(root)
    except ElementPathError as wrong:
        raise NotTaken("写法不对", _place(wrong.token)) from None
    except (RecursionError, ValueError, ArithmeticError):
        raise NotTaken("太长，或括号套得太深") from None
    if _depth(tree) > DEEPEST:
        raise NotTaken("太长，或括号套得太深")
    return tree


# ------------------------------------------------------------------ before parsing


def _with_variables(text: str) -> tuple[str, dict[str, str]]:
    """`${age}` becomes a variable that XPath knows; blanks keep every other sign in its place."""
    names: dict[str, str] = {}
    parts: list[str] = []
    at = 0
    for quoted in _QUOTED.finditer(text):
        parts += [_replaced(text[at : quoted.start()], at, names), quoted[0]]
        if "${" in quoted[0]:
            raise NotTaken("引号里的 ${…} 不会换成答案，请用 concat() 接起来", quoted.start() + 1)
        at = quoted.end()
    parts.append(_replaced(text[at:], at, names))
    return "".join(parts), names


def _replaced(text: str, at: int, names: dict[str, str]) -> str:
    def variable(found: re.Match[str]) -> str:
        name = found[1]
        if not name or "#" in name:
            raise NotTaken(
                "last-saved 我们没有" if name else "${} 里没有写题目的名字", at + found.start() + 1
            )
        sign = _letters(len(names))
        names[sign] = name
        return f"${sign}".ljust(len(found[0]))

    return _REFERENCE.sub(variable, text)


def _letters(number: int) -> str:
    """A, B, … Z, AA, AB, …: capitals, for the words of XPath are small; short enough for the place of "${a}"."""
    text, number = "", number + 1
    while number:
        number, left = divmod(number - 1, 26)
        text = chr(65 + left) + text
    return text


def _check_functions(text: str) -> None:
    blanked = _QUOTED.sub(lambda quoted: " " * len(quoted[0]), text)
    for found in _CALLED.finditer(blanked):
        name = found[1]
        if (
            name not in FUNCTIONS
            and name not in ALIASES
            and name not in _SPECIAL
            and name not in _NO_FUNCTIONS
        ):
            raise NotTaken(f"函数 {name}() 我们没有", found.start() + 1)


def _place(token: Any) -> int:
    span: tuple[int, int] | None = getattr(token, "span", None)
    return span[0] + 1 if span else 1


# ------------------------------------------------------------------ after parsing


class _Walk:
    def __init__(self, names: Mapping[str, str], has_self: bool, has_columns: bool) -> None:
        self.names = names
        self.has_self = has_self
        self.has_columns = has_columns

    def tree(self, token: XPathToken) -> Tree:
        symbol, parts = token.symbol, list(token)
        if symbol == "(string)":
            return ["str", str(token.value)]
        if symbol in {"(integer)", "(decimal)"}:
            return ["num", format(Decimal(str(token.value)), "f")]
        if symbol == "$":
            return ["ref", self.names[str(token.value)]]
        if symbol == "(" and len(parts) == 1:
            return self.tree(parts[0])
        if symbol in {"or", "and"}:
            return self.row(symbol, token)
        if symbol == "-" and len(parts) == 1:
            return ["neg", self.tree(parts[0])]
        if symbol in _OPERATORS and len(parts) == 2:
            return [symbol, *map(self.tree, parts)]
        return self.named(token, symbol)

    def named(self, token: XPathToken, symbol: str) -> Tree:
        if symbol == "." and self.has_self:
            return ["self"]
        if symbol == "(name)" and self.has_columns:
            return ["column", str(token.value)]
        if "function" in str(token.label):
            return self.call(token)
        raise NotTaken(self.why_not(symbol, token), _place(token))

    def why_not(self, symbol: str, token: XPathToken) -> str:
        if symbol == ".":
            return "这里不能用“.”，请写成 ${题目的名字}"
        if symbol == "(name)":
            return f"“{token.value}”没有加引号，也不是 ${{…}}"
        if symbol == "(float)":
            return "数字请写完整，不要用 e"
        if symbol in _PATHS:
            return "路径（/、..、[ ]）我们没有，请写成 ${题目的名字}"
        return f"“{symbol}”我们没有"

    def row(self, symbol: str, token: XPathToken) -> Tree:
        """A row of "or" or "and", which XPath nests to the left however long it is."""
        parts, left = [], token
        while left.symbol == symbol:
            parts.append(self.tree(left[1]))
            left = left[0]
        parts.append(self.tree(left))
        return _joined(symbol, parts[::-1])

    def call(self, token: XPathToken) -> Tree:
        name = ALIASES.get(token.symbol, token.symbol)
        parts = [self.tree(part) for part in token]
        if not is_evaluable(["call", name, *[["self"]] * len(parts)]):
            raise NotTaken(f"函数 {name}() 的括号里个数不对", _place(token))
        wrong = _wrong_part(name, parts)
        if wrong:
            raise NotTaken(wrong, _place(token))
        if name == "concat" and all(part[0] == "str" for part in parts):
            # Text with both kinds of quotation marks can only be written in pieces: see `_quoted`.
            return ["str", "".join(part[1] for part in parts)]
        return ["call", name, *parts]


def _wrong_part(name: str, parts: Sequence[Tree]) -> str:
    """What must be known when the form is made: patterns, forms of dates, powers."""
    if name not in {"regex", "format-date", "pow"}:
        return ""
    kind, *rest = parts[1]
    if name == "pow":
        return (
            ""
            if (kind == "num" and "." not in rest[0]) or kind == "neg"
            else "pow() 的次数要写成整数，例如 2"
        )
    if kind != "str":
        return f"{name}() 的格式要直接写在引号里"
    if name == "format-date":
        return "" if _DATE_FORM.fullmatch(rest[0]) else "format-date() 只认 %Y、%y、%m、%n、%d、%e"
    try:
        check_pattern(rest[0])
    except NoPattern as wrong:
        return f"regex() 的格式从第 {wrong.place + 1} 个字符起我们不认"
    return ""


def _joined(symbol: str, parts: Sequence[Tree]) -> Tree:
    if len(parts) > LONGEST_ROW:
        middle = len(parts) // 2
        return [symbol, _joined(symbol, parts[:middle]), _joined(symbol, parts[middle:])]
    tree = parts[0]
    for part in parts[1:]:
        tree = [symbol, tree, part]
    return tree


def _depth(tree: Tree) -> int:
    return 1 + max((_depth(part) for part in tree[1:] if isinstance(part, list)), default=0)


# ------------------------------------------------------------------ choice filters


def columns_of(tree: Tree) -> set[str]:
    if tree[0] == "column":
        return {tree[1]}
    return {name for part in _branches(tree) for name in columns_of(part)}


def filtered(tree: Tree, cells: Mapping[str, str]) -> Tree | None:
    """The condition of one choice, by the cells of its row. None where it always holds.

    An empty cell is no node in XPath: whatever it is set beside, the comparison is false.
    """
    found = _settled(tree, cells)
    return None if found == _TRUE else found


_TRUE: Tree = ["call", "true"]
_FALSE: Tree = ["call", "false"]
_COMPARISONS = {"=", "!=", "<", "<=", ">", ">="}


def _settled(tree: Tree, cells: Mapping[str, str]) -> Tree:
    if tree[0] == "column":
        return ["str", cells.get(tree[1], "")]
    if tree[0] in _COMPARISONS and any(part[0] == "column" and not cells.get(part[1]) for part in tree[1:]):
        return _FALSE
    settled = [_settled(part, cells) if isinstance(part, list) else part for part in tree]
    if settled[0] in {"and", "or"}:
        return _decided(settled)
    if settled[0] in {"=", "!="} and settled[1][0] == settled[2][0] == "str":
        return _TRUE if (settled[1][1] == settled[2][1]) is (settled[0] == "=") else _FALSE
    return settled


def _decided(tree: Tree) -> Tree:
    """What is left of "and" and "or" where one side is known."""
    word, left, right = tree
    left, right = list(left), list(right)
    deciding, passing = (_TRUE, _FALSE) if word == "or" else (_FALSE, _TRUE)
    if deciding in (left, right):
        return deciding
    if left == passing:
        return right
    return left if right == passing else tree


def _branches(tree: Tree) -> Iterator[Tree]:
    return (part for part in tree[1:] if isinstance(part, list))


# ------------------------------------------------------------------ and back

_STRENGTH = {"or": 1, "and": 2, **dict.fromkeys(_COMPARISONS, 3), "+": 4, "-": 4, "*": 5, "div": 5, "mod": 5}
_NEG, _WHOLE = 6, 7


def xpath_of(tree: Sequence[Any]) -> str:
    """The expression as other tools read it; parsing it again gives the same tree."""
    return _written(tree)[0]


def _written(tree: Sequence[Any]) -> tuple[str, int]:
    word, *parts = tree
    if word in _STRENGTH:
        strength = _STRENGTH[word]
        # Operators of one strength belong to the left; comparisons stand in no row.
        left = strength + (word in _COMPARISONS)
        return f"{_within(parts[0], left)} {word} {_within(parts[1], strength + 1)}", strength
    if word == "neg":
        return f"-{_within(parts[0], _NEG)}", _NEG
    if word == "call":
        return f"{parts[0]}({', '.join(xpath_of(part) for part in parts[1:])})", _WHOLE
    if word == "str":
        return _quoted(str(parts[0])), _WHOLE
    if word == "ref":
        return f"${{{parts[0]}}}", _WHOLE
    return ("." if word == "self" else str(parts[0])), _WHOLE


def _within(tree: Sequence[Any], strength: int) -> str:
    text, own = _written(tree)
    return text if own >= strength else f"({text})"


def _quoted(text: str) -> str:
    """XPath 1.0 has no sign to write a quotation mark inside its own kind: text with both kinds is put together."""
    if "'" not in text:
        return f"'{text}'"
    if '"' not in text:
        return f'"{text}"'
    parts = ", ".join(f'"{part}"' if "'" in part else f"'{part}'" for part in re.split("(')", text) if part)
    return f"concat({parts})"
