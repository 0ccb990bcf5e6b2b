"""When a message is brought, how often it is tried, and what of it is shown."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from server.kernel.chinatime import CHINA
from server.messages.delivery import key_of
from server.messages.rules import TOPIC_OF, Bringing, Template, Topic, is_quiet, next_try, shown, template_of
from server.messages.rules.bringing import OWN_AFFAIRS, WAITS
from server.policies.rules import KEYS
from server.tickets.rules.telling import is_told
from server.tickets.rules.words import Act

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[3]


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
    assert next_try(0, NOW) == tries[0]
    assert next_try(len(WAITS), NOW) is not None
    assert next_try(len(WAITS) + 1, NOW) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("aB_-9 thing1 date2", Template("aB_-9", "thing1", "date2"), id="as it should be"),
        pytest.param(" a thing10 time3 ", Template("a", "thing10", "time3"), id="a time, blanks around"),
        pytest.param(
            "a thing1 date2 长期", Template("a", "thing1", "date2", is_lasting=True), id="a lasting one"
        ),
        pytest.param("a thing1 date2 短期", None, id="a word that is none"),
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
    assert shown(template, Topic.VOTE_OPENS, "开始投票了：修电梯", date(2026, 3, 2)) == {
        "thing1": "开始投票了：修电梯",
        "date2": "2026年3月2日",
    }
    assert shown(template, Topic.VOTE_OPENS, "长" * 20, date(2026, 3, 2))["thing1"] == "长" * 20
    assert shown(template, Topic.VOTE_OPENS, "长" * 21, date(2026, 3, 2))["thing1"] == "长" * 19 + "…"


@pytest.mark.parametrize("topic", OWN_AFFAIRS)
def test_of_ones_own_affair_no_word_of_it_is_shown(topic):
    data = shown(Template("T", "thing1", "date2"), topic, "你报的3 栋 501漏水：不予办理", date(2026, 3, 2))
    assert data["thing1"] == OWN_AFFAIRS[topic]
    assert len(data["thing1"]) <= 20


def test_an_answer_is_brought_and_the_steps_before_it_wait_in_the_inbox():
    of_tickets = {kind.removeprefix("tickets.") for kind in TOPIC_OF if kind.startswith("tickets.")}
    assert of_tickets == {Act.FINISH, Act.FINISH_PARTLY, Act.REFUSE}
    assert all(is_told(Act(act)) for act in of_tickets)


def test_every_topic_has_a_kind_that_is_brought_and_a_setting_for_its_template():
    assert set(TOPIC_OF.values()) == set(Topic)
    assert {key_of(topic) for topic in Topic} <= set(KEYS)


def test_every_word_has_a_name():
    for word in (*Topic, *Bringing):
        assert word.name_zh


def test_every_kind_that_is_brought_is_told_by_some_room():
    sources = [path for top in ("server", "admin") for path in (ROOT / top).rglob("*.py")]
    said = "".join(path.read_text("utf-8") for path in sources if path.name != "bringing.py")
    others = [kind for kind in TOPIC_OF if not kind.startswith("tickets.")]
    assert [kind for kind in others if f'"{kind}"' not in said] == []
