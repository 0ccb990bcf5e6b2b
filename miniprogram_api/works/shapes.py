"""The works as they are told: rows of the rooms become what the description of the API promises."""

from datetime import date
from typing import Any

from server.contributions.queries import PledgeCard
from server.contributions.rules import Funding, Kind
from server.infra.web.formats import yuan
from server.ledger.queries import FlatCard
from server.projects.queries import ClaimCard, ItemCard, PointCard, SlotCard, UtilityCard


def measured(kind: Kind, amount: int | None) -> str:
    """ "500.00 元", "8 小时", "1 份"."""
    if amount is None:
        return "1 份"
    if kind is Kind.MONEY:
        return yuan(amount)
    return f"{amount:,} {'小时' if kind is Kind.LABOUR else '份'}"


def item_shape(card: ItemCard, today: date) -> dict[str, Any]:
    window = card.window
    return {
        "id": card.id,
        "code": card.item.code,
        "title": card.item.title,
        "place": card.place,
        "contractor": window.contractor if window else "",
        "starts_on": window.starts_on if window else None,
        "ends_on": window.ends_on if window else None,
        "completed_on": card.completed_on,
        "state": card.state(today)[0],
    }


def utility_shape(card: UtilityCard) -> dict[str, Any]:
    row = card.works
    return {
        "kind_name": row.kind.name_zh,
        "party": row.party,
        "what": row.what,
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "is_outside": card.is_outside,
    }


def slot_shape(flat: FlatCard, card: SlotCard) -> dict[str, Any]:
    return {
        "id": card.slot.id,
        "flat_id": flat.id,
        "title": card.item.title,
        "on_day": card.slot.on_day,
        "time": card.time_text,
        "left": card.left,
    }


def point_shape(card: PointCard, *, is_mine: bool) -> dict[str, Any]:
    """In one's own words to oneself; to others as it was passed."""
    return {
        "id": card.point.id,
        "text": card.label if is_mine else (card.shown.text or ""),
        "state": card.state.value,
        "state_name": card.state.name_zh,
        "raised_at": card.point.raised_at,
        "is_mine": is_mine,
    }


def claim_shape(card: ClaimCard) -> dict[str, Any]:
    row = card.claim
    return {
        "id": row.id,
        "flat_id": row.flat_id,
        "words": row.words,
        "happened_on": row.happened_on,
        "due_on": row.due_on,
        "state": card.state.value,
        "state_name": card.state.name_zh,
        "answer": card.acts[-1].words if card.acts else "",
        "paid_fen": card.paid_fen,
    }


def funding_shape(of: Funding) -> dict[str, Any]:
    rows = [
        {"name": row.name, "received_fen": row.received, "spent_fen": row.spent, "left_fen": row.left}
        for row in of.rows
    ]
    return {"rows": rows, "received_fen": of.received, "spent_fen": of.spent, "left_fen": of.left}


def pledge_shape(card: PledgeCard) -> dict[str, Any]:
    of = card.pledge
    return {
        "id": of.id,
        "kind": of.kind.value,
        "kind_name": of.kind.name_zh,
        "giver": card.giver,
        "words": card.words.text or "",
        "promised": measured(of.kind, of.amount),
        "given": measured(of.kind, card.sums.given),
        "used": measured(of.kind, card.sums.used),
    }
