from datetime import date, timedelta

import pytest

from server.kernel.errors import Conflict, Invalid, Refused
from server.kernel.parts import Part
from server.projects.rules.items import (
    LONGEST_WINDOW,
    Adopted,
    check_adopted,
    check_done,
    check_hidden,
    check_no_points,
    check_window,
)

DAY = date(2026, 3, 9)
WINDOW = {
    "contractor": "黔建三公司", "starts_on": DAY, "ends_on": DAY, "is_done": False, "is_moved": False, "reason": "",
}  # fmt: skip


def test_a_window_of_one_day_and_the_longest_one_are_taken():
    check_window(**WINDOW)
    check_window(**{**WINDOW, "ends_on": DAY + timedelta(LONGEST_WINDOW)})
    check_window(**{**WINDOW, "is_moved": True, "reason": "下雨"})


@pytest.mark.parametrize(
    ("changed", "error", "words"),
    [
        ({"is_done": True}, Refused, "已经完工"),
        ({"contractor": " "}, Invalid, "施工单位"),
        ({"ends_on": DAY - timedelta(1)}, Invalid, "不能早于"),
        ({"ends_on": DAY + timedelta(LONGEST_WINDOW + 1)}, Invalid, "两年"),
        ({"is_moved": True, "reason": " "}, Invalid, "写原因"),
    ],
)
def test_a_window_that_is_refused(changed, error, words):
    with pytest.raises(error, match=words):
        check_window(**{**WINDOW, **changed})


DONE = {"on": DAY, "today": DAY, "starts_on": DAY, "is_done": False, "is_waiting": False, "open_points": ()}


def test_an_item_may_be_done_on_the_day_it_began():
    check_done(**DONE)


@pytest.mark.parametrize(
    ("changed", "error", "words"),
    [
        ({"is_done": True}, Conflict, "已经确认"),
        ({"is_waiting": True}, Conflict, "等另一个人"),
        ({"starts_on": None}, Refused, "先排"),
        ({"on": DAY + timedelta(1)}, Invalid, "还没有到"),
        ({"on": DAY - timedelta(1)}, Invalid, "不能早于"),
        ({"open_points": ["3 栋门厅：灯不亮"]}, Refused, "1 处没有改好、查过：3 栋门厅：灯不亮"),
    ],
)
def test_a_completion_that_is_refused(changed, error, words):
    with pytest.raises(error, match=words):
        check_done(**{**DONE, **changed})


def test_every_open_point_is_named():
    check_no_points(())
    with pytest.raises(Refused, match="2 处没有改好、查过：甲；乙"):
        check_no_points(["甲", "乙"])


@pytest.mark.parametrize(
    ("place", "covered_on", "pictures", "is_done", "words"),
    [
        (" ", DAY, 1, False, "在哪里"),
        ("一层", DAY, 0, False, "照片"),
        ("一层", DAY - timedelta(1), 1, False, "埋起来以前"),
        ("一层", DAY, 1, True, "拍不到"),
    ],
)
def test_what_is_out_of_sight_already_cannot_be_photographed(place, covered_on, pictures, is_done, words):
    with pytest.raises((Invalid, Refused), match=words):
        check_hidden(place, covered_on, DAY, pictures=pictures, is_done=is_done)


def test_hidden_works_may_be_covered_on_the_same_day():
    check_hidden("一层", DAY, DAY, pictures=1, is_done=False)


def test_adopted_items_are_of_the_project_and_have_names():
    one = Adopted(1, "B11", "照明", Part.ELECTRICS)
    check_adopted([one], {1})
    for items, communities, words in [
        ([], {1}, "至少"), ([one], {2}, "不在这个项目"), ([Adopted(1, "", " ", Part.OTHER)], {1}, "名称"),
    ]:  # fmt: skip
        with pytest.raises(Invalid, match=words):
            check_adopted(items, communities)


@pytest.mark.parametrize(
    ("other", "is_same"),
    [
        (Adopted(1, "B11", "照明", Part.ELECTRICS, 3, 2), True),
        (Adopted(1, "B12", "照明", Part.OTHER, 3, 2), True),
        (Adopted(2, "B11", "照明", Part.ELECTRICS, 3, 2), False),
        (Adopted(1, "B11", "照明", Part.ELECTRICS, 4, 2), False),
        (Adopted(1, "B11", "照明", Part.ELECTRICS, 3, None), False),
        (Adopted(1, "B11", "照明", Part.ELECTRICS), False),
        (Adopted(1, "B11", "路灯", Part.ELECTRICS, 3, 2), False),
    ],
)
def test_two_adopted_items_are_the_same_by_place_and_title_whatever_their_code(other, is_same):
    assert (Adopted(1, "B11", "照明", Part.ELECTRICS, 3, 2).place == other.place) is is_same
