"""What a version of a decision says of its vote: who voted, when, how, and after which announcement."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from server.decisions.rules.facts import Announced, Facts, moment_zh
from tests.server.decisions.test_shown import FACTS

NOTHING: Mapping[str, int] = {}


def test_the_roll_is_told_with_the_moment_it_was_fixed_its_heads_and_its_area() -> None:
    assert (
        FACTS.roll_sentence
        == "表决范围：2 栋的业主，名册在 2026 年 3 月 1 日 09:00 定下，共 12 人、1,031.37 ㎡。"
    )
    assert "共 1,200 人" in replace(FACTS, roll_heads=1_200).roll_sentence


def test_the_vote_is_told_from_its_opening_to_its_count() -> None:
    assert (
        FACTS.voting_sentence
        == "投票从 2026 年 3 月 1 日 09:00 到 2026 年 3 月 20 日 18:00，2026 年 3 月 21 日 09:00 计票（第 2 次）。"
    )


@pytest.mark.parametrize(
    ("channels", "voided", "said"),
    [
        pytest.param(NOTHING, 0, "计入的票：没有。", id="none"),
        pytest.param({"online": 0, "paper": 0}, 0, "计入的票：没有。", id="nought-is-none"),
        pytest.param({"paper": 1}, 0, "计入的票：纸票 1 份。", id="one-channel"),
        pytest.param(
            {"assisted": 3, "paper": 2, "online": 8},
            0,
            "计入的票：手机投票 8 份，纸票 2 份，当面代录或受托 3 份。",
            id="each-in-its-place-however-they-were-kept",
        ),
        pytest.param({"online": 8}, 1, "计入的票：手机投票 8 份。复核作废 1 份，不计入。", id="one-void"),
        pytest.param(NOTHING, 2, "计入的票：没有。复核作废 2 份，不计入。", id="all-void"),
    ],
)
def test_counted_votes_are_told_by_channel_and_void_ones_apart(
    channels: Mapping[str, int], voided: int, said: str
) -> None:
    assert replace(FACTS, channels=channels, voided=voided).channels_sentence == said


@pytest.mark.parametrize(
    ("announced", "said"),
    [
        pytest.param(None, "", id="without-an-announcement"),
        pytest.param(
            Announced("公告〔2026〕3 号", date(2026, 2, 10), date(2026, 2, 25)),
            "表决公告〔2026〕3 号 从 2026 年 2 月 10 日 贴到 2026 年 2 月 25 日。",
            id="with-one",
        ),
    ],
)
def test_the_announcement_is_told_by_number_and_both_its_days(announced: Announced | None, said: str) -> None:
    facts = replace(FACTS, announced=announced)
    assert facts.announced_sentence == said
    assert Facts.from_document(facts.as_document()) == facts


@pytest.mark.parametrize(
    ("instant", "said"),
    [
        pytest.param(datetime(2026, 3, 1, 15, 59, 59, tzinfo=UTC), "2026 年 3 月 1 日 23:59", id="the-last-minute"),
        pytest.param(datetime(2026, 3, 1, 16, tzinfo=UTC), "2026 年 3 月 2 日 00:00", id="midnight-begins-the-next-day"),
        pytest.param(datetime(2025, 12, 31, 16, 5, tzinfo=UTC), "2026 年 1 月 1 日 00:05", id="and-the-next-year"),
    ],
)  # fmt: skip
def test_a_moment_is_told_by_the_clock_of_china_with_its_year(instant: datetime, said: str) -> None:
    assert moment_zh(instant) == said
