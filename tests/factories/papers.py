"""Templates of papers as offices bring them, good and bad, for tests."""

import io
import zipfile
from collections.abc import Mapping

from docx import Document

from server.decisions import actions
from server.decisions.models import PaperTemplate
from server.decisions.rules.papers import PaperKind, TemplateSource
from server.infra.db import unit_of_work
from server.kernel.actor import COMMAND
from tests.factories.decisions import DRAFTED, key
from tests.kept import kept


def docx(*paragraphs: str, header: str = "", footer: str = "") -> bytes:
    """A Word file with these paragraphs."""
    document = Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    section = document.sections[0]
    if header:
        section.header.paragraphs[0].text = header
    if footer:
        section.footer.paragraphs[0].text = footer
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def with_parts(data: bytes, parts: Mapping[str, bytes]) -> bytes:
    """The same file with these parts put in, or in place of its own."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename not in parts:
                new.writestr(part, old.read(part.filename))
        for name, content in parts.items():
            new.writestr(name, content)
    return out.getvalue()


def part_of(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)


def text_of(data: bytes) -> str:
    """All that a filled paper says, heads and feet too."""
    document = Document(io.BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    edges = [
        paragraph.text
        for section in document.sections
        for part in (section.header, section.footer)
        for paragraph in part.paragraphs
    ]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells, *edges])


@kept
def put(
    division_id: int,
    kind: PaperKind = PaperKind.APPLICATION,
    document: bytes | None = None,
    source: TemplateSource = TemplateSource.OWN,
) -> PaperTemplate:
    held = None if source is not TemplateSource.OWN else document or docx("{{ title }} {{ code }}")
    with unit_of_work():
        return actions.put_template(
            division_id,
            kind,
            source,
            document=held,
            filename="模板.docx",
            client_key=key(),
            actor=COMMAND,
            now=DRAFTED,
        )
