from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.contributions.rules import (
    MOST_FEN,
    MOST_HOURS,
    Entry,
    Kind,
    Shown,
    Sums,
    check_entry,
    check_pledge,
    check_sums,
    check_taking_back,
    funding_of,
)
from server.kernel.errors import Conflict, Invalid, Refused

DAY = date(2026, 3, 9)


@pytest.mark.parametrize(
    ("kind", "amount", "words", "shown", "name"),
    [
        (Kind.MONEY, 1, "", Shown.ANONYMOUS, ""),
        (Kind.MONEY, MOST_FEN, "", Shown.HOUSEHOLD, ""),
        (Kind.LABOUR, MOST_HOURS, "会木工", Shown.NAME, "老李"),
        (Kind.SPACE, None, "一楼的杂物间", Shown.ANONYMOUS, ""),
        (Kind.IDEA, None, "门口种桂花", Shown.ANONYMOUS, ""),
    ],
)
def test_what_may_be_promised(kind, amount, words, shown, name):
    check_pledge(kind, amount, words, shown, name)
    assert kind.name_zh and shown.name_zh


@pytest.mark.parametrize(
    ("kind", "amount", "words", "shown", "name", "field"),
    [
        (Kind.MONEY, None, "", Shown.ANONYMOUS, "", "amount"),
        (Kind.MONEY, 0, "", Shown.ANONYMOUS, "", "amount"),
        (Kind.MONEY, MOST_FEN + 1, "", Shown.ANONYMOUS, "", "amount"),
        (Kind.LABOUR, None, "", Shown.ANONYMOUS, "", "amount"),
        (Kind.LABOUR, 0, "", Shown.ANONYMOUS, "", "amount"),
        (Kind.LABOUR, MOST_HOURS + 1, "", Shown.ANONYMOUS, "", "amount"),
        (Kind.SPACE, None, " ", Shown.ANONYMOUS, "", "words"),
        (Kind.IDEA, None, "", Shown.ANONYMOUS, "", "words"),
        (Kind.MONEY, 1, "", Shown.NAME, " ", "name"),
    ],
)
def test_a_promise_that_lacks_something_says_what(kind, amount, words, shown, name, field):
    with pytest.raises(Invalid) as refused:
        check_pledge(kind, amount, words, shown, name)
    assert list(refused.value.fields) == [field]


def test_a_promise_may_be_taken_back_only_while_nothing_of_it_is_recorded():
    check_taking_back(Sums(), is_taken_back=False)
    with pytest.raises(Conflict):
        check_taking_back(Sums(), is_taken_back=True)
    for touched in (Sums(given=1), Sums(used=1), Sums(waiting_given=1), Sums(waiting_used=1)):
        with pytest.raises(Refused):
            check_taking_back(touched, is_taken_back=False)


def entered(entry=Entry.GIVEN, amount=1, sums=Sums(), kind=Kind.MONEY, **changed):  # noqa: B008 - frozen
    facts = {"on": DAY, "today": DAY, "document": "收据 1 号", "is_taken_back": False, **changed}
    check_entry(kind, entry, amount, sums, **facts)


@pytest.mark.parametrize(
    ("changed", "error", "words"),
    [
        ({"is_taken_back": True}, Conflict, "已经收回"),
        ({"amount": 0}, Invalid, "不能是 0"),
        ({"on": DAY + timedelta(1)}, Invalid, "还没有到"),
        ({"document": " "}, Invalid, "收据号"),
        ({"amount": -1}, Refused, "冲减太多"),
        ({"entry": Entry.USED, "amount": -1}, Refused, "冲减太多"),
        ({"entry": Entry.USED, "amount": 1}, Refused, "多过收到"),
    ],
)
def test_an_entry_that_is_refused(changed, error, words):
    with pytest.raises(error, match=words):
        entered(**changed)
    assert Entry.GIVEN.name_zh != Entry.USED.name_zh


@pytest.mark.parametrize(
    ("kind", "amount", "is_taken"),
    [
        (Kind.MONEY, MOST_FEN, True),
        (Kind.MONEY, MOST_FEN + 1, False),
        (Kind.MONEY, -MOST_FEN, True),
        (Kind.MONEY, -MOST_FEN - 1, False),
        (Kind.LABOUR, MOST_HOURS, True),
        (Kind.LABOUR, MOST_HOURS + 1, False),
        (Kind.LABOUR, 10**29, False),
    ],
)
def test_no_entry_is_greater_than_what_may_be_promised(kind, amount, is_taken):
    sums = Sums(given=2 * MOST_FEN)
    if is_taken:
        entered(amount=amount, sums=sums, kind=kind)
    else:
        with pytest.raises(Invalid, match="太大"):
            entered(amount=amount, sums=sums, kind=kind)


