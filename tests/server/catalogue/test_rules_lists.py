from datetime import date
from typing import Any

import pytest

from server.catalogue.rules import DatedVersion, SubsidyKey, subsidy, version_in_force
from server.catalogue.rules.items import lacking
from server.catalogue.rules.versions import (
    Stage,
    Way,
    check_consent,
    check_discard,
    check_end,
    check_filing,
    check_force,
    check_open,
    check_return,
    stage,
)
from server.kernel.errors import Invalid, Refused

WATER, POWER, ROAD, GAS, LIFT = SubsidyKey


@pytest.mark.parametrize(
    ("keys", "is_kept", "counted"),
    [
        pytest.param([], False, (), id="nothing-adopted"),
        pytest.param([None, None, None], False, (), id="items-that-count-for-nothing"),
        pytest.param([WATER], False, (WATER,), id="one-network-is-not-enough"),
        pytest.param([WATER, WATER], False, (WATER,), id="supply-and-drainage-are-one"),
        pytest.param([WATER, None], False, (WATER,), id="lighting-or-fibre-beside-water-is-not-enough"),
        pytest.param([WATER, POWER], True, (WATER, POWER), id="two-networks"),
        pytest.param([GAS, ROAD], True, (ROAD, GAS), id="any-two-networks"),
        pytest.param([WATER, POWER, ROAD, GAS], True, (WATER, POWER, ROAD, GAS), id="all-four"),
        pytest.param([LIFT], True, (LIFT,), id="a-new-lift-alone"),
        pytest.param([LIFT, None], True, (LIFT,), id="a-new-lift-and-other-things"),
        pytest.param([LIFT, WATER], True, (WATER, LIFT), id="a-new-lift-and-one-network"),
        pytest.param([LIFT, WATER, GAS], True, (WATER, GAS, LIFT), id="a-new-lift-and-two-networks"),
    ],
)
def test_two_networks_or_a_new_lift_keep_the_subsidy(
    keys: list[SubsidyKey | None], is_kept: bool, counted: tuple[SubsidyKey, ...]
) -> None:
    found = subsidy(keys)
    assert (found.is_kept, found.counted_keys) == (is_kept, counted)


def test_the_sentence_says_what_is_missing() -> None:
    assert subsidy([WATER]).sentence_zh == (
        "水、电、路、气里只有水一样，不符合中央补助条件。再加电、路、气里的一样，或加装电梯，就符合。"
    )
    assert "占了 2 样" in subsidy([WATER, GAS]).sentence_zh
    assert subsidy([LIFT]).sentence_zh == "加装电梯，符合中央补助条件。"
    assert "至少改其中两样" in subsidy([]).sentence_zh


PROVINCE = DatedVersion(1, 1, date(2020, 1, 1))
CITY = DatedVersion(2, 2, date(2024, 1, 1))
CITY_NEXT = DatedVersion(3, 2, date(2026, 1, 1))
CITY_ENDED = DatedVersion(5, 2, date(2026, 1, 1), date(2026, 6, 1))
COUNTY_WAITING = DatedVersion(4, 3, None)


@pytest.mark.parametrize(
    ("versions", "on", "held"),
    [
        pytest.param([], date(2026, 3, 1), None, id="no-list"),
        pytest.param([PROVINCE], date(2019, 12, 31), None, id="not-yet-in-force"),
        pytest.param([PROVINCE], date(2020, 1, 1), PROVINCE, id="the-provinces"),
        pytest.param([PROVINCE, CITY], date(2024, 1, 1), CITY, id="the-citys-before-the-provinces"),
        pytest.param(
            [PROVINCE, CITY, CITY_NEXT], date(2025, 12, 31), CITY, id="the-day-before-the-next-version"
        ),
        pytest.param([PROVINCE, CITY, CITY_NEXT], date(2026, 1, 1), CITY_NEXT, id="the-next-version"),
        pytest.param(
            [PROVINCE, CITY, CITY_ENDED], date(2026, 5, 31), CITY_ENDED, id="the-day-before-it-ends"
        ),
        pytest.param(
            [PROVINCE, CITY, CITY_ENDED], date(2026, 6, 1), PROVINCE, id="ended-and-no-older-one-comes-back"
        ),
        pytest.param([CITY_ENDED], date(2026, 6, 1), None, id="ended-and-none-above"),
        pytest.param([PROVINCE, COUNTY_WAITING], date(2026, 1, 1), PROVINCE, id="a-draft-is-not-in-force"),
    ],
)
def test_the_nearest_list_in_force_holds(
    versions: list[DatedVersion], on: date, held: DatedVersion | None
) -> None:
    assert version_in_force(versions, [1, 2, 3], on) == held


