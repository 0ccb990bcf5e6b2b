"""The ledger of a community as a file. Asked by POST with a purpose, for it is written into the audit."""

import tempfile
from pathlib import Path

from flask import Blueprint, render_template, request
from marshmallow import Schema, fields
from werkzeug.wrappers import Response

from admin.guard import check, needs
from admin.ledger.downloads import xlsx_response
from admin.session import me
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line
from server.infra.web.forms import load_form
from server.kernel.errors import Invalid
from server.ledger import exports as ledger
from server.ledger.actions.personal import checked_purpose
from server.ledger.queries import community

exports = Blueprint("exports", __name__, url_prefix="/communities/<int:community_id>/ledger/export")

Page = str | Response | tuple[str, int]


class ExportIn(Schema):
    purpose = Line(200, required=True)
    is_full = fields.Boolean(load_default=False, truthy={"yes"}, falsy={"no"})


@exports.get("")
@needs(Permission.EXPORT_LEDGER)
def form(community_id: int) -> Page:
    return _page(community_id, {})


@exports.post("")
@needs(Permission.EXPORT_LEDGER)
def download(community_id: int) -> Page:
    try:
        asked = load_form(ExportIn)
        asked["purpose"] = checked_purpose(asked["purpose"])
    except Invalid as error:
        return _page(community_id, error.fields), 422
    if asked["is_full"]:
        check(Permission.SEE_PERSONAL, community_id)
    with unit_of_work():
        ledger.record_export([community_id], actor=me().actor, now=now(), **asked)
    found = community(community_id)
    name = found.name if found else ""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.xlsx"
        ledger.write_export(path, [community_id], is_full=asked["is_full"])
        return xlsx_response(path, f"{name}台账{'' if asked['is_full'] else '（打码）'}.xlsx")


def _page(community_id: int, errors: dict[str, list[str]]) -> str:
    return render_template(
        "office/ledger/export.html", community_id=community_id, typed=request.form, fields=errors
    )