@pytest.mark.parametrize("kind", [Kind.SPACE, Kind.IDEA])
@pytest.mark.parametrize(
    ("entry", "sums", "is_taken"),
    [
        pytest.param(Entry.GIVEN, Sums(), True, id="given"),
        pytest.param(Entry.GIVEN, Sums(given=1), False, id="given-twice"),
        pytest.param(Entry.GIVEN, Sums(waiting_given=1), False, id="given-while-the-first-waits"),
        pytest.param(Entry.USED, Sums(given=1), True, id="used"),
        pytest.param(Entry.USED, Sums(given=1, used=1), False, id="used-twice"),
        pytest.param(Entry.USED, Sums(given=1, waiting_used=1), False, id="used-while-the-first-waits"),
    ],
)
def test_a_space_or_an_idea_is_given_once_and_used_once(kind, entry, sums, is_taken):
    if is_taken:
        entered(entry, 1, sums, kind)
    else:
        with pytest.raises(Refused, match="已经记过"):
            entered(entry, 1, sums, kind)


@pytest.mark.parametrize(
    ("entry", "amount", "sums", "is_taken"),
    [
        (Entry.USED, 5, Sums(given=5), True),
        (Entry.USED, 6, Sums(given=5), False),
        (Entry.USED, 5, Sums(given=5, waiting_used=1), False),
        (Entry.USED, 5, Sums(given=5, waiting_given=-1), False),
        (Entry.USED, 6, Sums(given=5, waiting_given=9), False),
        (Entry.USED, 5, Sums(given=5, waiting_used=-3), True),
        (Entry.GIVEN, -2, Sums(given=5, used=3), True),
        (Entry.GIVEN, -3, Sums(given=5, used=3), False),
        (Entry.USED, -3, Sums(given=5, used=3), True),
        (Entry.USED, -4, Sums(given=5, used=3), False),
    ],
)
def test_nothing_is_used_that_was_not_given_whatever_waits(entry, amount, sums, is_taken):
    if is_taken:
        check_sums(entry, amount, sums)
    else:
        with pytest.raises(Refused):
            check_sums(entry, amount, sums)


@pytest.mark.parametrize(
    ("rows", "names", "sums"),
    [
        pytest.param([], [], (0, 0, 0), id="no-source"),
        pytest.param([("省", 300, 100)], ["省"], (300, 100, 200), id="one"),
        pytest.param([("省", 300, 300)], ["省"], (300, 300, 0), id="all-spent"),
        pytest.param([("居民", 300, 301)], ["居民"], (300, 301, -1), id="a-fen-more-spent-than-came-in"),
        pytest.param([("县", 1, 0), ("省", 300, 100)], ["县", "省"], (301, 100, 201), id="two-in-the-order-they-came"),
        pytest.param([("省", 300, 100), ("县", 5, 9), ("省", 7, 1)], ["省", "县"], (312, 110, 202), id="of-one-name-are-one"),
        pytest.param([("省", 300, 100), ("省", -300, -100)], ["省"], (0, 0, 0), id="taken-back-the-name-stays"),
    ],
)  # fmt: skip
def test_sources_of_one_name_are_one_row_and_the_page_is_their_sum(rows, names, sums):
    page = funding_of(rows)
    assert [row.name for row in page.rows] == names
    assert (page.received, page.spent, page.left) == sums


def test_each_row_says_what_is_left_of_it():
    page = funding_of([("省", 300, 100), ("县", 5, 9), ("省", 7, 1)])
    assert [(row.received, row.spent, row.left) for row in page.rows] == [(307, 101, 206), (5, 9, -4)]


ROWS = st.lists(
    st.tuples(st.sampled_from(["甲", "乙", "丙"]), st.integers(-(10**15), 10**15), st.integers(-(10**15), 10**15)),
    max_size=12,
)  # fmt: skip


@given(ROWS)
def test_the_funding_page_adds_up_to_the_fen(rows):
    page = funding_of(rows)
    assert page.received == sum(one[1] for one in rows)
    assert page.spent == sum(one[2] for one in rows)
    assert page.left == page.received - page.spent == sum(row.left for row in page.rows)
    assert [row.name for row in page.rows] == list(dict.fromkeys(one[0] for one in rows))
