"""The decision as .docx: what it says in each state, and that it opens."""

import io
import re

import pytest
from docx import Document
from docx.oxml.ns import qn

from server.decisions import exports, queries
from server.decisions.models import Decision
from server.decisions.queries.templates import OUR_OWN
from server.decisions.rules.papers import PaperKind
from server.infra.db import unit_of_work
from server.notices import actions as notice_actions
from server.notices import queries as notices
from tests.factories import decisions as made
from tests.factories.ballots import CLERK

pytestmark = pytest.mark.usefixtures("app")
PAGE, VERIFY = "http://xiangyi.test/communities/1/decisions/1", "http://xiangyi.test/v"


def read(of: Decision) -> str:
    document = Document(
        io.BytesIO(exports.decision_docx(queries.paper(of, made.OVER), OUR_OWN, PAGE, VERIFY))
    )
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_a_signed_decision_says_what_was_decided_by_which_numbers_and_law() -> None:
    row = made.make_final()
    text = read(row)
    act = queries.ending(row.id)
    assert act is not None and act.code is not None
    for wanted in (row.title, "（已签发）", "加装电梯", "外墙颜色", "通过 1 项，未通过 1 项", "6 / 6 人", "300.00 ㎡",
                   "第二百七十八条", "四分之三以上，达到", "一年内", "没有收到异议", act.code, "盖章",
                   "4 月请设计院来量尺寸。", "不符合中央补助条件"):  # fmt: skip
        assert wanted in text, wanted
    assert not re.search(r"\{[{%]|[%}]\}", text)


def test_a_draft_and_a_hanging_sheet_are_not_taken_for_a_decision() -> None:
    row = made.make_draft()
    assert "（草稿，没有公示）" in read(row)
    made.publish(row)
    text = read(row)
    assert "公示稿，期满并签发后才算数" in text
    assert "验证码" not in text


def test_an_objection_stands_there_with_its_answer_and_without_its_words() -> None:
    row = made.make_published()
    (notice,) = notices.of("decision", row.id)
    objection = made.object_to(notice, "501 的王小二 13812345678 替别人投票")
    with unit_of_work():
        notice_actions.answer_objection(
            objection.id,
            community_id=row.community_id,
            answer="查了签名，是本人投的。",
            is_upheld=False,
            actor=CLERK,
            now=made.UPHELD,
        )
    text = read(row)
    assert "收到异议 1 条，成立 0 条，都已答复。" in text
    assert "不成立）。答复：查了签名，是本人投的。" in text
    assert "王小二" not in text and "13812345678" not in text


def test_its_chinese_is_set_in_fonts_that_offices_have() -> None:
    document = Document(str(exports.OUR_TEMPLATES[PaperKind.DECISION]))
    named = {
        style.name: style.element.rPr.find(qn("w:rFonts")).get(qn("w:eastAsia"))
        for style in document.styles
        if style.name in {"Normal", "Title", "Heading 1"}
    }
    assert named == {"Normal": "仿宋", "Title": "宋体", "Heading 1": "黑体"}


def test_it_carries_the_code_that_leads_to_the_public_page() -> None:
    data = exports.decision_docx(queries.paper(made.make_final(), made.OVER), OUR_OWN, PAGE, VERIFY)
    pictures = [
        part for part in Document(io.BytesIO(data)).part.package.iter_parts() if "media" in part.partname
    ]
    assert len(pictures) == 1
