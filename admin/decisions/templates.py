"""Paper templates of a division: which is used, an office's own put in place after a trial, back to ours by one button."""

import io
import secrets
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from marshmallow import Schema
from marshmallow.fields import Enum
from werkzeug.wrappers import Response

from admin.guard import needs
from admin.session import me
from server.decisions import actions, exports, queries
from server.decisions.rules.papers import FIELDS, OURS, PaperKind, TemplateSource
from server.divisions import queries as divisions
from server.divisions.models import Division
from server.identity.rules import ALLOWED, Permission, may
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.documents import DOCX
from server.infra.office_templates import LARGEST_FILE
from server.infra.web.fields import Line
from server.infra.web.forms import load_form
from server.kernel.errors import Forbidden, Invalid, NotFound
from server.kernel.places import Place

templates = Blueprint("templates", __name__)

Page = str | Response | tuple[str, int]


class PutIn(Schema):
    client_key = Line(80, required=True)


class BackIn(PutIn):
    source = Enum(
        TemplateSource,
        by_value=True,
        required=True,
        error_messages={"required": "选用哪一种。", "unknown": "选用哪一种。"},
    )


@templates.get("/paper-templates")
@needs(Permission.SEE_TEMPLATES)
def my_templates() -> Page:
    """To the templates of the place this person works in."""
    own = next(grant for grant in me().grants if grant.role in ALLOWED[Permission.SEE_TEMPLATES])
    division_id = divisions.ancestors(own.division_path)[-1].id
    return redirect(url_for("admin.templates.list_templates", division_id=division_id))


@templates.get("/divisions/<int:division_id>/paper-templates")
@needs(Permission.SEE_TEMPLATES)
def list_templates(division_id: int) -> Page:
    one = _seen(division_id)
    return render_template(
        "office/templates/list.html",
        one=one,
        chosen=[(kind, queries.template_for(kind, one.path).words) for kind in PaperKind],
    )


@templates.get("/divisions/<int:division_id>/paper-templates/<kind>")
@needs(Permission.SEE_TEMPLATES)
def show_template(division_id: int, kind: str) -> Page:
    return _show(_seen(division_id), _kind(kind), {})


@templates.post("/divisions/<int:division_id>/paper-templates/<kind>")
@needs(Permission.EDIT_TEMPLATES)
def put_template(division_id: int, kind: str) -> Page:
    one, of_kind = _edited(division_id), _kind(kind)
    try:
        form, (document, name) = load_form(PutIn), _brought()
        exports.tried(of_kind, document)
    except Invalid as error:
        return _show(one, of_kind, error.fields or {"file": [error.message]}), 422
    with unit_of_work():
        actions.put_template(
            one.id,
            of_kind,
            TemplateSource.OWN,
            document=document,
            filename=name,
            client_key=form["client_key"],
            actor=me().actor,
            now=now(),
        )
    flash("试填通过，换上了。以后出的文书用它，已经出的不变。", "go")
    return redirect(url_for("admin.templates.show_template", division_id=one.id, kind=of_kind.value))


@templates.post("/divisions/<int:division_id>/paper-templates/<kind>/back")
@needs(Permission.EDIT_TEMPLATES)
def go_back(division_id: int, kind: str) -> Page:
    one, of_kind = _edited(division_id), _kind(kind)
    form = load_form(BackIn)
    if form["source"] is TemplateSource.OWN:
        raise Invalid("要用自己的模板，请上传文件。")
    with unit_of_work():
        actions.put_template(
            one.id,
            of_kind,
            form["source"],
            document=None,
            filename="",
            client_key=form["client_key"],
            actor=me().actor,
            now=now(),
        )
    flash(f"换好了，以后用{form['source'].name_zh}。", "go")
    return redirect(url_for("admin.templates.show_template", division_id=one.id, kind=of_kind.value))


@templates.get("/paper-templates/<kind>/ours.docx")
@needs(Permission.SEE_TEMPLATES)
def our_template(kind: str) -> Page:
    """The house's own, to begin from."""
    of_kind = _kind(kind)
    data = io.BytesIO(exports.OUR_TEMPLATES[of_kind].read_bytes())
    name = f"{of_kind.name_zh}模板.docx"
    return send_file(data, mimetype=DOCX, as_attachment=True, download_name=name)


@templates.get("/divisions/<int:division_id>/paper-templates/<kind>/<int:template_id>.docx")
@needs(Permission.SEE_TEMPLATES)
def own_template(division_id: int, kind: str, template_id: int) -> Page:
    """One version as it was uploaded."""
    one, of_kind = _seen(division_id), _kind(kind)
    row = queries.template(template_id, one.id)
    if row is None or row.kind is not of_kind or row.document is None:
        raise NotFound
    name = f"{of_kind.name_zh}模板-第{row.number}版.docx"
    return send_file(io.BytesIO(row.document), mimetype=DOCX, as_attachment=True, download_name=name)


# ------------------------------------------------------------------ what the views stand on


def _brought() -> tuple[bytes, str]:
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Invalid("选一个 .docx 文件。", fields={"file": ["选一个 .docx 文件。"]})
    # One byte more than is taken, so that what is too large is seen without being read whole.
    return file.stream.read(LARGEST_FILE + 1), file.filename


def _kind(word: str) -> PaperKind:
    try:
        return PaperKind(word)
    except ValueError:
        raise NotFound from None


def _seen(division_id: int) -> Division:
    """A division on my own line: inside my reach, or above it. Sideways answers as one that does not exist."""
    one = divisions.division(division_id)
    reach = [grant for grant in me().grants if grant.role in ALLOWED[Permission.SEE_TEMPLATES]]
    if one is None or not any(
        one.path.startswith(grant.division_path) or grant.division_path.startswith(one.path)
        for grant in reach
    ):
        raise NotFound
    return one


def _edited(division_id: int) -> Division:
    one = _seen(division_id)
    if not _may_edit(one):
        raise Forbidden("这里的模板由本级或上级来换。你可以看。")
    return one


def _may_edit(one: Division) -> bool:
    return may(me().grants, Permission.EDIT_TEMPLATES, Place(one.path))


def _show(one: Division, kind: PaperKind, fields: dict[str, Any]) -> str:
    return render_template(
        "office/templates/show.html",
        one=one,
        kind=kind,
        chosen=queries.template_for(kind, one.path).words,
        ours=OURS,
        own=queries.templates_of(one.id, kind),
        listed=FIELDS[kind],
        may_edit=_may_edit(one),
        client_key=secrets.token_urlsafe(16),
        fields=fields,
    )
