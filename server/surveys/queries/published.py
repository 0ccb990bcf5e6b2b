"""The results as the public may see them, and the notice that carries them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from server.kernel.chinatime import china_day
from server.ledger import queries as ledger
from server.notices import queries as notices
from server.notices.rules import NoticeKind
from server.policies import queries as policies
from server.surveys.models import Survey
from server.surveys.queries.asked import Asked, form
from server.surveys.queries.results import coverage, sums
from server.surveys.queries.texts import quotable
from server.surveys.rules.publishing import Facts, PublicResult, notice_body, public_results
from server.surveys.rules.sums import Dimension

ABOUT = "survey"


@dataclass(frozen=True)
class ResultSheet:
    """What the notice of the results says, before or when it is posted."""

    title: str
    results: list[PublicResult]
    body: list[dict[str, Any]]


@dataclass(frozen=True)
class ResultNotice:
    """The notice of the results, as the notices' room keeps it."""

    id: int
    number: str
    #: The client key that it was posted with.
    client_key: str | None


def result_notice(of: Asked) -> ResultNotice | None:
    """The one that was not withdrawn."""
    row = notices.standing(ABOUT, of.id, NoticeKind.SURVEY_RESULT)
    return ResultNotice(row.id, row.number_text, row.client_key) if row is not None else None


def result_sheet(of: Survey, now: datetime, quoted: Sequence[int] = ()) -> ResultSheet:
    """`quoted`: ids of texts that passed the check, to be read by others."""
    least = _least_cell(of, now)
    table = sums(of.id, [Dimension.ALL, Dimension.VERSION])
    versions = [key for key, group in table.items() if key[0] is Dimension.VERSION and group.is_anyone]
    results = public_results(
        form(of).definition,
        table.get((Dimension.ALL, "")),
        least=least,
        is_one_version=len(versions) <= 1,
    )
    quotes = [said for id_, said in quotable(of).items() if id_ in quoted]
    body = notice_body(_facts(of, now), results, quotes, least)
    return ResultSheet(f"{of.title}结果公示", results, body)


def _facts(of: Survey, now: datetime) -> Facts:
    community = ledger.community(of.community_id)
    reached = coverage(of)
    return Facts(
        community=community.name if community else "",
        title=of.title,
        opened_at=of.opened_at or now,
        closed_at=of.closes_at or now,
        households=reached.households,
        proven=reached.proven,
        claimed=reached.claimed,
    )


def _least_cell(of: Survey, now: datetime) -> int:
    place = ledger.place(of.community_id)
    return policies.number("disclosure.least_cell", place.division_path if place else "", china_day(now))
