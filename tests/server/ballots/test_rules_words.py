"""What is typed for a paper, and the words of calling back and of voting again."""

from datetime import UTC, datetime

import pytest

from server.ballots.rules.casting import AskedMotion
from server.ballots.rules.desk import read_keys
from server.ballots.rules.marks import Mark
from server.ballots.rules.sampling import Answer
from server.ballots.rules.wording import AGAIN, LONGEST_INTRO, LONGEST_TITLE, again_intro, again_title
from server.kernel.errors import Invalid

ASKED = [
    AskedMotion("m1", "屋面", ("for", "against", "abstain")),
    AskedMotion("m2", "颜色", ("米白", "浅灰")),
]
CLOSED = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        pytest.param("12", {"m1": "for", "m2": "浅灰"}, id="one-key-a-motion"),
        pytest.param(" ３ １ ", {"m1": "abstain", "m2": "米白"}, id="full-width-and-spaced"),
        pytest.param("0=", {"m1": Mark.BLANK.value, "m2": Mark.SPLIT.value}, id="marks"),
    ],
)
def test_keys_are_read_in_the_order_of_the_motions(typed: str, read: dict[str, str]):
    assert read_keys(ASKED, typed) == read


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        pytest.param("1", "要按 2 个键，现在是 1 个", id="one-too-few"),
        pytest.param("121", "要按 2 个键，现在是 3 个", id="one-too-many"),
        pytest.param("13", "第 2 项没有“3”这个键", id="no-such-choice"),
    ],
)
def test_keys_that_cannot_be_read_say_why(typed: str, sentence: str):
    with pytest.raises(Invalid, match=sentence):
        read_keys(ASKED, typed)


def test_each_answer_to_a_call_has_its_words():
    assert {answer: answer.name_zh for answer in Answer} == {
        Answer.CONFIRMED: "是本人的意思",
        Answer.DENIED: "不是本人的意思",
        Answer.UNREACHABLE: "联系不上",
    }


def test_a_vote_held_again_says_so_once_and_fits_the_form():
    assert again_title("换门禁") == f"换门禁{AGAIN}"
    assert again_title(again_title("换门禁")) == f"换门禁{AGAIN}"
    assert again_title("长" * 80) == "长" * (LONGEST_TITLE - len(AGAIN)) + AGAIN


def test_what_became_of_the_earlier_vote_stands_first():
    said = again_intro("换门禁", CLOSED, "原来的说明")
    first, _, rest = said.partition("\n")
    assert first.startswith("“换门禁”2026 年 3 月 2 日 18:30 截止，结果已经公布，不改。")
    assert rest == "原来的说明"
    assert "截止，作废了。" in again_intro("换门禁", CLOSED, "", "作废了")
    assert len(again_intro("换门禁", CLOSED, "长" * LONGEST_INTRO)) == LONGEST_INTRO
