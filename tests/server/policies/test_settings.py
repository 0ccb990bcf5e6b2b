from datetime import UTC, date, datetime

import pytest
from sqlalchemy import event

from server.audit.queries import entries
from server.infra.db import db, unit_of_work
from server.kernel.actor import COMMAND
from server.kernel.chinatime import Period
from server.kernel.errors import Invalid, NotFound
from server.policies import actions, queries
from server.policies.rules import KEYS, Basis
from tests.factories.divisions import get_division
from tests.factories.policies import make_policy

pytestmark = pytest.mark.usefixtures("app")
ON = date(2026, 3, 2)


def test_where_nobody_set_it_the_law_or_the_house_holds() -> None:
    found = queries.setting("ballot.notice_period", get_division().path, ON)
    assert (found.value, found.from_division_name, found.valid_from) == ({"days": 15}, None, None)
    assert found.basis is Basis.LAW
    assert "第十四条" in found.origin_zh
    assert queries.period("ballot.notice_period", get_division().path, ON) == Period(15)


def test_a_county_setting_holds_below_it_and_says_where_it_came_from() -> None:
    make_policy("ballot.shortest_days", 7, division_id=get_division("5201").id)
    make_policy("ballot.shortest_days", 10, division_id=get_division("520102").id, valid_from=ON)
    inside, beside = get_division("520102016").path, get_division("520103").path
    assert queries.number("ballot.shortest_days", inside, ON) == 10
    assert queries.number("ballot.shortest_days", inside, date(2026, 3, 1)) == 7
    assert queries.number("ballot.shortest_days", beside, ON) == 7
    assert queries.number("ballot.shortest_days", get_division("5202").path, ON) == 5
    found = queries.setting("ballot.shortest_days", inside, ON)
    assert (found.from_division_name, found.valid_from) == ("南明区", ON)
    assert found.origin_zh == "南明区（2026-03-02 起）：测试文件〔2026〕1 号"


def test_an_ended_setting_falls_back_to_the_one_above() -> None:
    county = get_division("520102")
    make_policy("ballot.may_change_vote", False, division_id=county.id)
    with unit_of_work():
        actions.end_policy(
            county.id, "ballot.may_change_vote", valid_from=date(2026, 4, 1), basis_text="废止通知",
            actor=COMMAND, now=datetime(2026, 3, 2, tzinfo=UTC),
        )  # fmt: skip
    assert queries.flag("ballot.may_change_vote", county.path, date(2026, 3, 31)) is False
    assert queries.flag("ballot.may_change_vote", county.path, date(2026, 4, 1)) is True
    assert [row.is_ended for row in queries.history(county.id, "ballot.may_change_vote")] == [True, False]


def test_a_setting_is_asked_once_in_a_request_and_anew_in_a_unit_of_work(app) -> None:
    path, asked = get_division().path, []
    note = lambda _connection, _cursor, statement, *_: asked.append("policies" in statement)  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", note)
    keys = ["disclosure.least_heads", "disclosure.least_cell"]
    held = queries.values_of(keys, path, ON)
    assert (queries.values_of(keys, path, ON), queries.number(keys[0], path, ON)) == (held, held[keys[0]])
    assert asked.count(True) == 1
    with unit_of_work():
        assert queries.values_of(keys, path, ON) == queries.values_of(keys, path, ON) == held
    event.remove(db.engine, "before_cursor_execute", note)
    assert asked.count(True) == 3
    make_policy(keys[0], 50)
    assert queries.number(keys[0], path, ON) == 50


def test_all_settings_come_in_the_order_of_the_registry() -> None:
    make_policy("disclosure.least_heads", 50)
    found = {one.key: one for one in queries.all_settings(get_division().path, ON)}
    assert list(found) == list(KEYS)
    assert found["disclosure.least_heads"].value == 50
    assert found["disclosure.least_heads"].origin_zh.startswith("全平台（")


def test_typed_helpers_give_the_types() -> None:
    path = get_division().path
    assert queries.day("eligibility.cutoff_on", path, ON) == date(2000, 12, 31)
    assert queries.choice("ballot.precedence", path, ON) == "latest"


def test_setting_leaves_its_trace_in_the_audit() -> None:
    county = get_division("520102")
    make_policy("binding.tries", 6, division_id=county.id)
    make_policy("binding.tries", 4, division_id=county.id, valid_from=ON)
    newest = entries(verb="policies.set").items[0]
    assert (newest.facts["before"], newest.facts["after"], newest.facts["valid_from"]) == (6, 4, "2026-03-02")


def test_what_was_in_force_on_a_past_day_cannot_be_rewritten() -> None:
    with pytest.raises(Invalid, match="不能早于今天"):
        make_policy("binding.tries", 4, valid_from=date(2026, 1, 4))
    make_policy("binding.tries", 4, valid_from=date(2026, 1, 5))


def test_today_is_todays_day_in_china() -> None:
    last_second = datetime(2026, 1, 5, 15, 59, 59, tzinfo=UTC)
    make_policy("binding.tries", 4, valid_from=date(2026, 1, 5), now=last_second)
    with pytest.raises(Invalid):
        make_policy(
            "binding.tries", 4, valid_from=date(2026, 1, 5), now=datetime(2026, 1, 5, 16, 0, tzinfo=UTC)
        )


def test_unknown_keys_divisions_and_missing_grounds_are_refused() -> None:
    with pytest.raises(Invalid):
        make_policy("no.such_key", 1)
    with pytest.raises(NotFound):
        make_policy("binding.tries", 4, division_id=999_999)
    with pytest.raises(Invalid) as refused:
        make_policy("binding.tries", 4, basis_text="  ")
    assert "basis_text" in refused.value.fields
