"""Property companies: the list that everyone chooses from, and registering one."""

from flask import flash, redirect, request, url_for
from marshmallow import Schema

from admin.guard import needs
from admin.management.desk import Page, form_page, management, typed_again
from admin.session import me
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.addresses import page_asked
from server.infra.web.fields import Line
from server.infra.web.forms import load_form
from server.kernel.errors import Problem
from server.management import actions, queries


class CompanyIn(Schema):
    name = Line(80, required=True, error_messages={"required": "写公司全称，照营业执照上的写。"})
    code = Line(40, required=True, error_messages={"required": "写统一社会信用代码，在营业执照右上角。"})
    client_key = Line(80, required=True)


@management.get("/property-companies")
@needs(Permission.SEE_MANAGEMENT)
def list_companies() -> Page:
    return _page(None)


@management.post("/property-companies")
@needs(Permission.REGISTER_COMPANY)
def register_company() -> Page:
    try:
        form = load_form(CompanyIn)
        with unit_of_work():
            row = actions.register_company(actor=me().actor, now=now(), **form)
    except Problem as error:
        return _page(error)
    flash(f"已登记：{row.name}。")
    return redirect(url_for("admin.management.list_companies"))


def _page(error: Problem | None) -> Page:
    text = request.args.get("text", "")
    number = page_asked()
    return form_page(
        "companies.html", error, page=queries.companies(text, number), text=text, typed=typed_again()
    )
