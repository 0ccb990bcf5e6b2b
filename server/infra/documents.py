"""Papers an office can edit and stamp: .docx templates filled in by docxtpl, inside Jinja's sandbox.

A template is a Word file that people may change: what stands between {{ }} is therefore never trusted to do more than read.
Templates that offices bring are filled in by another process, see `server.infra.office_templates`.
"""

import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from jinja2 import DictLoader, StrictUndefined, nodes
from jinja2.exceptions import SecurityError, TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from server.kernel.errors import Problem

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
#: What a template may do to a value. Nothing that lets text pass as markup, and nothing that calls by name.
FILTERS = ("join", "length", "count", "first", "last", "trim", "upper", "lower", "replace", "default", "d")
#: Values that a template may look into. A picture is none of them: it knows the document, and that knows the disk.
_OPEN = (str, int, list, tuple, dict, LoopContext)


@dataclass(frozen=True)
class Picture:
    """A picture to stand in the text, such as a QR code."""

    png: bytes
    width_mm: int


class WrongTemplate(Problem):
    """Someone edited the template so that it no longer fits. The message says what it stumbled on."""

    status = 409
    code = "wrong_template"


class PlainEnvironment(ImmutableSandboxedEnvironment):
    """Reads what it was given and repeats it; no functions, no other files, no text that passes as markup."""

    def __init__(self) -> None:
        super().__init__(loader=DictLoader({}), autoescape=True, undefined=StrictUndefined)
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in FILTERS}

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        # Markup has methods that take text as markup: what was escaped is a string like any other here.
        return (
            type(obj) is not Markup and isinstance(obj, _OPEN) and super().is_safe_attribute(obj, attr, value)
        )

    def is_safe_callable(self, obj: Any) -> bool:
        return False if isinstance(obj, type) else super().is_safe_callable(obj)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        # The scoped one is of this kind too.
        if tree.find(nodes.EvalContextModifier) is not None:
            raise SecurityError("autoescape")
        return tree


def fill(template: Path | bytes, values: Mapping[str, Any], name: str = "") -> bytes:
    """The document as bytes. Text is escaped; a name the template asks for and nobody gave is refused, not left blank."""
    called = name or (template.name if isinstance(template, Path) else "")
    try:
        return rendered(template, values)
    except TemplateError as error:
        raise WrongTemplate(
            f"文书模板“{called}”里有一处填不上：{said_of(error)}请改回模板，或换回原来的模板。"
        ) from error


def rendered(template: Path | bytes, values: Mapping[str, Any]) -> bytes:
    """The same, with Jinja's own errors."""
    document = _document(template)
    document.render(
        {key: _ready(value, document) for key, value in values.items()}, jinja_env=PlainEnvironment()
    )
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def asked_for(template: Path | bytes) -> set[str]:
    """The names a template asks for, in its text, heads and feet. Raises TemplateError where it cannot be read."""
    names: set[str] = _document(template).get_undeclared_template_variables(PlainEnvironment())
    return names


def said_of(error: TemplateError) -> str:
    """What is wrong, in a sentence for whoever edits the template."""
    message = error.message or ""
    if isinstance(error, UndefinedError):
        return f"没有“{unknown_name(message)}”这个字段。"
    if isinstance(error, SecurityError):
        return "有不许用的写法，模板里只能写字段名、for 和 if。"
    if isinstance(error, TemplateSyntaxError):
        filtered = re.search(r"No (?:filter|test) named '([^']*)'", message)
        if filtered:
            return f"没有“{filtered.group(1)}”这种处理方法。"
        near = _near(getattr(error, "docx_context", ()))
        return f"{near}花括号里的写法不对，可能没有配对。"
    return "花括号里的写法不对。"


def unknown_name(message: str) -> str:
    """ "'titel' is undefined", "'dict object' has no attribute 'name'" -> the name."""
    quoted = re.findall(r"'([^']*)'", message)
    return quoted[-1] if quoted else message


def _near(lines: Iterable[str]) -> str:
    """The words where it stumbled, as the reader sees them."""
    words = [line.strip() for line in lines if "{" in line or "}" in line]
    return f"“{words[0][:40]}”附近，" if words else ""


def _document(template: Path | bytes) -> DocxTemplate:
    return DocxTemplate(str(template) if isinstance(template, Path) else io.BytesIO(template))


def _ready(value: Any, document: DocxTemplate) -> Any:
    if isinstance(value, Picture):
        return InlineImage(document, io.BytesIO(value.png), width=Mm(value.width_mm))
    return value
