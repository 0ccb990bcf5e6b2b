"""Scorecards for the offices: how the works of each contractor and body were judged below a division."""

from flask import Blueprint, redirect, render_template, request, url_for

from admin.evaluations.desk import Page
from admin.guard import needs
from admin.reports.door import about, home_division, seen_division
from server.evaluations.queries import terms_at
from server.evaluations.rules.rates import FORMULA_ZH, Least
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.web.addresses import page_asked
from server.kernel.chinatime import china_day
from server.kernel.pages import Page as Items
from server.reports.queries import CARDS, By, cards_under

scorecards = Blueprint("scorecards", __name__, url_prefix="/scorecards")

ON_A_PAGE = 30


@scorecards.get("")
@needs(Permission.SEE_REPORTS)
def first_cards() -> Page:
    return redirect(url_for("admin.scorecards.show_cards", division_id=home_division().id))


@scorecards.get("/<int:division_id>")
@needs(Permission.SEE_REPORTS)
def show_cards(division_id: int) -> Page:
    """Sums over the communities below, shown from the least number of answers on."""
    of, moment = seen_division(division_id), now()
    named = request.args.get("by", By.CONTRACTOR.value)
    by = By(named) if named in set(By) else By.CONTRACTOR
    cards = cards_under(of.path, by, moment)
    number = page_asked()
    terms = terms_at(of.path, china_day(moment))
    return render_template(
        "office/evaluations/scorecards.html",
        **about(of),
        by=by,
        choices=list(By),
        aspects=CARDS[by],
        page=Items(cards[(number - 1) * ON_A_PAGE : number * ON_A_PAGE], number, ON_A_PAGE, len(cards)),
        least=Least(terms.least_share, terms.least_answers),
        formula=FORMULA_ZH,
    )
