"""After the closing: counting, the result with every test, and the bundle for auditors."""

from fractions import Fraction

from flask import Response, flash, redirect, render_template, stream_with_context

from admin.ballots.acting import show
from admin.ballots.pages import Page, ballots, fields_of, found_ballot, page_of, state_of
from admin.guard import holds, needs
from admin.session import me
from server.ballots import actions, exports, queries
from server.ballots.rules.drafting import choice_name
from server.ballots.rules.tally import Verdict
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.kernel.errors import Refused


@ballots.post("/<int:ballot_id>/count")
@needs(Permission.COUNT_BALLOT)
def count_ballot(community_id: int, ballot_id: int) -> Page:
    ballot = found_ballot(community_id, ballot_id)
    try:
        with unit_of_work():
            row = actions.count_ballot(ballot_id, actor=me().actor, now=now())
    except Refused as error:
        reasons = {f"count-{place}": [reason.message] for place, reason in enumerate(error.reasons)}
        return show(found_ballot(community_id, ballot_id), reasons or fields_of(error, "act")), 422
    flash("计票完成。" if row.number == 1 else f"第 {row.number} 次计票完成，以前的结果留作对照。")
    return redirect(f"{page_of(ballot)}/result")


@ballots.get("/<int:ballot_id>/result")
@needs(Permission.SEE_BALLOT)
def result_page(community_id: int, ballot_id: int) -> Page:
    """Exact areas are for those who count and audit; other readers see what the public sees."""
    ballot = found_ballot(community_id, ballot_id)
    exact = holds(Permission.COUNT_BALLOT, community_id) or holds(Permission.EXPORT_BUNDLE, community_id)
    found = queries.public_result(ballot, now(), exact=exact)
    if found is None:
        return redirect(page_of(ballot))
    channels, voided = queries.channel_split(ballot_id)
    return render_template(
        "office/ballots/result.html",
        ballot=ballot,
        **state_of(ballot),
        result=found,
        earlier=[one for one in queries.counts(ballot_id) if one.number < found.number]
        if found.earlier
        else [],
        papers=queries.papers_at_count(ballot_id),
        sample=queries.sample(ballot),
        channels=channels,
        voided=voided,
        choice_name=choice_name,
        per_cent=lambda share: Fraction(share, 100),
        verdicts={one.value: one.name_zh for one in Verdict},
    )


@ballots.post("/<int:ballot_id>/bundle")
@needs(Permission.EXPORT_BUNDLE)
def download_bundle(community_id: int, ballot_id: int) -> Page:
    """The bundle as a file. Each download is audited, and from the first on no vote is entered."""
    found_ballot(community_id, ballot_id)
    try:
        with unit_of_work():
            ballot = actions.disclose(ballot_id, actor=me().actor, now=now())
    except Refused as error:
        return show(found_ballot(community_id, ballot_id), fields_of(error, "act")), 422
    headers = {
        "Content-Disposition": f'attachment; filename="ballot-{ballot_id}.json"',
        "Cache-Control": "no-store",
    }
    return Response(
        stream_with_context(exports.bundle_lines(ballot)), content_type="application/json", headers=headers
    )
