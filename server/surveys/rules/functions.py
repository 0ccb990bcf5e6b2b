"""The short list of ODK's functions that expressions may call. `survey-walker.js` has the same, by the same steps.

Sums and powers go from left to right in plain steps, for a browser must come to the same last digit.
"""

import math
import re
from collections.abc import Callable
from datetime import timedelta

from server.surveys.rules.patterns import matches
from server.surveys.rules.values import BLANKS, EPOCH, Value, number_of, text_of, truth, words_of

MOST_DECIMALS = 15
MOST_POWER = 1000
#: Days around 1970 beyond which no calendar of ours goes: about the years 54 to 3886.
MOST_DAYS = 700_000
_DATE_SIGN = re.compile(r"%([Yymnde])")


def _selected(value: Value, option: Value) -> bool:
    return text_of(option).strip(BLANKS) in words_of(value)


def _selected_at(value: Value, place: Value) -> str:
    words, number = words_of(value), number_of(place)
    return words[int(number)] if 0 <= number < len(words) else ""


def _round(value: Value, places: Value = 0.0) -> float:
    """Half up, as XPath has it; with a number of decimals, as ODK has it."""
    number, decimals = number_of(value), number_of(places)
    if math.isnan(decimals):
        return math.nan
    digits = int(min(max(decimals, -MOST_DECIMALS), MOST_DECIMALS))
    scale = float(10 ** abs(digits))
    if digits < 0:
        return _floored(number / scale + 0.5) * scale
    # A number too great to be scaled has no decimals to round.
    scaled = number * scale
    return _floored(scaled + 0.5) / scale if math.isfinite(scaled) else number


def _floored(number: float) -> float:
    return float(math.floor(number)) if math.isfinite(number) else number


def _raised(value: Value) -> float:
    number = number_of(value)
    return float(math.ceil(number)) if math.isfinite(number) else number


def _whole(value: Value) -> float:
    number = number_of(value)
    return float(math.trunc(number)) if math.isfinite(number) else number


def _power(value: Value, power: Value) -> float:
    """Of whole powers only: the others differ in their last digits from machine to machine."""
    base, times = number_of(value), number_of(power)
    if not abs(times) <= MOST_POWER or times != math.trunc(times):
        return math.nan
    found, left = 1.0, int(abs(times))
    while left:
        if left % 2:
            found *= base
        base *= base
        left //= 2
    return found if times >= 0 else divided(1.0, found)


def divided(left: float, right: float) -> float:
    if right:
        return left / right
    if not left or math.isnan(left):
        return math.nan
    return math.copysign(math.inf, left) * math.copysign(1.0, right)


def _sum(*values: Value) -> float:
    found = 0.0
    for value in values:
        if value != "":
            found += number_of(value)
    return found


def _extreme(is_better: Callable[[float, float], bool]) -> Callable[..., float]:
    def found(*values: Value) -> float:
        numbers = [number_of(value) for value in values if value != ""]
        if not numbers or any(math.isnan(number) for number in numbers):
            return math.nan
        best = numbers[0]
        for number in numbers[1:]:
            best = number if is_better(number, best) else best
        return best

    return found


def _substring(value: Value, start: Value, end: Value = math.inf) -> str:
    """ODK's substr: from 0, the end not included; counted from the end where negative."""
    text = text_of(value)
    first, last = number_of(start), number_of(end)
    if math.isnan(first) or math.isnan(last):
        return ""
    return text[_place(first, len(text)) : _place(last, len(text))]


def _place(number: float, length: int) -> int:
    if number < 0:
        return max(0, length + int(max(number, -length)))
    return length if number > length else int(number)


def _before(value: Value, part: Value) -> str:
    text, searched = text_of(value), text_of(part)
    return text[: text.index(searched)] if searched in text else ""


def _after(value: Value, part: Value) -> str:
    text, searched = text_of(value), text_of(part)
    return text[text.index(searched) + len(searched) :] if searched in text else ""


def _day(value: Value) -> str:
    number = number_of(value)
    if not abs(number) <= MOST_DAYS:
        return ""
    return (EPOCH + timedelta(days=math.floor(number))).isoformat()


def _format_date(value: Value, form: Value) -> str:
    day = _day(value)
    if not day:
        return ""
    year, month, of_month = day.split("-")
    signs = {
        "Y": year,
        "y": year[2:],
        "m": month,
        "n": str(int(month)),
        "d": of_month,
        "e": str(int(of_month)),
    }
    return _DATE_SIGN.sub(lambda found: signs[found[1]], text_of(form))


def _coalesce(*values: Value) -> Value:
    return next((value for value in values if value != ""), "")


FUNCTIONS: dict[str, Callable[..., Value]] = {
    "selected": _selected,
    "count-selected": lambda value: float(len(words_of(value))),
    "selected-at": _selected_at,
    "not": lambda value: not truth(value),
    "true": lambda: True,
    "false": lambda: False,
    "boolean": truth,
    "boolean-from-string": lambda value: text_of(value) in {"1", "true"},
    "coalesce": _coalesce,
    "once": lambda value: value,
    "string": text_of,
    "concat": lambda *values: "".join(text_of(value) for value in values),
    "string-length": lambda value: float(len(text_of(value))),
    "contains": lambda value, part: text_of(part) in text_of(value),
    "starts-with": lambda value, part: text_of(value).startswith(text_of(part)),
    "ends-with": lambda value, part: text_of(value).endswith(text_of(part)),
    "normalize-space": lambda value: " ".join(words_of(value)),
    "substr": _substring,
    "substring-before": _before,
    "substring-after": _after,
    "regex": lambda value, pattern: matches(text_of(pattern), text_of(value)),
    "number": number_of,
    "int": _whole,
    "round": _round,
    "floor": lambda value: _floored(number_of(value)),
    "ceiling": _raised,
    "abs": lambda value: abs(number_of(value)),
    "pow": _power,
    "min": _extreme(lambda one, best: one < best),
    "max": _extreme(lambda one, best: one > best),
    "sum": _sum,
    "date": _day,
    "decimal-date-time": number_of,
    "format-date": _format_date,
}
