"""Versions of schemes as they stand: their lines, what they rest on, what became of them, how far they depart."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from server.catalogue import queries as catalogue
from server.decisions.models import Consultation, SchemeAct, SchemeItem, SchemeVersion
from server.decisions.queries.places import Place
from server.decisions.queries.voted import Source, Voted
from server.decisions.rules import guard, schemes
from server.decisions.rules.guard import Asked, Departure, Limits
from server.decisions.rules.schemes import Line, State
from server.infra.db import db
from server.kernel.errors import Reason

NAMED_VOID = Reason("consultation_void", "这一版依据的投票或调查已经作废。请改为依据新的一次。", "consult")


@dataclass(frozen=True)
class Named:
    """The vote or survey a version rests on; None where it was declared void since."""

    row: Consultation
    source: Source | None

    @property
    def key(self) -> str:
        return source_key(self.row)


@dataclass(frozen=True)
class VersionView:
    row: SchemeVersion
    place: Place
    lines: tuple[Line, ...]
    #: By item: the ballot and motion that it rested on when it was handed in.
    rests_on: Mapping[str, tuple[int, str]]
    #: Every vote or survey it named, the last one in force.
    named: tuple[Named, ...]
    act: SchemeAct | None
    state: State
    #: How far it departs from what was asked: as of now, of a confirmed one as it was then. None: what it named is void.
    departure: Departure | None
    reopened: tuple[Reason, ...]

    @property
    def consultation(self) -> Named:
        return self.named[-1]

    @property
    def cost_fen(self) -> int:
        return schemes.total_cost(self.lines)


def source_key(row: Consultation) -> str:
    return f"b{row.ballot_id}" if row.ballot_id is not None else f"s{row.survey_id}"


def asked_of(source: Source, told_cost_fen: int) -> Asked:
    return Asked(source.closes_at, told_cost_fen, source.items)


@dataclass(frozen=True)
class Stored:
    """The rows of several schemes, one statement for each kind."""

    versions: Mapping[int, Sequence[SchemeVersion]]
    items: Mapping[int, Sequence[SchemeItem]]
    named: Mapping[int, Sequence[Consultation]]
    acts: Mapping[int, SchemeAct]
    listed: Mapping[int, Any]

    @classmethod
    def read(cls, scheme_ids: Sequence[int]) -> "Stored":
        rows = db.session.scalars(
            sa.select(SchemeVersion)
            .where(SchemeVersion.scheme_id.in_(scheme_ids))
            .order_by(SchemeVersion.number)
        ).all()
        ids = [row.id for row in rows]
        items = db.session.scalars(
            sa.select(SchemeItem).where(SchemeItem.version_id.in_(ids)).order_by(SchemeItem.position)
        ).all()
        named = db.session.scalars(
            sa.select(Consultation).where(Consultation.version_id.in_(ids)).order_by(Consultation.id)
        ).all()
        acts = db.session.scalars(sa.select(SchemeAct).where(SchemeAct.version_id.in_(ids)))
        return cls(
            _grouped(rows, "scheme_id"),
            _grouped(items, "version_id"),
            _grouped(named, "version_id"),
            {act.version_id: act for act in acts},
            catalogue.items_by_ids(sorted({item.catalogue_item_id for item in items})),
        )

    def views(
        self, scheme_id: int, place: Place, asked: Voted, limits: Limits, titles: dict[str, str]
    ) -> tuple[VersionView, ...]:
        rows = self.versions.get(scheme_id, ())
        confirmed = [row.id for row in rows if row.id in self.acts and self.acts[row.id].kind == "confirmed"]
        newest = confirmed[-1] if confirmed else None
        return tuple(
            self._view(row, place, asked, limits, titles, is_newest=row.id == newest) for row in rows
        )

    def _view(
        self,
        row: SchemeVersion,
        place: Place,
        asked: Voted,
        limits: Limits,
        titles: dict[str, str],
        *,
        is_newest: bool,
    ) -> VersionView:
        items, act = self.items.get(row.id, ()), self.acts.get(row.id)
        lines = tuple(
            Line(self.listed[one.catalogue_item_id].code, one.take, one.quantity, one.unit, one.cost_fen)
            for one in items
        )
        named = tuple(Named(one, asked.sources.get(source_key(one))) for one in self.named[row.id])
        departure, reasons = _measured(lines, place, asked, named[-1], limits, titles)
        if act is not None and act.guard is not None:
            departure, reasons = Departure.from_document(act.guard["departure"]), []
        return VersionView(
            row,
            place,
            lines,
            {
                line.item: (one.ballot_id, one.motion)
                for line, one in zip(lines, items, strict=True)
                if one.ballot_id is not None and one.motion is not None
            },
            named,
            act,
            schemes.state(act.kind if act else "", is_newest_confirmed=is_newest, is_reopened=bool(reasons)),
            departure,
            tuple(reasons),
        )


def _measured(
    lines: Sequence[Line],
    place: Place,
    asked: Voted,
    named: Named,
    limits: Limits,
    titles: dict[str, str],
) -> tuple[Departure | None, list[Reason]]:
    if named.source is None:
        return None, [NAMED_VOID]
    told = asked_of(named.source, named.row.told_cost_fen)
    departure = guard.measure(lines, place.path, asked.votes, told)
    return departure, guard.reopened(departure, limits, titles)


def _grouped(rows: Iterable[Any], name: str) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(getattr(row, name), []).append(row)
    return found
