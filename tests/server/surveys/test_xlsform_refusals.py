"""How what we do not take of an XLSForm is named: sheet, row, column, and what to do."""

import io
import zipfile

import pytest
from openpyxl import Workbook

from server.surveys.sheet import Form, FormRefused, read_xlsform
from tests.server.surveys.forms import form, xlsx

YES_NO = """
| list_name | name | label |
| yn | yes | 是 |
| yn | no | 否 |
"""


def read(survey: str, choices: str = YES_NO, settings: str = "") -> Form:
    return read_xlsform(form(survey, choices, settings), "表.xlsx")


def refused(survey: str, choices: str = YES_NO, settings: str = "") -> list[str]:
    with pytest.raises(FormRefused) as found:
        read(survey, choices, settings)
    return [f"{one.sheet} {one.row}{one.column} {one.message}" for one in found.value.problems]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("| geopoint | q | 在哪 | |", "2A “geopoint”（定位）我们没有。"),
        ("| audio | q | 说 | |", "2A “audio”（录音）我们没有。"),
        ("| begin_repeat | q | 每人 | |", "2A “begin_repeat”（重复填写的组（repeat））我们没有。"),
        (
            "| select_one_from_file a.csv | q | 选 | |",
            "2A “select_one_from_file a.csv”（从外部文件取选项）我们没有。",
        ),
        (
            "| select_one_external yn | q | 选 | |",
            "2A “select_one_external yn”（外部选项表（external_choices））我们没有。",
        ),
        ("| wibble | q | 选 | |", "2A 不认得“wibble”这种题。"),
        ("| select_one nowhere | q | 选 | |", "2A choices 表里没有“nowhere”这个清单。"),
        ("| text | q | ${a} 您好 | |", "2C 文字里引用了别的答案（${…}），我们没有。请改成不引用的说法。"),
        ("| text | q | 写 | ${later} = 'x' |", "2D 表达式（第 3 个字符处）：${later}：没有这道题。"),
        (
            "| text | q | 写 | ${q} = 'x' |",
            "2D 表达式（第 3 个字符处）：${q}：不是前面的题，只能用前面题目的答案。",
        ),
        ("| text | q | 写 | . = 'x' |", "2D 表达式：这里不能用“.”，请写成 ${题目的名字}。"),
        ("| text | q | 写 | pulldata('a', 'b') = 'x' |", "2D 表达式：函数 pulldata() 我们没有。"),
        ("| text | q | 写 | selected('a') |", "2D 表达式：函数 selected() 的括号里个数不对。"),
        ("| text | q | 写 | regex('a', '(?=a)') |", "2D 表达式：regex() 的格式从第 1 个字符起我们不认。"),
        ("| text | q | 写 | 1 = 'x |", "2D 表达式（第 5 个字符处）：写法不对。"),
        (
            "| text | q | 写 | ../a = 1 |",
            "2D 表达式（第 3 个字符处）：路径（/、..、[ ]）我们没有，请写成 ${题目的名字}。",
        ),
        ("| text | q | 写 | 1e3 = 1 |", "2D 表达式：数字请写完整，不要用 e。"),
        ("| text | q | 写 | yes = 1 |", "2D 表达式：“yes”没有加引号，也不是 ${…}。"),
        (
            "| text | q | 写 | concat('${a}') = 1 |",
            "2D 表达式（第 8 个字符处）：引号里的 ${…} 不会换成答案，请用 concat() 接起来。",
        ),
    ],
)
def test_a_row_that_we_do_not_take_is_named(row: str, said: str) -> None:
    assert refused(f"| type | name | label | relevant |\n{row}\n")[0] == f"survey {said}"


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        ("default", "a", "预填的答案（default）我们没有。请清空这一格。"),
        ("trigger", "${a}", "答了一题再算另一题（trigger）我们没有。请清空这一格。"),
        ("media::image", "a.jpg", "题目带的图片文件不在表里。请清空这一格，导入后在编辑页再加。"),
        ("media::audio::中文", "a.mp3", "题目带的录音文件不在表里。请清空这一格，导入后在编辑页再加。"),
        ("appearance", "signature", "appearance 里的“signature”（签名、画图）我们没有。"),
        (
            "appearance",
            "w4 ex:com.example.app(a='b')",
            "appearance 里的“ex:com.example.app(a='b')”（调用别的应用）我们没有。",
        ),
        ("read_only", "yes", "只看不答的题（read_only）我们没有。请改成 note。"),
        ("required", "${a} = 'x'", "required 只能写 yes 或 no，按条件变我们没有。"),
        ("calculation", "1 + 1", "只有 calculate 能写算式。先算出来再让人改，我们没有。"),
        ("xiangyi::kind", "stance", "“stance”和 type 不一致。请清空这一格。"),
        ("xiangyi::kind", "wibble", "“wibble”和 type 不一致。请清空这一格。"),
    ],
)
def test_a_cell_that_does_more_than_we_do_is_named(column: str, cell: str, said: str) -> None:
    survey = f"| type | name | label | {column} |\n| text | a | 甲 | |\n| text | q | 写 | {cell} |\n"
    assert f"survey 3D {said}" in refused(survey)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("| calculate | q | | | |", "survey 2A calculate 没有写算式（calculation）。"),
        (
            "| note | q | 请先改 | | yes |",
            "survey 2E 用必答的说明拦住人，我们没有。请改成答案要求（constraint）。",
        ),
        ("| range | q | 打分 | start=a end=3 | |", "survey 2D range 的 start、end、step 要写数字。"),
        (
            "| range | q | 打分 | tick_labelset=yn | |",
            "survey 2D 刻度上的文字（tick_labelset）我们没有。请清空这一格。",
        ),
        ("| range | q | 打分 | start=NaN | |", "survey 2D range 的 start、end、step 要写数字。"),
        ("| range | q | 打分 | start=5 end=1 | |", "survey 2B “打分”的最小值要比最大值小。"),
        ("| end_group | | | | |", "survey 2A 这里没有一组题可以结束（end_group 多了一行）。"),
        ("| begin_group | g | 组 | | |", "survey 0 有一组题没有写结尾（end_group）。"),
        ("| note | q | 只有说明 | | |", "survey 0 还没有一道要答的题。请先加一道题。"),
    ],
)
def test_a_row_that_lacks_or_bends_something_is_named(row: str, said: str) -> None:
    assert said in refused(f"| type | name | label | parameters | required |\n{row}\n")


