"""The editor of a survey: each act is one form that is sent, and nothing that was typed is lost."""

import io
import re

import pytest

from tests.admin.survey_editors import KEY, SEEN, TWO, UNTOUCHED, Editor, open_editor, picture
from tests.factories.surveys import form_of, question


@pytest.fixture
def editor(app, clock):
    return open_editor(app, TWO)


# ------------------------------------------------------------------ adding


def test_a_question_is_added_by_choosing_its_kind_and_filling_in_a_form(editor: Editor) -> None:
    kinds = editor.get("questions/new?section=s1&after=a").text
    assert "想改造的内容" in kinds and "例如：同意改造吗？" in kinds
    form = editor.get("questions/new?section=s1&after=a&kind=many").text
    key = KEY.search(form).group(1)
    made = editor.send(
        "questions",
        key=key,
        section="s1",
        after="a",
        kind="many",
        title="哪里不好",
        options="楼道\n屋顶｜顶楼漏水",
        at_most="2",
        other="yes",
        is_public="yes",
    )
    assert made.location.endswith(f"#q-{key}")
    assert editor.order() == [["a", key, "b"], ["c"]]
    found = editor.question(key)
    assert [(one.title, one.help) for one in found.options] == [("楼道", ""), ("屋顶", "顶楼漏水")]
    assert (found.at_most, found.other, found.is_public, found.required) == (2, True, True, False)


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        pytest.param("one", {"options": "甲\n乙"}, id="one"),
        pytest.param("stance", {"is_consent": "yes"}, id="stance"),
        pytest.param("contribution", {"options": "不出\n500 元", "ways": "现金\n出力"}, id="contribution"),
        pytest.param("scale", {"least": "1", "most": "5", "low": "差", "high": "好"}, id="scale"),
        pytest.param("ranking", {"options": "路\n灯"}, id="ranking"),
        pytest.param("number", {"least": "0", "most": "20", "decimals": "1", "unit": "人"}, id="number"),
        pytest.param("text", {"longest": "40"}, id="text"),
        pytest.param("long_text", {}, id="long-text"),
        pytest.param("date", {"least": "2026-01-01", "most": "2026-12-31"}, id="date"),
        pytest.param("photo", {}, id="photo"),
        pytest.param("note", {}, id="note"),
    ],
)
def test_every_kind_can_be_added_and_opened_again(editor: Editor, kind: str, typed: dict) -> None:
    assert editor.get(f"questions/new?section=s2&kind={kind}").status_code == 200
    made = editor.send("questions", key="q1", section="s2", kind=kind, title="新题", is_public="yes", **typed)
    assert made.status_code == 302
    assert editor.question("q1").kind == kind
    page = editor.get("questions/q1").text
    for value in typed.values():
        assert value.partition("\n")[0] in page
    assert editor.get("").status_code == editor.get("preview").status_code == 200


def test_the_items_wanted_are_ticked_in_the_catalogue(editor: Editor) -> None:
    page = editor.get("questions/new?section=s2&kind=items").text
    codes = re.findall(r'name="contents" value="([^"]+)" checked', page)
    assert len(codes) > 20
    editor.send(
        "questions", key="q1", section="s2", kind="items", title="想改", contents=codes[:2], at_most="2"
    )
    assert [one.value for one in editor.question("q1").options] == codes[:2]
    assert all(one.help for one in editor.question("q1").options)


def test_no_personal_information_is_an_answer_that_browsers_send(editor: Editor) -> None:
    """A required choice of an empty value stops the whole form in the browser."""
    choice = editor.get("questions/new?section=s2&kind=one").text.partition('id="f-private"')[2]
    assert " required" not in choice.partition(">")[0]
    assert '<option value="" selected>不是</option>' in choice


def test_the_same_form_sent_twice_adds_one_question(editor: Editor) -> None:
    typed = {
        "key": "q1", "section": "s2", "kind": "text", "title": "一行", "is_public": "yes", "seen": editor.seen()
    }  # fmt: skip
    answers = [editor.send("questions", **typed) for _ in range(2)]
    assert [one.status_code for one in answers] == [302, 302]
    assert editor.order() == [["a", "b"], ["c", "q1"]]


def test_two_people_who_add_a_question_at_once_both_keep_theirs(editor: Editor) -> None:
    typed = {"key": "q1", "section": "s2", "kind": "text", "seen": editor.seen()}
    editor.send("questions", title="先来的", **typed)
    clash = editor.send("questions", title="后来的", **typed)
    assert clash.status_code == 409
    assert "还没有存" in clash.text and "后来的" in clash.text
    again = {**typed, "key": KEY.search(clash.text).group(1), "seen": SEEN.search(clash.text).group(1)}
    assert editor.send("questions", title="后来的", **again).status_code == 302
    assert [editor.question(key).title for key in ("q1", "q2")] == ["先来的", "后来的"]


