"""When a message is brought, how often it is tried, and what of it is shown."""

from datetime import UTC, date, datetime, timedelta

import pytest

from server.kernel.chinatime import CHINA
from server.messages.rules import Bringing, Template, Topic, is_quiet, next_try, shown, template_of
from server.messages.rules.bringing import WAITS

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hour", "minute", "quiet"),
    [
        pytest.param(21, 59, False, id="just before ten at night"),
        pytest.param(22, 0, True, id="ten at night"),
        pytest.param(0, 0, True, id="midnight"),
        pytest.param(7, 59, True, id="just before eight"),
        pytest.param(8, 0, False, id="eight in the morning"),
    ],
)
def test_no_telephone_rings_at_night(hour, minute, quiet):
    assert is_quiet(datetime(2026, 3, 2, hour, minute, tzinfo=CHINA).astimezone(UTC)) is quiet


def test_each_failure_waits_longer_and_the_last_is_the_end():
    tries = [next_try(attempts, NOW) for attempts in range(1, len(WAITS) + 1)]
    assert tries == sorted(tries)
    assert tries[0] == NOW + timedelta(minutes=1)
    assert next_try(len(WAITS), NOW) is not None
    assert next_try(len(WAITS) + 1, NOW) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("aB_-9 thing1 date2", Template("aB_-9", "thing1", "date2"), id="as it should be"),
        pytest.param(" a thing10 time3 ", Template("a", "thing10", "time3"), id="a time, blanks around"),
        pytest.param("", None, id="not set"),
        pytest.param("a thing1", None, id="no day"),
        pytest.param("a name1 date2", None, id="a field for a person's name"),
        pytest.param("a date2 thing1", None, id="the wrong way round"),
    ],
)
def test_a_template_is_written_as_id_title_day(text, found):
    assert template_of(text) == found


def test_only_the_title_and_the_day_are_shown():
    template = Template("T", "thing1", "date2")
    assert shown(template, "开始投票了：修电梯", date(2026, 3, 2)) == {
        "thing1": "开始投票了：修电梯",
        "date2": "2026年3月2日",
    }
    assert shown(template, "长" * 20, date(2026, 3, 2))["thing1"] == "长" * 20
    assert shown(template, "长" * 21, date(2026, 3, 2))["thing1"] == "长" * 19 + "…"


def test_every_word_has_a_name():
    for word in (*Topic, *Bringing):
        assert word.name_zh
