"""The rule a motion carries itself: what the committee may write, each side of each edge."""

import pytest

from server.ballots.rules.law import Base
from server.ballots.rules.own_rule import is_share, own_rule
from server.kernel.errors import Invalid


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("1/2", True),
        ("0/1", True),
        ("1/1", True),
        ("3/2", False),
        ("1/0", False),
        ("0.5", False),
        ("", False),
        ("-1/2", False),
        ("123456789/123456789", True),
        ("1234567890/1234567890", False),
        ("１/２", False),
    ],
)
def test_a_share_is_a_fraction_from_nothing_to_all(text: str, is_one: bool) -> None:
    assert is_share(text) is is_one


def test_what_was_written_stands_as_the_bundle_has_it() -> None:
    assert own_rule(" 《管理规约》第十二条 ", "1/2", "2/3", Base.ROLL, is_more=False) == {
        "basis": "《管理规约》第十二条",
        "quorum": {"of": "roll", "at_least": "1/2"},
        "approval": {"of": "roll", "at_least": "2/3"},
    }
    assert own_rule("规约", "", "1/2", Base.PARTICIPANTS, is_more=True) == {
        "basis": "规约",
        "quorum": None,
        "approval": {"of": "participants", "more_than": "1/2"},
    }


@pytest.mark.parametrize(
    ("basis", "quorum", "approval", "field"),
    [
        (" ", "", "1/2", "basis"),
        ("规约", "一半", "1/2", "quorum"),
        ("规约", "", "", "approval"),
        ("规约", "", "2/1", "approval"),
    ],
)
def test_what_is_missing_is_named(basis: str, quorum: str, approval: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        own_rule(basis, quorum, approval, Base.ROLL, is_more=True)
    assert list(refused.value.fields) == [field]


@pytest.mark.parametrize(
    ("quorum", "approval", "is_more", "field"),
    [
        pytest.param("", "0/3", False, "approval", id="passed-with-nobody-for-it"),
        pytest.param("", "0/3", True, None, id="passed-with-one-for-it"),
        pytest.param("", "1/1000", False, None, id="the-least-share-above-nothing"),
        pytest.param("", "1/1", True, "approval", id="more-than-all"),
        pytest.param("", "3/3", True, "approval", id="more-than-all-of-three"),
        pytest.param("", "1/1", False, None, id="all-of-them"),
        pytest.param("0/1", "1/2", True, "quorum", id="a-quorum-of-nobody"),
        pytest.param("1/1", "1/2", True, None, id="a-quorum-of-all"),
    ],
)
def test_what_nobody_has_to_be_for_or_all_cannot_reach_is_no_rule(
    quorum: str, approval: str, is_more: bool, field: str | None
) -> None:
    if field is None:
        assert own_rule("规约", quorum, approval, Base.PARTICIPANTS, is_more=is_more)
        return
    with pytest.raises(Invalid) as refused:
        own_rule("规约", quorum, approval, Base.PARTICIPANTS, is_more=is_more)
    assert list(refused.value.fields) == [field]
