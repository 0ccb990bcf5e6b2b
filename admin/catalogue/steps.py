"""The steps that bring a list in force: consent of the government, filing with the province, the day it begins; and its end."""

from typing import Any

from flask import flash, request
from marshmallow import Schema
from marshmallow.fields import Date

from admin.catalogue.listing import show, to_list
from admin.catalogue.pages import Page, catalogue, fields_of, own_list
from admin.guard import needs
from admin.session import me
from server.catalogue import actions
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line
from server.infra.web.forms import load_form
from server.kernel.errors import Invalid, Refused


def _day(sentence: str) -> Date:
    return Date(required=True, error_messages={"required": sentence, "invalid": sentence})


class ConsentIn(Schema):
    approved_by = Line(100, required=True, error_messages={"required": "写上哪一级政府同意的。"})
    approved_on = _day("填哪天同意的。")


class FilingIn(Schema):
    filed_no = Line(60, required=True, error_messages={"required": "写上备案号。"})
    filed_on = _day("填哪天备案的。")


class ForceIn(Schema):
    valid_from = _day("填哪天起用。")


class EndIn(Schema):
    ends_on = _day("填从哪天起停用。")
    reason = Line(300, required=True, error_messages={"required": "写上为什么停用。"})


class ReturnIn(Schema):
    reason = Line(300, required=True, error_messages={"required": "写上为什么退回。"})


@catalogue.post("/catalogue/<int:version_id>/consent")
@needs(Permission.EDIT_CATALOGUE)
def record_consent(version_id: int) -> Page:
    return _step(
        version_id, ConsentIn, actions.record_consent, "approved_on", "已登记政府同意。接着报省里备案。"
    )


@catalogue.post("/catalogue/<int:version_id>/filing")
@needs(Permission.EDIT_CATALOGUE)
def record_filing(version_id: int) -> Page:
    return _step(version_id, FilingIn, actions.record_filing, "filed_on", "已登记备案。接着设哪天起用。")


@catalogue.post("/catalogue/<int:version_id>/force")
@needs(Permission.EDIT_CATALOGUE)
def put_in_force(version_id: int) -> Page:
    return _step(
        version_id, ForceIn, actions.put_in_force, "valid_from", "已设好。从那天起，这里的小区用这份清单。"
    )


@catalogue.post("/catalogue/<int:version_id>/end")
@needs(Permission.EDIT_CATALOGUE)
def end_version(version_id: int) -> Page:
    said = "已设好。从那天起，这里的小区用上一级的清单。"
    return _step(version_id, EndIn, actions.end_version, "ends_on", said)


@catalogue.post("/catalogue/<int:version_id>/return")
@needs(Permission.EDIT_CATALOGUE)
def return_to_draft(version_id: int) -> Page:
    return _step(
        version_id, ReturnIn, actions.return_to_draft, "reason", "已退回起草。改好后重新登记同意和备案。"
    )


def _step(version_id: int, schema: type[Schema], act: Any, otherwise: str, said: str) -> Page:
    card = own_list(version_id)
    try:
        form = load_form(schema)
        with unit_of_work():
            act(version_id, **form, actor=me().actor, now=now())
    except (Invalid, Refused) as error:
        return show(card, dict(request.form), fields_of(error, otherwise)), 422
    flash(said)
    return to_list(version_id)
