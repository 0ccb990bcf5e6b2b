"""The blueprint of GeoReport v2, and how it answers where something is wrong: [{code, description}], with the status that the
specification gives: 404 for what does not exist, 403 for a key that is wrong or missing, 400 for anything else.

Two are ours: 429 where a program asks too often, 503 where the database does not answer; both say when to come again.
"""

import logging

from flask import Blueprint, Response, request
from sqlalchemy.exc import InterfaceError, OperationalError
from werkzeug.exceptions import HTTPException

from miniprogram_api.guard import open_to_all
from miniprogram_api.open311.writing import Form, errors_written
from server.infra.problems import FALLBACK, SENTENCES
from server.kernel.errors import Invalid, NotFound, Problem, Throttled

log = logging.getLogger(__name__)
open311 = Blueprint("open311", __name__, url_prefix="/open311/v2")
#: Statuses that go out as they are; every other refusal is a 400.
AS_THEY_ARE = {403, 404, 429, 503}
WAIT = {"Retry-After": "5"}
#: What is told to people at a page in other words than to a program.
SAID = {"client_key_reused": "这个 client_key（或 Idempotency-Key）已经用在另一件报修上。换一个再发。"}


@open311.errorhandler(Problem)
def _refused(error: Problem) -> Response:
    status = error.status if error.status in AS_THEY_ARE else 400
    said = [SAID.get(error.code, error.message)]
    if isinstance(error, Invalid) and error.fields:
        said = [f"{name}：{sentence}" for name, some in error.fields.items() for sentence in some]
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, Throttled) else {}
    return errors_written(_form(), status, said, headers)


@open311.errorhandler(HTTPException)
def _turned_away(error: HTTPException) -> Response:
    status = error.code if error.code in AS_THEY_ARE else 400
    return errors_written(_form(), status, [SENTENCES.get(error.code or 400, SENTENCES[400])[1]])


@open311.errorhandler(OperationalError)
@open311.errorhandler(InterfaceError)
def _no_database(error: Exception) -> Response:
    log.error("the database did not answer: %s", type(error).__name__)
    return errors_written(_form(), 503, [SENTENCES[503][1]], WAIT)


@open311.errorhandler(Exception)
def _bug(error: Exception) -> Response:
    log.error("unhandled error", exc_info=error)
    return errors_written(_form(), 500, [FALLBACK[1]])


@open311.route("/<path:rest>", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
@open_to_all
def nothing_here(rest: str) -> Response:  # noqa: ARG001 - whatever it is, it is not one of ours
    """Anything else below this address, so that it too is answered in the shape of the specification."""
    raise NotFound("没有这个地址。地址都写在 discovery.json 里。")


def _form() -> Form:
    """XML is what every client of the specification reads; JSON where it is asked for."""
    return Form.JSON if request.path.endswith(".json") else Form.XML
