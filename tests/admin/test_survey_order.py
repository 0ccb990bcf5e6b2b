"""Order, parts and corrections of a survey that is being written."""

import pytest

from server.identity.rules import Role
from server.surveys import queries
from tests.admin.browsers import browser_of
from tests.admin.forms import post_form
from tests.admin.survey_editors import KEY, TWO, Editor, open_editor
from tests.factories.identity import make_staff
from tests.factories.ledger import make_small_community
from tests.factories.surveys import ASKING, WHOLE, make_open_survey


@pytest.fixture
def editor(app, clock):
    return open_editor(app, TWO)


# ------------------------------------------------------------------ order


def test_questions_and_parts_move_by_one_button(editor: Editor) -> None:
    editor.send("questions/b/move", direction="up")
    assert editor.order() == [["b", "a"], ["c"]]
    editor.send("questions/a/move", direction="down")
    assert editor.order() == [["b"], ["a", "c"]]
    editor.send("sections/s2/move", direction="up")
    assert editor.order() == [["a", "c"], ["b"]]


def test_a_move_sent_twice_moves_once(editor: Editor) -> None:
    seen = editor.seen()
    editor.send("questions/b/move", direction="up", seen=seen)
    again = editor.send("questions/b/move", direction="up", seen=seen)
    assert again.status_code == 302
    assert editor.order() == [["b", "a"], ["c"]]


def test_a_move_on_what_somebody_changed_meanwhile_is_not_made(editor: Editor) -> None:
    seen = editor.seen()
    editor.send("questions/a/move", direction="down")
    clash = editor.send("questions/c/move", direction="up", seen=seen)
    assert clash.status_code == 409 and "别人刚刚改过" in clash.text
    assert editor.order() == [["b", "a"], ["c"]]


def test_what_a_later_question_asks_after_is_neither_moved_nor_taken_out(editor: Editor) -> None:
    editor.send("questions/b", kind="one", title="何时", options="甲\n乙", show_if="a=a")
    for path, typed in (("questions/a/move", {"direction": "down"}), ("questions/a/remove", {})):
        refused = editor.send(path, **typed)
        assert refused.status_code == 409 and "“何时”要看前面一道题的答案" in refused.text
    assert editor.order() == [["a", "b"], ["c"]]


def test_a_question_is_taken_out_once_however_often_it_is_asked(editor: Editor) -> None:
    seen = editor.seen()
    for _ in range(2):
        assert editor.send("questions/b/remove", seen=seen).status_code == 302
    assert editor.order() == [["a"], ["c"]]


# ------------------------------------------------------------------ parts and last words


def test_parts_are_added_changed_and_taken_out_with_their_questions(editor: Editor) -> None:
    key = KEY.search(editor.get("sections/new").text).group(1)
    assert editor.send("sections", key=key, title="三").status_code == 302
    editor.send(f"sections/{key}", title="三，改过", help="看看再答", show_if="a=b")
    part = editor.definition.sections[-1]
    assert (part.title, part.help) == ("三，改过", "看看再答")
    assert part.show_if == ["=", ["ref", "a"], ["str", "b"]]
    assert "第 1 题选“乙”，才问这一部分。" in editor.get("questions").text
    assert "连里面的 1 道题一起删掉" in editor.get("sections/s2").text
    editor.send("sections/s2/remove")
    assert editor.order() == [["a", "b"], []]


def test_a_part_without_a_title_is_asked_for_one_and_a_clash_keeps_what_was_typed(editor: Editor) -> None:
    wrong = editor.send("sections", key="s3", title="", help="留着")
    assert wrong.status_code == 422 and "留着" in wrong.text
    seen = editor.seen()
    editor.send("sections/s1", title="别人改的")
    clash = editor.send("sections/s1", title="我改的", seen=seen)
    assert clash.status_code == 409 and "我改的" in clash.text and "别人改的" in clash.text
    fresh = editor.send("sections", key="s3", title="新的", seen=seen)
    assert fresh.status_code == 409 and "新的" in fresh.text


def test_the_last_words_are_kept_and_a_clash_keeps_what_was_typed(editor: Editor) -> None:
    seen = editor.seen()
    assert editor.send("thanks", thanks="多谢。").status_code == 302
    clash = editor.send("thanks", thanks="再谢。", seen=seen)
    assert clash.status_code == 409 and "再谢。" in clash.text
    assert editor.definition.thanks == "多谢。"


