"""The community's one drawing set: every version with what became of it."""

from dataclasses import dataclass

import sqlalchemy as sa

from server.decisions.models import Drawing, DrawingAct
from server.decisions.rules import drawings as rules
from server.decisions.rules.drawings import DrawingState, Sheet
from server.infra.db import db
from server.kernel.errors import NotFound, Reason


@dataclass(frozen=True)
class DrawingView:
    row: Drawing
    act: DrawingAct | None
    state: DrawingState

    @property
    def sheet(self) -> Sheet:
        return _sheet(self.row, self.act)

    def why_not_confirm(self, actor: str) -> list[Reason]:
        return rules.why_not_confirm(self.sheet, actor)


_WITH_ACTS = (
    sa.select(Drawing, DrawingAct)
    .outerjoin(DrawingAct, DrawingAct.drawing_id == Drawing.id)
    .where(Drawing.community_id == sa.bindparam("community_id"))
    .order_by(Drawing.number.desc())
)


def drawings(community_id: int) -> list[DrawingView]:
    """The newest first."""
    rows = db.session.execute(_WITH_ACTS, {"community_id": community_id}).all()
    sheets = [_sheet(row, act) for row, act in rows]
    return [
        DrawingView(row, act, rules.state(sheet, sheets))
        for (row, act), sheet in zip(rows, sheets, strict=True)
    ]


def drawing(drawing_id: int, community_id: int) -> DrawingView:
    """Raises NotFound where the community has none of this id."""
    found = next((view for view in drawings(community_id) if view.row.id == drawing_id), None)
    if found is None:
        raise NotFound
    return found


def drawing_in_force(community_id: int) -> DrawingView | None:
    found = (view for view in drawings(community_id) if view.state is DrawingState.IN_FORCE)
    return next(found, None)


def _sheet(row: Drawing, act: DrawingAct | None) -> Sheet:
    return Sheet(row.number, row.entered_by, act.kind if act is not None else "")
