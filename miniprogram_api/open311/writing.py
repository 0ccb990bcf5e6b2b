"""Both formats from one value, by the Spark convention of the specification: a list is an array in JSON and, in XML, an element
that holds one element a thing; nothing is null and an empty element."""

import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from flask import Response

from server.kernel.signs import UNSEEN

#: What one thing of a list is called in XML, by the name of the list.
ONE_OF = {
    "attributes": "attribute",
    "endpoints": "endpoint",
    "errors": "error",
    "formats": "format",
    "notes": "note",
    "service_requests": "request",
    "services": "service",
    "values": "value",
}


class Form(StrEnum):
    """The ending of an address."""

    JSON = "json"
    XML = "xml"

    @property
    def media_type(self) -> str:
        return {"json": "application/json", "xml": "text/xml"}[self.value]


def written(
    form: str, name: str, value: Any, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """`value` is a list of mappings or one mapping; `name` is its root element, which JSON does not write."""
    shape = Form(form)
    body = json.dumps(value, ensure_ascii=False) if shape is Form.JSON else _xml(name, value)
    answer = Response(body, status, content_type=f"{shape.media_type}; charset=utf-8")
    answer.headers.extend(headers or {})
    return answer


def errors_written(
    form: Form, status: int, said: Sequence[str], headers: Mapping[str, str] | None = None
) -> Response:
    errors = [{"code": status, "description": sentence} for sentence in said]
    return written(form, "errors", errors, status, headers)


def _xml(name: str, value: Any) -> str:
    root = Element(name)
    _fill(root, name, value)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode")


def _fill(element: Element, name: str, value: Any) -> None:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            _fill(SubElement(element, key), key, inner)
    elif isinstance(value, list):
        for inner in value:
            _fill(SubElement(element, ONE_OF[name]), ONE_OF[name], inner)
    elif value is not None:
        # What an address held may stand in an error; XML has no way to write a control character.
        element.text = str(value).lower() if isinstance(value, bool) else UNSEEN.sub("", str(value))
