"""Who may cast for a head, what an online vote has to answer, and which earlier vote stands in its way."""

from datetime import UTC, datetime, timedelta

import pytest

from server.ballots.rules.casting import (
    AskedMotion,
    CastAs,
    Channel,
    EarlierVote,
    HeadOnRoll,
    cast_as,
    check_change,
    check_on_roll,
    check_open,
    full_choices,
    may_cast,
    superseded_by,
)
from server.kernel.errors import Invalid, Refused
from tests.server.ballots.refusing import code_of

ASKED = [
    AskedMotion("m1", "道路", ("for", "against", "abstain")),
    AskedMotion("m2", "外墙颜色", ("米白", "浅灰", "abstain")),
]
REPRESENTATIVE, CO_OWNER = CastAs.REPRESENTATIVE, CastAs.CO_OWNER


def test_each_way_to_cast_has_its_chinese_name():
    assert {channel.value: channel.name_zh for channel in Channel} == {
        "online": "手机投票",
        "paper": "纸票",
        "assisted": "当面代录",
    }


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param({"m1": "for", "m2": "浅灰"}, id="an-answer-each"),
        pytest.param({"m2": "浅灰", "m1": "for"}, id="in-another-order"),
        pytest.param({"m1": "abstain", "m2": "abstain"}, id="abstaining-is-an-answer"),
    ],
)
def test_a_vote_that_answers_every_motion_is_taken_in_the_order_of_the_ballot(sent):
    taken = full_choices(ASKED, sent)
    assert taken == sent
    assert list(taken) == ["m1", "m2"]


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        pytest.param({"m1": "for"}, {"m2": "还没选"}, id="a-motion-left-out"),
        pytest.param({}, {"m1": "还没选", "m2": "还没选"}, id="nothing-at-all"),
        pytest.param({"m1": "for", "m2": "red"}, {"m2": "只能选：米白、浅灰、弃权。"}, id="no-such-option"),
        pytest.param({"m1": "", "m2": "浅灰"}, {"m1": "只能选：同意、反对、弃权。"}, id="an-empty-answer"),
        pytest.param({"m1": "米白", "m2": "浅灰"}, {"m1": "只能选"}, id="the-option-of-another-motion"),
        pytest.param(
            {"m1": "for", "m2": "浅灰", "area": "600.00"}, {"area": "没有这一项"}, id="a-weight-of-ones-own"
        ),
        pytest.param(
            {"m1": "perhaps", "m3": "for"},
            {"m1": "只能选", "m2": "还没选", "m3": "没有这一项"},
            id="every-fault-is-told-at-once",
        ),
    ],
)
def test_a_vote_that_does_not_answer_every_motion_says_where(sent, wrong):
    with pytest.raises(Invalid) as refusal:
        full_choices(ASKED, sent)
    assert refusal.value.code == "choices_invalid"
    assert refusal.value.fields.keys() == wrong.keys()
    for key, said in wrong.items():
        (sentence,) = refusal.value.fields[key]
        assert said in sentence


def head(*owner_ids: int, representative: int | None = None) -> HeadOnRoll:
    return HeadOnRoll("h1", owner_ids, representative, frozenset({101, 102}))


@pytest.mark.parametrize(
    ("owner", "owned_now", "may"),
    [
        pytest.param(1, [101, 102], True, id="an-owner-of-all-its-flats"),
        pytest.param(2, [102], True, id="a-co-owner-who-kept-one-flat"),
        pytest.param(1, [], False, id="a-seller-of-everything"),
        pytest.param(1, [900], False, id="a-seller-who-owns-elsewhere"),
        pytest.param(3, [101, 102], False, id="a-buyer-whose-purchase-nobody-confirmed"),
    ],
)
def test_an_owner_of_the_head_casts_while_one_of_its_flats_is_theirs(owner, owned_now, may):
    assert may_cast(head(1, 2), owner, owned_now) is may


