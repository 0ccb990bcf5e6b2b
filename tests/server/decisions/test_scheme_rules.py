"""The tree of schemes: nearest line first, what a vote keeps out, what changed, where a version stands."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.decisions.rules.outcome import Outcome
from server.decisions.rules.schemes import (
    ROOT,
    Change,
    Known,
    Line,
    Node,
    State,
    Take,
    Vote,
    changes,
    holding,
    lines_in_the_way,
    not_final,
    state,
    total_cost,
    vote_on,
    why_not_adopt,
    why_not_confirm,
)
from server.kernel.errors import Reason
from server.kernel.matters import Matter
from server.kernel.places import ScopeKind

CLOSED = datetime(2026, 3, 31, 10, tzinfo=UTC)
LATER = CLOSED + timedelta(days=30)
FIRST, SECOND = (ROOT, "b1", "e1"), (ROOT, "b1", "e2")


def vote(item: str, outcome: Outcome, node: str = ROOT, at: datetime = CLOSED, **facts: object) -> Vote:
    return Vote(item, node, outcome, at, ballot_id=1, **facts)  # type: ignore[arg-type]


def held(
    path: Sequence[str], own: Mapping[str, Sequence[Line]], votes: Sequence[Vote] = ()
) -> dict[str, tuple[str, bool]]:
    return {one.line.item: (one.node, one.holds) for one in holding(path, own, votes)}


@pytest.mark.parametrize(
    ("own", "votes", "holds"),
    [
        pytest.param(Line("B06"), [], False, id="nothing-carries-it"),
        pytest.param(Line("B06"), [("B06", Outcome.ADOPTED)], True, id="voted-again"),
        pytest.param(Line("B06"), [("B06", Outcome.NO_QUORUM)], False, id="voted-again-and-nothing-decided"),
        pytest.param(Line("B06"), [("B06", Outcome.REJECTED)], False, id="rejected-now"),
        pytest.param(Line("B11"), [], True, id="another-item"),
    ],
)
def test_what_rested_on_a_vote_that_is_undone_holds_no_more(own, votes, holds) -> None:
    found = holding(FIRST, {ROOT: (own,)}, [vote(*one) for one in votes], {ROOT: {"B06"}})
    assert [one.holds for one in found] == [holds]
    assert [one.is_undone for one in found] == [
        not holds and not any(o is Outcome.REJECTED for _, o in votes)
    ]


@pytest.mark.parametrize(
    ("node", "path"),
    [
        (Node(ScopeKind.COMMUNITY), (ROOT,)),
        (Node(ScopeKind.BUILDING, 1), (ROOT, "b1")),
        (Node(ScopeKind.ENTRANCE, 1, 2), (ROOT, "b1", "e2")),
    ],
)
def test_a_node_knows_the_way_down_to_it(node: Node, path: tuple[str, ...]) -> None:
    assert node.path == path
    assert node.key == path[-1]


def test_an_item_is_adopted_for_one_entrance_and_not_for_its_neighbour() -> None:
    own = {ROOT: [Line("B06")], "e1": [Line("W02")]}
    assert held(FIRST, own) == {"B06": (ROOT, True), "W02": ("e1", True)}
    assert held(SECOND, own) == {"B06": (ROOT, True)}


def test_an_entrance_that_leaves_an_item_out_leaves_it_to_its_neighbours() -> None:
    own = {ROOT: [Line("B06")], "e1": [Line("B06", Take.LEAVE)]}
    assert held(FIRST, own) == {"B06": ("e1", False)}
    assert held(SECOND, own) == {"B06": (ROOT, True)}


def test_the_nearest_line_holds_with_its_own_figures() -> None:
    own = {ROOT: [Line("B06", cost_fen=1)], "b1": [Line("B06", cost_fen=2)], "e1": [Line("B06", cost_fen=3)]}
    assert [one.line.cost_fen for one in holding(FIRST, own)] == [3]
    assert [one.line.cost_fen for one in holding(SECOND, own)] == [2]
    assert [one.line.cost_fen for one in holding((ROOT, "b9"), own)] == [1]


@pytest.mark.parametrize(
    ("outcome", "holds"),
    [
        pytest.param(Outcome.ADOPTED, True, id="adopted"),
        pytest.param(Outcome.REJECTED, False, id="rejected"),
        pytest.param(Outcome.BLOCKED, False, id="held-back"),
        pytest.param(Outcome.NO_QUORUM, True, id="nothing-decided"),
        pytest.param(Outcome.VOID, True, id="void"),
    ],
)
def test_what_an_entrance_rejected_does_not_come_down_from_above(outcome: Outcome, holds: bool) -> None:
    votes = [vote("B06", Outcome.ADOPTED), vote("B06", outcome, "e1")]
    assert held(FIRST, {ROOT: [Line("B06")]}, votes) == {"B06": (ROOT, holds)}
    assert held(SECOND, {ROOT: [Line("B06")]}, votes) == {"B06": (ROOT, True)}


def test_a_line_of_its_own_is_told_apart_from_an_inherited_one() -> None:
    own = {ROOT: [Line("B06")], "e1": [Line("W02")]}
    assert [(one.line.item, one.is_own) for one in holding(FIRST, own)] == [("B06", False), ("W02", True)]


def test_of_two_votes_in_one_scope_the_latest_closed_decides() -> None:
    votes = [vote("W02", Outcome.ADOPTED, "e1", LATER), vote("W02", Outcome.REJECTED, "e1")]
    found = vote_on("W02", FIRST, votes)
    assert found is not None and found.outcome is Outcome.ADOPTED


def test_the_nearest_scope_decides_before_a_later_wider_one() -> None:
    votes = [vote("W02", Outcome.REJECTED, "e1"), vote("W02", Outcome.ADOPTED, ROOT, LATER)]
    found = vote_on("W02", FIRST, votes)
    assert found is not None and found.outcome is Outcome.REJECTED
    assert vote_on("W02", SECOND, votes) == votes[1]
    assert vote_on("B06", FIRST, votes) is None


@pytest.mark.parametrize(
    ("votes", "matter", "code"),
    [
        pytest.param([vote("W02", Outcome.ADOPTED)], Matter.REBUILD, None, id="passed"),
        pytest.param([vote("W02", Outcome.REJECTED)], Matter.REBUILD, "rejected", id="rejected"),
        pytest.param([vote("W02", Outcome.BLOCKED)], Matter.REBUILD, "blocked", id="held-back"),
        pytest.param([], Matter.REBUILD, "not_voted", id="special-and-never-voted"),
        pytest.param(
            [vote("W02", Outcome.NO_QUORUM)], Matter.CHANGE_USE, "not_voted", id="too-few-took-part"
        ),
        pytest.param([], Matter.OTHER, None, id="ordinary-and-never-voted"),
        pytest.param([], None, None, id="nothing-to-vote-on"),
        pytest.param([vote("W02", Outcome.REJECTED)], Matter.OTHER, "rejected", id="ordinary-and-rejected"),
        pytest.param(
            [vote("W02", Outcome.REJECTED), vote("W02", Outcome.ADOPTED, "e1")],
            Matter.REBUILD,
            None,
            id="rejected-by-all-but-passed-here",
        ),
    ],
)
def test_what_may_be_adopted(votes: list[Vote], matter: Matter | None, code: str | None) -> None:
    reasons = why_not_adopt("W02", "加装电梯", FIRST, votes, matter)
    assert [one.code for one in reasons] == ([code] if code else [])


def test_what_is_missing_is_named() -> None:
    held_back = vote("W02", Outcome.BLOCKED, missing=("1 栋 1 单元 101 的同意（还没同意）",))
    (reason,) = why_not_adopt("W02", "加装电梯", FIRST, [held_back], Matter.REBUILD)
    assert "101 的同意" in reason.message


def test_a_passed_vote_without_a_signed_decision_is_not_final() -> None:
    votes = [
        vote("A", Outcome.ADOPTED),
        vote("B", Outcome.ADOPTED, is_final=True),
        vote("C", Outcome.REJECTED),
    ]
    lines = [Line("A"), Line("B"), Line("C"), Line("D"), Line("A", Take.LEAVE)]
    assert not_final(lines, (ROOT,), votes) == ["A"]


KNOWN = {"A": Known("甲"), "W02": Known("加装电梯", Matter.REBUILD)}


def test_of_the_adopted_lines_each_is_asked_for() -> None:
    lines = [Line("A"), Line("W02")]
    assert [one.code for one in lines_in_the_way(lines, FIRST, [], KNOWN)] == ["not_voted"]
    assert lines_in_the_way([Line("W02", Take.LEAVE)], FIRST, [], KNOWN) == []


@pytest.mark.parametrize(
    ("ended", "actor", "in_the_way", "reopened", "unsigned", "codes"),
    [
        pytest.param("", "staff:2", [], [], [], [], id="another-person-may"),
        pytest.param("", None, [], [], [], [], id="anyone-may"),
        pytest.param("", "staff:1", [], [], [], ["own_work"], id="who-wrote-it-may-not"),
        pytest.param("confirmed", "staff:2", [], [], [], ["ended"], id="confirmed-already"),
        pytest.param("", "staff:2", [Reason("rejected", "")], [], [], ["rejected"], id="rejected"),
        pytest.param("", "staff:2", [], [Reason("items_changed", "")], [], ["items_changed"], id="reopened"),
        pytest.param("", "staff:2", [], [], ["甲"], ["not_final"], id="not-signed"),
    ],
)
def test_what_keeps_a_version_from_taking_effect(
    ended: str,
    actor: str | None,
    in_the_way: list[Reason],
    reopened: list[Reason],
    unsigned: list[str],
    codes: list[str],
) -> None:
    found = why_not_confirm(ended, ["staff:1"], actor, in_the_way, reopened, unsigned)
    assert [one.code for one in found] == codes


def test_only_what_is_adopted_costs() -> None:
    assert total_cost([Line("A", cost_fen=5), Line("B", Take.LEAVE, cost_fen=7)]) == 5
    assert total_cost([]) == 0


def test_changes_name_what_came_what_went_and_what_is_otherwise() -> None:
    before = [Line("A"), Line("B", cost_fen=1), Line("C")]
    after = [Line("B", cost_fen=2), Line("A"), Line("D")]
    assert changes(before, after) == [
        Change("B", Line("B", cost_fen=1), Line("B", cost_fen=2)),
        Change("D", None, Line("D")),
        Change("C", Line("C"), None),
    ]
    assert changes(before, before) == []


@pytest.mark.parametrize(
    ("ended", "newest", "reopened", "expected"),
    [
        ("", False, False, State.WAITING),
        ("", False, True, State.RESTING),
        ("confirmed", True, True, State.IN_FORCE),
        ("confirmed", False, False, State.REPLACED),
        ("withdrawn", False, True, State.WITHDRAWN),
    ],
)
def test_where_a_version_stands(ended: str, newest: bool, reopened: bool, expected: State) -> None:
    found = state(ended, is_newest_confirmed=newest, is_reopened=reopened)
    assert found is expected
    assert found.is_open == (not ended)
    assert found.name_zh and found.tone


def test_every_take_has_its_word() -> None:
    assert [take.name_zh for take in Take] == ["采用", "这里不做"]


# ------------------------------------------------------------------ laws of the tree

ITEMS = st.sampled_from(["A", "B", "C"])
LINES = st.lists(
    st.builds(Line, ITEMS, st.sampled_from(Take), cost_fen=st.integers(0, 9)),
    max_size=3,
    unique_by=lambda line: line.item,
)
NODES = [ROOT, "b1", "b2", "e1", "e2", "e3"]
PATHS = [FIRST, SECOND, (ROOT, "b2", "e3"), (ROOT, "b1"), (ROOT, "b2"), (ROOT,)]
TREES = st.fixed_dictionaries(dict.fromkeys(NODES, LINES))
VOTES = st.lists(
    st.builds(
        vote,
        ITEMS,
        st.sampled_from(Outcome),
        st.sampled_from(NODES),
        st.sampled_from([CLOSED, LATER]),
    ),
    max_size=4,
)


@given(TREES, VOTES, st.sampled_from(PATHS), st.sampled_from(NODES), LINES)
def test_a_change_at_a_node_touches_only_what_lies_under_it(
    tree: dict[str, list[Line]], votes: list[Vote], path: tuple[str, ...], node: str, lines: list[Line]
) -> None:
    if node not in path:
        assert holding(path, tree, votes) == holding(path, {**tree, node: lines}, votes)


@given(TREES, VOTES, st.sampled_from(PATHS))
def test_a_node_without_lines_or_votes_of_its_own_holds_what_its_parent_holds(
    tree: dict[str, list[Line]], votes: list[Vote], path: tuple[str, ...]
) -> None:
    if len(path) > 1:
        bare = {**tree, path[-1]: []}
        wider = [one for one in votes if one.node != path[-1]]
        below = [(one.line, one.node, one.against) for one in holding(path, bare, wider)]
        assert below == [(one.line, one.node, one.against) for one in holding(path[:-1], bare, wider)]


@given(TREES, st.sampled_from(PATHS))
def test_the_nearest_line_of_each_item_holds(tree: dict[str, list[Line]], path: tuple[str, ...]) -> None:
    for one in holding(path, tree):
        nearest = next(
            node for node in reversed(path) if any(line.item == one.line.item for line in tree[node])
        )
        assert one.node == nearest and one.line in tree[nearest]
    assert {one.line.item for one in holding(path, tree)} == {
        line.item for node in path for line in tree[node]
    }
