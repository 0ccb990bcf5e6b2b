"""Reading one answer of each kind, as JSON or a form sends it: what is right comes back in one form, the rest as sentences."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from server.kernel.signs import UNSEEN
from server.surveys.rules.definition import MOST_PHOTOS, OTHER, Option, Question
from server.surveys.rules.words import Kind, Stance

#: More values than any question has options: somebody plays with the form.
MOST_SENT = 200
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,6})?", re.ASCII)
_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})|(\d{4})(\d\d)(\d\d)", re.ASCII)
_PHOTO = re.compile(r"[1-9]\d{0,17}", re.ASCII)

_NOT_AN_OPTION = "这个选项不在题目里。请重新选。"
_NOT_READABLE = "这一题没有收对。请重新填。"
_STANCES = frozenset(stance.value for stance in Stance)

#: The answers under their fields, and the sentences of the fields that are not right.
Read = tuple[dict[str, Any], dict[str, list[str]]]
Raw = Mapping[str, Any]
Offered = tuple[Option, ...]


class _Wrong(Exception):
    """What is to be mended, as a sentence."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def read_answer(question: Question, raw: Raw, options: Offered) -> Read:
    """The answer to one question; `options` are those it offers now. Empty where nothing was said."""
    try:
        return _READERS[question.kind](question, raw, options)
    except _Wrong as wrong:
        return {}, {question.key: [wrong.sentence]}


def rank_field(question: Question, value: str) -> str:
    """The field of a form that holds the place of one option."""
    return f"{question.key}.rank.{value}"


def is_ticked(value: Any) -> bool:
    values = value if isinstance(value, (list, tuple)) else [value]
    return any(
        one is True or (isinstance(one, str) and one.lower() in {"yes", "true", "on", "1"}) for one in values
    )


def bounded(value: Any, longest: int) -> Any:
    """What a draft may keep of a field, right or wrong: text and lists of text, no longer than an answer can be."""
    if isinstance(value, bool):
        return value
    if isinstance(value, (list, tuple)):
        return [bounded(one, longest) for one in value[:MOST_SENT] if isinstance(one, (str, int, float))]
    return UNSEEN.sub("", str(value))[:longest] if isinstance(value, (str, int, float)) else ""


# ------------------------------------------------------------------ choices


def _one(question: Question, raw: Raw, options: Offered) -> Read:
    value = _single(raw.get(question.key)) or _unticked_other(question, raw)
    if not value:
        return {}, {}
    _check_options(question, [value], options)
    return _with_other(question, raw, {question.key: value}, is_chosen=value == OTHER)


def _many(question: Question, raw: Raw, options: Offered) -> Read:
    sent = _several(raw.get(question.key)) or _several(_unticked_other(question, raw))
    if not sent:
        return {}, {}
    _check_options(question, sent, options)
    if question.at_most is not None and len(sent) > question.at_most:
        raise _Wrong(_too_many(question.at_most, len(sent)))
    values = _as_listed(sent, options) + [one for one in sent if one == OTHER and question.other]
    return _with_other(question, raw, {question.key: values}, is_chosen=OTHER in values)


def _items(question: Question, raw: Raw, options: Offered) -> Read:
    wanted, top = _several(raw.get(question.key)), _several(raw.get(f"{question.key}.top"))
    if not wanted and not top:
        return {}, {}
    _check_options(question, [*wanted, *top], options)
    # What is most important is wanted: nobody is asked to tick it twice.
    answers: dict[str, Any] = {question.key: _as_listed([*wanted, *top], options)}
    if len(top) > question.most_important:
        return answers, {f"{question.key}.top": [_too_many(question.most_important, len(top))]}
    return answers | ({f"{question.key}.top": _as_listed(top, options)} if top else {}), {}


