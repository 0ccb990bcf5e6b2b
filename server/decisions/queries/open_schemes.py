"""What anyone may read of a community's schemes: what is built where, the vote it rests on, what changed since, and of each
lift how far it is. Counts, offices and rooms of the house only: never who objected, who consented, or what they said."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from server.ballots import queries as ballots
from server.decisions.models import Drawing
from server.decisions.queries.drawings import drawings
from server.decisions.queries.lifts import LiftView, lift_views
from server.decisions.queries.places import Place
from server.decisions.queries.scheme_views import VersionView
from server.decisions.queries.schemes import Tree, tree, versions_of
from server.decisions.rules import schemes
from server.decisions.rules.drawings import DrawingState
from server.decisions.rules.lifts import missing_counts
from server.decisions.rules.outcome import Outcome
from server.decisions.rules.schemes import ROOT, Held, Line, State, Vote, vote_on
from server.kernel.errors import Reason


@dataclass(frozen=True)
class OpenLine:
    """One item as it stands at a place, with the vote that decides it there."""

    title: str
    line: Line
    holds: bool
    #: Whose scheme says so: the place itself, or one above it.
    of: Place
    is_own: bool
    #: The vote that decides it there; None where it needed none.
    vote: Vote | None
    vote_title: str
    #: It needed one, and that decides nothing any more.
    is_undone: bool


@dataclass(frozen=True)
class OpenChange:
    """A version that took the place of another, with what became otherwise."""

    number: int
    confirmed_at: datetime
    drawn_by: str
    reason: str
    cost_fen: int
    #: Title, before and after.
    items: tuple[tuple[str, Line | None, Line | None], ...]


@dataclass(frozen=True)
class OpenLift:
    """A lift that the owners of an entrance voted on, and in counts what is missing before it may be built."""

    outcome: Outcome
    ballot_id: int
    closes_at: datetime
    #: Empty where nothing is.
    missing: str
    #: Of the plan in force; None where none was entered.
    cost_fen: int | None
    #: By floor.
    parts: Mapping[int, int]
    upkeep: str


@dataclass(frozen=True)
class OpenScheme:
    """One place of the tree."""

    place: Place
    above: tuple[Place, ...]
    #: Places below that have a scheme or a lift of their own.
    below: tuple[Place, ...]
    lines: tuple[OpenLine, ...]
    #: The newest first; the first version changed nothing and is not among them.
    changes: tuple[OpenChange, ...]
    in_force: VersionView | None
    #: What keeps a version from taking effect until people were asked anew.
    resting: tuple[Reason, ...]
    lift: OpenLift | None
    #: Of the community's one drawing set: the version in force and those before it, the newest first.
    drawings: tuple[Drawing, ...]

    @property
    def cost_fen(self) -> int:
        """Of its own scheme: what comes from above is for the whole of that place."""
        return sum(one.line.cost_fen for one in self.lines if one.holds and one.is_own)


def has_open_scheme(community_id: int) -> bool:
    """Whether anything of it was ever confirmed: what the public page may point to."""
    return versions_of(community_id).confirmed > 0


def open_scheme(community_id: int, node: str, now: datetime) -> OpenScheme:
    """Raises NotFound where the community has no such place."""
    of = tree(community_id, now)
    place, found = of.place(node), {view.row.entrance_id: view for view in lift_views(community_id)}
    lifts = {
        key: lift
        for key, one in of.places.items()
        if (view := found.get(one.node.entrance_id or 0)) is not None
        and (lift := _lift(of, one, view)) is not None
    }
    titles = {one.id: one.title for one in ballots.ballots_of(community_id)}
    waiting = of.open_version(node)
    return OpenScheme(
        place,
        tuple(of.place(key) for key in place.path[:-1]),
        tuple(_below(of, place, lifts)),
        tuple(_line(of, place, held, titles) for held in of.holding(node)),
        tuple(_changes(of, node)),
        of.in_force(node),
        waiting.reopened if waiting is not None and waiting.state is State.RESTING else (),
        lifts.get(node),
        tuple(_sheets(community_id)) if node == ROOT else (),
    )


def _line(of: Tree, place: Place, held: Held, titles: Mapping[int, str]) -> OpenLine:
    vote = held.against or vote_on(held.line.item, place.path, of.voted.votes)
    title = titles.get(vote.ballot_id, "") if vote else ""
    return OpenLine(
        of.title(held.line.item),
        held.line,
        held.holds,
        of.place(held.node),
        held.is_own,
        vote,
        title,
        held.is_undone,
    )


def _below(of: Tree, place: Place, lifts: Collection[str]) -> Iterable[Place]:
    """In the order of the tree; those that say nothing of their own are left out."""
    own = {node for node in of.versions if of.in_force(node)} | set(lifts)
    return (one for one in of.places.values() if one.key in own and place.key in one.path[:-1])


def _changes(of: Tree, node: str) -> Iterable[OpenChange]:
    done = [
        (view, view.act)
        for view in of.versions.get(node, ())
        if view.act is not None and view.state in {State.IN_FORCE, State.REPLACED}
    ]
    for (before, _), (view, act) in reversed(list(pairwise(done))):
        yield OpenChange(
            view.row.number,
            act.acted_at,
            view.row.drawn_by,
            view.row.reason,
            view.cost_fen,
            tuple(
                (of.title(one.item), one.before, one.after)
                for one in schemes.changes(before.lines, view.lines)
            ),
        )


def _lift(of: Tree, place: Place, view: LiftView) -> OpenLift | None:
    """None before the count: until then it is between the owners and the committee."""
    known = (vote_on(item, place.path, of.voted.votes) for item, one in of.known.items() if one.is_lift)
    vote = next((one for one in known if one is not None), None)
    if vote is None:
        return None
    plan = (view.plan.plan if view.plan else None) or {}
    return OpenLift(
        vote.outcome,
        vote.ballot_id,
        vote.closes_at,
        missing_counts(len(view.case.missing_consents), len(view.case.open_objections)),
        plan.get("cost_fen"),
        {int(floor): int(parts) for floor, parts in plan.get("parts", {}).items()},
        plan.get("upkeep", ""),
    )


def _sheets(community_id: int) -> Iterable[Drawing]:
    kept = {DrawingState.IN_FORCE, DrawingState.REPLACED}
    return (view.row for view in drawings(community_id) if view.state in kept)
