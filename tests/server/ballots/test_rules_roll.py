"""The roll: nobody and no flat twice, exact totals, scopes in order."""

from decimal import Decimal

import pytest

from server.ballots.rules.roll import Flat, Head, Roll, RollFault, Totals, in_order, scope_name, scope_name_zh
from server.kernel.places import ScopeKind

A = Flat("f1", "1", "1", Decimal("67.70"))
B = Flat("f2", "1", "2", Decimal("50.00"))
C = Flat("f3", "2", "1", Decimal("0.01"))


def roll() -> Roll:
    return Roll.of([Head("o1", (A, C)), Head("o2", (B,))])


def test_totals_are_exact() -> None:
    assert roll().totals() == Totals(2, Decimal("117.71"))


def test_a_roll_is_written_as_the_bundle_has_it_and_read_back() -> None:
    document = roll().as_document()
    assert document[0]["flats"][0] == {"id": "f1", "building": "1", "entrance": "1", "area": "67.70"}
    assert Roll.from_document(document) == roll()


@pytest.mark.parametrize(
    "heads",
    [
        pytest.param([Head("o1", (A,)), Head("o1", (B,))], id="a-head-twice"),
        pytest.param([Head("o1", (A,)), Head("o2", (A,))], id="a-flat-on-two-heads"),
        pytest.param([Head("o1", (A, A))], id="a-flat-twice-on-one-head"),
        pytest.param([Head("o1", ())], id="a-head-without-flats"),
    ],
)
def test_a_roll_that_cannot_be_is_refused(heads: list[Head]) -> None:
    with pytest.raises(RollFault):
        Roll.of(heads)


def test_a_flat_without_area_is_refused() -> None:
    with pytest.raises(RollFault, match="no area"):
        Flat.from_document({**A.as_document(), "area": "0.00"})


def test_replacing_flats_adds_changes_and_removes_heads() -> None:
    changed = roll()
    changed.replace("o2", ())
    assert "o2" not in changed
    changed.replace("o3", (B,))
    changed.replace("o1", (C,))
    changed.replace("o3", (B, A))
    assert {name: head.flats for name, head in changed.heads.items()} == {"o3": (B, A), "o1": (C,)}


@pytest.mark.parametrize(("head", "flats"), [("o9", ()), ("o2", (B, A)), ("o2", (B, B)), ("o9", (C,))])
def test_a_refused_replacement_changes_nothing(head: str, flats: tuple[Flat, ...]) -> None:
    changed = roll()
    with pytest.raises(RollFault):
        changed.replace(head, flats)
    assert changed == roll()
    changed.replace("o2", ())  # and what was refused left no trace
    changed.replace("o9", (B,))


def test_a_copy_is_apart() -> None:
    frozen = roll()
    frozen.copy().replace("o1", ())
    assert "o1" in frozen


@pytest.mark.parametrize(
    ("scope", "shares"),
    [
        (ScopeKind.COMMUNITY, {(): {"o1": Decimal("67.71"), "o2": Decimal("50.00")}}),
        (
            ScopeKind.BUILDING,
            {("1",): {"o1": Decimal("67.70"), "o2": Decimal("50.00")}, ("2",): {"o1": Decimal("0.01")}},
        ),
        (
            ScopeKind.ENTRANCE,
            {
                ("1", "1"): {"o1": Decimal("67.70")},
                ("2", "1"): {"o1": Decimal("0.01")},
                ("1", "2"): {"o2": Decimal("50.00")},
            },
        ),
    ],
)
def test_a_head_has_a_share_in_every_scope_where_it_has_a_flat(scope: ScopeKind, shares: object) -> None:
    assert roll().shares(scope) == shares


def test_scopes_have_their_names() -> None:
    assert [scope_name(spot) for spot in ((), ("1",), ("1", "2"))] == [
        "community",
        "building 1",
        "building 1 entrance 2",
    ]
    assert [scope_name_zh(spot) for spot in ((), ("1",), ("1", "2"))] == ["全小区", "1 栋", "1 栋 2 单元"]


def test_scopes_are_in_order_of_numbers_then_of_names() -> None:
    spots = [("甲",), ("10",), ("2",), ("1",), ("01",), ("A",), ("１",), ("9" * 5000,)]
    expected = [("01",), ("1",), ("2",), ("10",), ("9" * 5000,), ("A",), ("甲",), ("１",)]
    assert in_order(spots) == expected
    assert in_order([("2", "1"), ("1", "10"), ("1", "9")]) == [("1", "9"), ("1", "10"), ("2", "1")]
