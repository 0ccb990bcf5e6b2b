"""Open data: figures of communities by prefecture as CSV, for anyone, with a dictionary of the fields."""

from flask import Blueprint, Response, render_template

from miniprogram_api.guard import open_to_all
from server.divisions import queries as divisions
from server.divisions.rules import DivisionLevel
from server.infra.clock import now
from server.infra.web.addresses import LARGEST_ID
from server.kernel.errors import NotFound
from server.reports import exports, queries
from server.reports.rules.opendata import FIELDS

open_data = Blueprint("open_data", __name__, url_prefix="/open-data")

CSV = "text/csv; charset=utf-8"
OFFERED = {DivisionLevel.PREFECTURE, DivisionLevel.REPORTING_UNIT}


@open_data.get("")
@open_to_all
def overview() -> str:
    offered = [
        (part.division, len(part.rows))
        for root in divisions.roots()
        for part in queries.parts(root, queries.facts_under(root.path))
        if part.division.level in OFFERED
    ]
    return render_template("phone/community/open_data.html", offered=offered, fields=FIELDS)


@open_data.get("/<int:division_id>/communities.csv")
@open_to_all
def communities(division_id: int) -> Response:
    of = divisions.division(division_id) if 0 < division_id <= LARGEST_ID else None
    if of is None or of.level not in OFFERED:
        raise NotFound
    return _csv("".join(exports.community_lines(of, now())), f"communities-{of.code or of.id}.csv")


@open_data.get("/fields.csv")
@open_to_all
def fields() -> Response:
    return _csv("".join(exports.field_lines()), "fields.csv")


def _csv(text: str, filename: str) -> Response:
    answer = Response(text, content_type=CSV)
    answer.headers["Content-Disposition"] = f"attachment; filename={filename}"
    return answer