TODAY = date(2026, 3, 2)
YESTERDAY, TOMORROW = date(2026, 3, 1), date(2026, 3, 3)


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        pytest.param({}, Stage.DRAFT, id="nothing-yet"),
        pytest.param({"approved_on": YESTERDAY}, Stage.CONSENTED, id="the-government-consented"),
        pytest.param({"approved_on": YESTERDAY, "filed_on": TODAY}, Stage.FILED, id="filed"),
        pytest.param({"valid_from": TOMORROW}, Stage.COMING, id="begins-tomorrow"),
        pytest.param({"valid_from": TODAY}, Stage.IN_FORCE, id="begins-today"),
        pytest.param(
            {"valid_from": YESTERDAY, "next_from": TOMORROW}, Stage.IN_FORCE, id="the-next-is-to-come"
        ),
        pytest.param({"valid_from": YESTERDAY, "next_from": TODAY}, Stage.PAST, id="the-next-began-today"),
        pytest.param({"valid_from": TODAY, "next_from": TODAY}, Stage.PAST, id="two-of-one-day"),
        pytest.param({"valid_from": YESTERDAY, "ends_on": TOMORROW}, Stage.IN_FORCE, id="ends-tomorrow"),
        pytest.param({"valid_from": YESTERDAY, "ends_on": TODAY}, Stage.ENDED, id="ended-today"),
        pytest.param({"valid_from": TOMORROW, "ends_on": TOMORROW}, Stage.COMING, id="ends-before-it-begins"),
        pytest.param(
            {"valid_from": YESTERDAY, "ends_on": TODAY, "next_from": TODAY},
            Stage.PAST,
            id="ended-and-replaced",
        ),
        pytest.param({"approved_on": TODAY, "is_discarded": True}, Stage.DISCARDED, id="discarded"),
    ],
)
def test_a_list_goes_from_draft_to_force(way: dict[str, Any], expected: Stage) -> None:
    found = stage(Way(is_local=True, **way), TODAY)
    assert found is expected
    assert found.name_zh
    assert found.is_settled is (expected in {Stage.COMING, Stage.IN_FORCE, Stage.PAST, Stage.ENDED})


WHOLE: list[Any] = []
EMPTY = lacking([])


@pytest.mark.parametrize(
    ("found", "is_local", "missing", "on", "said"),
    [
        pytest.param(Stage.DRAFT, True, WHOLE, TODAY, None, id="today"),
        pytest.param(Stage.DRAFT, True, WHOLE, TOMORROW, "不能晚于今天", id="in-the-future"),
        pytest.param(Stage.DRAFT, True, EMPTY, TODAY, "还不完整", id="an-empty-list"),
        pytest.param(Stage.CONSENTED, True, WHOLE, TODAY, "政府已同意", id="twice"),
        pytest.param(Stage.DRAFT, False, WHOLE, TODAY, "由省印发", id="the-provinces-needs-none"),
    ],
)
def test_consent_is_recorded_once_for_a_whole_local_draft(
    found: Stage, is_local: bool, missing: list[Any], on: date, said: str | None
) -> None:
    _passes_or_says(lambda: check_consent(found, is_local, missing, on, TODAY), said)


@pytest.mark.parametrize(
    ("found", "is_local", "approved", "on", "said"),
    [
        pytest.param(Stage.CONSENTED, True, TODAY, TODAY, None, id="on-the-day-of-consent"),
        pytest.param(Stage.CONSENTED, True, TODAY, YESTERDAY, "不能早于政府同意", id="before-the-consent"),
        pytest.param(Stage.CONSENTED, True, YESTERDAY, TOMORROW, "不能晚于今天", id="in-the-future"),
        pytest.param(Stage.DRAFT, True, None, TODAY, "先登记本级政府同意", id="without-consent"),
        pytest.param(Stage.FILED, True, YESTERDAY, TODAY, "先登记本级政府同意", id="twice"),
        pytest.param(Stage.DRAFT, False, None, TODAY, "由省印发", id="the-provinces-is-filed-with-nobody"),
    ],
)
def test_filing_follows_consent(
    found: Stage, is_local: bool, approved: date | None, on: date, said: str | None
) -> None:
    _passes_or_says(lambda: check_filing(found, is_local, approved, on, TODAY), said)


