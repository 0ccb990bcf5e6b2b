"""Opening: one act that checks the obstacles and freezes the roll, or leaves everything as it was."""

import json
from datetime import datetime

from server.audit.actions import record
from server.ballots import queries
from server.ballots.actions.checkpoints import take_checkpoint
from server.ballots.actions.service import log_services
from server.ballots.actions.telling import tell_flats, tell_unopened
from server.ballots.models import Ballot, Head, Opening, RollFlat, Turnout
from server.ballots.rules.drafting import Unreturned, china_text
from server.ballots.rules.heads import FrozenHead, document_of, freeze, motion_document, roll_of
from server.ballots.rules.log import chain_start
from server.ballots.rules.roll import in_order, scope_name
from server.infra.db import db, lock_row
from server.infra.statements import insert_rows, refresh_statistics
from server.kernel.actor import CLOCK, Actor
from server.kernel.chinatime import end_zh
from server.kernel.errors import NotFound, Refused
from server.ledger import queries as ledger


def open_ballot(ballot: Ballot, *, actor: Actor, now: datetime) -> Opening:
    """Freeze the roll and open. Raises Refused with every obstacle; opened already, it gives the opening that stands."""
    lock_row(Ballot, ballot.id)
    db.session.refresh(ballot)
    standing = queries.opening(ballot.id)
    if standing is not None:
        return standing
    reasons = queries.obstacles(ballot, now)
    if reasons:
        raise Refused("还不能开始投票，先处理下面几条。", code="obstacles", reasons=tuple(reasons))
    return _open(ballot, actor, now)


def open_due(now: datetime) -> int:
    """Open what was announced for this instant or before. One with an obstacle stays unopened; its committee is told once."""
    opened = 0
    for ballot_id in queries.due_to_open(now):
        ballot = queries.known(ballot_id)
        lock_row(Ballot, ballot.id)
        db.session.refresh(ballot)
        reasons = queries.obstacles(ballot, now)
        if not reasons:
            _open(ballot, CLOCK, now)
            opened += 1
        elif ballot.opened_at is None and ballot.unopened_told_at is None:
            ballot.unopened_told_at = now
            tell_unopened(ballot, reasons, now)
            record(
                CLOCK,
                "ballots.stay_unopened",
                "ballot",
                ballot.id,
                now=now,
                community_id=ballot.community_id,
                reasons=[reason.code for reason in reasons],
            )
    return opened


def _open(ballot: Ballot, actor: Actor, now: datetime) -> Opening:
    heads = freeze(queries.owner_rows(ballot, now))
    roll = roll_of(heads)
    document = _document(ballot, now)
    totals = roll.totals()
    row = Opening(
        ballot_id=ballot.id,
        opened_at=now,
        opened_by=actor.key,
        document=queries.canonical(document),
        fingerprint=chain_start(document, roll.as_document()),
        heads=totals.heads,
        area=totals.area,
    )
    db.session.add(row)
    _write_roll(ballot.id, heads)
    _write_turnout(ballot, heads)
    # Every vote finds its head in them, from the first one on.
    refresh_statistics({Head: len(heads), RollFlat: sum(len(head.flats) for head in heads)})
    ballot.opened_at, ballot.closing_at = now, ballot.closes_at
    db.session.flush()
    log_services(ballot, now)
    take_checkpoint(ballot.id, now)
    record(
        actor,
        "ballots.open",
        "ballot",
        ballot.id,
        now=now,
        community_id=ballot.community_id,
        fingerprint=row.fingerprint,
        heads=totals.heads,
        area=totals.area,
    )
    body = f"名册定下来了：共 {totals.heads} 人，{totals.area} ㎡。{end_zh(ballot.closes_at or now)} 截止。"
    flat_ids = [flat.flat_id for head in heads for flat in head.flats]
    tell_flats(ballot, flat_ids, "ballots.opened", f"开始投票了：{ballot.title}", body, now)
    return row


def _document(ballot: Ballot, now: datetime) -> dict[str, object]:
    act = queries.announcement(ballot)
    community = ledger.community(ballot.community_id)
    if act is None or community is None:
        raise NotFound
    text = json.loads(act.text)
    document = document_of(
        ballot_id=ballot.id,
        community=community.name,
        text=text,
        motions=[motion_document(number, motion) for number, motion in enumerate(text["motions"], 1)],
        opened_at=china_text(now),
        closes_at=text["closes_at"],
        announced_at=china_text(act.announced_at),
        announced_text=act.text_hash,
    )
    if ballot.unreturned is not Unreturned.FOLLOW_MAJORITY:
        document.pop("clause", None)
    return document


def _write_roll(ballot_id: int, heads: list[FrozenHead]) -> None:
    insert_rows(
        Head,
        [
            {
                "ballot_id": ballot_id,
                "head": head.name,
                "position": position,
                "holder": head.holder,
                "owner_ids": list(head.owner_ids),
                "aliases": dict(head.aliases) or None,
                "representative_id": head.representative_id,
                "flats": len(head.flats),
                "area": head.area,
            }
            for position, head in enumerate(heads, 1)
        ],
    )
    insert_rows(
        RollFlat,
        [
            {
                "ballot_id": ballot_id,
                "flat_id": flat.flat_id,
                "head": head.name,
                "building": flat.building,
                "entrance": flat.entrance,
                "label": flat.label,
                "area": flat.area,
            }
            for head in heads
            for flat in head.flats
        ],
    )


def _write_turnout(ballot: Ballot, heads: list[FrozenHead]) -> None:
    shares = roll_of(heads).shares(ballot.scope)
    insert_rows(
        Turnout,
        [
            {
                "ballot_id": ballot.id,
                "scope": scope_name(spot),
                "position": position,
                "roll_heads": len(shares[spot]),
                "roll_area": sum(shares[spot].values()),
                "heads": 0,
                "area": 0,
            }
            for position, spot in enumerate(in_order(shares), 1)
        ],
    )