@pytest.mark.parametrize(
    ("kind", "typed", "field"),
    [
        pytest.param("one", {"title": "", "options": "甲\n乙"}, "title", id="no-title"),
        pytest.param("one", {"options": "只有一个"}, "options", id="one-option"),
        pytest.param("many", {"options": "甲\n乙", "at_most": "9"}, "at_most", id="more-than-there-are"),
        pytest.param("many", {"options": "甲\n乙", "at_most": "二"}, "at_most", id="no-number"),
        pytest.param("number", {"least": "9", "most": "1"}, "least", id="bounds-crossed"),
        pytest.param("scale", {"least": "低", "most": "高"}, "least", id="no-bounds"),
        pytest.param("text", {"private": "personal:name"}, "private", id="personal-without-why"),
        pytest.param("one", {"options": "甲\n乙", "show_if": "a=zzz"}, "show_if", id="no-such-answer"),
        pytest.param("one", {"options": "甲\n乙", "show_if": "c=a"}, "show_if", id="a-later-question"),
        pytest.param("items", {"contents": []}, "contents", id="no-item"),
        pytest.param("one", {"title": "看\x01不见", "options": "甲\n乙"}, "title", id="an-unseen-sign"),
    ],
)
def test_what_is_wrong_stands_by_its_field_with_what_was_typed(
    editor: Editor, kind: str, typed: dict, field: str
) -> None:
    typed = {"title": "留着这题", "help": "留着这句", **typed}
    wrong = editor.send("questions", key="q1", section="s1", after="b", kind=kind, **typed)
    assert wrong.status_code == 422
    assert f'id="f-{field}-error"' in wrong.text
    assert "留着这句" in wrong.text
    assert editor.order() == [["a", "b"], ["c"]]


def test_a_question_for_a_part_that_is_gone_is_kept_in_the_form(editor: Editor) -> None:
    answer = editor.send("questions", key="q1", section="s9", kind="text", title="往哪放")
    assert answer.status_code == 409 and "往哪放" in answer.text and "已经删掉了" in answer.text
    assert editor.get("questions/new?section=s9").status_code == 404


# ------------------------------------------------------------------ changing


def test_a_mended_option_keeps_its_value_and_a_condition_is_chosen_in_words(editor: Editor) -> None:
    page = editor.get("questions/b").text
    assert '<option value="a=b">第 1 题选了“乙”才问</option>' in page
    editor.send(
        "questions/b", kind="one", title="何时", options="甲等\n乙\n丙", show_if="a=b", required="yes"
    )
    found = editor.question("b")
    assert [(one.value, one.title) for one in found.options] == [("a", "甲等"), ("b", "乙"), ("a1", "丙")]
    assert found.show_if == ["=", ["ref", "a"], ["str", "b"]]
    assert found.required
    assert '<option value="a=b" selected>' in editor.get("questions/b").text
    assert "第 1 题选“乙”，才问。" in editor.get("questions").text


def test_a_condition_that_cannot_be_made_here_is_shown_in_words_and_kept(editor: Editor) -> None:
    tree = ["and", ["=", ["ref", "a"], ["str", "a"]], ["!=", ["ref", "a"], ["str", "b"]]]
    asked = question(
        "b",
        title="何时",
        show_if=tree,
        constraint=[">", ["self"], ["num", "0"]],
        constraint_message="要大于零",
    )
    editor.change_meanwhile(form_of(question("a"), asked))
    page = editor.get("questions/b").text
    assert "照现在的条件：第 1 题选“甲”，并且第 1 题没有选“乙”" in page
    assert "要大于零" in page
    editor.send("questions/b", kind="one", title="改了题目", options="甲\n乙", show_if="keep")
    assert (editor.question("b").show_if, editor.question("b").title) == (tree, "改了题目")
    assert editor.question("b").constraint is not None
    editor.send(
        "questions/b", kind="one", title="改了题目", options="甲\n乙", show_if="", drops_constraint="y"
    )
    assert (editor.question("b").show_if, editor.question("b").constraint) == (None, None)


