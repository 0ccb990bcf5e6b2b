"""How far a community has come: the strip of six on its first page."""

from dataclasses import dataclass

from admin.waiting import Today
from server.ballots.models import Ballot
from server.ballots.rules.drafting import Stage
from server.decisions.rules import Stage as DecisionStage
from server.identity import queries as identity
from server.identity.rules import Permission
from server.ledger import queries as ledger


@dataclass(frozen=True)
class Station:
    """One of the strip of six."""

    state: str
    fact: str
    href: str


@dataclass(frozen=True)
class _Step:
    """A station before it is known which of the six comes first."""

    is_done: bool
    fact: str
    endpoint: str
    permission: Permission


def stations(today: Today) -> list[Station]:
    """Import, print, announce, vote, count, decide: the first that is not done is where the community stands."""
    steps = _steps(today)
    first_open = next((number for number, step in enumerate(steps) if not step.is_done), len(steps))
    return [
        Station(
            "done" if number < first_open else "now" if number == first_open else "next",
            step.fact,
            # Only where this person may go: the strip is for everyone who sees the community.
            today.href(step.endpoint) if today.holds(step.permission) else "",
        )
        for number, step in enumerate(steps)
    ]


def _steps(today: Today) -> list[_Step]:
    flats = ledger.flat_count(today.community_id)
    slips, opened = identity.slip_counts(today.community_id)
    begun = today.votes_at(Stage.OPEN, Stage.CLOSED, Stage.COUNTED)
    announced, running = today.votes_at(Stage.ANNOUNCED), today.votes_at(Stage.OPEN)
    counted = today.votes_at(Stage.COUNTED)
    final = [line for line in today.decided if line.stage is DecisionStage.FINAL]
    return [
        _Step(
            flats > 0,
            f"{flats} 套房" if flats else "",
            "admin.ledger.communities.show",
            Permission.SEE_LEDGER,
        ),
        _Step(
            slips > 0,
            f"{opened} / {slips} 张扫过" if slips else "",
            "admin.codes.overview",
            Permission.PRINT_CODES,
        ),
        _Step(
            bool(announced or begun),
            _pieces(announced, Stage.ANNOUNCED.name_zh),
            "admin.notices.list_notices",
            Permission.SEE_NOTICES,
        ),
        _Step(
            bool(begun),
            _pieces(running, Stage.OPEN.name_zh),
            "admin.ballots.list_ballots",
            Permission.SEE_BALLOT,
        ),
        _Step(bool(counted), _pieces(counted, "已计票"), "admin.ballots.list_ballots", Permission.SEE_BALLOT),
        _Step(
            bool(final),
            f"{len(final)} 份已生效" if final else "",
            "admin.decisions.list_decisions",
            Permission.SEE_DECISION,
        ),
    ]


def _pieces(votes: list[Ballot], word: str) -> str:
    return f"{len(votes)} 件{word}" if votes else ""
