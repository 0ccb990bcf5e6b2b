"""What the pages of contributions share."""

import secrets
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from admin.guard import holds
from server.contributions.rules import Kind
from server.identity.rules import Permission
from server.infra.web.formats import yuan
from server.kernel.errors import Invalid, Problem

contributions = Blueprint(
    "contributions", __name__, url_prefix="/communities/<int:community_id>/contributions"
)

Page = str | Response | tuple[str, int]


def measured(kind: Kind, amount: int | None) -> str:
    """ "500.00 元", "8 小时", "1 份"."""
    if amount is None:
        return "1 份"
    if kind is Kind.MONEY:
        return yuan(amount)
    return f"{amount:,} {'小时' if kind is Kind.LABOUR else '份'}"


def draw(
    template: str,
    community_id: int,
    typed: dict[str, Any] | None = None,
    error: Problem | None = None,
    **shown: Any,
) -> Page:
    fields = error.fields if isinstance(error, Invalid) else {}
    page = render_template(
        f"office/contributions/{template}",
        community_id=community_id,
        typed={"client_key": secrets.token_urlsafe(16), **(typed or {})},
        fields=fields,
        refusal="" if error is None or fields else error.message,
        measured=measured,
        may_record=holds(Permission.RECORD_CONTRIBUTIONS, community_id),
        may_confirm=holds(Permission.CONFIRM_CONTRIBUTIONS, community_id),
        **shown,
    )
    return page if error is None else (page, error.status)


def back_to(view: str, community_id: int, **values: Any) -> Response:
    return redirect(url_for(f"admin.contributions.{view}", community_id=community_id, **values))
