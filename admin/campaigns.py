"""The same survey in many communities: an office of the county starts it and sees how far each has come."""

import secrets
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from marshmallow import Schema
from marshmallow.fields import Integer, List, NaiveDateTime
from werkzeug.wrappers import Response

from admin.guard import holds, needs
from admin.ledger.reach import division_within, reach_of
from admin.session import me
from admin.surveys.listing import usual_closing
from admin.surveys.pages import fields_of, state_of
from admin.surveys.starts import offered, start_of
from server.divisions import queries as divisions
from server.divisions.models import Division
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line, Words
from server.infra.web.forms import load_form
from server.kernel.chinatime import from_china
from server.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from server.ledger import queries as ledger
from server.surveys import actions, queries
from server.surveys.actions import Heading
from server.surveys.models import Campaign, Survey
from server.surveys.queries import Coverage
from server.surveys.rules.definition import read_definition
from server.surveys.rules.results import question_results, split_results
from server.surveys.rules.sums import Dimension
from server.surveys.rules.wording import condition_in_words, numbers_of

campaigns = Blueprint("campaigns", __name__, url_prefix="/campaigns")

Page = str | Response | tuple[str, int]

#: More at once would keep everybody else waiting; a county has a few hundred.
MOST_COMMUNITIES = 500
WHEN: dict[str, Any] = {"required": "选截止的日期和时间。", "invalid": "选截止的日期和时间。"}


class CampaignIn(Schema):
    start = Line(40, required=True, error_messages={"required": "选一份问卷。"})
    title = Line(60, required=True, error_messages={"required": "写问卷的名字。"})
    intro = Words(1000, load_default="")
    closes_at = NaiveDateTime(required=True, error_messages=WHEN)
    community_ids = List(Integer(), load_default=list)
    client_key = Line(80, required=True)


@dataclass(frozen=True)
class CommunityLine:
    """One community of a campaign."""

    survey: Survey
    name: str
    state: dict[str, Any]
    coverage: Coverage


@campaigns.get("")
@needs(Permission.START_CAMPAIGN)
def list_campaigns() -> Page:
    paths, _ = reach_of(Permission.START_CAMPAIGN)
    rows = [(one, _summed(_lines(one.id))) for one in queries.campaigns_under(paths)]
    return render_template("office/campaigns/list.html", rows=rows)


@campaigns.get("/new")
@needs(Permission.START_CAMPAIGN)
def new_campaign() -> Page:
    """First where and with which questions, by a link; then the rest as a form below."""
    return _draw(
        request.args.get("division", 0, int),
        {"start": request.args.get("start", ""), "community_ids": []},
        {},
    )


@campaigns.post("")
@needs(Permission.START_CAMPAIGN)
def start_campaign() -> Page:
    division = _division(request.form.get("division", 0, int))
    try:
        form = load_form(CampaignIn)
        start = start_of(form["start"], None, division.path)
        with unit_of_work():
            row = actions.start_campaign(
                division.id,
                _of_there(division, form["community_ids"]),
                Heading(form["title"], form["intro"]),
                start.definition,
                closes_at=from_china(form["closes_at"]),
                client_key=form["client_key"],
                actor=me().actor,
                now=now(),
            )
    except (Invalid, Refused, Conflict) as error:
        typed = {**request.form.to_dict(), "community_ids": request.form.getlist("community_ids", int)}
        return _draw(division.id, typed, fields_of(error, "community_ids")), error.status
    flash("问卷在选中的小区都开始了。各小区自己上门、收表，这里看得到进度。")
    return redirect(url_for("admin.campaigns.show_campaign", campaign_id=row.id))


@campaigns.get("/<int:campaign_id>")
@needs(Permission.START_CAMPAIGN)
def show_campaign(campaign_id: int) -> Page:
    row, held = _known(campaign_id)
    lines = _lines(campaign_id)
    definition = read_definition(row.definition)
    return render_template(
        "office/campaigns/show.html",
        campaign=row,
        division=held,
        lines=lines,
        whole=_summed(lines),
        definition=definition,
        numbers=numbers_of(definition),
        when=lambda tree: condition_in_words(tree, definition),
    )


