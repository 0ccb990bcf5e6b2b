"""Who may be an agent, for what, and for how many."""

import pytest

from server.ballots.rules.proxies import (
    authorization_hash,
    check_agent,
    check_extent_free,
    check_limit,
    check_standing,
    checked_extent,
)
from server.kernel.errors import Invalid, Refused


@pytest.mark.parametrize(
    ("named", "extent"),
    [(["m2", "m1"], ["m1", "m2"]), (["m2"], ["m2"]), ([], None), (["m1", "m9"], None)],
)
def test_an_authorization_names_motions_that_are_asked(named, extent) -> None:
    if extent is not None:
        assert checked_extent(["m1", "m2"], named) == extent
        return
    with pytest.raises(Invalid):
        checked_extent(["m1", "m2"], named)


def code_of(act) -> str | None:
    try:
        act()
    except Refused as refusal:
        return refusal.code
    return None


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ((False, False, False), None),
        ((True, False, False), "property_staff"),
        ((False, True, False), "own_agent"),
        ((False, False, True), "is_owner"),
    ],
)
def test_who_is_no_agent(facts, code) -> None:
    names = ("is_property_staff", "is_clerk", "is_owner")
    assert code_of(lambda: check_agent(**dict(zip(names, facts, strict=True)))) == code


@pytest.mark.parametrize(
    ("principals", "limit", "code"),
    [(0, 1, None), (1, 1, "proxy_limit"), (2, 3, None), (3, 3, "proxy_limit"), (0, 0, "no_proxies")],
)
def test_an_agent_stands_for_as_many_as_the_notice_says(principals, limit, code) -> None:
    assert code_of(lambda: check_limit(principals, limit)) == code


@pytest.mark.parametrize(
    ("covered", "named", "code"), [([], ["m1"], None), (["m2"], ["m1"], None), (["m1"], ["m1"], "authorized")]
)
def test_no_motion_is_given_twice(covered, named, code) -> None:
    assert code_of(lambda: check_extent_free(covered, named)) == code


@pytest.mark.parametrize(
    ("is_revoked", "is_cast", "code"),
    [(False, False, None), (True, False, "revoked"), (False, True, "proxy_cast")],
)
def test_an_authorization_stands_until_it_is_revoked_or_cast(is_revoked, is_cast, code) -> None:
    assert code_of(lambda: check_standing(is_revoked=is_revoked, is_cast=is_cast)) == code


def test_the_hash_holds_every_part_of_an_authorization() -> None:
    parts = ("1", "h1", ["m1"], "aa", "bb")
    others = [
        ("2", *parts[1:]), ("1", "h2", *parts[2:]), ("1", "h1", ["m1", "m2"], "aa", "bb"),
        ("1", "h1", ["m1"], "ab", "bb"), ("1", "h1", ["m1"], "aa", "bc"),
    ]  # fmt: skip
    assert authorization_hash(*parts) == authorization_hash(*parts)
    assert len({authorization_hash(*one) for one in [parts, *others]}) == 6
