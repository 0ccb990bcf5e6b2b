"""The tree of a community: at each node its versions, what is in force, what holds, and how far a change departs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa

from server.catalogue import queries as catalogue
from server.decisions.models import Scheme, SchemeAct, SchemeDraft, SchemeVersion
from server.decisions.queries.counted import is_new_lift
from server.decisions.queries.places import Place, places
from server.decisions.queries.scheme_views import Stored, VersionView
from server.decisions.queries.voted import Source, Voted, voted
from server.decisions.rules import guard, schemes
from server.decisions.rules.guard import Limits
from server.decisions.rules.schemes import Held, Known, Line, State, Take
from server.infra.db import db
from server.kernel.chinatime import china_day
from server.kernel.errors import NotFound, Reason
from server.kernel.matters import Matter
from server.kernel.parts import Part
from server.ledger import queries as ledger
from server.policies import queries as policies


@dataclass(frozen=True)
class Listed:
    """An item of the list in force, as a line may take it."""

    id: int
    code: str
    name: str
    matter: Matter | None
    is_lift: bool
    part: Part


@dataclass(frozen=True)
class Tree:
    """Everything about the schemes of one community, read together."""

    community_id: int
    places: Mapping[str, Place]
    voted: Voted
    limits: Limits
    #: The items of the list in force, in its order.
    listed: tuple[Listed, ...]
    #: By code: what the lists call the items that some line or vote names.
    known: Mapping[str, Known]
    by_node: Mapping[str, Scheme]
    versions: Mapping[str, tuple[VersionView, ...]]
    #: Nodes on which a next version is being written.
    drafted: frozenset[str]

    def place(self, node: str) -> Place:
        found = self.places.get(node)
        if found is None:
            raise NotFound
        return found

    def in_force(self, node: str) -> VersionView | None:
        return next((one for one in self.versions.get(node, ()) if one.state is State.IN_FORCE), None)

    def open_version(self, node: str) -> VersionView | None:
        """The one that waits for the reviewer, or rests."""
        return next((one for one in self.versions.get(node, ()) if one.state.is_open), None)

    @property
    def own(self) -> dict[str, tuple[Line, ...]]:
        """The lines in force, by node."""
        found = {node: self.in_force(node) for node in self.versions}
        return {node: view.lines for node, view in found.items() if view is not None}

    def holding(self, node: str) -> list[Held]:
        """What holds there, nearest first, in the order of the list."""
        held = schemes.holding(self.place(node).path, self.own, self.voted.votes, self._undone)
        return sorted(held, key=lambda one: one.line.item)

    @property
    def _undone(self) -> dict[str, set[str]]:
        """By node, the items in force that rested on a vote which decides nothing any more."""
        found = {node: self.in_force(node) for node in self.versions}
        return {
            node: {item for item, (ballot, _) in view.rests_on.items() if ballot in self.voted.undone}
            for node, view in found.items()
            if view is not None
        }

    def title(self, item: str) -> str:
        found = self.known.get(item)
        return found.title if found else item

    def part(self, item: str) -> Part:
        """What is answered for once it is done, as the list names it."""
        found = self.known.get(item)
        return found.part if found else Part.OTHER

    def why_not_confirm(self, view: VersionView, actor: str | None = None) -> list[Reason]:
        """What keeps a version from taking effect; empty means it may."""
        path, votes = view.place.path, self.voted.votes
        in_the_way = schemes.lines_in_the_way(view.lines, path, votes, self.known)
        unsigned = [self.title(item) for item in schemes.not_final(view.lines, path, votes)]
        ended = view.act.kind if view.act else ""
        return schemes.why_not_confirm(ended, view.row.drafters, actor, in_the_way, view.reopened, unsigned)

    def sources_for(self, node: str) -> list[Source]:
        """What a version there may rest on, the latest closed first."""
        place = self.place(node)
        return [source for source in self.voted.sources.values() if source.covers(place)]

    def told_cost(self, node: str, source_key: str) -> int | None:
        """The cost that a version of this node said people were told at that vote or survey; the first said it for all."""
        said = [
            (named.row.id, named.row.told_cost_fen)
            for view in self.versions.get(node, ())
            if view.state is not State.WITHDRAWN
            for named in view.named
            if named.key == source_key
        ]
        return min(said)[1] if said else None


def tree(community_id: int, now: datetime) -> Tree:
    """Raises NotFound where there is no such community."""
    where = ledger.place(community_id)
    if where is None:
        raise NotFound
    asked = voted(community_id, now)
    limits = _limits(where.division_path, now)
    found = sa.select(Scheme).where(Scheme.community_id == community_id)
    nodes, rows = places(community_id), {row.node: row for row in db.session.scalars(found)}
    stored = Stored.read([row.id for row in rows.values()])
    listed = tuple(
        Listed(row.id, row.code, row.name, row.matter, is_new_lift(row.subsidy_key), row.part)
        for row in catalogue.items(china_day(now), where.division_path)
    )
    older = (
        Listed(row.id, row.code, row.name, row.matter, is_new_lift(row.subsidy_key), row.part)
        for row in stored.listed.values()
    )
    known = {row.code: Known(row.name, row.matter, row.is_lift, row.part) for row in [*listed, *older]}
    views = {
        node: stored.views(
            row.id, nodes[node], asked, limits, {code: one.title for code, one in known.items()}
        )
        for node, row in rows.items()
        if node in nodes
    }
    drafted = db.session.scalars(
        sa.select(SchemeDraft.scheme_id).where(SchemeDraft.scheme_id.in_([row.id for row in rows.values()]))
    ).all()
    return Tree(
        community_id,
        nodes,
        asked,
        limits,
        listed,
        known,
        rows,
        views,
        frozenset(node for node, row in rows.items() if row.id in drafted),
    )


@dataclass(frozen=True)
class Versions:
    """How many versions of a community's schemes are not in effect yet, and how many came into effect."""

    open: int
    confirmed: int


