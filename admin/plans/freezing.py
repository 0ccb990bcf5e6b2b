"""The formal document that makes submitted plans final, recorded by the office that issued it."""

import secrets
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from marshmallow import Schema
from marshmallow.fields import Date, Integer, List

from admin.guard import needs
from admin.ledger.reach import division_within, reach_of
from admin.plans.figures import wan
from admin.plans.pages import (
    Page,
    check_place,
    chosen_division,
    fields_of,
    found_plan,
    plans,
    sent_papers,
    typed_form,
)
from admin.session import me
from server.attachments import actions as attachments
from server.divisions import queries as divisions
from server.divisions.models import Division
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line
from server.infra.web.forms import load_form
from server.kernel.chinatime import china_day
from server.kernel.errors import Invalid, Refused
from server.plans import actions, queries
from server.plans.rules.words import PlanState


class DocumentIn(Schema):
    issuer = Integer(
        required=True, error_messages={"required": "选发文的单位。", "invalid": "选发文的单位。"}
    )
    doc_no = Line(60, required=True, error_messages={"required": "写文号，例如“黔建办函〔2020〕3 号”。"})
    title = Line(120, required=True, error_messages={"required": "写文件名称。"})
    issued_on = Date(required=True, error_messages={"required": "选发文日期。", "invalid": "选发文日期。"})
    plan_ids = List(Integer(), load_default=list)
    client_key = Line(80, required=True)


@plans.get("/plans/freeze")
@needs(Permission.FREEZE_PLAN)
def freeze_form() -> Page:
    return _draw(chosen_division(), {}, {})


@plans.post("/plans/freeze")
@needs(Permission.FREEZE_PLAN)
def freeze_plans() -> Page:
    division = chosen_division()
    check_place(division.path, Permission.FREEZE_PLAN)
    try:
        form = load_form(DocumentIn)
        issuer = division_within(reach_of(Permission.FREEZE_PLAN)[0], form["issuer"])
        for plan_id in form["plan_ids"]:
            found_plan(plan_id, Permission.FREEZE_PLAN)
        papers = sent_papers("file")
        with unit_of_work():
            kept = attachments.keep_photo(papers[0], actor=me().actor, now=now()) if papers else None
            actions.freeze_plans(
                issuer.id,
                form["plan_ids"],
                doc_no=form["doc_no"],
                title=form["title"],
                issued_on=form["issued_on"],
                attachment_id=kept.id if kept is not None else None,
                client_key=form["client_key"],
                actor=me().actor,
                now=now(),
            )
    except (Invalid, Refused) as error:
        typed = typed_form(["plan_ids"])
        return _draw(division, typed, fields_of(error, "plan_ids")), error.status
    flash("文件登记好了，计划从现在起不能直接改。要改，由县里提出调整。", "go")
    return redirect(url_for("admin.plans.list_plans", division=division.id, year=_year()))


def _year() -> int:
    asked = request.values.get("year", 0, int)
    return asked if 0 < asked <= 9999 else china_day(now()).year


def _draw(division: Division, typed: dict[str, Any], fields: dict[str, Any]) -> str:
    check_place(division.path, Permission.FREEZE_PLAN)
    lines = queries.plan_lines([division.path], _year())
    return render_template(
        "office/plans/freeze.html",
        division=division,
        year=_year(),
        submitted=[line for line in lines if line.state is PlanState.SUBMITTED],
        drafted=[line for line in lines if line.state is PlanState.DRAFT],
        issuers=_issuers(division),
        wan=wan,
        typed={
            "client_key": secrets.token_urlsafe(16),
            "plan_ids": request.args.getlist("plan"),
            "issued_on": china_day(now()),
            **typed,
        },
        fields=fields,
    )


def _issuers(division: Division) -> list[tuple[int, str]]:
    """The offices of this person that stand over the division, or the division itself."""
    own = reach_of(Permission.FREEZE_PLAN)[0]
    over = [
        one for one in divisions.ancestors(division.path) if any(one.path.startswith(path) for path in own)
    ]
    return [(one.id, divisions.full_name(one.path)) for one in over]
