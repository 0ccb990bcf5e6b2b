"""From the stored count to items with their tests: by the law of the closing day, exact on both sides of each line."""

from decimal import Decimal
from typing import Any

import pytest

from server.ballots.rules.law import CIVIL_CODE, PROPERTY_LAW, CustomRule, Law
from server.decisions.rules import Asked, ItemResult, items_of
from server.kernel.matters import Matter


def asked(
    law: Law = CIVIL_CODE, matter: Matter = Matter.OTHER, kind: str = "approve", key: str = "m1"
) -> Asked:
    return Asked(key, f"事项 {key}", kind, matter, None, None, law.requirement(matter))


def counted(heads: tuple[int, ...], area: tuple[str, ...], verdict: str, key: str = "m1") -> dict[str, Any]:
    sides = ("roll", "participants", "for", "against", "abstain")
    return {
        "id": key,
        "law": "civil-code-278",
        "heads": dict(zip(sides, heads, strict=True)),
        "area": dict(zip(sides, area, strict=True)),
        "verdict": verdict,
    }


def details(scope: str, *keys: str, shares: dict[str, int] | None = None) -> list[dict[str, Any]]:
    motions = [{"id": key, "is_exact": shares is None, "shares": shares} for key in keys]
    return [{"scope": scope, "motions": motions}]


def one(of: Asked, motion: dict[str, Any]) -> ItemResult:
    (found,) = items_of([{"scope": "community", "motions": [motion]}], details("community", of.key), [of])
    return found


PASSED = counted((60, 40, 30, 8, 2), ("6000.00", "4000.00", "3000.00", "900.00", "100.00"), "passed")


@pytest.mark.parametrize(
    ("of", "motion", "met", "short"),
    [
        pytest.param(
            asked(matter=Matter.REBUILD),
            PASSED,
            [True, True, True, True],
            ["0", "0", "0", "0"],
            id="both-lines-just-reached",
        ),
        pytest.param(
            asked(matter=Matter.REBUILD),
            counted((60, 40, 29, 9, 2), ("6000.00", "4000.00", "2999.99", "900.01", "100.00"), "rejected"),
            [True, True, False, False],
            ["0", "0", "1", "0.01"],
            id="one-head-and-a-hundredth-short-of-three-quarters",
        ),
        pytest.param(
            asked(),
            counted((60, 39, 39, 0, 0), ("6000.00", "3999.99", "3999.99", "0.00", "0.00"), "no_quorum"),
            [False, False, True, True],
            ["1", "0.01", "0", "0"],
            id="short-of-the-quorum-though-all-agree",
        ),
        pytest.param(
            asked(),
            counted((60, 40, 20, 20, 0), ("6000.00", "4000.00", "2000.00", "2000.00", "0.00"), "rejected"),
            [True, True, False, False],
            ["0", "0", "1", "0.01"],
            id="half-is-not-a-majority",
        ),
        pytest.param(
            asked(PROPERTY_LAW, Matter.REBUILD),
            counted((60, 40, 40, 0, 0), ("6000.00", "4000.00", "4000.00", "0.00", "0.00"), "passed"),
            [True, True, True, True],
            ["0", "0", "0", "0"],
            id="before-2021-the-share-is-of-the-whole-roll",
        ),
    ],
)
def test_each_test_of_the_law_is_told_with_what_was_missing(
    of: Asked, motion: dict[str, Any], met: list[bool], short: list[str]
) -> None:
    tests = one(of, motion).tests
    assert [(test.stage, test.base) for test in tests] == [
        ("quorum", "heads"), ("quorum", "area"), ("approval", "heads"), ("approval", "area"),
    ]  # fmt: skip
    assert [test.is_met for test in tests] == met
    assert [test.short for test in tests] == [Decimal(number) for number in short]


def test_the_sentence_of_a_test_holds_its_numbers() -> None:
    motion = counted((60, 40, 29, 9, 2), ("6000.00", "4000.00", "2999.99", "900.01", "100.00"), "rejected")
    heads, area = one(asked(matter=Matter.REBUILD), motion).tests[2:]
    assert heads.sentence == "同意人数占参与：29 / 40 人，要求四分之三以上，没有达到，还差 1 人。"
    assert "2,999.99 / 4,000.00 ㎡" in area.sentence
    assert "还差 0.01 ㎡" in area.sentence


def test_an_empty_scope_is_short_of_nothing_that_could_be_said() -> None:
    motion = counted((0, 0, 0, 0, 0), ("0.00",) * 5, "not_computable")
    tests = one(asked(), motion).tests
    assert not any(test.is_met for test in tests)
    assert {test.short for test in tests} == {None}
    assert "还差" not in tests[0].sentence


def test_of_options_the_adopted_one_is_tested_or_else_the_leading_one() -> None:
    motion: dict[str, Any] = {
        "id": "m1",
        "law": "civil-code-278",
        "heads": {"roll": 9, "participants": 9, "红": 3, "灰": 5, "abstain": 1},
        "area": {
            "roll": "900.00",
            "participants": "900.00",
            "红": "300.00",
            "灰": "500.00",
            "abstain": "100.00",
        },
        "verdict": "passed",
        "adopted": "灰",
    }
    found = one(asked(kind="choose_one"), motion)
    assert found.adopted_option == "灰"
    assert [test.side for test in found.tests] == ["participants", "participants", "灰", "灰"]
    assert found.choices == ["红", "灰", "abstain"]
    rejected = one(asked(kind="choose_one"), motion | {"verdict": "rejected", "adopted": None})
    assert rejected.tests[-1].side == "灰"


def test_a_rule_of_the_motions_own_may_ask_no_quorum() -> None:
    rule = CustomRule.from_document(
        {"basis": "议事规则第 9 条", "quorum": None, "approval": {"of": "roll", "at_least": "1/3"}}
    )
    of = Asked("m1", "活动室开放时间", "approve", None, None, None, rule.requirement())
    found = one(of, PASSED | {"law": "custom"})
    assert [(test.stage, test.of) for test in found.tests] == [("approval", "roll"), ("approval", "roll")]
    assert found.basis == "议事规则第 9 条"
    assert found.quorum_marks == []
    assert found.approval_marks == []


def test_items_stand_by_motion_and_under_it_by_scope() -> None:
    results = [
        {"scope": "building 1", "motions": [PASSED, PASSED | {"id": "m2"}]},
        {"scope": "building 2", "motions": [PASSED, PASSED | {"id": "m2"}]},
    ]
    said = details("building 1", "m1", "m2") + details("building 2", "m1", "m2", shares={"participants": 70})
    found = items_of(results, said, [asked(key="m1"), asked(key="m2")])
    assert [(item.motion, item.scope_zh) for item in found] == [
        ("m1", "1 栋"), ("m1", "2 栋"), ("m2", "1 栋"), ("m2", "2 栋"),
    ]  # fmt: skip
    assert [item.is_exact for item in found] == [True, False, True, False]
    assert [item.public_shares for item in found] == [None, {"participants": 70}, None, {"participants": 70}]
