"""Writing the next version of a node's scheme, line by line; nothing of it holds before it is handed in and confirmed."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from server.audit.actions import record
from server.decisions.models import Scheme, SchemeDraft, SchemeItem
from server.decisions.queries import schemes as queries
from server.decisions.queries.places import Place, place
from server.decisions.queries.scheme_views import VersionView
from server.decisions.queries.schemes import Tree, tree
from server.decisions.rules.schemes import Line, Take, why_not_adopt
from server.infra.db import db, lock_row
from server.kernel.actor import Actor
from server.kernel.errors import Conflict, Invalid, Refused

MOST_FEN = 10**13
MOST_QUANTITY = Decimal(10) ** 9


def begin_draft(community_id: int, node: str, *, actor: Actor, now: datetime) -> SchemeDraft:
    """Begin the next version of a node from what is in force there. Begun already, it is the same draft."""
    row = _scheme(community_id, place(community_id, node), actor, now)
    found = queries.draft(row.id)
    if found is not None:
        return found
    of = tree(community_id, now)
    check_nothing_open(of, node)
    held = of.in_force(node)
    found = SchemeDraft(
        scheme_id=row.id, lines=[] if held is None else _copied(held), drafters=[], edited_at=now
    )
    db.session.add(found)
    db.session.flush()
    record(actor, "decisions.begin_scheme", "scheme", row.id, now=now, community_id=community_id, node=node)
    return found


def put_line(
    community_id: int,
    node: str,
    *,
    catalogue_item_id: int,
    take: Take,
    quantity: Decimal = Decimal(0),
    unit: str = "",
    cost_fen: int = 0,
    actor: Actor,
    now: datetime,
) -> SchemeDraft:
    """Write what the next version says of one item; said again, it replaces what was said."""
    draft = locked_draft(community_id, node)
    of = tree(community_id, now)
    item = next((one for one in of.listed if one.id == catalogue_item_id), None)
    if item is None:
        sentence = "从现行的改造清单里选一项。"
        raise Invalid(sentence, fields={"catalogue_item_id": [sentence]})
    if take is Take.ADOPT:
        reasons = why_not_adopt(item.code, item.name, of.place(node).path, of.voted.votes, item.matter)
        if reasons:
            raise Refused(reasons[0].message, code=reasons[0].code, reasons=tuple(reasons))
        _check_figures(quantity, cost_fen)
    else:
        quantity, unit, cost_fen = Decimal(0), "", 0
    line = _written(item.id, Line(item.code, take, quantity, unit.strip(), cost_fen))
    kept = [_written(id_, one) for id_, one in queries.draft_lines(draft) if one.item != item.code]
    _write(draft, [*kept, line], community_id, actor, now)
    return draft


def drop_line(
    community_id: int, node: str, *, catalogue_item_id: int, actor: Actor, now: datetime
) -> SchemeDraft:
    """Say nothing of the item: what stands above holds again."""
    draft = locked_draft(community_id, node)
    kept = [line for line in draft.lines if line["catalogue_item_id"] != catalogue_item_id]
    if len(kept) != len(draft.lines):
        _write(draft, kept, community_id, actor, now)
    return draft


def discard_draft(community_id: int, node: str, *, actor: Actor, now: datetime) -> None:
    draft = locked_draft(community_id, node)
    db.session.delete(draft)
    db.session.flush()
    record(
        actor, "decisions.discard_scheme", "scheme", draft.scheme_id, now=now, community_id=community_id,
        node=node,
    )  # fmt: skip


def locked_draft(community_id: int, node: str) -> SchemeDraft:
    """The draft as it stands now, with others who would write on it waiting."""
    place(community_id, node)
    row = _row(community_id, node)
    if row is not None:
        lock_row(Scheme, row.id)
    draft = queries.draft(row.id) if row is not None else None
    if draft is None:
        raise Refused("还没有开始写新的一版。先点“写新的一版”。", code="no_draft")
    db.session.refresh(draft)
    return draft


def check_nothing_open(of: Tree, node: str) -> None:
    waiting = of.open_version(node)
    if waiting is not None:
        raise Conflict(
            f"第 {waiting.row.number} 版{waiting.state.name_zh}。先等它处理完，或者撤回，再写新的一版。",
            code="one_waits",
        )


def _scheme(community_id: int, at: Place, actor: Actor, now: datetime) -> Scheme:
    """The node's row, made where it has none, locked."""
    row = _row(community_id, at.key)
    if row is None:
        row = Scheme(
            community_id=community_id,
            node=at.key,
            scope=at.node.scope,
            building_id=at.node.building_id,
            entrance_id=at.node.entrance_id,
            begun_by=actor.key,
            begun_at=now,
        )
        try:
            with db.session.begin_nested():
                db.session.add(row)
        except IntegrityError:
            # Another began it at the same moment: theirs is the one.
            row = _row(community_id, at.key)
            if row is None:
                raise
    lock_row(Scheme, row.id)
    return row


def _row(community_id: int, node: str) -> Scheme | None:
    found = sa.select(Scheme).where(Scheme.community_id == community_id, Scheme.node == node)
    return db.session.scalar(found)


def _copied(held: VersionView) -> list[dict[str, Any]]:
    rows = db.session.scalars(
        sa.select(SchemeItem).where(SchemeItem.version_id == held.row.id).order_by(SchemeItem.position)
    )
    return [_written(row.catalogue_item_id, line) for row, line in zip(rows, held.lines, strict=True)]


def _written(catalogue_item_id: int, line: Line) -> dict[str, Any]:
    return {
        "catalogue_item_id": catalogue_item_id,
        "take": line.take.value,
        "quantity": f"{line.quantity:.2f}",
        "unit": line.unit,
        "cost_fen": line.cost_fen,
    }


def _write(
    draft: SchemeDraft, lines: list[dict[str, Any]], community_id: int, actor: Actor, now: datetime
) -> None:
    draft.lines = lines
    draft.drafters = sorted({*draft.drafters, actor.key})
    draft.edited_at = now
    db.session.flush()
    record(
        actor, "decisions.edit_scheme", "scheme", draft.scheme_id, now=now, community_id=community_id,
        lines=len(lines),
    )  # fmt: skip


def _check_figures(quantity: Decimal, cost_fen: int) -> None:
    fields = {}
    if not 0 <= quantity <= MOST_QUANTITY:
        fields["quantity"] = ["数量填 0 到 10 亿之间的数，最多两位小数。"]
    if not 0 <= cost_fen <= MOST_FEN:
        fields["cost"] = ["造价填 0 到 1000 亿元之间的数。"]
    if fields:
        raise Invalid("有几处要改一下。", fields=fields)
