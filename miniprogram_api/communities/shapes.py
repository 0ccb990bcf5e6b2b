"""Rows of the house, in the shape the schemas send. What may be told was settled below."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from flask import url_for

from miniprogram_api.ballots.shapes import ballot_shape, turnout_shape
from miniprogram_api.communities.reading import About, Overview, Sheet, VoteLine
from miniprogram_api.notices import as_out
from miniprogram_api.surveys.shapes import survey_shape
from server.decisions import exports, queries
from server.decisions.models import Decision, IssuedPaper
from server.decisions.queries import DecisionLine, Paper
from server.decisions.rules.shown import ShownItem
from server.evaluations.rules.trace import Trace
from server.kernel.chinatime import china_day
from server.projects.queries import ProjectLine
from server.reports.queries import OwnTrace, OwnWord, Since
from server.reports.rules.facts import Ratio
from server.surveys import queries as surveys

WORDS = ("你说过", "定下来", "做好了", "还管用")


def community_shape(of: About, found: Overview, moment: datetime) -> dict[str, Any]:
    became = found.became
    return {
        "id": of.community_id,
        "name": of.community,
        "division": found.division,
        "contact": of.contact,
        "is_neighbour": of.is_neighbour,
        "report_flat_id": found.report.flat_id if found.report else None,
        "thread": _thread(found.thread),
        "votes": list(map(_vote, found.votes)),
        "surveys": [survey_shape(one, surveys.stage(one, moment)) for one in found.surveys],
        "projects": list(map(_project, found.works)),
        "has_scheme": found.has_scheme,
        "has_catalogue": found.has_catalogue,
        "rounds": [
            {
                "id": one.id,
                "name": one.name,
                "stage": stage.value,
                "stage_name": stage.name_zh,
                "closes_on": one.closes_on,
            }
            for one, stage in found.rounds
        ],
        "since": _since(found.since),
        "notices": [as_out(row, moment) for row in found.hanging],
        "asked_for": {"notice_id": became.notice_id, "notice_number": became.notice_number}
        if became
        else None,
        "traces": [_trace(one, of.community_id) for one in found.traces],
        "decisions": list(map(_line, found.decisions)),
    }


def decision_shape(of: Sheet) -> dict[str, Any]:
    paper = of.paper
    row, held, act = paper.decision, paper.version, paper.ending
    return {
        "id": row.id,
        "community_id": row.community_id,
        "ballot_id": row.ballot_id,
        "title": paper.title,
        "stage": paper.stage.value,
        "stage_name": paper.stage.name_zh,
        "state": exports.state_words(paper).strip("（）"),
        "issuer": paper.issuer,
        "version": held.number if held else None,
        "versions": [one.number for one in paper.versions],
        "is_newest": paper.is_newest,
        "is_final": paper.is_final,
        "decided_on": act.decided_on if act and paper.is_final else None,
        "code": act.code if act and paper.is_final else "",
        "notice": paper.notice,
        "body": paper.body(of.items),
        "items": list(map(_item, of.items)),
        "void_reason": act.reason if act and act.is_void else "",
        "annulment": paper.annulment,
        "hung": exports.notices_sentence(paper),
        "objections": exports.objections_sentence(paper),
        "answered": [
            {"raised_at": one.raised_at, "verdict": one.verdict_zh, "answer": one.answer}
            for one in paper.heard
            if one.answered_at
        ],
        "thread": _thread(of.thread),
        "traces": [_trace(one, row.community_id) for one in of.traces],
        "since": _since(of.since),
    }


def paper_shape(found: IssuedPaper | Decision, about: About, moment: datetime) -> dict[str, Any]:
    place = {"community_id": about.community_id, "community": about.community}
    if isinstance(found, IssuedPaper):
        return {
            **place,
            "code": found.code,
            "kind": found.kind.name_zh,
            "title": found.title,
            "issuer": found.issuer,
            "issued_on": found.issued_on,
            "is_newest": queries.newer_than(found) is None,
            "warning": queries.replaced_words(found, moment),
            "items": [],
            "body": found.public_body,
            "decision_id": found.decision_id,
        }
    return {**place, **_signed(queries.paper(found, moment))}


def own_traces_shape(found: OwnTrace, community_id: int) -> dict[str, Any]:
    return {
        "traces": [
            {**_trace(one, community_id), "said": list(map(_word, found.by_code[one.code]))}
            for one in found.traces
            if one.code in found.by_code
        ],
        "beside": list(map(_word, found.beside)),
    }


# ------------------------------------------------------------------ parts of the above


def _signed(paper: Paper) -> dict[str, Any]:
    act, annulled = paper.ending, paper.annulment
    return {
        "code": act.code if act else "",
        "kind": "改造决定",
        "title": paper.title,
        "issuer": paper.issuer,
        "issued_on": act.decided_on if act else None,
        "is_newest": paper.is_newest,
        "warning": f"{annulled.court}撤销了它（{annulled.case_number}），不再算数。" if annulled else "",
        "items": [
            {"title": one.title, "scope": one.scope, "outcome": one.outcome_words}
            for one in paper.shown_publicly()
        ],
        "body": [],
        "decision_id": paper.decision.id,
    }


def _thread(stations: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "word": word,
            "text": one["text"],
            "state": one["state"],
            "on": _day(one["at"]),
            "page": one.get("href", ""),
        }
        for word, one in zip(WORDS, stations, strict=True)
    ]


def _trace(of: Trace, community_id: int) -> dict[str, Any]:
    def page(decision_id: int | None) -> str:
        there = "mobile.community.decision_page"
        return url_for(there, community_id=community_id, decision_id=decision_id) if decision_id else ""

    stations = _thread([{**vars(one), "href": page(one.decision_id)} for one in of.stations])
    return {"code": of.code, "title": of.title, "decision_id": of.decision_id, "stations": stations}


def _word(one: OwnWord) -> dict[str, Any]:
    return dict(vars(one))


def _vote(line: VoteLine) -> dict[str, Any]:
    return {**ballot_shape(line.ballot, line.stage), "turnout": list(map(turnout_shape, line.turnout))}


def _project(line: ProjectLine) -> dict[str, Any]:
    return {
        "id": line.id,
        "name": line.name,
        "stage": line.stage.value,
        "stage_name": line.stage.name_zh,
        "plan_year": line.plan_year,
        "planned_start": line.plan.text_zh if line.plan else "",
        "started_on": line.started_on,
    }


def _line(of: DecisionLine) -> dict[str, Any]:
    act = of.ending
    return {
        "id": of.decision.id,
        "title": of.version.title if of.version else of.decision.title,
        "stage": of.stage.value,
        "stage_name": of.stage.name_zh,
        "decided_on": act.decided_on if act and not act.is_void else None,
        "last_on": of.notice.last_on if of.notice else None,
        "fault": act.fault.name_zh if act and act.fault else "",
    }


def _item(of: ShownItem) -> dict[str, Any]:
    return {
        "motion": of.motion,
        "title": of.title,
        "scope": of.scope,
        "outcome": of.outcome.value,
        "outcome_words": of.outcome_words,
        "basis": of.basis,
        "is_exact": of.is_exact,
        "heads": of.heads,
        "roll_heads": of.roll_heads,
        "area": of.area_text,
        "sides": [
            {"word": side.word, "heads": side.heads, "area": of.side_area_text(side)} for side in of.sides
        ],
        "tests": of.tests,
    }


def _since(of: Since | None) -> dict[str, Any] | None:
    if of is None or of.is_empty:
        return None
    facts, told = of.facts, of.tickets
    return {
        "is_managed": facts.is_covered,
        "opinion": of.opinion,
        "judged_on": facts.judged_on,
        "judged_answered": facts.judged_answered if of.opinion else None,
        "judged_households": facts.judged_households if of.opinion else None,
        "funds_received_fen": facts.funds_received,
        "funds_spent_fen": facts.funds_spent,
        "given_fen": facts.given,
        "given_used_fen": facts.given_used,
        "hours_given": facts.hours_given,
        "tickets": {
            "days": of.ticket_days,
            "on_time": _ratio(told.kept_time),
            "confirmed": _ratio(told.was_confirmed),
            "reopened": told.reopened,
            "unconfirmed": told.unconfirmed,
        }
        if told
        else None,
    }


def _ratio(of: Ratio | None) -> dict[str, Any] | None:
    return {"part": of.part, "base": of.base} if of else None


def _day(at: date | datetime | None) -> date | None:
    return china_day(at) if isinstance(at, datetime) else at
