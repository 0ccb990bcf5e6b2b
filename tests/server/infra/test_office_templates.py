"""Templates that offices bring: what is wrong is said plainly, and what is hostile gets nowhere and costs little."""

import io
import time
import zipfile
from pathlib import Path

import pytest

from server.infra import office_templates
from server.infra.documents import Picture
from server.infra.office_templates import (
    BOMB,
    BROKEN,
    HAS_ENTITIES,
    HAS_LINKS,
    HAS_MACROS,
    LARGEST_FILE,
    NOT_A_DOCX,
    OLD_FORMAT,
    TOO_LARGE,
    TemplateRefused,
    fill_apart,
    look_through,
    names_in,
)
from server.infra.qr import png
from tests.factories.papers import docx, part_of, text_of, with_parts

VALUES = {"title": "改造决定", "many": [{"name": "供水"}], "qr": Picture(png("http://xiangyi.test/v"), 28)}
GOOD = docx("{{ title }}", "{{ qr }}", header="{{ title }}")
RELS = "word/_rels/document.xml.rels"
TYPES = "[Content_Types].xml"


def refusal(data: bytes) -> str:
    with pytest.raises(TemplateRefused) as refused:
        look_through(data)
    assert refused.value.fields == {"file": [refused.value.message]}
    return refused.value.message


def test_a_good_template_is_taken_and_filled_in_with_its_picture() -> None:
    look_through(GOOD)
    paper = fill_apart(GOOD, VALUES)
    assert text_of(paper).count("改造决定") == 2
    assert any(name.startswith("word/media/") for name in zipfile.ZipFile(io.BytesIO(paper)).namelist())


def linked(kind: bytes) -> bytes:
    link = b'<Relationship Id="rId99" Type="http://x/relationships/' + kind
    link += b'" Target="https://evil.invalid/a" TargetMode="External"/></Relationships>'
    return with_parts(GOOD, {RELS: part_of(GOOD, RELS).replace(b"</Relationships>", link)})


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param(b"", NOT_A_DOCX, id="nothing"),
        pytest.param(b"%PDF-1.7 ...", NOT_A_DOCX, id="a-pdf"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 100, OLD_FORMAT, id="an-old-doc"),
        pytest.param(b"PK\x03\x04" + b"0" * 100, BROKEN, id="half-a-file"),
        pytest.param(b"PK\x03\x04" + b"0" * LARGEST_FILE, TOO_LARGE, id="too-large"),
        pytest.param(with_parts(GOOD, {"word/vbaProject.bin": b"x"}), HAS_MACROS, id="a-macro"),
        pytest.param(with_parts(GOOD, {"word/embeddings/a.xlsx": b"x"}), HAS_MACROS, id="an-embedded-file"),
        pytest.param(
            with_parts(GOOD, {TYPES: part_of(GOOD, TYPES) + b"<!-- macroEnabled -->"}), HAS_MACROS, id="said-to-have-macros"
        ),
        pytest.param(linked(b"attachedTemplate"), HAS_LINKS, id="a-template-from-elsewhere"),
        pytest.param(linked(b"image"), HAS_LINKS, id="a-picture-from-elsewhere"),
        pytest.param(
            with_parts(GOOD, {"word/settings.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), HAS_ENTITIES, id="entities"
        ),
        pytest.param(with_parts(GOOD, {"word/x.xml": b"\xff\xfea\x00"}), HAS_ENTITIES, id="another-encoding"),
        pytest.param(with_parts(GOOD, {"word/media/a.bmp": b"0" * 30_000_000}), BOMB, id="a-bomb"),
        pytest.param(with_parts(GOOD, {f"word/p{n}.xml": b"<a/>" for n in range(400)}), BOMB, id="too-many-parts"),
    ],
)  # fmt: skip
def test_what_does_not_belong_is_refused_before_anything_opens_it(data: bytes, words: str) -> None:
    assert refusal(data) == words