# ------------------------------------------------------------------ corrections


@pytest.fixture
def opened(app, clock):
    community, _ = make_small_community(3)
    clock.set(ASKING)
    survey = make_open_survey(community, WHOLE)
    return Editor(survey, browser_of(app, make_staff(Role.CLERK, community=community)))


def test_an_open_survey_is_corrected_on_a_copy_that_becomes_a_version(opened: Editor) -> None:
    assert opened.get("questions").status_code == 409
    begun = post_form(opened.browser, opened.page, f"{opened.page}/correction/begin", {})
    assert begun.location.endswith("/questions")
    assert "和现在的一版一样" in opened.get("correction").text
    opened.send("questions/more", kind="long_text", title="还想说什么", is_public="yes")
    assert opened.question("more").title == "还有什么想说的"
    assert "有一次更正还没有存成新的一版" in opened.browser.get(opened.page).text
    assert "“还有什么想说的”改成“还想说什么”。" in opened.get("correction").text
    without = opened.send("correction", on="correction", reason="")
    assert without.status_code == 422 and 'id="f-reason-error"' in without.text
    done = opened.send("correction", on="correction", reason="话说得不顺")
    assert done.location.endswith("/versions")
    page = opened.get("versions").text
    for words in ("第 2 版", "现在用的", "话说得不顺", "“还有什么想说的”改成“还想说什么”。"):
        assert words in page
    assert "还有什么想说的" in opened.get("versions/1").text
    assert opened.get("versions/3").status_code == 404


def test_saving_a_correction_twice_makes_one_version(opened: Editor) -> None:
    post_form(opened.browser, opened.page, f"{opened.page}/correction/begin", {})
    opened.send("thanks", thanks="多谢。")
    typed = {"reason": "客气点", "seen": opened.seen()}
    for _ in range(2):
        done = post_form(opened.browser, opened.page, f"{opened.page}/correction", typed)
        assert done.status_code == 302
    assert len(queries.versions(opened.survey.id)) == 2


def test_a_correction_that_somebody_changed_meanwhile_is_read_again_before_it_is_saved(
    opened: Editor,
) -> None:
    post_form(opened.browser, opened.page, f"{opened.page}/correction/begin", {})
    opened.send("thanks", thanks="多谢。")
    seen = opened.seen()
    opened.send("thanks", thanks="再谢。")
    clash = opened.send("correction", on="correction", reason="留着这句", seen=seen)
    assert clash.status_code == 409 and "留着这句" in clash.text and "别人刚刚改过" in clash.text
    assert len(queries.versions(opened.survey.id)) == 1


def test_in_a_correction_a_new_option_never_takes_the_value_of_an_old_one(opened: Editor) -> None:
    post_form(opened.browser, opened.page, f"{opened.page}/correction/begin", {})
    typed = {"kind": "many", "title": "现在哪里不好", "is_public": "yes"}
    opened.send("questions/faults", options="甲\n楼道灯", **typed)
    opened.send("correction", on="correction", reason="换选项")
    post_form(opened.browser, opened.page, f"{opened.page}/correction/begin", {})
    opened.send("questions/faults", options="甲\n下水道", **typed)
    opened.send("correction", on="correction", reason="再换")
    values = [
        [one.value for one in queries.form(opened.survey, number).definition.by_key["faults"].options]
        for number in (1, 2, 3)
    ]
    assert values == [["a", "b"], ["a", "a1"], ["a", "a2"]]


def test_a_correction_is_dropped_and_the_questions_stay(opened: Editor) -> None:
    post_form(opened.browser, opened.page, f"{opened.page}/correction/begin", {})
    opened.send("thanks", thanks="多谢。")
    assert post_form(opened.browser, opened.page, f"{opened.page}/correction/drop", {}).status_code == 302
    assert opened.definition.thanks == "谢谢。"
    assert opened.get("questions").status_code == 409
    assert "已经存好或放弃" in opened.browser.get(
        post_form(opened.browser, opened.page, f"{opened.page}/correction", {}).location
    ).text  # fmt: skip
