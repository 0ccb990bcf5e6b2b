"""What one resident said themselves of each thing, out of their own answers and reports: for nobody else, and kept nowhere."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain

from server.decisions import queries as decisions
from server.evaluations import queries as evaluations
from server.evaluations.rules.trace import Trace
from server.matters import queries as matters
from server.projects import queries as projects
from server.reports.queries.traced import traces_of
from server.surveys import queries as surveys
from server.tickets import queries as tickets

#: Older ones are behind the newest on the pages of their own.
MOST_TICKETS = 50


@dataclass(frozen=True)
class OwnWord:
    """One thing said, in a sentence; a ticket or a matter has one to lead to."""

    text: str
    at: datetime
    ticket_id: int | None = None
    matter_id: int | None = None


@dataclass(frozen=True)
class OwnTrace:
    """`by_code`: of the things that are followed; `beside`: what was said of none of them."""

    traces: list[Trace]
    by_code: dict[str, list[OwnWord]] = field(default_factory=dict)
    beside: list[OwnWord] = field(default_factory=list)


def own_trace(
    community_id: int, resident_id: int, actor_key: str, household_ids: list[int], now: datetime
) -> OwnTrace:
    """`household_ids`: the homes there that this person speaks for; of what was said there, only their own words."""
    found = OwnTrace(traces_of(community_id, now))
    followed = {one.code for one in found.traces}
    words = chain(
        _wished(community_id, actor_key, now, followed),
        _judged(community_id, actor_key, household_ids, now),
        _reported(community_id, resident_id),
        _raised(community_id, resident_id, now),
    )
    for code, word in words:
        (found.by_code.setdefault(code, []) if code in followed else found.beside).append(word)
    return found


#: The code of the thing it was said of, or none.
Said = Iterator[tuple[str, OwnWord]]


def _wished(community_id: int, actor_key: str, now: datetime, followed: set[str]) -> Said:
    wanted = decisions.wanted(community_id, now)
    said = surveys.needs_said_by(wanted.survey_id, actor_key) if wanted is not None else None
    if said is not None:
        codes, at = said
        yield from ((code, OwnWord("调查里你说想改", at)) for code in sorted(codes & followed))


def _judged(community_id: int, actor_key: str, household_ids: list[int], now: datetime) -> Said:
    for of in reversed(evaluations.public_rounds(community_id, now)):
        for household_id in household_ids:
            row = evaluations.own_answer(of.id, household_id)
            if row is None or row.entered_by != actor_key:
                continue
            for code, mark in row.said.items.items():
                yield code, OwnWord(f"{of.name}你评的：{mark.name_zh}", row.answered_at)
            if row.words:
                yield "", OwnWord(f"{of.name}你写的：{row.words}", row.answered_at)


def _reported(community_id: int, resident_id: int) -> Said:
    codes = {card.id: card.item.code for card in projects.items_of_community(community_id)}
    for one in tickets.of_resident(resident_id, size=MOST_TICKETS).items:
        if one.community_id == community_id and one.reporter_id == resident_id:
            text = f"你报过：{one.category.name_zh}，{one.state.name_zh}"
            yield codes.get(one.works_id or 0, ""), OwnWord(text, one.opened_at, ticket_id=one.id)


def _raised(community_id: int, resident_id: int, now: datetime) -> Said:
    for card in matters.raised_by_resident(resident_id, [community_id], now):
        text = f"你提过：{card.matter.title}，{card.state.name_zh}"
        yield "", OwnWord(text, card.matter.raised_at, matter_id=card.matter.id)
