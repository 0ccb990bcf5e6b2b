"""Sheets in: the template, the upload, what would change and what is wrong, progress, and the person's word to go on."""

import secrets
import tempfile
from pathlib import Path
from typing import BinaryIO, cast

from flask import Blueprint, flash, redirect, render_template, request, url_for
from marshmallow import Schema
from werkzeug.wrappers import Response

from admin.guard import needs
from admin.ledger.downloads import xlsx_response
from admin.ledger.reach import reach_of
from admin.session import me
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.queue import wake
from server.infra.sheets import keeping
from server.infra.web.addresses import page_asked
from server.infra.web.fields import Line
from server.infra.web.forms import load_form
from server.kernel.errors import Invalid, NotFound
from server.ledger import queries
from server.ledger.actions.importing import imports as actions
from server.ledger.actions.importing.reach import Reach
from server.ledger.models import LedgerImport
from server.ledger.sheet import SHEETS, write_template

imports = Blueprint("imports", __name__, url_prefix="/ledger")

Page = str | Response | tuple[str, int]
ENDINGS = (".xlsx", ".zip", ".csv")


class UploadIn(Schema):
    client_key = Line(80, required=True)


@imports.get("/template")
@needs(Permission.IMPORT_LEDGER)
def template() -> Page:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "template.xlsx"
        write_template(path)
        return xlsx_response(path, "台账模板.xlsx")


@imports.get("/imports")
@needs(Permission.IMPORT_LEDGER)
def list_imports() -> Page:
    return _list({})


@imports.post("/imports")
@needs(Permission.IMPORT_LEDGER)
def upload() -> Page:
    try:
        key = load_form(UploadIn)["client_key"]
        file = request.files.get("file")
        if file is None or not (file.filename or "").lower().endswith(ENDINGS):
            raise _wrong_file()
        kept = keeping.keep_sealed(cast(BinaryIO, file.stream))
        with unit_of_work():
            row = actions.begin_import(
                filename=file.filename or "",
                kept=kept,
                reach=Reach.of(*reach_of(Permission.IMPORT_LEDGER)),
                client_key=key,
                actor=me().actor,
                now=now(),
            )
    except Invalid as error:
        return _list(error.fields or {"file": [error.message]}), 422
    wake("ledger")
    return redirect(url_for("admin.ledger.imports.show", import_id=row.id))


@imports.get("/imports/<int:import_id>")
@needs(Permission.IMPORT_LEDGER)
def show(import_id: int) -> Page:
    row = _row(import_id)
    return render_template("office/ledger/import.html", row=row, sheets=[sheet.title for sheet in SHEETS])


@imports.post("/imports/<int:import_id>/confirm")
@needs(Permission.IMPORT_LEDGER)
def confirm(import_id: int) -> Page:
    with unit_of_work():
        actions.confirm_import(import_id, actor=me().actor, now=now())
    wake("ledger")
    return redirect(url_for("admin.ledger.imports.show", import_id=import_id))


@imports.post("/imports/<int:import_id>/discard")
@needs(Permission.IMPORT_LEDGER)
def discard(import_id: int) -> Page:
    with unit_of_work():
        actions.discard_import(import_id, actor=me().actor, now=now())
    flash("已经放弃这次导入，台账没有改动。", "go")
    return redirect(url_for("admin.ledger.imports.list_imports"))


def _row(import_id: int) -> LedgerImport:
    row = queries.import_of(import_id, me().actor)
    if row is None:
        raise NotFound
    return row


def _list(errors: dict[str, list[str]]) -> str:
    return render_template(
        "office/ledger/imports.html",
        found=queries.imports_of(me().actor, page_asked()),
        fields=errors,
        key=secrets.token_urlsafe(16),
    )


def _wrong_file() -> Invalid:
    sentence = "请选 .xlsx 文件，或把各表存成 .csv 后打成一个 .zip。"
    return Invalid(sentence, fields={"file": [sentence]})