@pytest.mark.parametrize(
    ("of", "owner", "capacity"),
    [
        pytest.param(head(1), 1, None, id="a-sole-owner"),
        pytest.param(head(1, representative=1), 1, None, id="a-sole-owner-who-is-registered"),
        pytest.param(head(1, 2), 1, None, id="co-owners-of-whom-none-is-registered"),
        pytest.param(head(1, 2, representative=2), 2, REPRESENTATIVE, id="the-representative"),
        pytest.param(head(1, 2, representative=2), 1, CO_OWNER, id="another-co-owner"),
    ],
)
def test_co_owners_differ_only_where_a_representative_is_registered(of, owner, capacity):
    assert cast_as(of, owner) is capacity


def earlier(*capacities: CastAs | None) -> list[EarlierVote]:
    """Votes numbered from 1."""
    return [EarlierVote(seq, capacity) for seq, capacity in enumerate(capacities, 1)]


@pytest.mark.parametrize(
    ("capacity", "before", "void"),
    [
        pytest.param(None, earlier(None), [], id="alike-owners-make-nothing-void"),
        pytest.param(None, earlier(CO_OWNER), [], id="without-a-representative-nothing-is-void"),
        pytest.param(CO_OWNER, [], [], id="a-co-owner-is-first"),
        pytest.param(CO_OWNER, earlier(CO_OWNER, None), [], id="a-co-owner-after-a-co-owner"),
        pytest.param(REPRESENTATIVE, [], [], id="the-representative-is-first"),
        pytest.param(REPRESENTATIVE, earlier(REPRESENTATIVE), [], id="the-representative-again"),
        pytest.param(REPRESENTATIVE, earlier(CO_OWNER, None, CO_OWNER), [1, 3], id="after-co-owners"),
    ],
)
def test_the_representatives_vote_makes_void_what_the_co_owners_cast(capacity, before, void):
    assert superseded_by(capacity, before) == void


@pytest.mark.parametrize("before", [earlier(REPRESENTATIVE), earlier(CO_OWNER, REPRESENTATIVE)])
def test_after_the_representative_no_co_owner_casts(before):
    assert code_of(lambda: superseded_by(CO_OWNER, before)) == "representative_voted"


@pytest.mark.parametrize(("is_on_roll", "code"), [(True, None), (False, "off_roll")])
def test_for_a_head_off_the_roll_nobody_casts(is_on_roll, code):
    assert code_of(lambda: check_on_roll(is_on_roll)) == code


@pytest.mark.parametrize(
    ("before", "superseded", "may_change", "code"),
    [
        pytest.param([], [], False, None, id="the-first-vote"),
        pytest.param(earlier(None), [], True, None, id="the-notice-lets-change"),
        pytest.param(earlier(None), [], False, "vote_stands", id="the-notice-lets-nothing-change"),
        pytest.param(earlier(CO_OWNER), [1], False, None, id="what-becomes-void-is-in-nobodys-way"),
        pytest.param(earlier(CO_OWNER, None), [1], False, "vote_stands", id="one-of-two-stays"),
    ],
)
def test_a_vote_that_stands_is_changed_only_where_the_notice_says_so(before, superseded, may_change, code):
    assert code_of(lambda: check_change(before, superseded, may_change=may_change)) == code


OPENED = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
#: In China it is the next day by then.
CLOSING = datetime(2026, 3, 31, 16, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("opened", "closing", "moment", "code"),
    [
        pytest.param(None, None, OPENED, "not_open", id="never-opened"),
        pytest.param(None, CLOSING, OPENED, "not_open", id="no-opening"),
        pytest.param(OPENED, None, OPENED, "not_open", id="no-closing"),
        pytest.param(
            OPENED, CLOSING, OPENED - timedelta(microseconds=1), None, id="opened-and-the-clock-set-back"
        ),
        pytest.param(OPENED, CLOSING, OPENED, None, id="as-it-opens"),
        pytest.param(OPENED, CLOSING, CLOSING - timedelta(microseconds=1), None, id="the-last-moment"),
        pytest.param(OPENED, CLOSING, CLOSING, "closed", id="as-it-closes"),
    ],
)
def test_a_vote_is_taken_once_it_was_opened_and_until_just_before_the_closing(opened, closing, moment, code):
    assert code_of(lambda: check_open(opened, closing, moment)) == code


def test_whoever_comes_late_is_told_the_closing_in_chinas_time():
    with pytest.raises(Refused, match="4 月 1 日 00:30"):
        check_open(OPENED, CLOSING, CLOSING)
