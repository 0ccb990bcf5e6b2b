"""The example's monthly returns, handed up level by level: in time and late, sent back and mended, corrected, accepted."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from server.divisions import queries as divisions
from server.example import people, story
from server.example.ledger import division_id
from server.kernel.actor import Actor
from server.kernel.chinatime import china_day, from_china
from server.kernel.errors import NotFound
from server.reports import actions, queries
from server.reports.rules.returns import fingerprint
from server.reports.rules.trends import month_before, month_of

RETURNED = "开工的小区数和现场照片对不上，请核对后再报。"
CORRECTED = "有 1 户刚分户，台账下个月补登，这里先加上。"


class Course(StrEnum):
    """What becomes of a return."""

    #: Nobody hands it in.
    MISSING = "missing"
    WAITING = "waiting"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    LATE = "late"
    #: Returned, handed in again and accepted.
    MENDED = "mended"
    #: One figure is overridden, with the reason.
    CORRECTED = "corrected"


@dataclass(frozen=True)
class Office:
    """A place that reports: who hands in, and who looks at it in the office above."""

    division_id: int
    files: Actor
    reviews: Actor


def months_back(today: datetime, number: int) -> date:
    """The month so many before this one."""
    found = month_of(china_day(today))
    for _ in range(number):
        found = month_before(found)
    return found


def hand_up(office: Office, month: date, course: Course, today: datetime) -> None:
    """One return as far as it comes. What would lie in the future happens today."""
    if course is Course.MISSING:
        return
    of = _division(office.division_id)
    due = queries.due_day(of, month)

    def day(after: int, hour: int) -> datetime:
        return min(today, from_china(datetime.combine(due + timedelta(days=after), time(hour))))

    handed_in = day(3, 9) if course is Course.LATE else day(-2, 9)
    if course is Course.CORRECTED:
        households = queries.sheet(of, month, handed_in).values["households"] or 0
        actions.override_figure(
            of, month, "households", value=households + 1, reason=CORRECTED, actor=office.files, now=handed_in
        )
    row = _submit(of, month, office.files, handed_in, 1)
    if course in {Course.RETURNED, Course.MENDED}:
        row = actions.return_report(
            of, month, reason=RETURNED, client_key=_key(of, month, "return"), actor=office.reviews,
            now=day(-1, 9),
        )  # fmt: skip
    if course is Course.MENDED:
        row = _submit(of, month, office.files, day(-1, 15), 2)
    if course not in {Course.WAITING, Course.RETURNED}:
        actions.accept_report(
            of, month, seen=fingerprint(row.figures or {}, row.overrides), client_key=_key(of, month, "accept"),
            actor=office.reviews, now=day(4 if course is Course.LATE else 0, 16),
        )  # fmt: skip


def tell(today: datetime) -> None:
    """The story's county and the one beside it, their prefecture and the province, over three months."""
    actions.recompute_all(today)
    city, province = (people.staff_actor(one) for one in (people.CITY_OFFICER, people.PROVINCE_OFFICER))
    own = Office(division_id(story.COUNTY_CODE), people.staff_actor(people.COUNTY_OFFICER), city)
    beside = Office(division_id(story.NEXT_COUNTY_CODE), people.staff_actor(people.NEXT_COUNTY_OFFICER), city)
    prefecture = Office(division_id(story.PREFECTURE_CODE), city, province)
    for number, courses in (
        (3, (Course.ACCEPTED, Course.CORRECTED, Course.ACCEPTED)),
        (2, (Course.MENDED, Course.LATE, Course.WAITING)),
        (1, (Course.RETURNED, Course.WAITING, Course.MISSING)),
    ):
        for office, course in zip((own, beside, prefecture), courses, strict=True):
            hand_up(office, months_back(today, number), course, today)
    send_down(prefecture.division_id, city, today)


def send_down(of_id: int, actor: Actor, today: datetime) -> None:
    """A bulletin on the month before last, sent to the offices below."""
    of, month = _division(of_id), months_back(today, 2)
    row = actions.draft_bulletin(of, month, client_key=_key(of, month, "bulletin"), actor=actor, now=today)
    actions.send_bulletin(row.id, of, link=f"/admin/reports/bulletins/{row.id}", actor=actor, now=today)


def _submit(of: Any, month: date, actor: Actor, now: datetime, time_: int) -> Any:
    seen = queries.sheet(of, month, now).fingerprint
    return actions.submit_report(
        of, month, seen=seen, client_key=_key(of, month, f"submit-{time_}"), actor=actor, now=now
    )


def _division(id_: int) -> Any:
    found = divisions.division(id_)
    if found is None:
        raise NotFound
    return found


def _key(of: Any, month: date, act: str) -> str:
    return f"example-{act}-{of.id}-{month.isoformat()}"
