"""What values a setting takes, and how they are said."""

import re
import unicodedata
from datetime import date
from fractions import Fraction

from server.kernel.chinatime import Period
from server.kernel.errors import Invalid
from server.policies.rules.keys import spec_of
from server.policies.rules.words import Kind, Spec, Value

SHORTEST_LISTED, LONGEST_LISTED = 2, 20
#: How many words of a list stand where there is room for a line.
SHOWN_OF_LIST = 6
#: Any year without a 29 February.
ORDINARY_YEAR = 2001


def checked_value(spec: Spec, value: Value) -> Value:
    """The value as it is stored, or Invalid with what would be right. `value` may come from a form (text) or from code."""
    check = {
        Kind.PERIOD: _checked_period,
        Kind.NUMBER: _checked_number,
        Kind.DAY: _checked_day,
        Kind.YEAR_DAY: _checked_year_day,
        Kind.FLAG: _checked_flag,
        Kind.CHOICE: _checked_choice,
        Kind.WORDS: _checked_words,
        Kind.SHARE: _checked_share,
        Kind.LIST: _checked_list,
    }[spec.kind]
    return check(spec, value)


def value_text(spec: Spec, value: Value) -> str:
    """The value in words: "15 日", "5 个工作日", "60 天", "能"."""
    if spec.kind is Kind.PERIOD:
        return period_of(value).text_zh
    if spec.kind is Kind.FLAG:
        return "能" if value else "不能"
    if spec.kind is Kind.CHOICE:
        return dict(spec.options).get(value, str(value))
    if spec.kind is Kind.DAY:
        day = date.fromisoformat(value)
        return f"{day.year} 年 {day.month} 月 {day.day} 日"
    if spec.kind is Kind.YEAR_DAY:
        month, day_of_month = (int(part) for part in value.split("-"))
        return f"{month} 月 {day_of_month} 日"
    if spec.kind is Kind.LIST:
        return _list_text(value)
    if spec.kind is Kind.SHARE:
        return share_text(share_of(value))
    return f"{value} {spec.unit}".strip()


def share_of(value: Value) -> Fraction:
    """ "2/3"."""
    return Fraction(value)


def share_text(share: Fraction) -> str:
    """ "3/4（75%）", "2/3（约 66.7%）", exact where it can be."""
    tenths = round(share * 1000)
    written = f"{tenths // 10}.{tenths % 10}".removesuffix(".0")
    about = "" if Fraction(tenths, 1000) == share else "约 "
    return f"{share.numerator}/{share.denominator}（{about}{written}%）"


def _list_text(value: list[str]) -> str:
    if not value:
        return "没有词"
    shown = "、".join(value[:SHOWN_OF_LIST])
    return f"{shown}等 {len(value)} 个词" if len(value) > SHOWN_OF_LIST else shown


def period_of(value: Value) -> Period:
    """{"days": 15} or {"workdays": 5}."""
    return Period(value["workdays"], in_workdays=True) if "workdays" in value else Period(value["days"])


def _wrong(sentence: str) -> Invalid:
    return Invalid(sentence, fields={"value": [sentence]})


def _checked_number(spec: Spec, value: Value) -> int:
    try:
        number = int(str(value).strip()) if not isinstance(value, bool) else None
    except ValueError:
        number = None
    if number is None or not spec.least <= number <= spec.most:
        raise _wrong(f"“{spec.name_zh}”要填 {spec.least} 到 {spec.most} 的整数。")
    return number


def _checked_period(spec: Spec, value: Value) -> dict[str, int]:
    units = set(value) & {"days", "workdays"} if isinstance(value, dict) else set()
    if len(units) != 1:
        raise _wrong(f"“{spec.name_zh}”要写明是几日，还是几个工作日。")
    unit = units.pop()
    if spec.is_floor and unit != "days":
        raise _wrong(f"“{spec.name_zh}”法律按日历日算，至少 {spec.least} 日。")
    return {unit: _checked_number(spec, value[unit])}


def _checked_day(spec: Spec, value: Value) -> str:
    try:
        return date.fromisoformat(str(value).strip()).isoformat()
    except ValueError:
        raise _wrong(f"“{spec.name_zh}”要填一个日期，例如 2000-12-31。") from None


def _checked_year_day(spec: Spec, value: Value) -> str:
    """ "6-30" as "06-30". 29 February is refused: most years have none."""
    try:
        month, day = (int(part) for part in str(value).strip().split("-"))
        return f"{date(ORDINARY_YEAR, month, day):%m-%d}"
    except ValueError:
        raise _wrong(f"“{spec.name_zh}”要填几月几日，例如 06-30。") from None


def _checked_flag(spec: Spec, value: Value) -> bool:
    known = {"true": True, "yes": True, "false": False, "no": False}
    found = known.get(str(value).strip().lower())
    if found is None:
        raise _wrong(f"“{spec.name_zh}”要选能，或不能。")
    return found


def _checked_choice(spec: Spec, value: Value) -> str:
    if value not in dict(spec.options):
        raise _wrong(f"“{spec.name_zh}”要从这几样里选：{'、'.join(name for _, name in spec.options)}。")
    return str(value)


def _checked_words(spec: Spec, value: Value) -> str:
    text = str(value).strip()
    if not spec.least <= len(text) <= spec.most:
        raise _wrong(f"“{spec.name_zh}”要填 {spec.least} 到 {spec.most} 个字。")
    return text


def _checked_share(spec: Spec, value: Value) -> str:
    """As a fraction in lowest terms; typed as "2/3", "75%" or "66.7%"."""
    text = unicodedata.normalize("NFKC", str(value)).replace(" ", "")
    found = re.fullmatch(r"(\d{1,4})/(\d{1,4})|(\d{1,3}(?:\.\d{1,2})?)%", text)
    share = None
    if found and found.group(3):
        share = Fraction(found.group(3)) / 100
    elif found and int(found.group(2)):
        share = Fraction(int(found.group(1)), int(found.group(2)))
    if share is None or not 0 <= share <= 1:
        raise _wrong(f"“{spec.name_zh}”要填 0 到 1 之间的比例，例如 2/3 或 75%。")
    return f"{share.numerator}/{share.denominator}"


def _checked_list(spec: Spec, value: Value) -> list[str]:
    """Each word once, in the order given; typed one a line, or with commas between them."""
    typed = value if isinstance(value, list) else re.split(r"[\n,，、;；]", str(value))
    words = list(dict.fromkeys(word for one in typed if (word := " ".join(str(one).split()))))
    wrong = [word for word in words if not SHORTEST_LISTED <= len(word) <= LONGEST_LISTED]
    if wrong:
        raise _wrong(
            f"“{wrong[0][:LONGEST_LISTED]}”不行：每个词 {SHORTEST_LISTED} 到 {LONGEST_LISTED} 个字。一个字的词会标出太多。"
        )
    if len(words) > spec.most:
        raise _wrong(f"最多 {spec.most} 个词，现在有 {len(words)} 个。")
    return words


def value_words(key: str, value: Value) -> str:
    """The same for a stored row; a row that ends a setting has none."""
    return "按上一级" if value is None else value_text(spec_of(key), value)