def _contribution(question: Question, raw: Raw, options: Offered) -> Read:
    band, ways = _single(raw.get(question.key)), _several(raw.get(f"{question.key}.ways"))
    if not band:
        return {}, {question.key: ["选了怎么出，也请选一个数额。"]} if ways else {}
    _check_options(question, [band], options)
    if not {one.value for one in question.ways}.issuperset(ways):
        return {question.key: band}, {f"{question.key}.ways": [_NOT_AN_OPTION]}
    return {question.key: band} | ({f"{question.key}.ways": ways} if ways else {}), {}


def _stance(question: Question, raw: Raw, _options: Offered) -> Read:
    value = _single(raw.get(question.key))
    if value and value not in _STANCES:
        raise _Wrong(_NOT_AN_OPTION)
    field = f"{question.key}.reason"
    answers: dict[str, Any] = {question.key: value} if value else {}
    try:
        reason = _text(raw.get(field), question.most_chars)
    except _Wrong as wrong:
        return answers, {field: [wrong.sentence]}
    if reason and not value:
        return {}, {question.key: ["写了理由，也请选一个态度。"]}
    return answers | ({field: reason} if reason else {}), {}


def _ranking(question: Question, raw: Raw, options: Offered) -> Read:
    values = _several(raw.get(question.key)) or _by_places(question, raw, options)
    if not values:
        return {}, {}
    _check_options(question, values, options)
    if len(values) != len(options):
        raise _Wrong("请给每一项都排上顺序。")
    return {question.key: values}, {}


def _by_places(question: Question, raw: Raw, options: Offered) -> list[str]:
    """The options by the numbers written beside them: 1 to the last, each once."""
    places = {one.value: _digits(raw.get(rank_field(question, one.value))) for one in options}
    if not any(places.values()):
        return []
    if sorted(places.values()) != sorted(str(number) for number in range(1, len(options) + 1)):
        raise _Wrong(f"请写 1 到 {len(options)}，每个数字用一次，1 排在最前。")
    return sorted(places, key=lambda value: int(places[value]))


def _with_other(question: Question, raw: Raw, answers: dict[str, Any], *, is_chosen: bool) -> Read:
    if not (question.other and is_chosen):
        return answers, {}
    field = f"{question.key}.other"
    try:
        text = _line(raw.get(field), question.most_chars)
    except _Wrong as wrong:
        return answers, {field: [wrong.sentence]}
    if not text:
        return answers, {field: ["选了“其他”，请写一下是什么。"]}
    return {**answers, field: text}, {}


def _unticked_other(question: Question, raw: Raw) -> str:
    """Who wrote words and ticked nothing means them."""
    return OTHER if question.other and _single(raw.get(f"{question.key}.other")) else ""


def _as_listed(values: Iterable[str], options: Offered) -> list[str]:
    chosen = set(values)
    return [one.value for one in options if one.value in chosen]


def _check_options(question: Question, values: Iterable[str], options: Offered) -> None:
    known = {option.value for option in options}
    if question.other:
        known.add(OTHER)
    if not known.issuperset(values):
        raise _Wrong(_NOT_AN_OPTION)


def _too_many(most: int, count: int) -> str:
    return f"最多选 {most} 项，你选了 {count} 项。去掉 {count - most} 项再提交。"


# ------------------------------------------------------------------ numbers, days, words, photos


def _number(question: Question, raw: Raw, _options: Offered) -> Read:
    text = _digits(raw.get(question.key)).replace(",", "")
    if not text:
        return {}, {}
    if not _NUMBER.fullmatch(text):
        raise _Wrong("请填数字，例如 3 或 12.5。" if question.decimals else "请填数字，例如 3。")
    # Written 3.0 it is 3 all the same.
    number = Decimal(text).normalize()
    if -int(number.as_tuple().exponent) > question.decimals and question.kind is Kind.NUMBER:
        raise _Wrong("请填整数。" if question.decimals == 0 else f"小数点后最多 {question.decimals} 位。")
    _check_bounds(question, number)
    return {question.key: format(number, "f") if number else "0"}, {}


