"""Keys of programs that report by Open311: issued and shown once, listed, revoked."""

import secrets
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from marshmallow import Schema
from marshmallow.fields import Integer
from werkzeug.wrappers import Response

from admin.guard import needs
from admin.ledger.reach import division_within, reach_of
from admin.session import me
from server.divisions import queries as divisions
from server.divisions.models import Division
from server.identity.rules import Permission
from server.infra import throttle
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.addresses import page_asked
from server.infra.web.fields import Line
from server.infra.web.forms import load_form
from server.kernel.errors import Conflict, Invalid, NotFound
from server.open311 import actions, queries
from server.open311.models import Open311Key
from server.open311.rules import is_within, new_secret

open311 = Blueprint("open311", __name__)

Page = str | Response | tuple[str, int]
ISSUED = "20/minute"
WHERE: dict[str, Any] = {"required": "选密钥管到哪里。", "invalid": "选密钥管到哪里。"}


class KeyIn(Schema):
    name = Line(60, required=True, error_messages={"required": "写清楚密钥给谁用。"})
    division_id = Integer(required=True, error_messages=WHERE)
    client_key = Line(80, required=True)


class RevokeIn(Schema):
    reason = Line(200, required=True, error_messages={"required": "写一句为什么停用，会记在操作记录里。"})


@open311.get("/open311-keys")
@needs(Permission.KEEP_OPEN311)
def list_keys() -> Page:
    return _list_page({}, {})


@open311.post("/open311-keys")
@needs(Permission.KEEP_OPEN311)
def issue_key() -> Page:
    secret = new_secret()
    try:
        form = load_form(KeyIn)
        division_within(_paths(), form["division_id"])
        with unit_of_work():
            # Of two clicks at once the second waits here, and is told that the key was shown.
            throttle.hit(ISSUED, "open311-key", str(me().id))
            row = actions.issue_key(secret=secret, actor=me().actor, now=now(), **form)
    except Invalid as error:
        return _list_page(dict(request.form), error.fields), 422
    except Conflict as error:
        return _list_page({}, {}, error.message), error.status
    page = render_template("office/open311/issued.html", row=row, secret=secret, where=_where([row])[row.id])
    return Response(page, headers={"Cache-Control": "no-store"}, content_type="text/html; charset=utf-8")


@open311.get("/open311-keys/<int:key_id>")
@needs(Permission.KEEP_OPEN311)
def show_key(key_id: int) -> Page:
    return _key_page(_mine(key_id), "", {})


@open311.post("/open311-keys/<int:key_id>/revoke")
@needs(Permission.KEEP_OPEN311)
def revoke_key(key_id: int) -> Page:
    row = _mine(key_id)
    try:
        form = load_form(RevokeIn)
    except Invalid as error:
        return _key_page(row, request.form.get("reason", ""), error.fields), 422
    with unit_of_work():
        actions.revoke_key(key_id, reason=form["reason"], actor=me().actor, now=now())
    flash("密钥停用了，马上生效。已经报来的工单照常办。", "go")
    return redirect(url_for("admin.open311.list_keys"))


def _paths() -> list[str]:
    return reach_of(Permission.KEEP_OPEN311)[0]


def _mine(key_id: int) -> Open311Key:
    """A key within reach; another is as if it were not."""
    row = queries.key(key_id)
    if row is None or not is_within(_paths(), row.division_path):
        raise NotFound
    return row


def _choices() -> list[tuple[int, str]]:
    """My own divisions and those right below: a key is for a place, not for the world."""
    own = [one for path in _paths() for one in divisions.ancestors(path) if one.path == path]
    below = [child for one in own for child in divisions.children(one.id)]
    listed: list[Division] = [*own, *below]
    return [(one.id, one.name) for one in listed if one.code]


def _where(rows: list[Open311Key]) -> dict[int, str]:
    names = divisions.full_names(one.division_path for one in rows)
    return {one.id: names[one.division_path] for one in rows}


def _list_page(typed: dict[str, Any], fields: dict[str, list[str]], refusal: str = "") -> str:
    page = queries.keys_under(_paths(), page_asked())
    rows = list(page.items)
    return render_template(
        "office/open311/keys.html",
        page=page,
        where=_where(rows),
        counts=queries.report_counts([one.id for one in rows]),
        choices=_choices(),
        typed={"client_key": secrets.token_urlsafe(16), **typed},
        fields=fields,
        refusal=refusal,
    )


def _key_page(row: Open311Key, typed: str, fields: dict[str, list[str]]) -> str:
    return render_template(
        "office/open311/key.html",
        row=row,
        where=_where([row])[row.id],
        count=queries.report_counts([row.id]).get(row.id, 0),
        code=next((one.code for one in divisions.ancestors(row.division_path)[-1:]), ""),
        typed=typed,
        fields=fields,
    )
