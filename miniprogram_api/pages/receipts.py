"""Looking up a receipt on the telephone: type the code or scan the ticket."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from miniprogram_api.guard import open_to_all
from miniprogram_api.receipts import LONGEST_TYPED, look_up, title_of
from server.ballots.rules.receipts import grouped, normalise
from server.kernel.errors import NotFound, Problem, Throttled

receipt_pages = Blueprint("receipt_pages", __name__)


@receipt_pages.get("/receipts")
@open_to_all
def form() -> str | Response:
    typed = request.args.get("code", "").strip()[:LONGEST_TYPED]
    if not typed:
        return _form()
    # A slash would be another address; nothing else that people type can leave the page.
    return redirect(url_for("mobile.receipt_pages.status", code=normalise(typed).replace("/", "") or "-"))


@receipt_pages.get("/r/<code>")
@open_to_all
def status(code: str) -> str | tuple[str, int]:
    """Included, superseded, void or waiting; the choice stands on no page."""
    try:
        found = look_up(code)
    except (NotFound, Throttled) as problem:
        return _form(code, problem), problem.status
    return render_template(
        "phone/receipts/status.html", receipt=found, title=title_of(found), code=grouped(found.code)
    )


def _form(typed: str = "", problem: Problem | None = None) -> str:
    return render_template("phone/receipts/form.html", typed=typed.strip("-"), problem=problem)
