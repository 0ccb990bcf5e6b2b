"""Reading a form: through a marshmallow schema, or not at all."""

from functools import cache
from typing import Any

from flask import request
from marshmallow import EXCLUDE, Schema, ValidationError

from server.infra.web.addresses import LARGEST_ID
from server.kernel.errors import Invalid

BEYOND = "这个数太大了。请核对。"
#: Where only one sentence fits, this one leads to the fields.
LEAD = "有几处要改一下，请看标红的地方。"


def load_form(schema: Schema | type[Schema]) -> dict[str, Any]:
    """The posted form as the schema's values. A field sent several times becomes a list where the schema wants one.

    Raises Invalid with the sentences by field; the view draws the form again with what was typed.
    """
    schema = kept_schema(schema) if isinstance(schema, type) else schema
    lists = {name for name, field in schema.fields.items() if field.__class__.__name__ == "List"}
    sent: dict[str, Any] = {
        name: request.form.getlist(name) if name in lists else value.strip()
        for name, value in request.form.items()
        if name in lists or value.strip()
    }
    return load_values(schema, sent)


@cache
def kept_schema(schema: type[Schema]) -> Schema:
    """Made once: a schema copies all its fields when it is made, and reading leaves no trace in it."""
    return schema()


def load_values(schema: Schema, sent: dict[str, Any]) -> dict[str, Any]:
    """The same of what a view has put together from a form itself."""
    try:
        values = dict(schema.load(sent, unknown=EXCLUDE))
    except ValidationError as error:
        raise Invalid(LEAD, fields=_sentences(error.messages_dict)) from None
    beyond = [name for name, value in values.items() if _is_beyond(value)]
    if beyond:
        raise Invalid(LEAD, fields={name: [BEYOND] for name in beyond})
    return values


def _is_beyond(value: Any) -> bool:
    """A whole number that no table can hold: both databases refuse it with an error."""
    if isinstance(value, list):
        return any(_is_beyond(one) for one in value)
    return isinstance(value, int) and abs(value) > LARGEST_ID


def _sentences(messages: dict[str, Any]) -> dict[str, list[str]]:
    return {name: _flat(found) for name, found in messages.items()}


def _flat(found: Any) -> list[str]:
    if isinstance(found, dict):
        return [sentence for inner in found.values() for sentence in _flat(inner)]
    return [str(sentence) for sentence in found] if isinstance(found, list) else [str(found)]
