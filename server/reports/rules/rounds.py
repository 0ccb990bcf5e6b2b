"""One month's reporting: who is expected, by when, who is late, and what a person may do with a return."""

from dataclasses import dataclass
from datetime import date, datetime

from server.kernel.chinatime import end_of
from server.kernel.errors import Reason
from server.reports.rules.returns import State
from server.reports.rules.trends import last_day, next_month


def due_on(month: date, day: int) -> date:
    """The day of the following month until which it is in time; in a short month its last day."""
    following = next_month(month)
    return following.replace(day=min(day, last_day(following).day))


@dataclass(frozen=True)
class Turn:
    """Where one place stands in a month."""

    division_id: int
    name: str
    state: State
    submitted_at: datetime | None
    due_on: date

    def is_late(self, now: datetime) -> bool:
        """Not handed in by 24:00 of the due day, or handed in after it. Returned is not handed in."""
        deadline = end_of(self.due_on)
        if self.submitted_at is not None and self.state.is_in:
            return self.submitted_at >= deadline
        return now >= deadline


def stands_in_the_way(state: State, waiting: list[str]) -> list[Reason]:
    """What keeps a return from being handed in. `waiting`: places below whose returns nobody has looked at yet."""
    found = []
    if state is State.SUBMITTED:
        found.append(Reason("submitted", "这个月已经报了，等上级审核。要改，请上级退回。"))
    if state is State.ACCEPTED:
        found.append(Reason("accepted", "上级已经通过，不能再改。以后发现不对，在下个月的报表里写明。"))
    if waiting:
        names = "、".join(waiting)
        found.append(
            Reason("unreviewed", f"还有 {len(waiting)} 个地方的报表没有审：{names}。先审完，再往上报。")
        )
    return found


def may_not_review(reviewer: str, editors: frozenset[str]) -> str:
    """Whoever had a hand in the figures does not review them."""
    return "这份报表你动过数，要由另一个人审。" if reviewer in editors else ""