@pytest.mark.parametrize(
    ("tree", "words"),
    [
        pytest.param(["=", ["ref", "n"], ["str", "3"]], "第 1 题选“3”", id="of-a-number"),
        pytest.param(["=", ["ref", "n"], ["num", "3"]], "第 1 题选“3”", id="a-number"),
        pytest.param(
            [">", ["+", ["ref", "n"], ["num", "1"]], ["num", "3"]], "公式 ${n} + 1 &gt; 3", id="a-sum"
        ),
    ],
)
def test_saving_a_question_never_loses_a_condition_that_is_not_offered(
    editor: Editor, tree: list, words: str
) -> None:
    editor.change_meanwhile(form_of(question("n", "number"), question("b", title="何时", show_if=tree)))
    page = editor.get("questions/b").text
    assert f'<option value="keep" selected>照现在的条件：{words}</option>' in page
    editor.send("questions/b", kind="one", title="何时修", options="甲\n乙", show_if="keep")
    assert (editor.question("b").show_if, editor.question("b").title) == (tree, "何时修")


def test_options_that_hang_on_answers_are_kept_as_they_are(editor: Editor) -> None:
    options = [
        {"value": "x", "title": "东", "show_if": ["=", ["ref", "a"], ["str", "a"]]},
        {"value": "y", "title": "西"},
    ]
    editor.change_meanwhile(form_of(question("a"), question("b", options=options)))
    assert "这些选项是从表格导入的" in editor.get("questions/b").text
    editor.send("questions/b", kind="one", title="哪边", options="全换掉\n换成别的")
    assert [one.value for one in editor.question("b").options] == ["x", "y"]


def test_one_choice_becomes_several_and_a_number_does_not_become_words(editor: Editor) -> None:
    editor.send("questions/a", **{**UNTOUCHED, "kind": "many"})
    assert editor.question("a").kind == "many"
    editor.send("questions/a", **{**UNTOUCHED, "kind": "long_text"})
    assert editor.question("a").kind == "many"


def test_somebody_elses_change_is_not_overwritten_unseen_and_what_was_typed_is_kept(editor: Editor) -> None:
    seen = editor.seen()
    editor.change_meanwhile(form_of(question("a", title="别人写的"), question("b")))
    clash = editor.send("questions/a", **{**UNTOUCHED, "title": "我写的", "seen": seen})
    assert clash.status_code == 409
    for words in ("还没有存：别人刚刚改过这份问卷", "别人写的", "我写的"):
        assert words in clash.text
    assert editor.question("a").title == "别人写的"
    again = {**UNTOUCHED, "title": "我写的", "seen": SEEN.search(clash.text).group(1)}
    assert editor.send("questions/a", **again).status_code == 302
    assert editor.question("a").title == "我写的"


def test_a_question_that_somebody_took_out_meanwhile_is_said_to_be_gone(editor: Editor) -> None:
    assert editor.send("questions/zzz", **UNTOUCHED).status_code == 404
    assert "可能别人刚刚删掉" in editor.get("questions/zzz").text


def test_personal_things_are_asked_with_their_reason_only(editor: Editor) -> None:
    typed = {"kind": "text", "title": "怎么称呼", "private": "personal:name", "key": "q1", "section": "s2"}
    assert editor.send("questions", **typed).status_code == 422
    editor.send("questions", **typed, why="回访用")
    found = editor.question("q1")
    assert (found.personal, found.why) == ("name", "回访用")
    editor.send("questions/a", **UNTOUCHED, private="sensitive:illness", why="上门送药")
    assert editor.question("a").sensitive == "illness"
    assert "敏感：患病情况" in editor.get("questions").text


# ------------------------------------------------------------------ pictures


def test_pictures_stand_by_a_question_and_its_options_and_can_be_taken_away(editor: Editor) -> None:
    editor.send("questions/a", **UNTOUCHED, **{"picture": picture(), "picture.b": picture()})
    found = editor.question("a")
    assert found.picture is not None
    assert [one.picture for one in found.options] == [None, found.picture]
    shown = editor.get(f"pictures/{found.picture}")
    assert (shown.status_code, shown.mimetype) == (200, "image/jpeg")
    assert editor.get("pictures/987654").status_code == 404
    editor.send("questions/a", **UNTOUCHED, drops=["picture", "picture.b"])
    assert editor.definition.pictures == frozenset()
    assert editor.get(f"pictures/{found.picture}").status_code == 404


def test_what_is_no_picture_is_refused_and_the_question_stays(editor: Editor) -> None:
    wrong = editor.send(
        "questions/a", **{**UNTOUCHED, "title": "新写的", "picture": (io.BytesIO(b"no"), "x.png")}
    )
    assert wrong.status_code == 422
    assert 'id="f-photo-error"' in wrong.text or "不是照片" in wrong.text
    assert "新写的" in wrong.text
    assert editor.question("a").title == "修什么"