@campaigns.get("/<int:campaign_id>/results")
@needs(Permission.START_CAMPAIGN)
def campaign_results(campaign_id: int) -> Page:
    """Every question summed over the communities, or with each community beside the others."""
    row, held = _known(campaign_id)
    lines = _lines(campaign_id)
    definition = read_definition(row.definition)
    table = queries.joined_sums([line.survey for line in lines])
    names = {str(line.survey.community_id): line.name for line in lines}
    return render_template(
        "office/campaigns/results.html",
        campaign=row,
        division=held,
        communities=len(lines),
        whole=_summed(lines),
        is_split=request.args.get("by") == Dimension.COMMUNITY,
        results=question_results(definition, table[Dimension.ALL, ""]),
        by_group=split_results(definition, table, Dimension.COMMUNITY, names),
    )


def _known(campaign_id: int) -> tuple[Campaign, Division]:
    """The campaign, where its division is within reach. Raises NotFound."""
    row = queries.campaign(campaign_id)
    paths, _ = reach_of(Permission.START_CAMPAIGN)
    held = divisions.division(row.division_id) if row is not None else None
    if row is None or held is None or not any(held.path.startswith(path) for path in paths):
        raise NotFound
    return row, held


def _lines(campaign_id: int) -> list[CommunityLine]:
    """The least reached first: that is where help is needed."""
    held = queries.surveys_of_campaign(campaign_id)
    reached = queries.coverages(held)
    lines = [
        CommunityLine(one, place.name, state_of(one), reached[one.id])
        for one in held
        if (place := ledger.community(one.community_id)) is not None
        and holds(Permission.SEE_SURVEYS, one.community_id)
    ]
    return sorted(lines, key=lambda line: (_share(line.coverage), line.name))


def _share(coverage: Coverage) -> float:
    return coverage.answered / coverage.households if coverage.households else 0.0


def _summed(lines: list[CommunityLine]) -> Coverage:
    return Coverage(
        sum(line.coverage.households for line in lines),
        sum(line.coverage.proven for line in lines),
        sum(line.coverage.claimed for line in lines),
    )


def _division(division_id: int) -> Division:
    """The division asked for within reach; unless told, the first place where this person may start one."""
    paths, _ = reach_of(Permission.START_CAMPAIGN)
    if division_id:
        return division_within(paths, division_id)
    if not paths:
        raise Forbidden("多小区的问卷由县（市、区）来发起。你的岗位只管单个小区，请在小区里做问卷。")
    return divisions.ancestors(paths[0])[-1]


def _of_there(division: Division, chosen: list[int]) -> list[int]:
    known = {one.id for one in ledger.communities_under(division.path, size=MOST_COMMUNITIES).items}
    if not set(chosen) <= known:
        raise Invalid(
            "选的小区不在这个地方。", fields={"community_ids": ["选的小区不在这个地方。重新选一遍。"]}
        )
    return chosen


def _draw(division_id: int, typed: dict[str, Any], fields: dict[str, Any]) -> str:
    division = _division(division_id)
    starts = offered(None, division.path)
    start = None
    if typed.get("start") in {card["value"] for card in starts}:
        start = start_of(typed["start"], None, division.path)
    definition = read_definition(start.definition) if start is not None else None
    found = ledger.communities_under(division.path, size=MOST_COMMUNITIES)
    usual = {"title": start.title, "intro": start.intro} if start is not None else {}
    return render_template(
        "office/campaigns/new.html",
        division=division,
        starts=starts,
        definition=definition,
        numbers=numbers_of(definition) if definition is not None else {},
        when=lambda tree: condition_in_words(tree, definition) if definition is not None else "",
        communities=[(one, ledger.household_count(one.id)) for one in found.items],
        total=found.total,
        typed={"closes_at": usual_closing(now()), "client_key": secrets.token_urlsafe(16), **usual, **typed},
        fields=fields,
    )