def test_a_zip_that_is_no_word_file_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "a")
    assert refusal(out.getvalue()) == NOT_A_DOCX


def test_a_link_to_read_on_is_allowed() -> None:
    look_through(linked(b"hyperlink"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param("{{ titel }}", "没有“titel”这个字段", id="an-unknown-field"),
        pytest.param(
            "{% for x in many %}{{ x.nmae }}{% endfor %}", "没有“nmae”这个字段", id="an-unknown-part"
        ),
        pytest.param("{{ title", "花括号里的写法不对", id="a-brace-too-few"),
        pytest.param("{% for x in many %}", "花括号里的写法不对", id="a-loop-without-an-end"),
        pytest.param("{{ title|safe }}", "没有“safe”这种处理方法", id="passing-text-as-markup"),
        pytest.param("{{ title|attr('upper') }}", "没有“attr”这种处理方法", id="asking-by-name"),
        pytest.param("{% autoescape false %}{{ title }}{% endautoescape %}", "不许用", id="without-escaping"),
        pytest.param("{{ ''.__class__ }}", "不许用|没有", id="reaching-for-classes"),
        pytest.param("{{ qr.tpl }}", "不许用|没有", id="reaching-for-the-document"),
        pytest.param("{{ qr.tpl.save('/tmp/evil.docx') }}", "不许用|没有", id="writing-to-the-disk"),
        pytest.param("{{ many.append(1) }}", "不许用", id="changing-what-it-was-given"),
        pytest.param("{% for x in range(9) %}{{ x }}{% endfor %}", "没有“range”这个字段", id="counting"),
        pytest.param("{{ lipsum() }}{{ cycler }}", "没有", id="the-usual-helpers"),
        pytest.param("{% include '/etc/passwd' %}", "花括号里的写法不对", id="reading-another-file"),
    ],
)
def test_what_a_template_may_not_do_is_said_in_plain_chinese(words: str, said: str) -> None:
    with pytest.raises(TemplateRefused, match=said) as refused:
        fill_apart(docx(words), VALUES)
    assert "Traceback" not in refused.value.message


NESTED = "{% for a in long %}" * 6 + "好" + "{% endfor %}" * 6


@pytest.mark.parametrize(
    "words",
    [
        pytest.param("{% set long = 'x' * 5000 %}" + NESTED, id="loops-in-loops"),
        pytest.param("{% set a = 'x' * 900000000 %}{{ a * 3 }}", id="a-book"),
        pytest.param("{{ 9 ** (9 ** 9) }}", id="a-number-without-end"),
    ],
)
def test_a_template_without_end_is_stopped(words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office_templates, "LONGEST_SECONDS", 3)
    started = time.monotonic()
    with pytest.raises(TemplateRefused, match="循环"):
        fill_apart(docx(words), VALUES)
    assert time.monotonic() - started < 20


def test_a_value_stays_text_whatever_signs_are_in_it() -> None:
    paper = fill_apart(docx("{{ title }}"), {"title": "</w:t>{{ 7 * 7 }} <b>&"})
    assert text_of(paper).strip() == "</w:t>{{ 7 * 7 }} <b>&"


def test_names_in_head_foot_and_text_are_found() -> None:
    asked = names_in(docx("{{ a }}{% for x in b %}{{ x.c }}{% endfor %}", header="{{ d }}", footer="{{ e }}"))
    assert asked == {"a", "b", "d", "e"}


def test_the_process_that_fills_knows_no_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SECRET_KEY", "geheim")
    seen: dict[str, object] = {}
    real = office_templates.subprocess.run

    def watched(*args: object, **options: object) -> object:
        seen.update(options)
        return real(*args, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(office_templates.subprocess, "run", watched)
    fill_apart(docx("{{ title }}"), VALUES)
    assert "geheim" not in str(seen["env"])
    assert not list(tmp_path.iterdir())
