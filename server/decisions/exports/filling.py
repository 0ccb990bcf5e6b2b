"""Which file a paper is filled into: the office's own, in a process apart, or the house's."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from server.decisions.queries import ChosenTemplate
from server.decisions.rules.papers import PaperKind, samples, unknown_fields
from server.infra import office_templates, qr
from server.infra.documents import Picture, fill
from server.infra.office_templates import TemplateRefused

PAPERS = Path(__file__).parent.parent / "papers"
OUR_TEMPLATES = {kind: PAPERS / f"{kind.value}.docx" for kind in PaperKind}
TRIAL_QR = "https://example.invalid/v"


def filled(kind: PaperKind, template: ChosenTemplate, values: Mapping[str, Any]) -> bytes:
    """The paper. Raises TemplateRefused where the office's template does not do after all."""
    if template.document is None:
        return fill(OUR_TEMPLATES[kind], values)
    return office_templates.fill_apart(template.document, values)


def tried(kind: PaperKind, document: bytes) -> None:
    """Look through a template and fill it in twice, with everything and with as little as there may be.

    Raises TemplateRefused with plain sentences, each unknown field by its name.
    """
    office_templates.look_through(document)
    unknown = unknown_fields(kind, office_templates.names_in(document))
    if unknown:
        raise TemplateRefused(*unknown)
    picture = {"qr": Picture(qr.png(TRIAL_QR), 28)}
    for full in (True, False):
        office_templates.fill_apart(document, samples(kind, full=full) | picture)
