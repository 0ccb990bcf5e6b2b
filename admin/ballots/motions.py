"""The motions of a draft: from the catalogue or in the committee's own words, each with what a choice means."""

from typing import Any

from flask import flash, redirect, render_template, request
from marshmallow import Schema
from marshmallow.fields import Enum, Integer, List

from admin.ballots.drafting import CHOOSE, picked
from admin.ballots.pages import Page, ballots, fields_of, found_ballot, page_of
from admin.guard import needs
from admin.session import me
from server.ballots import actions, queries
from server.ballots.actions import Draft
from server.ballots.models import Ballot
from server.ballots.rules.drafting import Kind, MotionText
from server.catalogue import queries as catalogue
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line, Words
from server.infra.web.forms import load_form
from server.kernel.chinatime import china_day
from server.kernel.errors import Invalid, NotFound, Refused
from server.kernel.matters import Matter


class MotionIn(Schema):
    title = Line(100, required=True)
    description = Words(2000, load_default="")
    kind = Enum(Kind, by_value=True, required=True, error_messages=CHOOSE)
    matter = Enum(Matter, by_value=True, required=True, error_messages=CHOOSE)
    options = Words(1000, load_default="")
    meaning_for = Words(300, load_default="")
    meaning_against = Words(300, load_default="")


class ItemsIn(Schema):
    items = List(Integer(), load_default=list)


@ballots.get("/<int:ballot_id>/motions/new")
@needs(Permission.DRAFT_BALLOT)
def new_motion(community_id: int, ballot_id: int) -> Page:
    ballot = found_ballot(community_id, ballot_id)
    return _form(ballot, None, {"kind": Kind.APPROVE.value, "matter": Matter.OTHER.value}, {})


@ballots.post("/<int:ballot_id>/motions")
@needs(Permission.DRAFT_BALLOT)
def add_motion(community_id: int, ballot_id: int) -> Page:
    return _saved(found_ballot(community_id, ballot_id), None)


@ballots.get("/<int:ballot_id>/motions/<int:number>")
@needs(Permission.DRAFT_BALLOT)
def edit_motion(community_id: int, ballot_id: int, number: int) -> Page:
    ballot = found_ballot(community_id, ballot_id)
    motion = _motion(ballot, number)
    typed = {
        "title": motion.title,
        "description": motion.description,
        "kind": motion.kind.value,
        "matter": motion.matter.value if motion.matter else "",
        "options": "\n".join(motion.options),
        "meaning_for": motion.meanings.get("for", ""),
        "meaning_against": motion.meanings.get("against", ""),
    }
    return _form(ballot, number, typed, {})


@ballots.post("/<int:ballot_id>/motions/<int:number>")
@needs(Permission.DRAFT_BALLOT)
def save_motion(community_id: int, ballot_id: int, number: int) -> Page:
    ballot = found_ballot(community_id, ballot_id)
    _motion(ballot, number)
    return _saved(ballot, number)


@ballots.post("/<int:ballot_id>/motions/<int:number>/remove")
@needs(Permission.DRAFT_BALLOT)
def remove_motion(community_id: int, ballot_id: int, number: int) -> Page:
    ballot = found_ballot(community_id, ballot_id)
    _motion(ballot, number)
    motions = queries.motion_texts(ballot)
    del motions[number - 1]
    _write(ballot, motions)
    flash("这一项去掉了。")
    return redirect(page_of(ballot))


@ballots.get("/<int:ballot_id>/items")
@needs(Permission.DRAFT_BALLOT)
def pick_items(community_id: int, ballot_id: int) -> Page:
    ballot = found_ballot(community_id, ballot_id)
    taken = {motion.catalogue_item_id for motion in ballot.motions}
    items = catalogue.items(china_day(now()), queries.place_path(community_id))
    free = [item for item in items if item.is_voteable and item.id not in taken]
    return render_template("office/ballots/items.html", ballot=ballot, items=free)


@ballots.post("/<int:ballot_id>/items")
@needs(Permission.DRAFT_BALLOT)
def add_items(community_id: int, ballot_id: int) -> Page:
    ballot = found_ballot(community_id, ballot_id)
    chosen = picked(community_id, load_form(ItemsIn)["items"])
    _write(ballot, [*queries.motion_texts(ballot), *chosen])
    flash(f"加了 {len(chosen)} 项。")
    return redirect(page_of(ballot))


def _motion(ballot: Ballot, number: int) -> MotionText:
    motions = queries.motion_texts(ballot)
    if not 1 <= number <= len(motions):
        raise NotFound
    return motions[number - 1]


def _saved(ballot: Ballot, number: int | None) -> Page:
    try:
        text = _text(load_form(MotionIn), _motion(ballot, number).catalogue_item_id if number else None)
        motions = queries.motion_texts(ballot)
        if number is None:
            motions.append(text)
        else:
            motions[number - 1] = text
        _write(ballot, motions)
    except (Invalid, Refused) as error:
        fields = fields_of(error, "title")
        wrong = [sentences for name, sentences in fields.items() if name.startswith("motion-")]
        fields = {"options": wrong[0]} if wrong else fields
        return _form(queries.known(ballot.id), number, request.form.to_dict(), fields), 422
    flash("存好了。")
    return redirect(page_of(ballot))


def _text(form: dict[str, Any], item_id: int | None) -> MotionText:
    is_approve = form["kind"] is Kind.APPROVE
    options = tuple(line.strip() for line in form["options"].splitlines() if line.strip())
    meanings = {"for": form["meaning_for"], "against": form["meaning_against"]} if is_approve else {}
    return MotionText(
        title=form["title"],
        kind=form["kind"],
        matter=form["matter"],
        description=form["description"],
        options=() if is_approve else options,
        meanings={choice: meaning for choice, meaning in meanings.items() if meaning},
        catalogue_item_id=item_id,
    )


def _write(ballot: Ballot, motions: list[MotionText]) -> None:
    with unit_of_work():
        row = queries.known(ballot.id)
        draft = Draft(
            title=row.title,
            intro=row.intro,
            scope=row.scope,
            building_ids=row.building_ids,
            entrance_ids=row.entrance_ids,
            opens_at=row.opens_at,
            closes_at=row.closes_at,
            precedence=row.precedence,
            may_change=row.may_change,
            unreturned=row.unreturned,
            clause=row.clause,
            motions=motions,
        )
        actions.change_draft(row, draft, actor=me().actor, now=now())


def _form(ballot: Ballot, number: int | None, typed: dict[str, Any], fields: dict[str, Any]) -> str:
    return render_template(
        "office/ballots/motion.html",
        ballot=ballot,
        number=number,
        typed=typed,
        fields=fields,
        kinds=[(one.value, one.name_zh) for one in Kind],
        matters=[(one.value, f"{one.name_zh}（{one.item_zh}）") for one in Matter],
    )
