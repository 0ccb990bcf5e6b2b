"""Lift cases: each as its log has made it, what is missing by room, and what that means for a counted vote."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from server.decisions.models import LiftAct, LiftCase
from server.decisions.rules import lifts as rules
from server.decisions.rules.lifts import Case, CaseState
from server.infra.db import db
from server.kernel.chinatime import china_day
from server.kernel.errors import NotFound
from server.ledger import queries as ledger
from server.ledger.queries import EntranceCard, FlatCard
from server.policies import queries as policies

BLOCKS_KEY = "lift.failed_mediation_blocks"


@dataclass(frozen=True)
class LiftView:
    """One case with all that its page shows. What people said in it is for the staff in reach only."""

    row: LiftCase
    entrance: EntranceCard
    acts: tuple[LiftAct, ...]
    case: Case
    #: Flats that some act names, by id.
    flats: dict[int, FlatCard]

    @property
    def state(self) -> CaseState:
        return self.case.state

    @property
    def labels(self) -> dict[int, str]:
        return {flat.id: flat.label for flat in self.flats.values()}

    @property
    def missing(self) -> list[str]:
        """Exactly what holds a passed vote back, by room number."""
        return rules.missing_words(self.case, self.labels)

    @property
    def plan(self) -> LiftAct | None:
        """The plan in force."""
        held = self.case.plan
        return None if held is None else self.act(held.id)

    def act(self, act_id: int) -> LiftAct:
        return next(act for act in self.acts if act.id == act_id)


def known(case_id: int, community_id: int) -> LiftCase:
    row = db.session.get(LiftCase, case_id)
    if row is None or row.community_id != community_id:
        raise NotFound
    return row


def case_of_entrance(entrance_id: int) -> LiftCase | None:
    return db.session.scalar(sa.select(LiftCase).where(LiftCase.entrance_id == entrance_id))


def lift_views(community_id: int) -> list[LiftView]:
    """All of a community, in the order of its entrances."""
    rows = db.session.scalars(sa.select(LiftCase).where(LiftCase.community_id == community_id)).all()
    return _views(community_id, rows)


def lift_view(row: LiftCase) -> LiftView:
    return _views(row.community_id, [row])[0]


def _views(community_id: int, rows: Sequence[LiftCase]) -> list[LiftView]:
    if not rows:
        return []
    acts: dict[int, list[LiftAct]] = {}
    found = sa.select(LiftAct).where(LiftAct.case_id.in_([row.id for row in rows])).order_by(LiftAct.id)
    for act in db.session.scalars(found):
        acts.setdefault(act.case_id, []).append(act)
    named = {act.flat_id for some in acts.values() for act in some if act.flat_id is not None}
    flats = ledger.flats_by_ids(named) if named else {}
    by_entrance = {row.entrance_id: row for row in rows}
    return [
        LiftView(
            row,
            entrance,
            tuple(mine := acts.get(row.id, [])),
            rules.read((act.act for act in mine), failed_blocks=failed_blocks(row)),
            {act.flat_id: flats[act.flat_id] for act in mine if act.flat_id in flats},
        )
        for entrance in ledger.entrances(community_id)
        if (row := by_entrance.get(entrance.id)) is not None
    ]


def failed_blocks(row: LiftCase) -> bool:
    """A case runs by what was set on the day it was opened."""
    place = ledger.place(row.community_id)
    if place is None:
        raise NotFound
    return policies.flag(BLOCKS_KEY, place.division_path, china_day(row.opened_at))


# ------------------------------------------------------------------ what a vote waits for


@dataclass(frozen=True)
class Lacking:
    """What keeps the lifts of some entrances from being built: counted for the public, by room for the office."""

    consents: int
    objections: int
    words: tuple[str, ...]

    @property
    def is_any(self) -> bool:
        return bool(self.consents or self.objections)


def lacking(views: Iterable[LiftView], entrance_ids: Collection[int]) -> Lacking:
    """Together for these entrances; an entrance without a case lacks nothing that is known."""
    here = [view for view in views if view.row.entrance_id in entrance_ids]
    return Lacking(
        sum(len(view.case.missing_consents) for view in here),
        sum(len(view.case.open_objections) for view in here),
        tuple(words for view in here for words in view.missing),
    )
