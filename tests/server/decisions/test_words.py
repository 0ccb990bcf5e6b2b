"""What a decision says where something is missing: no announcement, no quorum asked, no number that would do."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from server.decisions.rules import stands_in_the_way
from server.decisions.rules.outcome import TestLine
from server.decisions.rules.shown import _sentence
from tests.server.decisions.test_rules import PUBLISHED
from tests.server.decisions.test_shown import FACTS

AREA = TestLine(
    "quorum", "area", "participants", "roll", "三分之二以上", "2/3", Decimal(0), Decimal(0), False, short=None
)


def test_without_an_announcement_nothing_is_said_of_one():
    assert replace(FACTS, announced=None).announced_sentence == ""


def test_where_the_law_asks_nothing_at_a_stage_nothing_is_said():
    assert _sentence("quorum", [], is_exact=True) == ""


def test_where_no_number_would_do_it_says_so():
    assert "面积无从算起" in _sentence("quorum", [AREA], is_exact=True)
    assert "人数无从算起" in _sentence("quorum", [replace(AREA, base="heads")], is_exact=True)


def test_a_period_that_ends_within_a_day_is_told_by_its_minute():
    within = replace(PUBLISHED, notice_ends_at=datetime(2026, 3, 17, 9, 30, tzinfo=UTC))
    messages = " ".join(
        reason.message for reason in stands_in_the_way(within, datetime(2026, 3, 16, tzinfo=UTC))
    )
    assert "3 月 17 日 17:30" in messages
