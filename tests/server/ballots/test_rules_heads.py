"""Who is one head: the same owners are one voice with all their area, and other owners are another."""

from dataclasses import dataclass, field
from decimal import Decimal

import pytest

from server.ballots.rules.heads import FrozenHead, document_of, freeze, motion_document, roll_of
from server.ledger.rules.words import OwnerKind

ZHANG, LI, DEVELOPER = 1, 2, 9


@dataclass
class Owned:
    """A flat as the ledger tells it."""

    flat_id: int
    owners: tuple[int, ...]
    area: Decimal | None = Decimal("60.00")
    representative_id: int | None = None
    holder: OwnerKind = OwnerKind.PERSON
    aliases: dict[int, int] = field(default_factory=dict)
    is_counted: bool = True
    building: str = "1"
    entrance: str = "2"

    @property
    def label(self) -> str:
        return f"1 栋 2 单元 {self.flat_id}"


def voices(*rows: Owned) -> list[tuple[str, tuple[int, ...], list[int], str]]:
    return [
        (head.name, head.owner_ids, [flat.flat_id for flat in head.flats], f"{head.area:.2f}")
        for head in freeze(rows)
    ]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param([], [], id="no-flat-no-head"),
        pytest.param(
            [Owned(12, (ZHANG,)), Owned(11, (ZHANG,), Decimal("40.50"))],
            [("h1", (ZHANG,), [11, 12], "100.50")],
            id="one-owner-of-two-flats-is-one-head-with-all-their-area",
        ),
        pytest.param(
            [Owned(number, (DEVELOPER,), holder=OwnerKind.DEVELOPER) for number in range(1, 21)],
            [("h1", (DEVELOPER,), list(range(1, 21)), "1200.00")],
            id="all-that-the-developer-did-not-sell-is-one-head",
        ),
        pytest.param(
            [Owned(1, (ZHANG,)), Owned(2, (ZHANG, LI))],
            [("h1", (ZHANG,), [1], "60.00"), ("h2", (ZHANG, LI), [2], "60.00")],
            id="zhang-and-zhang-with-li-are-two-heads",
        ),
        pytest.param(
            [Owned(1, (LI, ZHANG)), Owned(2, (ZHANG, LI)), Owned(3, (LI, ZHANG))],
            [("h1", (ZHANG, LI), [1, 2, 3], "180.00")],
            id="in-whatever-order-they-are-told",
        ),
        pytest.param(
            [Owned(1, (LI,)), Owned(2, (ZHANG,)), Owned(3, (LI,))],
            [("h1", (LI,), [1, 3], "120.00"), ("h2", (ZHANG,), [2], "60.00")],
            id="heads-are-numbered-by-their-first-flat",
        ),
        pytest.param(
            [Owned(1, (ZHANG,)), Owned(2, (ZHANG,), is_counted=False), Owned(3, (LI,), is_counted=False)],
            [("h1", (ZHANG,), [1], "60.00")],
            id="parking-adds-neither-head-nor-area",
        ),
        pytest.param([Owned(1, ()), Owned(2, (LI,))], [("h1", (LI,), [2], "60.00")], id="nobodys-flat-is-no-head"),
        pytest.param(
            [Owned(1, (ZHANG,), None), Owned(2, (ZHANG,))],
            [("h1", (ZHANG,), [2], "60.00")],
            id="a-flat-of-unknown-area-adds-none",
        ),
    ],
)  # fmt: skip
def test_the_same_owners_are_one_voice(rows, expected):
    assert voices(*rows) == expected


@pytest.mark.parametrize(
    ("named", "representative"),
    [
        pytest.param([None, None], None, id="nobody-is-registered"),
        pytest.param([LI, None], LI, id="for-one-of-the-flats"),
        pytest.param([LI, LI], LI, id="the-same-for-both"),
        pytest.param([LI, ZHANG], None, id="two-of-them-are-none"),
    ],
)
def test_a_head_has_at_most_one_representative(named, representative):
    (head,) = freeze(Owned(id_, (ZHANG, LI), representative_id=who) for id_, who in enumerate(named, 1))
    assert head.representative_id == representative


