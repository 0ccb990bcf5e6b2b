"""What anyone may hold the house to: signed checkpoints, and the chain of a vote's log while it is still open."""

from flask import Blueprint, Response, jsonify, render_template

from miniprogram_api.ballots import SHOWN_CHECKPOINTS, reading
from miniprogram_api.guard import open_to_all
from server.ballots import exports, programs, queries
from server.infra import qr, signing
from server.infra.clock import now
from server.kernel.errors import NotFound, Refused
from server.ledger import queries as ledger

proof_pages = Blueprint("proof_pages", __name__)


@proof_pages.get("/ballots/<int:ballot_id>/proof")
@open_to_all
def proof(ballot_id: int) -> str:
    of = reading.opened_ballot(ballot_id, now())
    name = queries.ballot_name(of.id)
    newest, *past = queries.checkpoints(of.id)
    community = ledger.community(of.community_id)
    text = queries.signed(newest, name).text
    return render_template(
        "phone/ballots/proof.html",
        ballot=of,
        community=community.name if community else "",
        stage=queries.stage(of, now()),
        text=text,
        newest=newest,
        past=past[:SHOWN_CHECKPOINTS],
        left=len(past[SHOWN_CHECKPOINTS:]),
        qr=qr.svg(text, "核对点的二维码"),
        key=signing.public_key(),
        is_counted=queries.is_counted(of.id),
        roll_events=queries.roll_events(of.id),
    )


@proof_pages.get("/ballots/<int:ballot_id>/checkpoints/<int:number>")
@open_to_all
def past_checkpoint(ballot_id: int, number: int) -> str:
    """One of them as it was signed, for whoever kept none in its time."""
    of = reading.opened_ballot(ballot_id, now())
    row = queries.checkpoint(of.id, number)
    if row is None:
        raise NotFound
    text = queries.signed(row, queries.ballot_name(of.id)).text
    return render_template(
        "phone/ballots/checkpoint.html", ballot=of, row=row, text=text, qr=qr.svg(text, "核对点的二维码")
    )


@proof_pages.get("/ballots/<int:ballot_id>/checkpoints.txt")
@open_to_all
def checkpoints_file(ballot_id: int) -> Response:
    """All of them as they were signed, the newest first, an empty line between two."""
    of = reading.opened_ballot(ballot_id, now())
    name = queries.ballot_name(of.id)
    texts = [queries.signed(row, name).text for row in queries.checkpoints(of.id)]
    return Response("\n".join(texts), content_type="text/plain; charset=utf-8")


@proof_pages.get("/ballots/<int:ballot_id>/chain.json")
@open_to_all
def chain_file(ballot_id: int) -> Response:
    of = reading.opened_ballot(ballot_id, now())
    answer = jsonify(queries.chain(of.id))
    answer.headers["Content-Disposition"] = f"attachment; filename=chain-{of.id}.json"
    return answer


@proof_pages.get("/ballots/<int:ballot_id>/public.json")
@open_to_all
def public_file(ballot_id: int) -> Response:
    """The public bundle; before the count a refusal that says when it is to be expected."""
    of, moment = reading.opened_ballot(ballot_id, now()), now()
    found = exports.public_bundle(of, moment)
    if found is None:
        raise Refused(reading.why_no_result(of, moment), code="no_result")
    answer = jsonify(found)
    answer.headers["Content-Disposition"] = f"attachment; filename=public-{of.id}.json"
    return answer


@proof_pages.get("/proof")
@open_to_all
def how_to_check() -> str:
    return render_template(
        "phone/ballots/how_to_check.html", key=signing.public_key(), digest=programs.digest()
    )


@proof_pages.get("/proof/programs.zip")
@open_to_all
def programs_file() -> Response:
    """The files that an auditor runs; the same bytes each time, so that they can be held against another copy."""
    headers = {"Content-Disposition": "attachment; filename=xiangyi-audit.zip"}
    return Response(programs.packed(), content_type="application/zip", headers=headers)
