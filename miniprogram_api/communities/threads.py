"""You said, was decided, was done, still holds: the line of four stations of a community, and of one decision."""

from datetime import date
from typing import Any

from flask import url_for

from server.ballots.models import Ballot
from server.ballots.rules.drafting import Stage as BallotStage
from server.decisions.queries import DecisionLine, Paper
from server.decisions.rules import Stage
from server.reports.queries import Since

Stations = list[dict[str, Any]]
NOT_YET: dict[str, Any] = {"text": "", "at": None, "state": "next"}


def of_community(
    first: tuple[Ballot, BallotStage] | None, decided: DecisionLine | None, since: Since | None
) -> Stations:
    """Of the newest matter that is furthest along."""
    said: dict[str, Any] = {"text": "还没有表决", "at": None, "state": "now"}
    if first is not None:
        ballot, stage = first
        is_over = stage in {BallotStage.CLOSED, BallotStage.COUNTED}
        said = {
            "text": ballot.title,
            "at": ballot.closing_at or ballot.closes_at,
            "state": "done" if is_over else "now",
            "href": url_for("mobile.ballot_pages.result_page", ballot_id=ballot.id) if is_over else "",
        }
    fixed: dict[str, Any] = {"text": "", "at": None, "state": "now" if said["state"] == "done" else "next"}
    # A vote that runs or comes is the newest matter: what an earlier one decided stands further down the page.
    if decided is not None and said["state"] == "done":
        fixed = {
            "text": decided.stage.name_zh,
            "at": _fixed_on(decided),
            "state": "done" if decided.stage is Stage.FINAL else "now",
            "href": url_for(
                "mobile.community.decision_page",
                community_id=decided.decision.community_id,
                decision_id=decided.decision.id,
            ),
        }
    signed_on = decided.ending.decided_on if decided is not None and decided.ending else None
    return [said, fixed, *_works(signed_on if fixed["state"] == "done" else None, since)]


def _fixed_on(of: DecisionLine | Paper) -> date | None:
    """The day of the signature, or the last of the notice; the day on which a revoked one was signed is not the day it fell."""
    if of.stage is Stage.ANNULLED:
        return None
    return of.ending.decided_on if of.ending else of.notice.last_on if of.notice else None


def of_decision(paper: Paper, since: Since | None) -> Stations:
    is_final = paper.stage is Stage.FINAL
    said = {
        "text": f"{paper.facts.roll_heads:,} 位业主的表决",
        "at": paper.facts.closes_at,
        "state": "done",
        "href": url_for("mobile.ballot_pages.result_page", ballot_id=paper.decision.ballot_id),
    }
    at = paper.annulment.effective_on if paper.annulment else _fixed_on(paper)
    signed_on = paper.ending.decided_on if is_final and paper.ending else None
    return [
        said,
        {"text": paper.stage.name_zh, "at": at, "state": "done" if is_final else "now"},
        *_works(signed_on, since),
    ]


def _works(signed_on: date | None, since: Since | None) -> Stations:
    """The last two stations, once something was signed."""
    if signed_on is None:
        return [NOT_YET, NOT_YET]
    if since is None or since.facts.started_on is None or not since.is_of(signed_on):
        return [{"text": "等开工", "at": None, "state": "now"}, NOT_YET]
    of = since.facts
    href = url_for("mobile.works.works_page", community_id=of.community_id)
    if of.finished_on is None:
        return [{"text": "正在改", "at": of.started_on, "state": "now", "href": href}, NOT_YET]
    holds = {
        "text": since.opinion or "等住户评",
        "at": of.judged_on,
        "state": "done" if since.opinion else "now",
    }
    return [{"text": "竣工了", "at": of.finished_on, "state": "done", "href": href}, holds]
