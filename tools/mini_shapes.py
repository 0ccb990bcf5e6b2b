"""Write what the mini program's client may call, as TypeScript, from the description of the API: miniprogram/api/shapes.ts.

    python -m tools.mini_shapes

Only what its sources call is written. A path, a method or a field that the description does not have then fails where the
types are checked; a test holds the file in step with the description.
"""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "miniprogram"
SHAPES = SOURCES / "api" / "shapes.ts"
PREFIX = "/api/v1"
#: call("GET /me", {}) and sendFile("POST /tickets/photos", …)
CALL = re.compile(r'\b(?:call|sendFile)\(\s*"([A-Z]+) (/[^"]*)"')
HEAD = "// Written by tools/mini_shapes.py from the description of the API. Do not change it by hand.\n"

Schema = Mapping[str, Any]


def calls_of(sources: Path) -> list[tuple[str, str]]:
    """Method and path of every call in the sources, each once."""
    texts = [path.read_text("utf-8") for path in sorted(sources.rglob("*.ts")) if path.name != SHAPES.name]
    return sorted({found for text in texts for found in CALL.findall(text)}, key=lambda one: (one[1], one[0]))


def written(spec: Schema, calls: Iterable[tuple[str, str]]) -> str:
    """The whole file. Raises LookupError for a call that the description does not have."""
    lines, named = [], []
    for method, path in calls:
        operation = spec["paths"].get(PREFIX + path, {}).get(method.lower())
        if operation is None:
            raise LookupError(f"the API has no {method} {path}")
        parts = _parts(operation, spec)
        named += [name for part in parts.values() for name in re.findall(r"\b[A-Z]\w+(?:Out|In)\b", part)]
        inside = "; ".join(f"{name}: {part}" for name, part in parts.items())
        lines.append(f'  "{method} {path}": {{ {inside} }};')
    shapes = [_interface(name, spec) for name in _reached(named, spec)]
    return "\n".join([HEAD, *shapes, "export interface Calls {", *lines, "}", ""])


def _parts(operation: Schema, spec: Schema) -> dict[str, str]:
    parts: dict[str, str] = {}
    parameters = operation.get("parameters", [])
    for place in ("path", "query"):
        here = [one for one in parameters if one["in"] == place]
        if here:
            optional = "" if any(one.get("required") for one in here) else "?"
            parts[place + optional] = _fields(
                (one["name"], one["schema"], bool(one.get("required"))) for one in here
            )
    if any(one["in"] == "header" and one["name"] == "Idempotency-Key" for one in parameters):
        parts["key"] = "string"
    for media, body in operation.get("requestBody", {}).get("content", {}).items():
        if media == "application/json":
            parts["body"] = _type(body["schema"])
        else:
            parts |= _form(spec["components"]["schemas"][_name_of(body["schema"])])
    parts["out"] = _answer(operation["responses"])
    return parts


def _form(schema: Schema) -> dict[str, str]:
    """A file under its name, and the other fields of the form."""
    files = [name for name, one in schema["properties"].items() if one.get("format") == "binary"]
    rest = [
        (name, one, name in schema.get("required", []))
        for name, one in schema["properties"].items()
        if name not in files
    ]
    return {"file": " | ".join(json.dumps(name) for name in files)} | (
        {"form": _fields(rest)} if rest else {}
    )


def _answer(responses: Schema) -> str:
    good = next(one for status, one in sorted(responses.items()) if status.startswith("2"))
    content = good.get("content", {}).get("application/json")
    return _type(content["schema"]) if content and content["schema"] else "unknown"


def _reached(names: Iterable[str], spec: Schema) -> list[str]:
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += re.findall(
                r'#/components/schemas/(\w+)"', json.dumps(spec["components"]["schemas"][name])
            )
    return sorted(found)


def _interface(name: str, spec: Schema) -> str:
    schema = spec["components"]["schemas"][name]
    required = schema.get("required", [])
    lines = [
        f"  {_key(field)}{'' if field in required else '?'}: {_type(one)};"
        for field, one in sorted(schema["properties"].items())
    ]
    return "\n".join([f"export interface {name} {{", *lines, "}", ""])


def _fields(fields: Iterable[tuple[str, Schema, bool]]) -> str:
    # In a fixed order: served, the description has its names in another than in the house.
    inside = "; ".join(
        f"{_key(name)}{'' if must else '?'}: {_type(one)}"
        for name, one, must in sorted(fields, key=lambda one: one[0])
    )
    return f"{{ {inside} }}"


def _key(name: str) -> str:
    return name if name.isidentifier() else json.dumps(name)


def _name_of(schema: Schema) -> str:
    return str(schema["$ref"]).rpartition("/")[2]


def _type(schema: Schema) -> str:
    if "$ref" in schema:
        return _name_of(schema)
    if "enum" in schema:
        return " | ".join(json.dumps(one) for one in schema["enum"])
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(_type(one) for one in schema["anyOf"]))
    kinds = schema.get("type", [])
    return (
        " | ".join(_plain(kind, schema) for kind in ([kinds] if isinstance(kinds, str) else kinds))
        or "unknown"
    )


def _plain(kind: str, schema: Schema) -> str:
    if kind == "array":
        inside = _type(schema["items"])
        return f"({inside})[]" if " | " in inside else f"{inside}[]"
    if kind == "object":
        return f"Record<string, {_type(schema.get('additionalProperties') or {})}>"
    return {
        "integer": "number",
        "number": "number",
        "string": "string",
        "boolean": "boolean",
        "null": "null",
    }[kind]


def main() -> None:
    from wsgi import app  # noqa: PLC0415 - the house is only needed where the file is written

    SHAPES.write_text(written(app.spec, calls_of(SOURCES)), "utf-8")
    print(f"written: {SHAPES.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
