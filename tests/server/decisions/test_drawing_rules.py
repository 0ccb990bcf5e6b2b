"""One drawing set: one version in force, the others readable, two persons for each."""

import pytest

from server.decisions.rules.drawings import (
    DrawingState,
    Sheet,
    in_force,
    state,
    why_not_confirm,
    why_not_enter,
)

FIRST, SECOND = Sheet(1, "staff:1", "confirmed"), Sheet(2, "staff:1", "confirmed")
WITHDRAWN, WAITING = Sheet(3, "staff:1", "withdrawn"), Sheet(4, "staff:1")


@pytest.mark.parametrize(
    ("sheets", "number"),
    [
        ([], None),
        ([WAITING], None),
        ([FIRST], 1),
        ([FIRST, SECOND], 2),
        ([FIRST, SECOND, WITHDRAWN, WAITING], 2),
    ],
)
def test_the_last_confirmed_version_is_in_force(sheets: list[Sheet], number: int | None) -> None:
    assert in_force(sheets) == number


def test_each_version_has_one_state() -> None:
    sheets = [FIRST, SECOND, WITHDRAWN, WAITING]
    found = [state(sheet, sheets) for sheet in sheets]
    assert found == [
        DrawingState.REPLACED,
        DrawingState.IN_FORCE,
        DrawingState.WITHDRAWN,
        DrawingState.WAITING,
    ]
    assert all(one.name_zh and one.tone for one in found)


def test_a_change_waits_for_the_one_before() -> None:
    assert [one.code for one in why_not_enter([FIRST, WAITING])] == ["one_waits"]
    assert why_not_enter([FIRST, WITHDRAWN]) == []


@pytest.mark.parametrize(
    ("sheet", "actor", "codes"),
    [
        (WAITING, "staff:2", []),
        (WAITING, "staff:1", ["own_work"]),
        (FIRST, "staff:2", ["ended"]),
    ],
)
def test_another_person_confirms(sheet: Sheet, actor: str, codes: list[str]) -> None:
    assert [one.code for one in why_not_confirm(sheet, actor)] == codes
