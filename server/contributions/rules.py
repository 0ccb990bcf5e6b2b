"""What may be promised, given, used and shown; and how the money of a community adds up."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from server.kernel.errors import Conflict, Invalid, Refused

LONGEST_WORDS = 300
LONGEST_NAME = 20
#: Ten million yuan, and five years of days: slips of the finger.
MOST_FEN = 10_000_000_00
MOST_HOURS = 10_000


class Kind(StrEnum):
    MONEY = "money"
    LABOUR = "labour"
    SPACE = "space"
    IDEA = "idea"

    @property
    def name_zh(self) -> str:
        return {"money": "出钱", "labour": "出力", "space": "让出地方", "idea": "出主意"}[self.value]

    @property
    def is_measured(self) -> bool:
        return self in {Kind.MONEY, Kind.LABOUR}

    @property
    def most(self) -> int:
        """In fen or hours; a space or an idea is one."""
        return {"money": MOST_FEN, "labour": MOST_HOURS}.get(self.value, 1)


class Shown(StrEnum):
    ANONYMOUS = "anonymous"
    HOUSEHOLD = "household"
    NAME = "name"

    @property
    def name_zh(self) -> str:
        return {"anonymous": "不写是谁", "household": "写门牌", "name": "写我填的名字"}[self.value]


class Entry(StrEnum):
    GIVEN = "given"
    USED = "used"

    @property
    def name_zh(self) -> str:
        return {"given": "收到", "used": "用掉"}[self.value]


def check_pledge(kind: Kind, amount: int | None, words: str, shown: Shown, name: str) -> None:
    fields: dict[str, list[str]] = {}
    if kind is Kind.MONEY and (amount is None or not 0 < amount <= MOST_FEN):
        fields["amount"] = ["填打算出多少元，大于 0。"]
    if kind is Kind.LABOUR and (amount is None or not 0 < amount <= MOST_HOURS):
        fields["amount"] = ["填打算出几个小时，大于 0。"]
    if not kind.is_measured and not words.strip():
        fields["words"] = ["写清楚是什么地方，或者什么主意。"]
    if shown is Shown.NAME and not name.strip():
        fields["name"] = ["写名单上怎么称呼你，或者选“不写是谁”。"]
    if fields:
        raise Invalid("还差一点，补上再提交。", fields=fields)


@dataclass(frozen=True)
class Sums:
    """Of one pledge: what was confirmed, and what was entered and nobody has looked at."""

    given: int = 0
    used: int = 0
    waiting_given: int = 0
    waiting_used: int = 0

    @property
    def is_untouched(self) -> bool:
        return not (self.given or self.used or self.waiting_given or self.waiting_used)


def check_taking_back(sums: Sums, *, is_taken_back: bool) -> None:
    if is_taken_back:
        raise Conflict("已经收回了。", code="pledge_taken_back")
    if not sums.is_untouched:
        raise Refused("已经收到一部分，不能在这里收回。请找居委会办。", code="pledge_given")


def check_entry(
    kind: Kind,
    entry: Entry,
    amount: int,
    sums: Sums,
    *,
    on: date,
    today: date,
    document: str,
    is_taken_back: bool,
) -> None:
    """A mistake is put right by a further entry with a minus. Nothing is used that was not given and confirmed, even if
    all that waits were confirmed. One space or one idea is given once, and used once."""
    if is_taken_back:
        raise Conflict("这一份已经收回，不能再记。", code="pledge_taken_back")
    if amount == 0:
        raise _wrong("amount", "不能是 0。")
    if abs(amount) > kind.most:
        raise _wrong("amount", "这个数太大了，请核对。")
    if on > today:
        raise _wrong("happened_on", "这一天还没有到。")
    if not document.strip():
        raise _wrong("document", "写收据号，或者用在了哪里。")
    known = sums.given + sums.waiting_given if entry is Entry.GIVEN else sums.used + sums.waiting_used
    if not kind.is_measured and known + amount > kind.most:
        raise Refused(f"这一份已经记过“{entry.name_zh}”了。", code="entered_once")
    check_sums(entry, amount, sums)


def check_sums(entry: Entry, amount: int, sums: Sums) -> None:
    """Asked again when it is confirmed: other entries may have been confirmed meanwhile. What waits and is for the good
    is left out, what waits and is not is counted in."""
    given = sums.given + min(0, sums.waiting_given)
    used = sums.used + max(0, sums.waiting_used)
    if entry is Entry.GIVEN:
        given += amount
    else:
        used += amount
    if given < 0 or (entry is Entry.USED and used < 0):
        raise Refused("冲减太多：合计会变成负数。", code="sum_below_nothing")
    if used > given:
        raise Refused("用掉的会多过收到并确认的。先把收到的记好、确认好。", code="used_over_given")


@dataclass(frozen=True)
class FundingRow:
    """One source on the funding page, in fen."""

    name: str
    received: int
    spent: int

    @property
    def left(self) -> int:
        """Below nothing where more was spent than came in."""
        return self.received - self.spent


@dataclass(frozen=True)
class Funding:
    rows: tuple[FundingRow, ...]

    @property
    def received(self) -> int:
        return sum(row.received for row in self.rows)

    @property
    def spent(self) -> int:
        return sum(row.spent for row in self.rows)

    @property
    def left(self) -> int:
        return sum(row.left for row in self.rows)


def funding_of(rows: Iterable[tuple[str, int, int]]) -> Funding:
    """Rows of one name become one; the order is that in which names first come."""
    received: dict[str, int] = {}
    spent: dict[str, int] = {}
    for name, came, went in rows:
        received[name] = received.get(name, 0) + came
        spent[name] = spent.get(name, 0) + went
    return Funding(tuple(FundingRow(name, received[name], spent[name]) for name in received))


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, fields={field: [sentence]})
