"""What a project is: its name, number and year, and which communities it may take in."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from server.kernel.errors import Invalid, Refused

FIRST_YEAR = 2019
YEARS_AHEAD = 5
MOST_COMMUNITIES = 30


@dataclass(frozen=True)
class Member:
    """A community that is to be part of a project."""

    id: int
    name: str
    #: The county (or whatever stands in its place) that it lies in.
    county_id: int


@dataclass(frozen=True)
class PlannedRow:
    """A row of an annual plan that a project names."""

    community_id: int
    year: int
    is_in_force: bool


def code_text(county_code: str, plan_year: int, number: int) -> str:
    """ "520102-2026-03": the county, the plan year, counted in one row."""
    return f"{county_code}-{plan_year}-{number:02d}"


def check_facts(name: str, body_name: str, plan_year: int, this_year: int) -> None:
    fields: dict[str, list[str]] = {}
    if not name.strip():
        fields["name"] = ["写项目名称。"]
    if not body_name.strip():
        fields["body_name"] = ["写实施主体的单位全称。还没定的，写“待定”。"]
    if not FIRST_YEAR <= plan_year <= this_year + YEARS_AHEAD:
        fields["plan_year"] = [f"填 {FIRST_YEAR} 到 {this_year + YEARS_AHEAD} 年。"]
    if fields:
        raise Invalid("这个项目还缺几样，补上再保存。", fields=fields)


def check_communities(wanted: Sequence[Member], taken: Mapping[int, str]) -> int:
    """The county of all of them. `taken`: of these, which are in another project of that plan year, and its name."""
    if not wanted:
        raise _wrong("至少选一个小区。")
    if len(wanted) > MOST_COMMUNITIES:
        raise _wrong(f"一个项目最多 {MOST_COMMUNITIES} 个小区。")
    counties = {one.county_id for one in wanted}
    if len(counties) > 1:
        raise _wrong("这些小区不在一个县（市、区）。连片改造只能合并同一个县里相邻的小区。")
    in_others = [f"{one.name}已经在“{taken[one.id]}”里" for one in wanted if one.id in taken]
    if in_others:
        raise _wrong(f"{'；'.join(in_others)}。一个小区一年只能进一个项目。")
    return counties.pop()


def check_plan_row(row: PlannedRow | None, community_ids: Collection[int], plan_year: int) -> None:
    """The row of the plan that a project carries out is in force, of its year and of one of its communities.

    Another place's row answers as one that is not there.
    """
    if row is None or row.community_id not in community_ids or not row.is_in_force:
        sentence = "这个项目的小区在正式计划里没有这一行。重新选一行，或者选“没有列入计划”。"
        raise _wrong(sentence, "plan_row_id")
    if row.year != plan_year:
        raise _wrong(f"这一行是 {row.year} 年计划的。选 {plan_year} 年的。", "plan_row_id")


def check_change(
    before: Collection[int], after: Collection[int], *, is_started: bool, with_structures: Collection[int]
) -> None:
    """Communities may come and go until the start; one with recorded structures stays, for they are told of it."""
    if is_started and set(before) != set(after):
        raise Refused("已经开工，不能再改包含哪些小区。", code="already_started")
    if (set(before) - set(after)) & set(with_structures):
        raise _wrong("有的小区已经登记了违法建筑，不能移出去。")


def _wrong(sentence: str, field: str = "community_ids") -> Invalid:
    return Invalid(sentence, fields={field: [sentence]})
