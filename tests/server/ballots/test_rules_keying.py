"""Two people key, a third settles, and all papers are accounted for."""

from datetime import UTC, datetime, timedelta

import pytest

from server.ballots.rules.desk import received
from server.ballots.rules.keying import (
    Choice,
    PaperSums,
    check_confirmer,
    check_keyer,
    check_settler,
    papers_obstacles,
)
from server.kernel.errors import Refused


@pytest.mark.parametrize(
    ("check", "who", "before", "code"),
    [
        (check_keyer, "a", [], None),
        (check_keyer, "b", ["a"], None),
        (check_keyer, "a", ["a"], "own_keying"),
        (check_keyer, "b", ["a", "b"], "own_keying"),
        (check_keyer, "c", ["a", "b"], "keyed_twice"),
        (check_settler, "c", ["a", "b"], None),
        (check_settler, "c", ["a"], "nothing_to_settle"),
        (check_settler, "a", ["a", "b"], "own_keying"),
        (check_settler, "b", ["a", "b"], "own_keying"),
        (check_confirmer, "b", "a", None),
        (check_confirmer, "a", "a", "own_statement"),
    ],
)
def test_each_person_does_one_thing_with_a_paper(check, who, before, code) -> None:
    if code is None:
        check(who, before)
        return
    with pytest.raises(Refused) as refusal:
        check(who, before)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("sums", "is_explained", "codes"),
    [
        (PaperSums(0, 0, 0, 0, 0, 0), False, []),
        (PaperSums(6, 0, 6, 6, 0, 0), False, []),
        (PaperSums(7, 1, 6, 6, 0, 0), False, []),
        (PaperSums(7, 1, 5, 5, 0, 0), False, ["papers_out"]),
        (PaperSums(7, 1, 5, 5, 0, 0), True, []),
        (PaperSums(6, 0, 6, 5, 1, 0), True, ["papers_unkeyed"]),
        (PaperSums(6, 0, 6, 5, 0, 1), True, ["papers_differ"]),
    ],
    ids=["none", "all-back", "one-spoiled", "one-out", "explained", "unkeyed", "differing"],
)
def test_a_count_waits_until_the_papers_reconcile(sums, is_explained, codes) -> None:
    assert [reason.code for reason in papers_obstacles(sums, is_explained=is_explained)] == codes


def test_each_conclusion_says_in_words_what_it_means() -> None:
    assert len({one.name_zh for one in Choice}) == 3


OPENED = datetime(2026, 3, 18, 1, 0, 1, tzinfo=UTC)
IN_ITS_MINUTE = OPENED.replace(second=0)


@pytest.mark.parametrize(
    ("typed", "counts_as"),
    [
        pytest.param(IN_ITS_MINUTE - timedelta(minutes=1), IN_ITS_MINUTE - timedelta(minutes=1), id="before"),
        pytest.param(IN_ITS_MINUTE, OPENED, id="in-the-minute"),
        pytest.param(IN_ITS_MINUTE + timedelta(minutes=1), IN_ITS_MINUTE + timedelta(minutes=1), id="after"),
    ],
)
def test_what_came_in_the_minute_of_the_opening_came_after_it(typed: datetime, counts_as: datetime) -> None:
    assert received(typed, OPENED) == counts_as
