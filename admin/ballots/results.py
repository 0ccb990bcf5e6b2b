"""After the closing: counting, the result with every test, and the bundle for auditors."""

from fractions import Fraction
from typing import Any

from flask import Response, flash, redirect, render_template, request, stream_with_context
from marshmallow import Schema

from admin.ballots.acting import KeyIn, show
from admin.ballots.pages import Page, ballots, fields_of, found_ballot, page_of, state_of
from admin.guard import holds, needs
from admin.session import me
from server.ballots import actions, exports, queries
from server.ballots.models import Ballot
from server.ballots.rules.drafting import choice_name
from server.ballots.rules.tally import Verdict
from server.decisions import queries as decisions
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Words
from server.infra.web.forms import load_form
from server.kernel.errors import Invalid, Refused


class BundleIn(Schema):
    reason = Words(300, required=True, error_messages={"required": "写上选票包给谁、做什么用，会记下来。"})


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
    return _result(found_ballot(community_id, ballot_id), {}, {})


def _result(ballot: Ballot, typed: dict[str, Any], fields: dict[str, Any]) -> Page:
    """Exact areas are for those who count and audit; other readers see what the public sees. An office that has to know
    more takes the bundle, for a reason that is kept."""
    community_id, ballot_id = ballot.community_id, ballot.id
    exact = holds(Permission.SEE_EXACT_RESULT, community_id)
    found = queries.public_result(ballot, now(), exact=exact)
    if found is None:
        return redirect(page_of(ballot))
    channels, voided = queries.channel_split(ballot_id)
    return render_template(
        "office/ballots/result.html",
        ballot=ballot,
        **state_of(ballot),
        result=found,
        is_stale=queries.head_hash(ballot_id)[1] != found.head_hash,
        earlier=[one for one in queries.counts(ballot_id) if one.number < found.number]
        if found.earlier
        else [],
        papers=queries.papers_at_count(ballot_id),
        sample=queries.sample(ballot),
        quorums={motion: [asked.threshold.value] for motion, asked in queries.quorums(ballot).items()},
        channels=channels,
        voided=voided,
        choice_name=choice_name,
        per_cent=lambda share: Fraction(share, 100),
        verdicts={one.value: one.name_zh for one in Verdict},
        typed=typed,
        fields=fields,
    )


@ballots.post("/<int:ballot_id>/repeat")
@needs(Permission.DRAFT_BALLOT)
def repeat_ballot(community_id: int, ballot_id: int) -> Page:
    """The same question again, as a draft of its own; what was counted stays."""
    ballot = found_ballot(community_id, ballot_id)
    try:
        key = load_form(KeyIn)["client_key"]
        with unit_of_work():
            row = actions.repeat_ballot(
                ballot_id, became=_became(ballot_id), client_key=key, actor=me().actor, now=now()
            )
    except (Invalid, Refused) as error:
        return show(ballot, fields_of(error, "act")), 422
    flash("照着起草了新的一次投票。定好开始和截止的时间，再公告。")
    return redirect(page_of(row))


def _became(ballot_id: int) -> str:
    """Of a vote whose result stands no more, as the next one tells it."""
    decision = decisions.decision_of_ballot(ballot_id)
    return decisions.stage(decision, now()).became_zh if decision else ""


@ballots.post("/<int:ballot_id>/bundle")
@needs(Permission.EXPORT_BUNDLE)
def download_bundle(community_id: int, ballot_id: int) -> Page:
    """The witness bundle as a file. Each download is audited with its reason; from the first on no vote is entered."""
    found_ballot(community_id, ballot_id)
    try:
        reason = load_form(BundleIn)["reason"]
        _check_counted(community_id, ballot_id)
        with unit_of_work():
            ballot = actions.disclose(ballot_id, reason=reason, actor=me().actor, now=now())
    except Invalid as error:
        return _refused(community_id, ballot_id, error.fields)
    except Refused as error:
        return show(found_ballot(community_id, ballot_id), fields_of(error, "act")), 422
    headers = {
        "Content-Disposition": f'attachment; filename="ballot-{ballot_id}.json"',
        "Cache-Control": "no-store",
    }
    return Response(
        stream_with_context(exports.bundle_lines(ballot)), content_type="application/json", headers=headers
    )


def _check_counted(community_id: int, ballot_id: int) -> None:
    """The first bundle to leave ends the entering of papers: that is for those who enter and count, not for an office."""
    if not queries.is_counted(ballot_id) and not holds(Permission.COUNT_BALLOT, community_id):
        raise Refused("还没有计票。居委会计票以后，再下载选票包。", code="not_counted")


def _refused(community_id: int, ballot_id: int, fields: dict[str, Any]) -> Page:
    """The page it was asked for on: the result, or before a count the ballot's own."""
    ballot = found_ballot(community_id, ballot_id)
    if not queries.is_counted(ballot_id):
        return show(ballot, fields), 422
    page = _result(ballot, request.form.to_dict(), fields)
    return (page, 422) if isinstance(page, str) else page
