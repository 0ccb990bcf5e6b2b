"""The works as they are told: rows of the rooms become what the description of the API promises."""

from datetime import date
from typing import Any

from miniprogram_api.works.reading import Buried, ProjectCard
from server.contributions.queries import PledgeCard
from server.contributions.rules import Funding, Kind
from server.infra.web.formats import yuan
from server.ledger.queries import FlatCard
from server.projects.queries import ClaimCard, ItemCard, PatrolCard, PointCard, SlotCard, UtilityCard
from server.projects.rules.points import Mark


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


def whole_point_shape(card: PointCard, *, is_mine: bool) -> dict[str, Any]:
    """What another resident said of it stays theirs; what the staff said is for everyone there."""
    return {
        **point_shape(card, is_mine=is_mine),
        "photo_ids": [one.id for one in (card.photos if is_mine else card.shown_photos)],
        "acts": [
            {
                "kind": act.kind.value,
                "kind_name": act.kind.name_zh,
                "acted_at": act.acted_at,
                "words": act.words if is_mine or act.acted_by.startswith("staff") else "",
                "photo_ids": [one.id for one in card.act_photos[act.id]],
            }
            for act in card.acts
        ],
    }


def patrol_shape(card: PatrolCard) -> dict[str, Any]:
    row = card.patrol
    return {
        "id": row.id,
        "walked_at": row.walked_at,
        "bad": card.count(Mark.BAD),
        "lines": [{"text": text, "mark": mark.value, "mark_name": mark.name_zh} for text, mark in card.lines],
        "words": (card.shown.text or "") if card.shown.is_public else "",
        "photo_ids": [one.id for one in card.shown_photos],
    }


def buried_shape(of: Buried) -> dict[str, Any]:
    return {
        "id": of.work.id,
        "title": of.item.item.title,
        "place": of.work.place,
        "entered_at": of.work.entered_at,
        "covered_on": of.work.covered_on,
        "photo_ids": [one.id for one in of.photos],
    }


def project_shape(of: ProjectCard) -> dict[str, Any]:
    line, money = of.line, of.money
    return {
        "id": line.id,
        "name": line.name,
        "stage": line.stage.value,
        "stage_name": line.stage.name_zh,
        "plan_year": line.plan_year,
        "body_name": line.body_name,
        "others": of.others,
        "planned_start": line.plan.text_zh if line.plan else "",
        "stations": [{"word": kind.name_zh, "on": on} for kind, on in of.stations],
        "cost_fen": money.cost,
        "gap_fen": money.gap,
        "sources": [
            {
                "name": one.source.name_zh,
                "planned_fen": one.planned,
                "received_fen": one.received,
                "spent_fen": one.spent,
            }
            for one in money.lines
        ],
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
