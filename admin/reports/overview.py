"""The overview of a division, and the communities behind each of its figures."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask import render_template, request

from admin.guard import needs
from admin.reports import words
from admin.reports.door import about, home_division, may_open, page_of, reports, seen_division
from server.divisions.models import Division
from server.identity.rules import Permission
from server.infra.clock import now
from server.kernel.chinatime import china_day
from server.kernel.errors import NotFound
from server.reports import queries
from server.reports.rules.after import AFTER
from server.reports.rules.facts import Facts, Ratio
from server.reports.rules.measures import MEASURES, Figure, Least, Measure, Show, behind, differing, figure

#: What stands in large figures at the head, and beside each division below.
HEAD = ("surveyed", "voted", "decided", "started")
BESIDE = ("coverage", "decided", "started")
STAGES = ("surveyed", "voted", "decided", "started", "finished", "handed_over")
#: What comes after the works stands in a table of its own.
LATER = tuple(one.key for one in AFTER)
RATES = tuple(key for key in MEASURES if key not in {*STAGES, *LATER})


@dataclass(frozen=True)
class BelowLine:
    """A division below, with the figures that stand beside its name."""

    division: Division
    communities: int
    households: int
    figures: list[Figure]
    #: Communities whose claimed consent differs from what was asked or voted; None where none could be compared.
    differ: int | None


@dataclass(frozen=True)
class CommunityLine:
    facts: Facts
    name: str
    place: str
    #: None: it has no record of this.
    counted: Ratio | None
    is_reached: bool
    may_open: bool


@reports.get("")
@needs(Permission.SEE_REPORTS)
def first_overview() -> str:
    return _overview(home_division())


@reports.get("/<int:division_id>")
@needs(Permission.SEE_REPORTS)
def show_overview(division_id: int) -> str:
    return _overview(seen_division(division_id))


@reports.get("/<int:division_id>/communities")
@needs(Permission.SEE_REPORTS)
def communities_behind(division_id: int) -> str:
    """The rows behind a figure: all it rests on, those that reached it, those that did not, those without a record."""
    of = seen_division(division_id)
    measure, show = (
        measure_named(request.args.get("figure", "coverage")),
        Show.named(request.args.get("show", "all")),
    )
    least = queries.least(of.path, china_day(now()))
    rows = queries.facts_under(of.path)
    page = page_of(behind(measure, rows, least, show))
    return render_template(
        "office/reports/communities.html",
        **about(of),
        measure=measure,
        measures=MEASURES.values(),
        figure=figure(measure, rows, least),
        least=least,
        show=show,
        page=page,
        lines=_lines(measure, page.items, least),
        words=words,
    )


def _overview(of: Division) -> str:
    today = china_day(now())
    rows = queries.facts_under(of.path)
    least = queries.least(of.path, today)
    figures = {key: figure(measure, rows, least) for key, measure in MEASURES.items()}
    return render_template(
        "office/reports/overview.html",
        **about(of),
        **_size(rows),
        head=[figures[key] for key in HEAD],
        stages=[figures[key] for key in STAGES],
        rates=[figures[key] for key in RATES],
        later=[figures[key] for key in LATER],
        uncovered=figures["covered"].by_communities.rest,
        beside=[MEASURES[key] for key in BESIDE],
        differ=differing(rows),
        below=_below(of, rows, least),
        direct=len(queries.directly_in(of, rows)),
        freshness=queries.freshness(of.path),
        least=least,
        words=words,
    )


def _size(rows: list[Facts]) -> dict[str, int]:
    return {"communities": len(rows), "households": sum(row.households for row in rows)}


def _below(of: Division, rows: list[Facts], least: Least) -> list[BelowLine]:
    return [
        BelowLine(
            part.division,
            len(part.rows),
            sum(row.households for row in part.rows),
            [figure(MEASURES[key], part.rows, least) for key in BESIDE],
            differing(part.rows),
        )
        for part in queries.parts(of, rows)
    ]


def measure_named(key: str, among: Collection[str] = MEASURES) -> Measure:
    """Raises NotFound for a figure there is none of."""
    if key not in among:
        raise NotFound
    return MEASURES[key]


def _lines(measure: Measure, rows: Sequence[Facts], least: Least) -> list[CommunityLine]:
    names = queries.names(rows)
    places = queries.place_names(rows)
    is_open = may_open(Permission.SEE_COMMUNITY)
    return [
        CommunityLine(
            row,
            names.get(row.community_id, ""),
            places.get(row.path, ""),
            measure.count(row),
            measure.count(row) is not None and measure.is_reached(row, least),
            is_open(row),
        )
        for row in rows
    ]
