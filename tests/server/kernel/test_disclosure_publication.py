"""Several tables of the same people: none gives away what another hides."""

import pytest

from server.kernel.disclosure import (
    Cell,
    Choices,
    Grid,
    Line,
    Needs,
    Part,
    Question,
    ShownGrid,
    ShownLine,
    ShownNeeds,
    protect,
    publish,
    summed,
)

CAR = Line((12, 30, 8))
BUILDINGS = Grid(((12, 3, 10), (10, 5, 10)))


def of(key: str, *answers: int) -> Part:
    return Part(key, frozenset(answers))


def test_each_table_is_protected_and_keeps_its_place() -> None:
    questions = {
        "lift": Question(BUILDINGS),
        "car": Question(CAR),
        "items": Question(Needs(50, (20, 4), (6, 1))),
        "ticks": Question(Choices(50, (20, 4))),
    }
    shown = publish(questions)
    assert list(shown) == list(questions)
    assert shown == {key: protect(question.table) for key, question in questions.items()}


def test_the_least_count_is_an_argument() -> None:
    assert publish({"car": Question(Line((3, 20)))}, 3) == {"car": protect(Line((3, 20)), 3)}


def test_tables_of_other_people_do_not_stand_together() -> None:
    with pytest.raises(ValueError, match="the same people"):
        publish({"car": Question(CAR), "late": Question(Line((20, 31)))})


def test_there_is_one_breakdown() -> None:
    by_capacity = Grid(((20, 3, 5), (2, 5, 15)))
    with pytest.raises(ValueError, match="one breakdown"):
        publish({"lift": Question(BUILDINGS), "stairs": Question(by_capacity)})
    same_groups = Grid(((10, 15), (20, 5)))
    assert len(publish({"lift": Question(BUILDINGS), "stairs": Question(same_groups)})) == 2


# ------------------------------------------------------------------ questions put to a part


@pytest.mark.parametrize(
    ("before", "part", "after"),
    [
        pytest.param(CAR, of("before", 0), Line((7, 5)), id="of-a-shown-answer"),
        pytest.param(CAR, of("before", 0, 2), Line((12, 8)), id="of-two-shown-answers"),
        pytest.param(Grid(((6, 20), (6, 18))), of("before", 0), Line((7, 5)), id="of-a-broken-down-one"),
        pytest.param(Choices(50, (12, 30)), of("before", 0), Line((7, 5)), id="of-one-tick"),
    ],
)
def test_a_part_whose_number_is_public_is_told_of(before, part: Part, after: Line) -> None:
    shown = publish({"before": Question(before), "after": Question(after, part)})
    assert shown["after"] == protect(after)
    assert not shown["after"].is_withheld  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("before", "part"),
    [
        pytest.param(Line((7, 3, 40)), of("before", 0), id="of-an-answer-hidden-for-anothers-sake"),
        pytest.param(Line((7, 10, 33)), Part(None), id="of-a-condition-no-table-shows"),
        pytest.param(Choices(50, (4, 30)), of("before", 0), id="of-a-hidden-tick"),
        pytest.param(Choices(50, (7, 30)), of("before", 0, 1), id="of-two-ticks-that-overlap"),
        pytest.param(Needs(50, (7, 30), (5, 9)), of("before", 0), id="of-needs"),
    ],
)
def test_a_part_whose_number_is_not_public_is_withheld_with_its_total(before, part: Part) -> None:
    hidden = Cell(None)
    shown = publish(
        {
            "before": Question(before),
            "line": Question(Line((7, 0)), part),
            "needs": Question(Needs(7, (5, 6), (1, 2)), part),
            "after": Question(Line((7,)), of("line", 0)),
        }
    )
    assert shown["line"] == ShownLine(hidden, (hidden, hidden))
    assert shown["needs"] == ShownNeeds(hidden, (hidden, hidden), (hidden, hidden))
    assert shown["after"] == ShownLine(hidden, (hidden,))


def test_the_complement_of_a_hidden_answer_cannot_be_taken_from_the_next_table() -> None:
    shown = publish({"car": Question(Line((7, 3, 40))), "where": Question(Line((7,)), of("car", 0))})
    assert "7" not in {cell.text_zh for line in shown.values() for cell in (line.total, *line.cells)}  # type: ignore[union-attr]


def test_a_part_is_counted_whole() -> None:
    with pytest.raises(ValueError, match="all of the part"):
        publish({"car": Question(CAR), "where": Question(Line((6, 5)), of("car", 0))})


def test_a_part_is_not_broken_down() -> None:
    with pytest.raises(ValueError, match="no breakdown"):
        publish({"car": Question(CAR), "where": Question(Grid(((6, 6),)), of("car", 0))})


def test_a_part_is_of_an_earlier_question() -> None:
    with pytest.raises(KeyError):
        publish({"where": Question(Line((12,)), of("car", 0)), "car": Question(CAR)})


# ------------------------------------------------------------------ several communities


def test_a_sum_is_shown_where_all_its_parts_are() -> None:
    one, other = protect(Line((20, 3, 7, 30))), protect(Line((10, 20, 30, 40)))
    assert [cell.count for cell in summed([one, other]).cells] == [30, None, None, 70]
    assert summed([one, other]).total == Cell(160)


def test_a_total_is_hidden_where_one_of_its_parts_is() -> None:
    assert summed([protect(Line((1, 2))), protect(Line((10, 20)))]).total == Cell(None)


def test_sums_are_of_the_same_answers() -> None:
    with pytest.raises(ValueError, match="zip"):
        summed([protect(Line((10, 20))), protect(Line((10, 20, 30)))])


def test_the_breakdown_comes_with_the_questions_own_table() -> None:
    shown = publish({"lift": Question(BUILDINGS)})["lift"]
    assert isinstance(shown, ShownGrid)
    assert shown.by_answer == protect(BUILDINGS.by_answer)