_VERSIONS = (
    sa.select(
        sa.func.count().filter(SchemeAct.kind.is_(None)).label("open"),
        sa.func.count().filter(SchemeAct.kind == "confirmed").label("confirmed"),
    )
    .select_from(SchemeVersion)
    .join(Scheme, Scheme.id == SchemeVersion.scheme_id)
    .outerjoin(SchemeAct, SchemeAct.version_id == SchemeVersion.id)
    .where(Scheme.community_id == sa.bindparam("community_id"))
)


def versions_of(community_id: int) -> Versions:
    found = db.session.execute(_VERSIONS, {"community_id": community_id}).one()
    return Versions(found.open, found.confirmed)


def open_states(community_id: int, now: datetime) -> list[State]:
    """Of each version that waits for the reviewer or rests; nothing more is read where none does."""
    waiting = (
        sa.select(SchemeVersion.id)
        .join(Scheme, Scheme.id == SchemeVersion.scheme_id)
        .outerjoin(SchemeAct, SchemeAct.version_id == SchemeVersion.id)
        .where(Scheme.community_id == community_id, SchemeAct.version_id.is_(None))
    )
    if db.session.scalar(sa.select(waiting.exists())) is not True:
        return []
    of = tree(community_id, now)
    return [view.state for node in of.versions if (view := of.open_version(node)) is not None]


def version(version_id: int, community_id: int) -> SchemeVersion:
    """Raises NotFound where the community has none of this id."""
    row = db.session.scalar(
        sa.select(SchemeVersion)
        .join(Scheme, Scheme.id == SchemeVersion.scheme_id)
        .where(SchemeVersion.id == version_id, Scheme.community_id == community_id)
    )
    if row is None:
        raise NotFound
    return row


def view_of(of: Tree, row: SchemeVersion) -> VersionView:
    for views in of.versions.values():
        for view in views:
            if view.row.id == row.id:
                return view
    raise NotFound


def draft(scheme_id: int) -> SchemeDraft | None:
    return db.session.get(SchemeDraft, scheme_id)


def draft_lines(row: SchemeDraft) -> list[tuple[int, Line]]:
    """The lines of a draft with the ids of their items in the list."""
    listed = catalogue.items_by_ids([line["catalogue_item_id"] for line in row.lines])
    return [
        (
            line["catalogue_item_id"],
            Line(
                listed[line["catalogue_item_id"]].code,
                Take(line["take"]),
                Decimal(line["quantity"]),
                line["unit"],
                line["cost_fen"],
            ),
        )
        for line in row.lines
    ]


def _limits(division_path: str, now: datetime) -> Limits:
    held = policies.values_of([guard.ITEM_KEY, guard.COST_KEY], division_path, china_day(now))
    return Limits.of_percent(int(held[guard.ITEM_KEY]), int(held[guard.COST_KEY]))