def _check_bounds(question: Question, number: Decimal) -> None:
    least = Decimal(question.least) if question.least is not None else None
    most = Decimal(question.most) if question.most is not None else None
    unit = f" {question.unit}" if question.unit else ""
    if least is not None and number < least:
        raise _Wrong(f"最小是 {question.least}{unit}。请看看有没有填错。")
    if most is not None and number > most:
        raise _Wrong(f"最大是 {question.most}{unit}。请看看有没有填错。")
    if question.kind is Kind.SCALE and (number - (least or 0)) % Decimal(question.step):
        raise _Wrong("请选一个列出的分数。")


def _date(question: Question, raw: Raw, _options: Offered) -> Read:
    text = _digits(raw.get(question.key))
    if not text:
        return {}, {}
    written = _DAY.fullmatch(text)
    try:
        day = date(*(int(part) for part in written.groups() if part)) if written else None
    except ValueError:
        day = None
    if day is None:
        raise _Wrong("请填日期，例如 2026-03-01。")
    if question.least and day < date.fromisoformat(question.least):
        raise _Wrong(f"最早是 {question.least}。请看看有没有填错。")
    if question.most and day > date.fromisoformat(question.most):
        raise _Wrong(f"最晚是 {question.most}。请看看有没有填错。")
    return {question.key: day.isoformat()}, {}


def _words(question: Question, raw: Raw, _options: Offered) -> Read:
    read = _text if question.kind is Kind.LONG_TEXT else _line
    text = read(raw.get(question.key), question.most_chars)
    return ({question.key: text} if text else {}), {}


def _photo(question: Question, raw: Raw, _options: Offered) -> Read:
    """Ids of photos that are kept already; whose they are is asked by whoever takes them in."""
    ids = _several(raw.get(question.key))
    if not all(_PHOTO.fullmatch(one) for one in ids):
        raise _Wrong("照片没有传上来。请重新选一次。")
    if len(ids) > MOST_PHOTOS:
        raise _Wrong(
            f"最多 {MOST_PHOTOS} 张照片，你传了 {len(ids)} 张。去掉 {len(ids) - MOST_PHOTOS} 张再提交。"
        )
    return ({question.key: [int(one) for one in ids]} if ids else {}), {}


_READERS: dict[Kind, Callable[[Question, Raw, Offered], Read]] = {
    Kind.ONE: _one,
    Kind.MANY: _many,
    Kind.SCALE: _number,
    Kind.NUMBER: _number,
    Kind.TEXT: _words,
    Kind.LONG_TEXT: _words,
    Kind.DATE: _date,
    Kind.RANKING: _ranking,
    Kind.PHOTO: _photo,
    Kind.STANCE: _stance,
    Kind.ITEMS: _items,
    Kind.PACKAGE: _many,
    Kind.CONTRIBUTION: _contribution,
}


# ------------------------------------------------------------------ values as they are sent


def _single(value: Any) -> str:
    """The one value of a field; of several (a form that was tampered with) the last."""
    if isinstance(value, (list, tuple)):
        value = value[-1] if value else None
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise _Wrong(_NOT_READABLE)
    return str(value).strip()


def _several(value: Any) -> list[str]:
    """The values of a field, each once, in the order they came."""
    values = value if isinstance(value, (list, tuple)) else [value]
    if len(values) > MOST_SENT:
        raise _Wrong(_NOT_READABLE)
    return list(dict.fromkeys(text for one in values if (text := _single(one))))


def _digits(value: Any) -> str:
    """Signs of a Chinese keyboard are as good as others: ３ is 3, ， is a comma."""
    text = _single(value)
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def _text(value: Any, longest: int) -> str:
    # A browser counts the end of a line as one sign and sends two.
    text = _single(value).replace("\r\n", "\n").replace("\r", "\n")
    # What can be printed has no such sign; asking that is many times faster.
    if not text.isprintable() and UNSEEN.search(text):
        raise _Wrong("这里有看不见的字符。请重新输入一遍。")
    if len(text) > longest:
        raise _Wrong(f"最多 {longest} 个字，现在有 {len(text)} 个。")
    return text


def _line(value: Any, longest: int) -> str:
    return _text(value, longest).replace("\n", " ").replace("\t", " ")
