"""How a message is brought to a telephone: which ones, when, how often it is tried, and what of it is shown."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from server.kernel.chinatime import CHINA


class Topic(StrEnum):
    """What a resident allows messages about; each has its template at WeChat."""

    VOTE_OPENS = "vote_opens"
    OBJECTION_ANSWERED = "objection_answered"
    DECISION_STANDS = "decision_stands"

    @property
    def name_zh(self) -> str:
        return {
            "vote_opens": "投票开始",
            "objection_answered": "异议有答复",
            "decision_stands": "改造决定定下来",
        }[self.value]


#: Which kinds of messages are brought, and under which topic. All others wait in the inbox.
TOPIC_OF = {
    "ballots.opened": Topic.VOTE_OPENS,
    "notices.answered": Topic.OBJECTION_ANSWERED,
    "decisions.final": Topic.DECISION_STANDS,
}


class Bringing(StrEnum):
    WAITING = "waiting"
    #: A worker has it in hand.
    CLAIMED = "claimed"
    #: WeChat took it.
    SENT = "sent"
    #: WeChat says that it is on the telephone.
    DELIVERED = "delivered"
    #: The person takes none: no permission is left.
    REFUSED = "refused"
    GIVEN_UP = "given_up"

    @property
    def name_zh(self) -> str:
        return {
            "waiting": "等着发", "claimed": "正在发", "sent": "发出了", "delivered": "送到了",
            "refused": "对方没有允许", "given_up": "没发成",
        }[self.value]  # fmt: skip


#: After the first failed try, the second, … : a busy minute, an hour's trouble, a night's.
WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=8),
)
QUIET_FROM, QUIET_TO = 22, 8


def is_quiet(now: datetime) -> bool:
    """From 22 to 8 o'clock, China time, no telephone is made to ring."""
    hour = now.astimezone(CHINA).hour
    return hour >= QUIET_FROM or hour < QUIET_TO


def next_try(attempts: int, now: datetime) -> datetime | None:
    """When to try again after so many tries; None where it is given up."""
    return now + WAITS[attempts - 1] if attempts <= len(WAITS) else None


@dataclass(frozen=True)
class Template:
    """A template as the operator applied for it: its id, and its fields for the title and the day."""

    id: str
    title_field: str
    day_field: str


_TEMPLATE = re.compile(r"([A-Za-z0-9_-]{1,60}) (thing[0-9]{1,2}) (date[0-9]{1,2}|time[0-9]{1,2})")
#: WeChat's longest `thing`.
LONGEST_THING = 20


def template_of(text: str) -> Template | None:
    """ "ID thing1 date2"; None where it is in no such form."""
    found = _TEMPLATE.fullmatch(text.strip())
    return Template(*found.groups()) if found else None


def shown(template: Template, subject: str, day: date) -> dict[str, str]:
    """The title and the day; never the body, which may say more than a locked telephone should show."""
    title = subject if len(subject) <= LONGEST_THING else subject[: LONGEST_THING - 1] + "…"
    return {
        template.title_field: title,
        template.day_field: f"{day.year}年{day.month}月{day.day}日",
    }
