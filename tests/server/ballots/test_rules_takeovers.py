"""A flat sold while the vote runs: when a sale is noted, and when it is an error of the roll instead."""

from datetime import date, timedelta

import pytest

from server.ballots.rules.takeovers import check_day, check_sale, left_out, takeover_hash
from server.kernel.errors import Invalid
from tests.server.ballots.refusing import code_of

SELLER, OTHER_SELLER, BUYER, OTHER_BUYER = 1, 2, 7, 8


@pytest.mark.parametrize(
    ("casters", "owners_now", "buyers", "code"),
    [
        pytest.param([SELLER], [[BUYER]], [BUYER], None, id="the-only-flat-is-sold"),
        pytest.param([SELLER], [[BUYER, OTHER_BUYER]], [OTHER_BUYER, BUYER], None, id="two-bought-it-together"),
        pytest.param([SELLER], [[BUYER], [OTHER_BUYER]], [BUYER], None, id="one-of-several-buyers-casts"),
        pytest.param([SELLER], [[BUYER], [SELLER]], [BUYER], "still_owner", id="one-flat-is-kept"),
        pytest.param(
            [SELLER, OTHER_SELLER],
            [[OTHER_SELLER, BUYER]],
            [OTHER_SELLER, BUYER],
            "still_owner",
            id="one-co-owner-keeps-a-part",
        ),
        pytest.param([SELLER], [[SELLER]], [BUYER], "still_owner", id="the-ledger-knows-of-no-sale"),
        pytest.param([SELLER], [[BUYER]], [], "invalid", id="no-buyer-is-named"),
        pytest.param([SELLER], [[BUYER]], [OTHER_BUYER], "invalid", id="the-ledger-has-another-buyer"),
        pytest.param([SELLER], [[BUYER, OTHER_BUYER]], [BUYER], "invalid", id="one-of-two-who-bought-together"),
        pytest.param([SELLER], [[BUYER], [OTHER_BUYER]], [BUYER, OTHER_BUYER], "invalid", id="strangers-together"),
        pytest.param([SELLER], [[]], [BUYER], "invalid", id="nobody-owns-it-now"),
        pytest.param([SELLER], [[]], [], "invalid", id="nobody-is-no-buyer-of-nobodys-flat"),
    ],
)  # fmt: skip
def test_the_owners_of_today_take_over_once_those_who_cast_own_nothing_of_the_head(
    casters, owners_now, buyers, code
):
    def noted() -> None:
        check_sale(casters=casters, owners_now=owners_now, buyers=buyers, is_waiting=False)

    assert code_of(noted) == code


def test_a_sale_that_waits_for_its_answer_is_not_noted_again():
    def noted() -> None:
        check_sale(casters=[SELLER], owners_now=[[BUYER]], buyers=[BUYER], is_waiting=True)

    assert code_of(noted) == "takeover_waits"


OPENED, TODAY = date(2026, 3, 2), date(2026, 3, 9)
DAY = timedelta(days=1)


@pytest.mark.parametrize("sold_on", [OPENED, OPENED + DAY, TODAY])
def test_a_sale_from_the_day_of_the_opening_until_today_is_noted(sold_on):
    assert code_of(lambda: check_day(sold_on, opened_on=OPENED, today=TODAY)) is None


@pytest.mark.parametrize(
    ("sold_on", "sentence"),
    [
        pytest.param(OPENED - DAY, "请用“更正名册”", id="the-day-before-the-opening"),
        pytest.param(TODAY + DAY, "过户以后再登记", id="tomorrow"),
    ],
)
def test_a_sale_on_another_day_says_what_to_do_instead(sold_on, sentence):
    with pytest.raises(Invalid, match=sentence) as refusal:
        check_day(sold_on, opened_on=OPENED, today=TODAY)
    assert refusal.value.fields.keys() == {"sold_on"}


@pytest.mark.parametrize(
    ("casters", "before", "after", "is_out"),
    [
        pytest.param([SELLER], [SELLER], [BUYER], True, id="sold"),
        pytest.param([SELLER, OTHER_SELLER], [SELLER, OTHER_SELLER], [SELLER], True, id="one-of-two-sold"),
        pytest.param([SELLER], [SELLER], [SELLER, BUYER], False, id="another-came-beside"),
        pytest.param([SELLER], [BUYER], [OTHER_BUYER], False, id="owned-nothing-before"),
        pytest.param([SELLER], [SELLER, BUYER], [SELLER], False, id="somebody-left-who-does-not-cast"),
    ],
)
def test_whoever_casts_is_left_out_when_the_ledger_takes_their_last_flat_of_the_head(
    casters, before, after, is_out
):
    assert left_out(casters, before, after) is is_out


def test_the_hash_holds_every_part_of_a_sale():
    parts = ("1", "h1", [BUYER], OPENED, "aa")
    others = [
        ("2", *parts[1:]), ("1", "h2", *parts[2:]), ("1", "h1", [OTHER_BUYER], OPENED, "aa"),
        ("1", "h1", [BUYER, OTHER_BUYER], OPENED, "aa"), ("1", "h1", [BUYER], TODAY, "aa"),
        ("1", "h1", [BUYER], OPENED, "ab"),
    ]  # fmt: skip
    assert takeover_hash(*parts) == takeover_hash(*parts)
    assert len({takeover_hash(*one) for one in [parts, *others]}) == 7
