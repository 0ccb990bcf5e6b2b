"""The values of expressions and how one kind is read as another, as XPath 1.0 has it: text, numbers (float), truths."""

import math
import re
from datetime import date
from decimal import ROUND_HALF_UP, Context

Value = str | float | bool

EPOCH = date(1970, 1, 1)
BLANKS = " \t\r\n"
_NUMBER = re.compile(r"-?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(T.*)?")
#: A float holds 15 digits whatever they are; of more, the last ones are noise (0.1 + 0.2 is 0.3 to a person).
_DIGITS = Context(prec=15, rounding=ROUND_HALF_UP)


def truth(value: Value) -> bool:
    """As XPath 1.0's boolean(): empty text, zero and NaN are false."""
    if isinstance(value, bool):
        return value
    if isinstance(value, float):
        return bool(value) and not math.isnan(value)
    return value != ""


def number_of(value: Value) -> float:
    """As XPath's number(); a day is the days since 1970, as ODK has it."""
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, float):
        return value
    text = value.strip(BLANKS)
    if _NUMBER.fullmatch(text):
        return float(text)
    day = _DAY.fullmatch(text)
    if day:
        try:
            return float((date.fromisoformat(day[1]) - EPOCH).days)
        except ValueError:
            return math.nan
    return math.nan


def text_of(value: Value) -> str:
    """As XPath's string(): never an exponent, and whole numbers without a point."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    text = format(_DIGITS.create_decimal_from_float(value), "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def words_of(value: Value) -> list[str]:
    """Several choices stand as words with blanks between."""
    return [word for word in re.split(f"[{BLANKS}]", text_of(value)) if word]
