"""The master plan: which community in which year, in which order, and why."""

from collections.abc import Sequence

from server.kernel.errors import Invalid, Refused


def years_of(first: int, last: int) -> range:
    """Both ends belong to it. Raises Refused where the settings contradict each other."""
    if last < first:
        raise Refused("总体规划的起止年份设反了。请在“设置”里改好。", code="master_years")
    return range(first, last + 1)


def check_entry(year: int, years: range, *, is_excluded: bool) -> None:
    if year not in years:
        sentence = f"年份填 {years[0]} 到 {years[-1]}。"
        raise Invalid(sentence, fields={"year": [sentence]})
    if is_excluded:
        raise Refused("这个小区不在改造范围内，不能排进总体规划。", code="not_eligible")


def moved(order: Sequence[int], entry_id: int, *, is_up: bool) -> list[int]:
    """The ids of a year with one of them a place earlier or later; at the end it stays where it is."""
    found = list(order)
    at = found.index(entry_id)
    to = at - 1 if is_up else at + 1
    if 0 <= to < len(found):
        found[at], found[to] = found[to], found[at]
    return found
