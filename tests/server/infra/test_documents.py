"""Filling .docx templates: what is filled in stands there, what a template may not do is refused."""

import io
import zipfile
from pathlib import Path

import pytest
from docx import Document

from server.infra import qr
from server.infra.documents import Picture, WrongTemplate, fill


def template(folder: Path, *paragraphs: str) -> Path:
    document = Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    path = folder / "paper.docx"
    document.save(str(path))
    return path


def text_of(data: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in Document(io.BytesIO(data)).paragraphs)


def test_values_stand_where_the_template_asks_for_them(tmp_path: Path) -> None:
    path = template(tmp_path, "{{ title }}", "{%p for one in many %}", "{{ one.name }}", "{%p endfor %}")
    data = fill(path, {"title": "关于改造的决定", "many": [{"name": "供水"}, {"name": "𠮷·阿卜杜拉"}]})
    assert text_of(data) == "关于改造的决定\n供水\n𠮷·阿卜杜拉"


def test_signs_of_xml_in_a_value_stay_text(tmp_path: Path) -> None:
    data = fill(template(tmp_path, "{{ title }}"), {"title": "</w:t> 3 < 4 & “好”"})
    assert text_of(data) == "</w:t> 3 < 4 & “好”"


def test_a_picture_is_put_in_the_text(tmp_path: Path) -> None:
    data = fill(template(tmp_path, "{{ code }}"), {"code": Picture(qr.png("http://xiangyi.test/v/ABC"), 25)})
    names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    assert [name for name in names if name.startswith("word/media/")]


@pytest.mark.parametrize(
    "words",
    [
        pytest.param("{{ titel }}", id="a-name-nobody-gave"),
        pytest.param("{{ ''.__class__.__mro__ }}", id="reaching-for-the-interpreter"),
        pytest.param("{{ many.append(1) }}", id="changing-what-it-was-given"),
        pytest.param("{{ title", id="a-brace-too-few"),
        pytest.param("{% include 'x' %}", id="reading-another-file"),
    ],
)
def test_a_template_may_only_read_what_it_was_given(tmp_path: Path, words: str) -> None:
    with pytest.raises(WrongTemplate) as refused:
        fill(template(tmp_path, words), {"title": "决定", "many": []})
    assert "paper.docx" in refused.value.message