def test_choices_are_named_too_once_and_only_where_they_are_used() -> None:
    choices = """
| list_name | name | label | image | video |
| yn | yes | 是 | yes.jpg | |
| yn | no | ${a} | | no.mp4 |
| unused | x | 丙 | x.jpg | |
"""
    survey = "| type | name | label |\n| text | a | 甲 |\n| select_one yn | q | 选 |\n| select_one yn | r | 再选 |\n"
    assert refused(survey, choices) == [
        "choices 2D 选项带的图片文件不在表里。请清空这一格，导入后在编辑页再加。",
        "choices 3C 选项里引用了别的答案（${…}），我们没有。",
        "choices 3E 选项带的录像文件不在表里。请清空这一格，导入后在编辑页再加。",
    ]


@pytest.mark.parametrize(
    ("filter_", "said"),
    [
        ("where = 'a'", "survey 2D 表达式：choices 表里没有“where”这一列；如果是文字，请加引号。"),
        ("name = ${nobody}", "survey 2D 表达式（第 10 个字符处）：${nobody}：没有这道题。"),
    ],
)
def test_a_filter_that_asks_for_what_is_not_there_is_named(filter_: str, said: str) -> None:
    found = refused(f"| type | name | label | choice_filter |\n| select_one yn | q | 选 | {filter_} |\n")
    assert found[0] == said


def test_settings_and_entities_are_named() -> None:
    survey = "| type | name | label |\n| text | a | 甲 |\n"
    assert refused(survey, settings="| form_title | add_none_option |\n| 调查 | yes |\n") == [
        "settings 2B 自动加“以上都不是”（add_none_option）我们没有。请在选项里自己写。"
    ]
    data = xlsx(
        {
            "survey": [["type", "name", "label"], ["text", "a", "甲"]],
            "entities": [["dataset", "label"], ["trees", "a"]],
        }
    )
    with pytest.raises(FormRefused) as found:
        read_xlsform(data, "表.xlsx")
    assert found.value.problems[0].message == "实体（entities）我们没有。"