def test_a_head_keeps_who_holds_it_and_under_which_records_its_owners_are_known():
    (head,) = freeze(
        [
            Owned(1, (ZHANG, LI), holder=OwnerKind.WORK_UNIT, aliases={31: ZHANG}),
            Owned(2, (ZHANG, LI), holder=OwnerKind.WORK_UNIT, aliases={32: LI}),
        ]
    )
    assert head.holder == OwnerKind.WORK_UNIT.value
    assert head.aliases == {"31": ZHANG, "32": LI}


def test_the_roll_names_heads_and_flats_by_numbers_and_keeps_where_and_how_large():
    frozen = freeze([Owned(11, (ZHANG,)), Owned(12, (LI,), Decimal("40.5"), entrance="3")])
    roll = roll_of(frozen)
    assert roll.as_document() == [
        {"head": "h1", "flats": [{"id": "f11", "building": "1", "entrance": "2", "area": "60.00"}]},
        {"head": "h2", "flats": [{"id": "f12", "building": "1", "entrance": "3", "area": "40.50"}]},
    ]
    assert (roll.totals().heads, roll.totals().area) == (2, sum(head.area for head in frozen))


def test_a_head_without_flats_has_no_area():
    assert FrozenHead("h1", "person", (ZHANG,), None, ()).area == 0


TEXT = {
    "title": "改造",
    "intro": "请投票",
    "scope": "community",
    "precedence": "latest",
    "unreturned": "none",
    "may_change": True,
    "clause": "",
}


@pytest.mark.parametrize(
    ("told", "further"),
    [
        pytest.param({}, {}, id="an-old-text-that-says-nothing-of-agents"),
        pytest.param({"proxy_limit": 0}, {"proxy_limit": 0}, id="no-agents"),
        pytest.param({"proxy_limit": 3}, {"proxy_limit": 3}, id="three-principals-an-agent"),
        pytest.param({"clause": "第 9 条"}, {"clause": "第 9 条"}, id="a-clause"),
    ],
)
def test_the_document_says_of_agents_and_of_silence_what_the_notice_said(told, further):
    document = document_of(
        ballot_id=7, community="c1", text={**TEXT, **told}, motions=[{"id": "m1"}], opened_at="x"
    )
    plain = {key: value for key, value in TEXT.items() if key != "clause"}
    assert document == {
        **plain, "id": "b7", "community": "c1", "motions": [{"id": "m1"}], "opened_at": "x", **further
    }  # fmt: skip


MOTION = {
    "title": "外墙颜色",
    "kind": "approve",
    "description": "南面",
    "meanings": {"for": "刷"},
    "options": [],
    "matter": "other",
    "rule": None,
    "catalogue_item_id": None,
}
WRITTEN = {
    "id": "m2",
    "title": "外墙颜色",
    "kind": "approve",
    "description": "南面",
    "meanings": {"for": "刷"},
}


@pytest.mark.parametrize(
    ("told", "further"),
    [
        pytest.param({}, {"matter": "other"}, id="a-matter-of-the-law"),
        pytest.param(
            {"matter": None, "rule": {"basis": "x"}}, {"rule": {"basis": "x"}}, id="a-rule-of-its-own"
        ),
        pytest.param(
            {"kind": "choose_one", "options": ["米白", "浅灰"]},
            {"kind": "choose_one", "options": ["米白", "浅灰"], "matter": "other"},
            id="options",
        ),
        pytest.param(
            {"catalogue_item_id": 4}, {"matter": "other", "catalogue_item": "4"}, id="an-item-of-the-catalogue"
        ),
    ],
)  # fmt: skip
def test_a_motion_is_written_with_what_it_has_and_nothing_else(told, further):
    assert motion_document(2, {**MOTION, **told}) == {**WRITTEN, **further}
