"""How a message is brought to a telephone: which ones, when, how often it is tried, and what of it is shown."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from server.kernel.chinatime import CHINA


class Topic(StrEnum):
    """What a resident allows messages about; each has its template at WeChat."""

    VOTE_OPENS = "vote_opens"
    VOTE_CLOSES = "vote_closes"
    REPORT_ANSWERED = "report_answered"
    OBJECTION_ANSWERED = "objection_answered"
    JUDGE_WORK = "judge_work"
    DECISION_STANDS = "decision_stands"

    @property
    def name_zh(self) -> str:
        return {
            "vote_opens": "投票开始",
            "vote_closes": "投票快截止，你家还没投",
            "report_answered": "你报的、提的事有答复",
            "objection_answered": "异议有答复",
            "judge_work": "请你评改造",
            "decision_stands": "改造决定定下来",
        }[self.value]


#: Which kinds of messages are brought, and under which topic. All others wait in the inbox: so do the steps of a report
#: before its answer, which would use up the one message that was allowed.
TOPIC_OF = {
    "ballots.opened": Topic.VOTE_OPENS,
    "ballots.closing": Topic.VOTE_CLOSES,
    "tickets.finish": Topic.REPORT_ANSWERED,
    "tickets.finish_partly": Topic.REPORT_ANSWERED,
    "tickets.refuse": Topic.REPORT_ANSWERED,
    "matters.answered": Topic.REPORT_ANSWERED,
    "notices.answered": Topic.OBJECTION_ANSWERED,
    "evaluations.opened": Topic.JUDGE_WORK,
    "evaluations.reminded": Topic.JUDGE_WORK,
    "decisions.final": Topic.DECISION_STANDS,
}
#: Of a person's own affair the telephone shows that something was said, and not of what: a report's title names the home.
OWN_AFFAIRS = {
    Topic.REPORT_ANSWERED: "你报的事有答复了",
    Topic.OBJECTION_ANSWERED: "你提的异议有答复了",
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
    """When to try again after so many tries; None where it is given up. What was not tried yet waits as after its first."""
    return now + WAITS[max(attempts, 1) - 1] if attempts <= len(WAITS) else None


@dataclass(frozen=True)
class Template:
    """A template as the operator applied for it: its id, and its fields for the title and the day."""

    id: str
    title_field: str
    day_field: str
    #: Allowed once, it may be sent for long; WeChat has such templates for public services only.
    is_lasting: bool = False


_TEMPLATE = re.compile(r"([A-Za-z0-9_-]{1,60}) (thing[0-9]{1,2}) (date[0-9]{1,2}|time[0-9]{1,2})( 长期)?")
#: WeChat's longest `thing`.
LONGEST_THING = 20


def template_of(text: str) -> Template | None:
    """ "ID thing1 date2", or with a word that it is a lasting one; None where it is in no such form."""
    found = _TEMPLATE.fullmatch(text.strip())
    return Template(found[1], found[2], found[3], is_lasting=bool(found[4])) if found else None


def shown(template: Template, topic: Topic, subject: str, day: date) -> dict[str, str]:
    """The title and the day; never the body, which may say more than a locked telephone should show."""
    subject = OWN_AFFAIRS.get(topic, subject)
    title = subject if len(subject) <= LONGEST_THING else subject[: LONGEST_THING - 1] + "…"
    return {
        template.title_field: title,
        template.day_field: f"{day.year}年{day.month}月{day.day}日",
    }
