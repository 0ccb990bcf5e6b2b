"""Three months of returns of every county and prefecture of the plan: most accepted, some late, returned or missing."""

from collections.abc import Iterable, Iterator, Sequence

from server.example.ledger import division_id
from server.example.plan2020.staff import Desk
from server.example.returns import Course, Office

#: By how many months ago: what becomes of one county's return after another, round and round; then of the prefectures'.
COUNTIES = {
    3: (Course.ACCEPTED, Course.ACCEPTED, Course.LATE, Course.ACCEPTED, Course.CORRECTED),
    2: (Course.ACCEPTED, Course.MENDED, Course.ACCEPTED, Course.LATE, Course.ACCEPTED, Course.MISSING),
    1: (Course.ACCEPTED, Course.WAITING, Course.ACCEPTED, Course.RETURNED, Course.MISSING, Course.ACCEPTED),
}
PREFECTURES = {
    3: (Course.ACCEPTED, Course.ACCEPTED, Course.LATE),
    2: (Course.ACCEPTED, Course.WAITING, Course.RETURNED, Course.MENDED),
    # What waits below is looked at first.
    1: (Course.MISSING,),
}


def returns_of(
    prefecture: str, place: int, counties: Sequence[str], desk: Desk, months: int
) -> Iterator[tuple[Office, Course]]:
    """Of one prefecture, the `place`-th of the plan, and one month: its counties first, then its own."""
    for number, code in enumerate(counties):
        courses = COUNTIES[months]
        yield Office(division_id(code), desk.county, desk.city), courses[(number + place) % len(courses)]
    courses = PREFECTURES[months]
    yield Office(division_id(prefecture), desk.city, desk.province), courses[place % len(courses)]


def counties_by_prefecture(codes: Iterable[str]) -> dict[str, list[str]]:
    """Those that have communities in the plan, in the order of the state's list."""
    found: dict[str, list[str]] = {}
    for code in sorted(set(codes)):
        found.setdefault(code[:4], []).append(code)
    return found
