"""Looking up a receipt: what became of the vote, for whoever holds the code. Never the choice."""

from typing import Any

from apiflask import APIBlueprint
from flask import request

from miniprogram_api.ballots.schemas import ReceiptOut
from miniprogram_api.guard import open_to_all
from miniprogram_api.schemas import problems
from server.ballots import queries
from server.ballots.queries import ReceiptStatus
from server.infra import throttle
from server.infra.db import unit_of_work
from server.kernel.errors import NotFound, Throttled

receipts = APIBlueprint("receipts", __name__, url_prefix="/api/v1/receipts", tag="回执")

#: Wrong codes from one address. Right ones are not counted: a whole building may look up theirs through one line.
WRONG_CODES = "30/minute"
LONGEST_TYPED = 64


def look_up(typed: str) -> ReceiptStatus:
    """Raises NotFound for a code that no vote has, Throttled where too many such came from this address."""
    names = ("receipt", request.remote_addr or "")
    if not throttle.remaining(WRONG_CODES, *names):
        raise Throttled("查得太快了。请一分钟后再查。", retry_after=60)
    found = queries.receipt(typed) if len(typed) <= LONGEST_TYPED else None
    if found is None:
        with unit_of_work():
            throttle.hit(WRONG_CODES, *names)
        raise NotFound("没有这个回执编号。请对照回执，一位一位核对后再查。", code="no_receipt")
    return found


def title_of(status: ReceiptStatus) -> str:
    return queries.known(status.ballot_id).title


@receipts.get("/<code>")
@receipts.output(ReceiptOut)
@receipts.doc(operation_id="look_up_receipt", summary="查回执", responses=problems(404, 429))
@open_to_all
def status(code: str) -> dict[str, Any]:
    """Spaces, dashes and small letters are taken as people type them."""
    found = look_up(code)
    return {
        "receipt": found.code,
        "ballot_id": found.ballot_id,
        "title": title_of(found),
        "recorded_at": found.recorded_at,
        "standing": found.standing.value,
        "awaits_review": found.awaits_review,
        "state": found.name_zh,
    }
