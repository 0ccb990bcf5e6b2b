"""Annual plans: the list of a year with its totals, one plan with its rows, the plan table as a file, the document."""

import secrets
import tempfile
from pathlib import Path
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from marshmallow import Schema
from marshmallow.fields import Integer
from marshmallow.validate import Range
from werkzeug.wrappers import Response

from admin.guard import needs
from admin.ledger.downloads import xlsx_response
from admin.ledger.reach import division_within, reach_of
from admin.plans.figures import wan
from admin.plans.pages import (
    TONES,
    Page,
    below,
    check_place,
    chosen_division,
    found_plan,
    holds_at,
    paper_response,
    paths,
    plans,
)
from admin.session import me
from server.divisions import queries as divisions
from server.divisions.models import Division
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line
from server.infra.web.forms import load_form
from server.kernel.chinatime import china_day
from server.kernel.errors import Conflict, Invalid, NotFound
from server.plans import actions, exports, queries
from server.plans.actions.annual import PLANNING
from server.plans.models import AnnualPlan
from server.plans.rules import annual as rules
from server.plans.rules.annual import FIRST_YEAR, LAST_YEAR
from server.plans.rules.figures import summed
from server.plans.rules.words import SOURCE_NAMES, FundSource, PlanState


class StartIn(Schema):
    division = Integer(required=True)
    year = Integer(
        required=True,
        validate=Range(FIRST_YEAR, LAST_YEAR, error=f"年度填 {FIRST_YEAR} 到 {LAST_YEAR}。"),
        error_messages={"required": "填年度。", "invalid": "填年度，例如 2026。"},
    )
    client_key = Line(80, required=True)


@plans.get("/plans/annual")
@needs(Permission.SEE_PLANS)
def list_plans() -> Page:
    return _list(chosen_division(), {})


@plans.post("/plans/annual")
@needs(Permission.DRAFT_PLAN)
def start_plan() -> Page:
    try:
        form = load_form(StartIn)
        division = division_within(reach_of(Permission.DRAFT_PLAN)[0], form["division"])
        with unit_of_work():
            plan = actions.start_plan(
                division.id, form["year"], client_key=form["client_key"], actor=me().actor, now=now()
            )
    except (Invalid, Conflict) as error:
        fields = error.fields if isinstance(error, Invalid) else {"year": [error.message]}
        return _list(chosen_division(), fields), error.status
    flash("可以加小区了。一位同事录，另一位核对后提交。")
    return redirect(url_for("admin.plans.show_plan", plan_id=plan.id))


@plans.get("/plans/annual/<int:plan_id>")
@needs(Permission.SEE_PLANS)
def show_plan(plan_id: int) -> Page:
    return draw_plan(found_plan(plan_id), {}, {})


@plans.get("/plans/divisions/<int:division_id>/<int:year>/plan.xlsx")
@needs(Permission.SEE_PLANS)
def plan_table(division_id: int, year: int) -> Response:
    """The plan table of a division: a county's communities, or each county below with its communities."""
    division = division_within(paths(), division_id)
    lines = queries.plan_lines([division.path], year)
    if not lines:
        raise NotFound
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.xlsx"
        exports.write_plan_table(path, division.name, lines, year, china_day(now()))
        return xlsx_response(path, f"{division.name}{year}年城镇老旧小区改造计划表.xlsx")


@plans.get("/plans/documents/<int:document_id>/file")
@needs(Permission.SEE_PLANS)
def document_file(document_id: int) -> Response:
    """For whoever sees one of the plans it made final."""
    paper = queries.document(document_id)
    frozen = queries.plans_frozen_by(document_id)
    seen = {line.division.path for line in frozen}
    if paper is None or not any(path.startswith(own) for path in seen for own in paths()):
        raise NotFound
    return paper_response(paper.attachment_id, paper.doc_no)


def draw_plan(plan: AnnualPlan, typed: dict[str, Any], fields: dict[str, Any]) -> str:
    line = queries.line_of(plan)
    division = line.division
    drafting = queries.drafting(plan)
    rows = queries.row_lines(plan.id)
    effects = queries.effects_of(plan.id)
    by = me().actor.key
    return render_template(
        "office/plans/plan.html",
        plan=plan,
        line=line,
        crumb=divisions.full_name(division.path),
        tone=TONES[line.state],
        drafted=_drafted(plan),
        rows=[one for one in rows if one.ended_by is None],
        ended=[one for one in rows if one.ended_by is not None],
        document=queries.documents_of([plan.id]).get(plan.id),
        effects=effects,
        moved=summed(one.difference for one in effects),
        changes=queries.change_lines([division.path], plan_id=plan.id),
        items=queries.item_names(division.path, china_day(now())),
        by_source=_by_source([one.row.costs for one in rows if one.ended_by is None]),
        obstacles=rules.may_submit(drafting, by) if line.state is PlanState.DRAFT else [],
        may_draft=holds_at(Permission.DRAFT_PLAN, division.path),
        may_freeze=holds_at(Permission.FREEZE_PLAN, division.path),
        may_pilot=holds_at(Permission.KEEP_PILOTS, division.path),
        wan=wan,
        tones=TONES,
        typed=typed,
        fields=fields,
    )


def _drafted(plan: AnnualPlan) -> list[tuple[Any, str]]:
    rows = queries.draft_rows(plan.id)
    names = queries.community_names({one.community_id for one in rows})
    return [(one, names.get(one.community_id, "")) for one in rows]


def _by_source(costs: list[dict[str, int]]) -> list[tuple[str, str]]:
    sums = {source: sum(one.get(source.value, 0) for one in costs) for source in FundSource}
    return [(SOURCE_NAMES[source], wan(fen)) for source, fen in sums.items() if fen]


def _to_begin(division: Division, this_year: int) -> list[int]:
    """This year and the next one, where the county has not begun a plan of its own."""
    return [year for year in (this_year, this_year + 1) if queries.plan_of(division.id, year) is None]


def _list(division: Division, fields: dict[str, Any]) -> str:
    check_place(division.path, Permission.SEE_PLANS)
    years = queries.years([division.path])
    this_year = china_day(now()).year
    year = request.values.get("year", 0, int)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        year = years[0] if years else this_year
    lines = queries.plan_lines([division.path], year)
    papers = queries.documents_of([line.plan.id for line in lines])
    may_draft = holds_at(Permission.DRAFT_PLAN, division.path) and division.level in PLANNING
    return render_template(
        "office/plans/list.html",
        division=division,
        choices=below(division),
        year=year,
        years=sorted({*years, year, this_year, this_year + 1}, reverse=True),
        lines=lines,
        papers=papers,
        total=summed(line.totals for line in lines),
        frozen=summed(line.frozen for line in lines if line.frozen is not None),
        standing=summed(line.totals for line in lines if line.frozen is not None),
        is_mixed=len({line.state for line in lines}) > 1,
        has_submitted=any(line.state is PlanState.SUBMITTED for line in lines),
        may_draft=may_draft,
        to_begin=_to_begin(division, this_year) if may_draft else [],
        is_begun=any(line.plan.division_id == division.id for line in lines),
        may_freeze=holds_at(Permission.FREEZE_PLAN, division.path),
        above=[
            one
            for one in divisions.ancestors(division.path)[:-1]
            if any(one.path.startswith(p) for p in paths())
        ],
        wan=wan,
        tones=TONES,
        fields=fields,
        client_key=secrets.token_urlsafe(16),
    )
