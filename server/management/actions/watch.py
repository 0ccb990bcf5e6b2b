"""Holding a round of the watch, and noting which ticket came of what fell back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from server.audit.actions import record
from server.infra import replay
from server.infra.db import db
from server.kernel.actor import Actor
from server.kernel.chinatime import china_day
from server.kernel.errors import Conflict, NotFound, Refused
from server.ledger.actions.places import lock_community
from server.management import queries
from server.management.models import WatchFinding, WatchRound, WatchTicket
from server.management.rules.watch import Seen, Verdict, WatchItem, check_round


@dataclass(frozen=True)
class Look:
    """What was seen of an item, with the id of its picture."""

    verdict: Verdict
    words: str = ""
    attachment_id: int | None = None

    @property
    def seen(self) -> Seen:
        return Seen(self.verdict, self.words, self.attachment_id is not None)


def hold_round(
    community_id: int,
    *,
    completed_on: date,
    months: int,
    looks: Mapping[WatchItem, Look],
    client_key: str,
    actor: Actor,
    now: datetime,
) -> WatchRound:
    """One round with all its items. `completed_on` is the completion as the door knows it from the works."""
    lock_community(community_id)
    said = sorted((item.value, look.verdict.value, look.words) for item, look in looks.items())
    digest = replay.digest(actor, "hold_round", community_id, completed_on, months, said)
    earlier = replay.earlier(WatchRound, client_key, digest)
    if earlier is not None:
        return earlier
    planned = queries.rounds_at({community_id: completed_on}, china_day(now)).get(community_id, [])
    check_round(
        next((one for one in planned if one.months == months), None),
        {item: look.seen for item, look in looks.items()},
    )
    row = WatchRound(
        community_id=community_id, completed_on=completed_on, months=months, held_on=china_day(now),
        held_by=actor.key, held_name=actor.label, held_at=now, client_key=client_key, client_digest=digest,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    db.session.add_all(_finding(row.id, item, looks[item]) for item in WatchItem if item in looks)
    db.session.flush()
    record(
        actor, "management.hold_round", "watch_round", row.id, now=now, community_id=community_id,
        completed_on=completed_on, months=months,
        fell_back=sorted(item.value for item, look in looks.items() if look.verdict is Verdict.FELL_BACK),
    )  # fmt: skip
    return row


def link_ticket(
    finding_id: int, *, community_id: int, ticket_id: int, actor: Actor, now: datetime
) -> WatchTicket:
    """Which ticket was opened of what fell back; one for each. The same said again changes nothing."""
    lock_community(community_id)
    found = queries.finding(finding_id, community_id)
    if found is None:
        raise NotFound
    if found.verdict is not Verdict.FELL_BACK:
        raise Refused("这一项没有回潮，不用开工单。", code="not_fallen_back")
    known = db.session.get(WatchTicket, finding_id)
    if known is not None:
        if known.ticket_id != ticket_id:
            raise Conflict("这一项已经开过工单。", code="ticket_linked")
        return known
    row = WatchTicket(finding_id=finding_id, ticket_id=ticket_id, linked_by=actor.key, linked_at=now)
    db.session.add(row)
    db.session.flush()
    record(
        actor, "management.link_ticket", "watch_finding", finding_id, now=now, community_id=community_id,
        ticket_id=ticket_id,
    )  # fmt: skip
    return row


def _finding(round_id: int, item: WatchItem, look: Look) -> WatchFinding:
    # What is not part of the works has no picture, whatever was sent with it.
    is_absent = look.verdict is Verdict.ABSENT
    return WatchFinding(
        round_id=round_id,
        item=item,
        verdict=look.verdict,
        words="" if is_absent else look.words.strip(),
        attachment_id=None if is_absent else look.attachment_id,
    )
