"""Papers an office can edit and stamp: .docx templates filled in by docxtpl, inside Jinja's sandbox.

A template is a Word file that people may change: what stands between {{ }} is therefore never trusted to do more than read.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from jinja2 import DictLoader, StrictUndefined
from jinja2.exceptions import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from server.kernel.errors import Problem

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True)
class Picture:
    """A picture to stand in the text, such as a QR code."""

    png: bytes
    width_mm: int


class WrongTemplate(Problem):
    """Someone edited the template so that it no longer fits. The message says what it stumbled on."""

    status = 409
    code = "wrong_template"


def fill(template: Path, values: Mapping[str, Any]) -> bytes:
    """The document as bytes. Text is escaped; a name the template asks for and nobody gave is refused, not left blank."""
    document = DocxTemplate(str(template))
    environment = ImmutableSandboxedEnvironment(
        loader=DictLoader({}), autoescape=True, undefined=StrictUndefined
    )
    context = {name: _ready(value, document) for name, value in values.items()}
    try:
        document.render(context, jinja_env=environment)
    except TemplateError as error:
        raise WrongTemplate(
            f"文书模板“{template.name}”里有一处填不上：{error.message}。请改回模板，或换回原来的模板。"
        ) from error
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _ready(value: Any, document: DocxTemplate) -> Any:
    if isinstance(value, Picture):
        return InlineImage(document, io.BytesIO(value.png), width=Mm(value.width_mm))
    return value