@pytest.mark.parametrize(
    ("found", "is_local", "missing", "on", "said"),
    [
        pytest.param(Stage.FILED, True, WHOLE, TODAY, None, id="filed-and-from-today"),
        pytest.param(Stage.FILED, True, WHOLE, YESTERDAY, "不能早于今天", id="never-from-a-past-day"),
        pytest.param(Stage.CONSENTED, True, WHOLE, TODAY, "备案", id="consented-is-not-filed"),
        pytest.param(Stage.DRAFT, True, WHOLE, TODAY, "备案", id="a-local-draft"),
        pytest.param(Stage.DRAFT, False, WHOLE, TOMORROW, None, id="the-provinces-draft"),
        pytest.param(Stage.DRAFT, False, EMPTY, TODAY, "还不完整", id="an-empty-one"),
        pytest.param(Stage.CONSENTED, False, WHOLE, TODAY, "起草中", id="the-provinces-in-no-other-stage"),
        pytest.param(Stage.IN_FORCE, True, WHOLE, TODAY, "正在用", id="already-in-force"),
        pytest.param(Stage.DISCARDED, True, WHOLE, TODAY, "已作废", id="discarded"),
    ],
)
def test_only_a_filed_list_comes_into_force(
    found: Stage, is_local: bool, missing: list[Any], on: date, said: str | None
) -> None:
    _passes_or_says(
        lambda: check_force(found, is_local=is_local, lacking=missing, valid_from=on, today=TODAY), said
    )


@pytest.mark.parametrize("found", list(Stage))
def test_what_may_be_done_in_each_stage(found: Stage) -> None:
    _passes_or_says(lambda: check_open(found), None if found is Stage.DRAFT else "不能再改")
    underway = found in {Stage.CONSENTED, Stage.FILED}
    _passes_or_says(lambda: check_return(found), None if underway else "不能退回")
    _passes_or_says(lambda: check_discard(found), None if underway or found is Stage.DRAFT else "不能作废")


def test_a_refusal_to_change_says_what_to_do_instead() -> None:
    with pytest.raises(Refused, match="先退回起草"):
        check_open(Stage.FILED)
    with pytest.raises(Refused, match="起草新的一版"):
        check_open(Stage.IN_FORCE)


@pytest.mark.parametrize(
    ("found", "is_local", "ends_on", "already", "sentence"),
    [
        pytest.param(Stage.IN_FORCE, True, TODAY, None, None, id="from-today"),
        pytest.param(Stage.COMING, True, TOMORROW, None, None, id="before-it-begins"),
        pytest.param(
            Stage.IN_FORCE, True, YESTERDAY, None, "不能早于今天", id="never-for-days-that-are-over"
        ),
        pytest.param(Stage.IN_FORCE, False, TODAY, None, "上面没有别的清单", id="the-provinces"),
        pytest.param(Stage.IN_FORCE, True, TOMORROW, TODAY, "已经定了", id="twice"),
        pytest.param(Stage.PAST, True, TODAY, None, "不用停用", id="replaced"),
        pytest.param(Stage.DRAFT, True, TODAY, None, "不用停用", id="a-draft"),
    ],
)
def test_a_local_list_is_ended_from_a_day_that_is_not_over(
    found: Stage, is_local: bool, ends_on: date, already: date | None, sentence: str | None
) -> None:
    _passes_or_says(
        lambda: check_end(found, is_local=is_local, ends_on=ends_on, already=already, today=TODAY), sentence
    )


def _passes_or_says(check: Any, said: str | None) -> None:
    if said is None:
        check()
        return
    with pytest.raises((Refused, Invalid)) as error:
        check()
    sentences = [
        error.value.message,
        *(s for some in getattr(error.value, "fields", {}).values() for s in some),
    ]
    assert any(said in sentence for sentence in sentences)