def test_all_that_stands_in_the_way_is_said_at_once_and_nothing_is_taken() -> None:
    survey = "| type | name | label |\n| geopoint | a | 在哪 |\n| audio | b | 说 |\n| text | c | 写 |\n"
    with pytest.raises(FormRefused) as found:
        read(survey)
    assert len(found.value.problems) == 2
    assert found.value.message == "这份表没有导入。survey，第 2 行，A 列：“geopoint”（定位）我们没有。"


def test_what_the_standard_itself_refuses_is_said_in_its_words() -> None:
    (said,) = refused("| type | name | label |\n| text | a b | 甲 |\n")
    assert said.startswith("survey 2 XLSForm 的标准检查（pyxform）没有通过：")


def test_who_asks_for_a_refused_row_is_not_named_as_well() -> None:
    survey = "| type | name | label | relevant |\n| geopoint | a | 在哪 | |\n| text | b | 写 | ${a} != '' |\n"
    assert refused(survey) == ["survey 2A “geopoint”（定位）我们没有。"]


# ------------------------------------------------------------------ files that are none


def whole_refusal(data: bytes, filename: str = "表.xlsx") -> str:
    with pytest.raises(FormRefused) as found:
        read_xlsform(data, filename)
    assert found.value.problems[0].place == ""
    return found.value.message


def test_an_old_file_is_told_how_to_be_saved_anew() -> None:
    assert whole_refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "表.xls") == (
        "这是旧版 .xls 文件。请用 Excel 或 WPS 打开，另存为 .xlsx 后再上传。"
    )


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04half", b"%PDF-1.7", b"hello", bytes(range(256))])
def test_what_is_no_sheet_is_refused(data: bytes) -> None:
    assert whole_refusal(data).endswith("。")


def test_a_bomb_is_not_opened() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b" " * 40_000_000)
    assert "解压后大得不正常" in whole_refusal(target.getvalue())


def test_a_file_too_large_for_a_questionnaire_is_not_opened() -> None:
    assert whole_refusal(b"PK\x03\x04" + b"x" * 6_000_000).startswith("文件超过 5 MB")


def test_a_form_of_more_rows_than_any_is_not_read_on() -> None:
    rows = [["type", "name", "label"], *(["note", f"n{number}", "说明"] for number in range(5100))]
    assert whole_refusal(xlsx({"survey": rows})).startswith("“survey”表超过 5000 行")


def test_a_file_without_questions_is_told_where_these_stand() -> None:
    assert whole_refusal(xlsx({"choices": [["list_name"]], "settings": [["form_title"]]})).startswith(
        "没有叫 survey 的表"
    )


def test_cells_that_cannot_be_read_are_named() -> None:
    wide = [f"c{number}" for number in range(61)]
    data = xlsx(
        {"survey": [["type", "name", "label", "label"], ["text", "a", "长" * 2001, ""]], "choices": [wide]}
    )
    with pytest.raises(FormRefused) as found:
        read_xlsform(data, "表.xlsx")
    assert [f"{one.sheet} {one.row}{one.column} {one.message}" for one in found.value.problems] == [
        "survey 1D “label”这一列写了两次。",
        "survey 2C 这一格超过 2000 个字。请写短一些。",
        "choices 1BH 列太多，最多 59 列。请删掉不用的列。",
    ]


def test_a_sheet_without_headings_in_its_first_row_is_named() -> None:
    with pytest.raises(FormRefused) as found:
        read_xlsform(xlsx({"survey": [[], ["type", "name", "label"], ["text", "a", "甲"]]}), "表.xlsx")
    assert found.value.problems[0].message == "第 1 行要是列名，例如 type、name、label。"


def test_a_formula_is_no_cell_of_a_form() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "survey"
    for row in (["type", "name", "label"], ["text", "a", "=1+1"]):
        sheet.append(row)
    target = io.BytesIO()
    book.save(target)
    with pytest.raises(FormRefused) as found:
        read_xlsform(target.getvalue(), "表.xlsx")
    assert found.value.problems[0][:3] == ("survey", 2, "C")


def test_a_list_longer_than_any_question_can_offer_is_named() -> None:
    choices = YES_NO + "".join(f"| long | c{number} | 第 {number} 个 |\n" for number in range(501))
    found = refused("| type | name | label |\n| select_one long | q | 选 |\n", choices)
    assert found == ["choices 4A “long”这个清单超过 500 行，选项太多。"]
