"""Papers of a community: given out with a code, read as a page, printed, taken as .docx."""

import io
import secrets
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, send_file, url_for
from marshmallow import Schema
from marshmallow.fields import Enum, Integer
from werkzeug.wrappers import Response

from admin.guard import needs
from admin.session import me
from server.decisions import actions, exports, queries
from server.decisions.models import IssuedPaper
from server.decisions.rules.papers import Drawn, PaperKind
from server.identity.rules import Permission
from server.infra import qr
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.documents import DOCX
from server.infra.web.fields import Line
from server.infra.web.forms import load_form
from server.kernel.errors import Invalid, NotFound
from server.ledger import queries as ledger
from server.notices.rules import drawn_blocks

papers = Blueprint("papers", __name__, url_prefix="/communities/<int:community_id>/papers")

Page = str | Response | tuple[str, int]


class IssueIn(Schema):
    kind = Enum(
        PaperKind,
        by_value=True,
        required=True,
        error_messages={"required": "选一种文书。", "unknown": "选一种文书。"},
    )
    decision_id = Integer(load_default=None, allow_none=True)
    client_key = Line(80, required=True)


@papers.get("")
@needs(Permission.SEE_DECISION)
def list_papers(community_id: int) -> Page:
    lines = [line for line in queries.lines(community_id, now()) if line.version is not None]
    return render_template(
        "office/papers/list.html",
        community_id=community_id,
        papers=queries.papers_of(community_id),
        lines=lines,
        client_key=secrets.token_urlsafe(16),
    )


@papers.post("")
@needs(Permission.ISSUE_PAPER)
def issue_paper(community_id: int) -> Page:
    form = load_form(IssueIn)
    # Drawn before the unit of work: filling in an office's template may take a while.
    drawn = _draw(community_id, form["kind"], form["decision_id"])
    with unit_of_work():
        row = actions.issue_paper(drawn, client_key=form["client_key"], actor=me().actor, now=now())
    flash("文书出好了，上面有验证码。打印一份，盖章。", "go")
    return redirect(url_for("admin.papers.paper_page", community_id=community_id, paper_id=row.id))


@papers.get("/<int:paper_id>")
@needs(Permission.SEE_DECISION)
def paper_page(community_id: int, paper_id: int) -> Page:
    row = queries.issued_paper(paper_id, community_id)
    return render_template(
        "office/papers/show.html", **_sheet(row), newer=queries.newer_than(row), check_url=_check_url(row)
    )


@papers.get("/<int:paper_id>/print")
@needs(Permission.SEE_DECISION)
def print_page(community_id: int, paper_id: int) -> Page:
    row = queries.issued_paper(paper_id, community_id)
    back = url_for("admin.papers.paper_page", community_id=community_id, paper_id=paper_id)
    return render_template("office/papers/print.html", **_sheet(row), back_href=back)


@papers.get("/<int:paper_id>/paper.docx")
@needs(Permission.SEE_DECISION)
def download(community_id: int, paper_id: int) -> Page:
    row = queries.issued_paper(paper_id, community_id)
    data = io.BytesIO(queries.paper_document(row.id))
    return send_file(data, mimetype=DOCX, as_attachment=True, download_name=f"{row.title}.docx")


# ------------------------------------------------------------------ drawing


def _draw(community_id: int, kind: PaperKind, decision_id: int | None) -> Drawn:
    public_url = str(current_app.config["PUBLIC_URL"])
    if kind is PaperKind.APPLICATION:
        return exports.draw_application(
            queries.whereabouts(community_id, now(), queries.recorded(community_id)), public_url, now()
        )
    if decision_id is None:
        raise Invalid("选一份决定。", fields={"decision_id": ["选一份决定。"]})
    paper = queries.paper(queries.known(decision_id, community_id), now())
    draw = exports.draw_decision if kind is PaperKind.DECISION else exports.draw_result
    return draw(paper, public_url, now())


def _sheet(row: IssuedPaper) -> dict[str, Any]:
    community = ledger.community(row.community_id)
    if community is None:
        raise NotFound
    return {
        "paper": row,
        "community": community.name,
        "blocks": drawn_blocks(row.body),
        "qr": qr.svg(_check_url(row), "扫码查真假"),
        "warning": queries.replaced_words(row, now()),
    }


def _check_url(row: IssuedPaper) -> str:
    return f"{current_app.config['PUBLIC_URL']}/v/{row.code}"
