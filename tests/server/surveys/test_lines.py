"""Options as lines of text."""

import pytest

from server.surveys.rules.definition import Option
from server.surveys.rules.lines import lines_of, options_of

HELD = (Option("a1", "修屋顶", help="顶楼先修"), Option("a2", "换水管", picture=7), Option("a3", "装路灯"))


def told(options: tuple[Option, ...]) -> list[tuple[str, str, str]]:
    return [(one.value, one.title, one.help) for one in options]


def test_options_are_lines_and_lines_are_options() -> None:
    assert lines_of(HELD) == "修屋顶｜顶楼先修\n换水管\n装路灯"
    assert options_of(lines_of(HELD), HELD) == HELD


def test_new_lines_get_values_that_no_other_had() -> None:
    made = options_of("装路灯\n种树\n修车棚", HELD, taken={"a9"})
    assert told(made) == [("a3", "装路灯", ""), ("a10", "种树", ""), ("a11", "修车棚", "")]


def test_empty_lines_and_the_second_of_two_alike_are_left_out() -> None:
    assert told(options_of("\n  甲 \n\n乙|说明\n甲\n", ())) == [("a1", "甲", ""), ("a2", "乙", "说明")]


@pytest.mark.parametrize(
    ("line", "value"),
    [
        pytest.param("更换水管", "a2", id="mended"),
        pytest.param("种树", "a4", id="another"),
    ],
)
def test_an_option_whose_words_were_mended_keeps_its_value_and_another_does_not_inherit_it(
    line: str, value: str
) -> None:
    made = options_of(f"修屋顶｜顶楼先修\n{line}\n装路灯", HELD)
    assert made[1].value == value
    assert made[1].picture == (7 if value == "a2" else None)


def test_a_line_without_words_is_no_option_and_one_said_twice_is_one() -> None:
    assert told(options_of("｜只有说明\n甲\n甲｜后来的", ())) == [("a1", "甲", "")]


def test_an_untouched_line_is_its_option_whatever_signs_are_in_its_words() -> None:
    held = (Option("x", "路｜灯"), Option("y", "先修路，\n再装灯"), Option("z", "两  格"))
    assert options_of(lines_of(held), held) == held


def test_each_old_option_is_mended_once() -> None:
    made = options_of("换新水管\n换旧水管", (Option("a1", "换水管"),))
    assert [one.value for one in made] == ["a1", "a2"]


@pytest.mark.parametrize(
    ("before", "after", "is_kept"),
    [
        pytest.param("愿意出钱", "愿意出些钱", True, id="a-word-more"),
        pytest.param("愿意出钱", "不愿意出钱", False, id="its-opposite"),
        pytest.param("没有意见", "有意见", False, id="its-opposite-by-leaving-out"),
        pytest.param("每户 100 元以下", "每户 1000 元以下", False, id="ten-times-as-much"),
        pytest.param("每户每年出 100 元以下", "每户每年出 １００ 元以下", True, id="wide-digits"),
        pytest.param("每户 100 元以下", "每户 100 元以上", False, id="the-other-side-of-it"),
        pytest.param("每户 1.5 万元", "每户 15 万元", False, id="without-its-point"),
        pytest.param("每户两百元", "每户三百元", False, id="another-number-in-words"),
    ],
)
def test_a_line_that_was_turned_inherits_no_answers(before: str, after: str, is_kept: bool) -> None:
    (option,) = options_of(after, (Option("a1", before),))
    assert option.value == ("a1" if is_kept else "a2")
