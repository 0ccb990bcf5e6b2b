import pytest

from server.kernel.errors import Conflict, Invalid, Refused
from server.kernel.second import check_second


def look(by="staff:2", **facts):
    facts = {"is_looked": False, "is_confirmed": True, "reason": "", **facts}
    check_second("staff:1", by, code="entry", **facts)


def test_another_person_confirms_without_a_word_and_turns_down_with_one():
    look()
    look(is_confirmed=False, reason="照片不是这个小区")
    with pytest.raises(Invalid) as caught:
        look(is_confirmed=False, reason=" ")
    assert "reason" in caught.value.fields


def test_whoever_entered_it_neither_confirms_it_nor_turns_it_down():
    with pytest.raises(Refused, match="另一个人"):
        look("staff:1")
    with pytest.raises(Refused, match="另一个人"):
        look("staff:1", is_confirmed=False, reason="我填错了")


def test_who_comes_second_hears_that_somebody_was_faster():
    with pytest.raises(Conflict, match="处理过") as caught:
        look(is_looked=True)
    assert caught.value.code == "entry_reviewed"
