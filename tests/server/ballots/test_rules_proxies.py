"""Who may be an agent, for what, for how many, and who takes an authorization onto their telephone."""

from datetime import UTC, datetime, timedelta

import pytest

from server.ballots.rules.casting import CastAs, EarlierVote
from server.ballots.rules.proxies import (
    authorization_hash,
    authorization_text,
    check_agent,
    check_claim,
    check_extent_free,
    check_limit,
    check_not_sold,
    check_principal_silent,
    check_standing,
    check_vouched,
    checked_extent,
    ended_by_sale,
    own_votes,
)
from server.kernel.errors import Invalid
from tests.server.ballots.refusing import code_of


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
    ("is_revoked", "is_cast", "is_sold", "code"),
    [
        (False, False, False, None),
        (True, False, False, "revoked"),
        (False, True, False, "proxy_cast"),
        (False, False, True, "sold"),
        (False, True, True, "proxy_cast"),
        (True, False, True, "revoked"),
    ],
)
def test_an_authorization_stands_until_it_is_revoked_cast_or_its_home_sold(
    is_revoked, is_cast, is_sold, code
) -> None:
    facts = {"is_revoked": is_revoked, "is_cast": is_cast, "is_sold": is_sold}
    assert code_of(lambda: check_standing(**facts)) == code


def test_the_hash_holds_every_part_of_an_authorization() -> None:
    parts = ("1", "h1", ["m1"], "aa", "bb")
    others = [
        ("2", *parts[1:]), ("1", "h2", *parts[2:]), ("1", "h1", ["m1", "m2"], "aa", "bb"),
        ("1", "h1", ["m1"], "ab", "bb"), ("1", "h1", ["m1"], "aa", "bc"),
    ]  # fmt: skip
    assert authorization_hash(*parts) == authorization_hash(*parts)
    assert len({authorization_hash(*one) for one in [parts, *others]}) == 6


@pytest.mark.parametrize(
    ("is_known", "fits", "claimed_by", "code"),
    [
        pytest.param(True, True, None, None, id="the-agent-it-names"),
        pytest.param(True, True, "resident:1", None, id="the-same-person-again"),
        pytest.param(True, True, "resident:2", "claimed", id="another-has-it"),
        pytest.param(False, False, None, "no_such_code", id="no-such-code"),
        pytest.param(False, True, None, "no_such_code", id="no-code-to-fit"),
        pytest.param(True, False, None, "no_such_code", id="not-whom-it-names"),
        pytest.param(True, False, "resident:2", "no_such_code", id="a-stranger-learns-not-that-it-is-taken"),
    ],
)
def test_an_authorization_is_claimed_once_by_the_agent_it_names(is_known, fits, claimed_by, code) -> None:
    def claimed() -> None:
        check_claim(is_known=is_known, fits=fits, claimed_by=claimed_by, by="resident:1")

    assert code_of(claimed) == code


@pytest.mark.parametrize(
    ("by", "is_claimed", "code"),
    [
        pytest.param("staff:2", False, None, id="another-person"),
        pytest.param("staff:1", False, "own_registration", id="who-registered-it"),
        pytest.param("staff:2", True, "claimed", id="the-agent-has-it-already"),
        pytest.param("staff:1", True, "own_registration", id="both"),
    ],
)
def test_a_code_comes_from_another_person_than_who_registered(by, is_claimed, code) -> None:
    assert code_of(lambda: check_vouched(registered_by="staff:1", by=by, is_claimed=is_claimed)) == code


@pytest.mark.parametrize(("has_own_vote", "code"), [(False, None), (True, "principal_voted")])
def test_whoever_voted_in_person_has_no_agent_any_more(has_own_vote, code) -> None:
    assert code_of(lambda: check_principal_silent(has_own_vote)) == code


def test_an_authorization_names_matter_principal_agent_extent_and_end() -> None:
    text = authorization_text(
        title="换门禁",
        ballot="b7",
        homes=["1 栋 101", "2 栋 202"],
        agent="李四",
        phone="13800000000",
        motions=["第 1 项：门禁", "第 3 项：颜色"],
        at="2026 年 3 月 2 日 12:00",
    )
    assert text.splitlines() == [
        "投票授权书",
        "投票：换门禁（编号 b7）",
        "委托人：1 栋 101、2 栋 202 的业主，在手机上核实过身份，本人确认",
        "受托人：李四，手机 13800000000",
        "委托事项：代为投票，只限下面各项",
        "  第 1 项：门禁",
        "  第 3 项：颜色",
        "期限：到本次投票截止。投出以前随时可以撤回。",
        "确认时间：2026 年 3 月 2 日 12:00",
    ]
    assert text.endswith("\n")


NOTED = datetime(2026, 3, 20, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("registered_at", "taken_over_at", "is_ended"),
    [
        pytest.param(NOTED, None, False, id="nothing-was-sold"),
        pytest.param(NOTED - timedelta(microseconds=1), NOTED, True, id="granted-by-the-seller"),
        pytest.param(NOTED + timedelta(microseconds=1), NOTED, False, id="granted-by-the-buyer"),
    ],
)
def test_what_the_seller_granted_goes_with_the_sale(registered_at, taken_over_at, is_ended) -> None:
    assert ended_by_sale(registered_at, taken_over_at) is is_ended


@pytest.mark.parametrize(
    ("casters", "owners", "code"),
    [
        pytest.param({1}, [1], None, id="the-principal-owns-it"),
        pytest.param({1, 2}, [2, 3], None, id="one-of-them-still-owns-a-flat"),
        pytest.param({1}, [3], "sold", id="another-owns-it"),
        pytest.param({1}, [], None, id="the-ledger-knows-of-no-owner"),
    ],
)
def test_an_agent_has_no_more_than_the_principal(casters, owners, code) -> None:
    assert code_of(lambda: check_not_sold(casters, owners)) == code


REPRESENTATIVE, CO_OWNER = CastAs.REPRESENTATIVE.value, CastAs.CO_OWNER.value


@pytest.mark.parametrize(
    ("standing", "by_agents", "by_representative", "in_person"),
    [
        pytest.param([], set(), False, [], id="nobody-voted"),
        pytest.param([EarlierVote(1, None)], set(), False, [1], id="the-principal-did"),
        pytest.param([EarlierVote(1, None)], {1}, False, [], id="another-agent-did"),
        pytest.param([EarlierVote(1, CO_OWNER)], set(), True, [], id="a-co-owner-before-the-representative"),
        pytest.param([EarlierVote(1, REPRESENTATIVE)], set(), True, [1], id="the-representative-did"),
        pytest.param([EarlierVote(1, CO_OWNER)], set(), False, [1], id="a-co-owner-for-the-co-owners"),
        pytest.param([EarlierVote(1, None)], set(), True, [1], id="before-anybody-was-registered"),
    ],
)
def test_by_whose_votes_an_authorization_is_taken_back(
    standing, by_agents, by_representative, in_person
) -> None:
    found = own_votes(standing, by_agents, by_representative=by_representative)
    assert [vote.seq for vote in found] == in_person
