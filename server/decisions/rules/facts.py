"""What a version of a decision records beside its items: written once as JSON, read back as this."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from server.kernel.chinatime import CHINA, end_zh

CHANNELS = {"online": "手机投票", "paper": "纸票", "assisted": "当面代录或受托"}


@dataclass(frozen=True)
class Announced:
    """The notice by which the vote was announced."""

    number: str
    opens_on: date
    last_on: date


@dataclass(frozen=True)
class EarlierCount:
    """A count that a later one took the place of. It stays."""

    number: int
    counted_at: datetime


@dataclass(frozen=True)
class Facts:
    ballot_title: str
    #: How it was counted: community, building or entrance.
    scope: str
    #: Whose owners voted, in words.
    limits: str
    opened_at: datetime
    closes_at: datetime
    #: The rule set, and its words.
    law: str
    law_name: str
    roll_heads: int
    roll_area: Decimal
    count_number: int
    counted_at: datetime
    #: The log that was counted: how many events, and the hash of the last.
    events: int
    head_hash: str
    #: Counted votes by channel.
    channels: Mapping[str, int]
    #: Votes declared void by a reviewer.
    voided: int
    announced: Announced | None
    earlier_counts: tuple[EarlierCount, ...]
    subsidy_kept: bool
    subsidy_keys: tuple[str, ...]
    subsidy_sentence: str
    #: Of scopes with fewer heads exact areas are not public (the setting on the day of publishing).
    least_heads: int

    def as_document(self) -> dict[str, Any]:
        return {name: _plain(value) for name, value in asdict(self).items()}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Facts":
        held = {field.name: document[field.name] for field in fields(cls)}
        announced = held["announced"]
        return cls(
            **held
            | {
                "opened_at": datetime.fromisoformat(held["opened_at"]),
                "closes_at": datetime.fromisoformat(held["closes_at"]),
                "counted_at": datetime.fromisoformat(held["counted_at"]),
                "roll_area": Decimal(held["roll_area"]),
                "subsidy_keys": tuple(held["subsidy_keys"]),
                "announced": None
                if announced is None
                else Announced(
                    announced["number"],
                    date.fromisoformat(announced["opens_on"]),
                    date.fromisoformat(announced["last_on"]),
                ),
                "earlier_counts": tuple(
                    EarlierCount(one["number"], datetime.fromisoformat(one["counted_at"]))
                    for one in held["earlier_counts"]
                ),
            }
        )

    @property
    def roll_sentence(self) -> str:
        return f"表决范围：{self.limits}，名册在 {moment_zh(self.opened_at)} 定下，共 {self.roll_heads:,} 人、{self.roll_area:,.2f} ㎡。"

    @property
    def voting_sentence(self) -> str:
        return f"投票从 {moment_zh(self.opened_at)} 到 {end_zh(self.closes_at)}，{moment_zh(self.counted_at)} 计票（第 {self.count_number} 次）。"

    @property
    def channels_text(self) -> str:
        """How the counted votes came in; none that came twice is counted twice."""
        told = [
            f"{word} {self.channels[channel]} 份"
            for channel, word in CHANNELS.items()
            if self.channels.get(channel)
        ]
        return "，".join(told) if told else "没有"

    @property
    def channels_sentence(self) -> str:
        void = f"复核作废 {self.voided} 份，不计入。" if self.voided else ""
        return f"计入的票：{self.channels_text}。{void}"

    @property
    def announced_sentence(self) -> str:
        if self.announced is None:
            return ""
        return f"表决{self.announced.number} 从 {day_zh(self.announced.opens_on)} 贴到 {day_zh(self.announced.last_on)}。"


def moment_zh(instant: datetime) -> str:
    local = instant.astimezone(CHINA)
    return f"{day_zh(local.date())} {local:%H:%M}"


def day_zh(day: date) -> str:
    """A document always writes the year."""
    return f"{day.year} 年 {day.month} 月 {day.day} 日"


def _plain(value: Any) -> Any:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    return value
