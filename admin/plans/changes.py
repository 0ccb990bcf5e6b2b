"""Changes of frozen plans: the list, one change with its steps, and its evidence."""

import secrets
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from marshmallow import Schema
from werkzeug.wrappers import Response

from admin.guard import needs
from admin.plans.figures import wan
from admin.plans.pages import (
    TONES,
    Page,
    chosen_division,
    fields_of,
    found_change,
    holds_at,
    paper_response,
    plans,
    sent_paper,
)
from admin.session import me
from server.attachments import actions as attachments
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line
from server.infra.web.forms import load_form
from server.kernel.chinatime import china_day
from server.kernel.errors import Invalid, NotFound, Refused
from server.plans import actions, queries
from server.plans.queries import Whole
from server.plans.rules import changes as rules
from server.plans.rules.words import SOURCE_NAMES, Department, FundSource, Outcome


class EvidenceIn(Schema):
    caption = Line(120, required=True, error_messages={"required": "写上这是什么材料。"})
    client_key = Line(80, required=True)


@plans.get("/plans/changes")
@needs(Permission.SEE_PLANS)
def list_changes() -> Page:
    division = chosen_division()
    lines = queries.change_lines([division.path])
    is_open = [line for line in lines if line.standing.state.is_open]
    return render_template(
        "office/plans/changes.html",
        division=division,
        waiting=is_open,
        ended=[line for line in lines if line not in is_open],
        tones=TONES,
        wan=wan,
    )


@plans.get("/plans/changes/<int:change_id>")
@needs(Permission.SEE_PLANS)
def show_change(change_id: int) -> Page:
    return draw_change(found_change(change_id), {}, {})


@plans.post("/plans/changes/<int:change_id>/evidence")
@needs(Permission.DRAFT_PLAN)
def add_evidence(change_id: int) -> Page:
    found_change(change_id, Permission.DRAFT_PLAN)
    try:
        form = load_form(EvidenceIn)
        paper = sent_paper("file")
        with unit_of_work():
            kept = attachments.keep_photo(paper, actor=me().actor, now=now())
            actions.add_evidence(change_id, attachment_id=kept.id, actor=me().actor, now=now(), **form)
    except (Invalid, Refused) as error:
        return draw_change(
            found_change(change_id), dict(request.form), fields_of(error, "file")
        ), error.status
    flash("材料附上了。")
    return redirect(url_for("admin.plans.show_change", change_id=change_id))


@plans.get("/plans/changes/<int:change_id>/evidence/<int:evidence_id>")
@needs(Permission.SEE_PLANS)
def evidence_file(change_id: int, evidence_id: int) -> Response:
    whole = found_change(change_id)
    paper = next((one for one in whole.evidence if one.id == evidence_id), None)
    if paper is None:
        raise NotFound
    return paper_response(paper.attachment_id, paper.caption)


def _by_source(whole: Whole) -> list[tuple[str, int, int]]:
    """What each source gives in the old row and in the new one, in fen: which department is asked for less shows here."""
    new = whole.proposal.figures
    before, after = whole.row.costs, new.kept_costs if new is not None else {}
    return [(SOURCE_NAMES[one], before.get(one.value, 0), after.get(one.value, 0)) for one in FundSource]


def draw_change(whole: Whole, typed: dict[str, Any], fields_: dict[str, Any]) -> str:
    standing, by = whole.standing, me().actor.key
    path = whole.division.path
    items = queries.item_names(path, china_day(now()))
    return render_template(
        "office/plans/change.html",
        whole=whole,
        proposal=whole.proposal,
        standing=standing,
        tone=TONES[standing.state],
        stations=rules.stations(standing),
        steps=[(one, _step_words(one)) for one in whole.steps],
        items=items,
        sources=_by_source(whole),
        wan=wan,
        may_draft=holds_at(Permission.DRAFT_PLAN, path) and not rules.may_edit(standing),
        obstacles=rules.may_submit(standing, whole.proposal, whole.newest.entered_by, by),
        may_decide=holds_at(Permission.DECIDE_PLAN_CHANGE, path),
        unsigned=[(one.value, one.name_zh) for one in standing.missing],
        sign_obstacles=[*rules.may_sign(standing, standing.missing[0], by, whole.county)]
        if standing.missing
        else [],
        outcomes=[
            (one.value, one.name_zh)
            for one in Outcome
            if not rules.may_decide(standing, one, by, whole.county)
        ],
        decide_obstacles=rules.may_decide(standing, Outcome.AGREE, by, whole.county),
        report_obstacles=rules.may_report(standing, by, whole.county),
        departments=list(Department),
        today=china_day(now()),
        client_key=secrets.token_urlsafe(16),
        typed=typed,
        fields=fields_,
    )


def _step_words(step: Any) -> str:
    """One line for each step taken."""
    match step.kind.value:
        case "submit":
            return "县里提交"
        case "sign":
            return f"{step.department.name_zh}部门：{'同意' if step.is_agreeing else '不同意'}"
        case "decide":
            return f"市里决定：{step.outcome.name_zh}"
        case "report":
            return f"书面报告省里：{step.doc_no}"
    return "县里撤回"
