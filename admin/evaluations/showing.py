"""The rounds of a community, one of them, and which households are silent. How anyone answered is on none of these pages."""

from typing import Any

from flask import render_template

from admin.evaluations.desk import Page, evaluations, found
from admin.guard import holds, needs
from server.evaluations import queries
from server.evaluations.queries import RoundCard
from server.evaluations.rules.rates import FORMULA_ZH
from server.evaluations.rules.words import Stage
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.web.addresses import page_asked
from server.kernel.disclosure import note_zh


@evaluations.get("")
@needs(Permission.SEE_EVALUATIONS)
def list_rounds(community_id: int) -> Page:
    moment = now()
    rounds = queries.rounds_of(community_id)
    turnouts = queries.turnouts(rounds)
    return render_template(
        "office/evaluations/list.html",
        community_id=community_id,
        rounds=[(of, of.stage(moment), turnouts[of.id]) for of in rounds],
    )


@evaluations.get("/<int:round_id>")
@needs(Permission.SEE_EVALUATIONS)
def show_round(community_id: int, round_id: int) -> Page:
    """While it runs only how many have answered; afterwards what they said, exactly or as the public reads it."""
    of, moment = found(community_id, round_id), now()
    stage = of.stage(moment)
    shown_facts: dict[str, Any] = {}
    if stage is Stage.OVER:
        is_exact = holds(Permission.SEE_EVALUATION_FIGURES, community_id)
        shown_facts = _exact(of) if is_exact else _public(of)
    return render_template(
        "office/evaluations/show.html",
        round=of,
        stage=stage,
        turnout=queries.turnout(of),
        waiting=queries.waiting_counts([community_id], moment).get(of.id, 0),
        formula=FORMULA_ZH,
        **{"exact": None, "public": None, **shown_facts},
    )


@evaluations.get("/<int:round_id>/missing")
@needs(Permission.ENTER_EVALUATIONS)
def missing(community_id: int, round_id: int) -> Page:
    """Whom to ask again, and whose paper to key in."""
    of = found(community_id, round_id)
    page = queries.missing(of, page_asked())
    returned = {
        one.seat.household_id: one.review.reason
        for one in reversed(queries.papers(of))
        if one.review is not None and not one.review.is_accepted
    }
    return render_template(
        "office/evaluations/missing.html",
        round=of,
        page=page,
        returned=returned,
        is_open=of.stage(now()) is Stage.OPEN,
    )


def _exact(of: RoundCard) -> dict[str, Any]:
    moment = now()
    return {
        "exact": queries.result(of, moment),
        "trend": queries.trend(of, moment),
        "change": queries.change_since(of, moment),
        "odd": queries.odd(of, moment),
    }


def _public(of: RoundCard) -> dict[str, Any]:
    """For whoever is judged: nothing that could tell who complained."""
    return {"public": queries.shown_result(of, now()), "note": note_zh(queries.least_cell(of))}
