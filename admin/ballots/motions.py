"""The motions of a draft: from the catalogue or in the committee's own words, each with what a choice means."""

from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request
from marshmallow import Schema
from marshmallow.fields import Enum, Integer, List, String
from marshmallow.validate import OneOf

from admin.ballots.drafting import CHOOSE, picked
from admin.ballots.pages import Page, ballots, fields_of, found_ballot, page_of
from admin.guard import needs
from admin.session import me
from server.ballots import actions, queries
from server.ballots.models import Ballot
from server.ballots.rules.drafting import Kind, MotionText
from server.ballots.rules.law import Base, CustomRule
from server.ballots.rules.marks import MOST_OPTIONS
from server.ballots.rules.own_rule import own_rule
from server.catalogue import queries as catalogue
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line, Words
from server.infra.web.forms import load_form
from server.kernel.chinatime import china_day
from server.kernel.errors import Invalid, NotFound, Refused
from server.kernel.matters import Matter

#: In place of a matter of the law: the motion carries its own rule.
OWN = "own"


class MotionIn(Schema):
    title = Line(100, required=True)
    description = Words(2000, load_default="")
    kind = Enum(Kind, by_value=True, required=True, error_messages=CHOOSE)
    matter = String(required=True, validate=OneOf([OWN, *(one.value for one in Matter)], error="选一项。"))
    basis = Line(200, load_default="")
    quorum = Line(20, load_default="")
    approval = Line(20, load_default="")
    approval_of = Enum(Base, by_value=True, load_default=Base.PARTICIPANTS, error_messages=CHOOSE)
    share = String(load_default="more_than", validate=OneOf(["more_than", "at_least"], error="选一项。"))
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
        "matter": motion.matter.value if motion.matter else OWN,
        "options": "\n".join(motion.options),
        "meaning_for": motion.meanings.get("for", ""),
        "meaning_against": motion.meanings.get("against", ""),
        **_typed_rule(motion),
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
        matter=None if form["matter"] == OWN else Matter(form["matter"]),
        rule=_rule(form) if form["matter"] == OWN else None,
        description=form["description"],
        options=() if is_approve else options,
        meanings={choice: meaning for choice, meaning in meanings.items() if meaning},
        catalogue_item_id=item_id,
    )


def _rule(form: dict[str, Any]) -> dict[str, Any]:
    return own_rule(
        form["basis"],
        form["quorum"],
        form["approval"],
        form["approval_of"],
        is_more=form["share"] == "more_than",
    )


def _typed_rule(motion: MotionText) -> dict[str, str]:
    if motion.rule is None:
        return {}
    rule = CustomRule.from_document(motion.rule)
    return {
        "basis": rule.basis,
        "quorum": rule.quorum.threshold.written if rule.quorum else "",
        "approval": rule.approval.threshold.written,
        "approval_of": rule.approval.of.value,
        "share": "more_than" if rule.approval.threshold.is_strict else "at_least",
    }


def _write(ballot: Ballot, motions: list[MotionText]) -> None:
    with unit_of_work():
        row = queries.known(ballot.id)
        draft = replace(actions.draft_of(row), motions=motions)
        actions.change_draft(row, draft, actor=me().actor, now=now())


def _form(ballot: Ballot, number: int | None, typed: dict[str, Any], fields: dict[str, Any]) -> str:
    # What the list of contents puts to the vote is a matter of the law.
    is_listed = number is not None and _motion(ballot, number).catalogue_item_id is not None
    of_its_own = [] if is_listed else [(OWN, "法律没有规定的，按规约或议事规则")]
    return render_template(
        "office/ballots/motion.html",
        ballot=ballot,
        number=number,
        typed=typed,
        fields=fields,
        kinds=[(one.value, one.name_zh) for one in Kind],
        matters=[*((one.value, f"{one.name_zh}（{one.item_zh}）") for one in Matter), *of_its_own],
        most_options=MOST_OPTIONS,
        wholes=[(one.value, one.heads_zh) for one in Base],
    )
