"""What the pages of plans share: the blueprint, finding what an address names within reach, words and downloads."""

import io
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, request, send_file
from werkzeug.wrappers import Response

from admin.ledger.reach import division_within, reach_of
from admin.session import me
from server.attachments import actions as attachments
from server.attachments import queries as kept
from server.attachments.actions import Photo
from server.attachments.rules import PDF
from server.divisions import queries as divisions
from server.divisions.models import Division
from server.identity.rules import Permission, may
from server.infra.clock import now
from server.kernel.chinatime import china_day
from server.kernel.errors import Forbidden, Invalid, NotFound, Problem, Refused
from server.kernel.places import Place
from server.plans import queries
from server.plans.actions.annual import check_community
from server.plans.models import AnnualPlan, PilotCandidate, PlanRow
from server.plans.queries import Whole
from server.plans.rules.words import ChangeState, PlanState

plans = Blueprint("plans", __name__)

Page = str | Response | tuple[str, int]

TONES = {
    PlanState.DRAFT: "wait",
    PlanState.SUBMITTED: "info",
    PlanState.FROZEN: "go",
    ChangeState.ENTERED: "quiet",
    ChangeState.SUBMITTED: "wait",
    ChangeState.SIGNED: "wait",
    ChangeState.AGREED: "info",
    ChangeState.REPORTED: "go",
    ChangeState.RETURNED: "wait",
    ChangeState.REJECTED: "stop",
    ChangeState.DROPPED: "quiet",
}
#: How many communities a list to choose from holds.
MOST_LISTED = 1000


def paths() -> list[str]:
    """The divisions whose plans this person sees."""
    return reach_of(Permission.SEE_PLANS)[0]


def chosen_division() -> Division:
    """The division asked for within reach; unless told, the place where this person works."""
    asked = request.values.get("division", 0, int)
    if asked:
        return division_within(paths(), asked)
    if not paths():
        # A grant for a single community does not reach a plan.
        raise Forbidden("计划由县、市、省来看。你的岗位只管单个小区。")
    return divisions.ancestors(paths()[0])[-1]


def below(division: Division) -> list[tuple[int, str]]:
    """The division itself and the next ones under it, to choose from."""
    lower = divisions.children(division.id, china_day(now()))
    levels = {"prefecture", "county", "reporting_unit"}
    return [(division.id, division.name), *((one.id, one.name) for one in lower if one.level in levels)]


def found_plan(plan_id: int, permission: Permission = Permission.SEE_PLANS) -> AnnualPlan:
    """Raises NotFound beyond reach, and Forbidden where it may be seen and no more."""
    plan = queries.plan(plan_id)
    if plan is None:
        raise NotFound
    check_place(queries.seat(plan.division_id).path, permission)
    return plan


def found_row(row_id: int, permission: Permission = Permission.SEE_PLANS) -> PlanRow:
    row = queries.row(row_id)
    if row is None:
        raise NotFound
    found_plan(row.plan_id, permission)
    return row


def found_change(change_id: int, permission: Permission = Permission.SEE_PLANS) -> Whole:
    change = queries.change(change_id)
    if change is None:
        raise NotFound
    found_plan(change.plan_id, permission)
    return queries.known_change(change)


def found_pilot(pilot_id: int, permission: Permission = Permission.SEE_PLANS) -> PilotCandidate:
    pilot = queries.pilot(pilot_id)
    row = queries.row(pilot.row_id) if pilot is not None else None
    if pilot is None or row is None:
        raise NotFound
    found_plan(row.plan_id, permission)
    return pilot


def cannot_come(plan: AnnualPlan, community_id: int) -> list[str]:
    """Why a community may not come into this plan: told when it is chosen, before anybody fills in its figures."""
    try:
        check_community(plan, community_id, is_there=False, on=china_day(now()))
    except (Invalid, Refused) as error:
        return [error.message]
    return []


def check_place(path: str, permission: Permission) -> None:
    place = Place(path)
    if not may(me().grants, Permission.SEE_PLANS, place):
        raise NotFound
    if not may(me().grants, permission, place):
        raise Forbidden("你的岗位没有这项权限。要办这件事，请找给你开账号的单位。")


def holds_at(permission: Permission, path: str) -> bool:
    """To show a button or not, never instead of a guard."""
    return may(me().grants, permission, Place(path))


# ------------------------------------------------------------------ papers


def sent_papers(name: str) -> list[Photo]:
    """The files of a form, read and drawn anew before anything is written."""
    files = [file for file in request.files.getlist(name) if file and file.filename]
    try:
        return [attachments.take_paper(file.read()) for file in files]
    except Invalid as error:
        raise Invalid(error.message, fields={name: [error.message]}) from None


def sent_paper(name: str) -> Photo:
    """The one file that a form asks for. Raises Invalid where none came."""
    papers = sent_papers(name)
    if not papers:
        raise Invalid("还没有选文件。", fields={name: ["选一份扫描件（PDF）或照片。"]})
    return papers[0]


def paper_response(attachment_id: int, filename: str) -> Response:
    """A kept paper. A PDF is only ever downloaded."""
    row = kept.attachment(attachment_id)
    if row is None:
        raise NotFound
    data = io.BytesIO(kept.content(attachment_id))
    is_pdf = row.media_type == PDF
    return send_file(
        data,
        mimetype=row.media_type,
        as_attachment=is_pdf,
        download_name=f"{filename}{'.pdf' if is_pdf else '.jpg'}",
    )


def fields_of(error: Problem, otherwise: str) -> dict[str, Any]:
    """The sentences by field; what belongs to none stands with the named one."""
    fields = error.fields if isinstance(error, Invalid) else {}
    return fields or {otherwise: [error.message]}


def typed_form(lists: Sequence[str] = ()) -> dict[str, Any]:
    """What was typed, to draw the form again."""
    return {**request.form.to_dict(), **{name: request.form.getlist(name) for name in lists}}
