"""One version of a scheme: what it says, how it differs, and what a second person does with it."""

import secrets
from fractions import Fraction
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from marshmallow import Schema
from werkzeug.wrappers import Response

from admin.guard import needs
from admin.schemes.desk import Page, Yuan, error_fields, schemes
from admin.session import me
from server.decisions.actions import schemes as actions
from server.decisions.models import SchemeVersion
from server.decisions.queries import schemes as queries
from server.decisions.queries.scheme_views import VersionView
from server.decisions.queries.schemes import Tree
from server.decisions.rules.guard import is_newer
from server.decisions.rules.schemes import changes
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line, Words
from server.infra.web.forms import load_form
from server.kernel.errors import Problem


class WithdrawIn(Schema):
    reason = Words(2000, required=True, error_messages={"required": "写上为什么撤回。"})


class ConsultIn(Schema):
    source = Line(24, required=True, error_messages={"required": "选一次新的投票或调查。"})
    told_cost = Yuan(required=True, error_messages={"required": "填那一次公布的造价。"})
    client_key = Line(80, required=True)


@schemes.get("/versions/<int:version_id>")
@needs(Permission.SEE_SCHEME)
def version_page(community_id: int, version_id: int) -> Page:
    return _show(queries.version(version_id, community_id), community_id, {}, {})


@schemes.post("/versions/<int:version_id>/confirm")
@needs(Permission.CONFIRM_SCHEME)
def confirm_version(community_id: int, version_id: int) -> Page:
    row = queries.version(version_id, community_id)
    with unit_of_work():
        actions.confirm_version(version_id, community_id=community_id, actor=me().actor, now=now())
    flash("这一版从现在起生效。前一版留着备查。", "go")
    return _back(row, community_id)


@schemes.post("/versions/<int:version_id>/withdraw")
@needs(Permission.WITHDRAW_SCHEME)
def withdraw_version(community_id: int, version_id: int) -> Page:
    row = queries.version(version_id, community_id)
    try:
        form = load_form(WithdrawIn)
        with unit_of_work():
            actions.withdraw_version(
                version_id, community_id=community_id, reason=form["reason"], actor=me().actor, now=now()
            )
    except Problem as error:
        return _show(row, community_id, dict(request.form), error_fields(error, "reason")), 422
    flash("已撤回。现行的方案没有变。")
    return _back(row, community_id)


@schemes.post("/versions/<int:version_id>/consultations")
@needs(Permission.DRAFT_SCHEME)
def name_consultation(community_id: int, version_id: int) -> Page:
    row = queries.version(version_id, community_id)
    try:
        form = load_form(ConsultIn)
        with unit_of_work():
            actions.name_consultation(
                version_id,
                community_id=community_id,
                source=form["source"],
                told_cost_fen=form["told_cost"],
                client_key=form["client_key"],
                actor=me().actor,
                now=now(),
            )
    except Problem as error:
        return _show(row, community_id, dict(request.form), error_fields(error, "source")), 422
    flash("依据改好了。")
    return _back(row, community_id)


def _back(row: SchemeVersion, community_id: int) -> Response:
    return redirect(url_for("admin.schemes.version_page", community_id=community_id, version_id=row.id))


def _show(row: SchemeVersion, community_id: int, typed: dict[str, Any], fields: dict[str, Any]) -> str:
    tree = queries.tree(community_id, now())
    view = queries.view_of(tree, row)
    before = _before(tree, view)
    return render_template(
        "office/schemes/version.html",
        tree=tree,
        community_id=community_id,
        view=view,
        before=before,
        changes=changes(before.lines, view.lines) if before else [],
        obstacles=tree.why_not_confirm(view, me().actor.key),
        newer=[
            (one.key, one.title)
            for one in tree.sources_for(view.place.key)
            if is_newer(one.closes_at, _named_at(view), row.submitted_at)
        ],
        limits=_kept_limits(tree, view),
        links=_links(community_id),
        typed=typed,
        fields=fields,
        client_key=secrets.token_urlsafe(16),
    )


def _before(tree: Tree, view: VersionView) -> VersionView | None:
    """The last version before it that took effect; of one that never did, too."""
    earlier = [
        one
        for one in tree.versions[view.place.key]
        if one.row.number < view.row.number and one.act is not None and one.act.kind == "confirmed"
    ]
    return earlier[-1] if earlier else None


def _named_at(view: VersionView) -> Any:
    return view.consultation.source.closes_at if view.consultation.source else None


def _kept_limits(tree: Tree, view: VersionView) -> tuple[Fraction, Fraction]:
    """The shares it was held against: as of its confirmation, else as of today."""
    kept = view.act.guard if view.act else None
    if kept is not None:
        return Fraction(kept["item_limit"]), Fraction(kept["cost_limit"])
    return tree.limits.items, tree.limits.cost


def _links(community_id: int) -> dict[str, tuple[str, str]]:
    """Where each thing that stands in the way is mended."""
    return {
        "consult": ("去开问卷", url_for("admin.surveys.list_surveys", community_id=community_id)),
        "vote": ("去起草投票", url_for("admin.ballots.list_ballots", community_id=community_id)),
        "decisions": ("去签发", url_for("admin.decisions.list_decisions", community_id=community_id)),
        "lift": ("看加装电梯", url_for("admin.lifts.list_cases", community_id=community_id)),
    }
