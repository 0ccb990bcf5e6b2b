from datetime import date

import pytest

from server.kernel.errors import Invalid, Refused
from server.projects.rules.structures import (
    Step,
    StructureState,
    check_place,
    check_state,
    tells_of_a_person,
)

TODAY = date(2026, 6, 1)
FOUND = Step(StructureState.FOUND, date(2026, 3, 2))


@pytest.mark.parametrize(
    "text",
    [
        "3 栋东侧，一层搭建的铁皮棚",
        "3 栋 2 单元 101 阳台外扩",
        "黄色搭建棚",
        "周边搭建",
        "王家巷 3 号院墙外",
        "张家巷，公厕旁砖房",
        "杨柳树下砖房",
        "陈旧雨棚",
        "住户自搭雨棚",
        "业主搭建的花台",
        "李家巷口的棚子",
    ],
)
def test_a_place_is_taken(text):
    assert not tells_of_a_person(text)
    assert check_place(f"  {text} ") == text


@pytest.mark.parametrize(
    "text",
    [
        "张三家的棚子",
        "业主：李四",
        "户主张伟",
        "姓名：欧阳某",
        "王先生搭的棚",
        "李大爷的杂物间",
        "3 栋 102 室 张某某",
        "吴敏，铁皮棚",
        "3 栋 王小二",
        "由陈小明搭建",
        "彭X的房",
        "13812345678 门口的棚",
        "110105194912310020 所建",
    ],
)
def test_what_looks_like_a_name_is_refused(text):
    with pytest.raises(Invalid, match="不写人名"):
        check_place(text)


@pytest.mark.parametrize("text", ["", "   ", "棚" * 81])
def test_a_place_must_be_written_and_short(text):
    with pytest.raises(Invalid) as caught:
        check_place(text)
    assert list(caught.value.fields) == ["place"]


def moved(state, on=date(2026, 3, 2), *, before=FOUND, picture=True, document=""):
    check_state(state, on, before=before, has_picture=picture, document=document, today=TODAY)


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({"state": StructureState.FOUND, "before": None}, id="found-first"),
        pytest.param({"state": StructureState.ORDERED}, id="ordered-on-the-day-it-was-found"),
        pytest.param(
            {"state": StructureState.ORDERED, "picture": False, "document": "责令 3 号"},
            id="ordered-on-paper",
        ),
        pytest.param({"state": StructureState.REMOVED, "on": TODAY}, id="removed-without-an-order"),
    ],
)
def test_a_structure_goes_on(facts):
    moved(**facts)


@pytest.mark.parametrize(
    ("facts", "error", "words"),
    [
        pytest.param({"state": StructureState.FOUND}, Refused, "已查明", id="found-twice"),
        pytest.param(
            {"state": StructureState.ORDERED, "before": Step(StructureState.REMOVED, FOUND.on)},
            Refused,
            "已拆除",
            id="never-back",
        ),
        pytest.param(
            {"state": StructureState.REMOVED, "on": date(2026, 6, 2)}, Invalid, "还没有到", id="tomorrow"
        ),
        pytest.param(
            {"state": StructureState.REMOVED, "on": date(2026, 3, 1)},
            Invalid,
            "不能早于已查明",
            id="before-it-was-found",
        ),
        pytest.param(
            {"state": StructureState.ORDERED, "picture": False}, Invalid, "文书", id="ordered-without-paper"
        ),
        pytest.param(
            {"state": StructureState.REMOVED, "picture": False, "document": "验收"},
            Invalid,
            "照片",
            id="removed-unseen",
        ),
        pytest.param(
            {"state": StructureState.FOUND, "before": None, "picture": False},
            Invalid,
            "照片",
            id="found-unseen",
        ),
        pytest.param(
            {"state": StructureState.ORDERED, "document": "责令当事人：张三"},
            Invalid,
            "不写人名",
            id="a-name-on-paper",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(facts, error, words):
    with pytest.raises(error, match=words):
        moved(**facts)


def test_every_state_has_its_word_and_tone():
    assert [state.name_zh for state in StructureState] == ["已查明", "已责令拆除", "已拆除"]
    assert all(state.tone for state in StructureState)
