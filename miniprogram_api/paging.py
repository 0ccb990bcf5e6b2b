"""Pages of long lists: what is asked for, and what stands beside the items."""

from typing import Any

from apiflask import Schema
from apiflask.fields import Integer
from marshmallow import ValidationError, fields

from server.infra.web.addresses import LAST_PAGE


class PageNumber(fields.Integer):
    """1, 2, 3 …, in plain digits."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:  # noqa: ARG002 - marshmallow calls it so
        text = str(value)
        if not (text.isascii() and text.isdecimal() and 1 <= int(text[:6]) <= LAST_PAGE and len(text) <= 4):
            raise ValidationError(f"页码是 1 到 {LAST_PAGE} 的数字。")
        return int(text)


class PageIn(Schema):
    """Which page of a list."""

    page = PageNumber(
        load_default=1,
        metadata={"description": "第几页，从 1 起。", "minimum": 1, "maximum": LAST_PAGE, "default": 1},
    )


class PageOut(Schema):
    """What every list tells of itself."""

    page = Integer(required=True, attribute="number", metadata={"description": "第几页"})
    pages = Integer(required=True, attribute="last", metadata={"description": "共几页"})
    total = Integer(required=True, metadata={"description": "共几条"})
