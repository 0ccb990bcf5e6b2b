"""Text as it is typed, at the doors."""

import pytest
from marshmallow import Schema, ValidationError

from server.infra.web.fields import Line, Words


class TypedIn(Schema):
    line = Line(20)
    words = Words(200)


@pytest.mark.parametrize("name", ["line", "words"])
@pytest.mark.parametrize("sign", ["\x00", "\x9f", "\ud800", "\ufdd0", "\uffff", "\U0001fffe", "\U0010ffff"])
def test_an_unseen_sign_is_refused_with_what_to_do(name: str, sign: str):
    with pytest.raises(ValidationError) as refused:
        TypedIn().load({name: f"加装{sign}电梯"})
    assert refused.value.messages == {name: ["这里有看不见的字符。请重新输入一遍。"]}


@pytest.mark.parametrize("text", ["加装电梯", "𠮷野家", "买买提·艾力", "🏠 1 栋", "é"])
def test_rare_characters_and_pictures_are_taken(text: str):
    assert TypedIn().load({"line": text, "words": text}) == {"line": text, "words": text}


def test_several_lines_are_for_words_and_not_for_a_line():
    assert TypedIn().load({"words": "一\n二\t三"}) == {"words": "一\n二\t三"}
    with pytest.raises(ValidationError):
        TypedIn().load({"line": "一\n二"})


def test_the_lines_of_a_browser_end_as_all_others():
    assert TypedIn().load({"words": "一\r\n二"}) == {"words": "一\n二"}
