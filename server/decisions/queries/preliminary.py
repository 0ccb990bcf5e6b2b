"""Preliminary results that hang or hung, by ballot."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from server.ballots import queries as ballots
from server.decisions.rules.preliminary import Objected, Preliminary
from server.notices import queries as notices

#: A notice of a preliminary result is about one count: a later count has a notice of its own.
ABOUT = "ballot_count"


@dataclass(frozen=True)
class Posted:
    """One notice of a preliminary result, with the count it tells of."""

    notice_id: int
    count: int
    number: str
    opens_on: date
    last_on: date
    ends_at: datetime
    is_withdrawn: bool
    withdrawn_reason: str
    client_key: str | None


def preliminary_notices(ballot_id: int) -> list[Posted]:
    """All there were of this vote, the newest first."""
    numbers = ballots.count_ids([ballot_id])
    found = notices.about_many(ABOUT, numbers)
    return [
        Posted(
            one.id,
            numbers[one.about_id or 0][1],
            one.number_text,
            one.opens_on,
            one.last_on,
            one.ends_at,
            one.is_withdrawn,
            one.withdrawn_reason,
            one.client_key,
        )
        for one in reversed(found)
    ]


def preliminaries(ballot_ids: Collection[int]) -> dict[int, Preliminary]:
    """What the rules ask about the preliminary results of these votes; votes that never had one are left out."""
    counts = ballots.count_ids(ballot_ids) if ballot_ids else {}
    posted = notices.about_many(ABOUT, counts) if counts else []
    objected = notices.objections_by_notice([one.id for one in posted]) if posted else {}
    by_ballot: dict[int, list[Any]] = {}
    for one in posted:
        by_ballot.setdefault(counts[one.about_id or 0][0], []).append(one)
    return {
        ballot_id: Preliminary(
            notice_id=some[-1].id,
            count=counts[some[-1].about_id or 0][1],
            ends_at=some[-1].ends_at,
            is_withdrawn=some[-1].is_withdrawn,
            objections=tuple(
                Objected(
                    counts[one.about_id or 0][1], not said.is_open, bool(said.is_upheld), said.answered_at
                )
                for one in some
                for said in objected.get(one.id, [])
            ),
        )
        for ballot_id, some in by_ballot.items()
    }
