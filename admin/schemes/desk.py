"""What the pages of schemes, drawings and lifts share: the blueprints, money and quantities as people type them, papers."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import Blueprint, request
from marshmallow import ValidationError, fields
from werkzeug.wrappers import Response

from server.attachments import actions as attachments
from server.attachments.actions import Photo
from server.kernel.errors import Invalid, Problem

schemes = Blueprint("schemes", __name__, url_prefix="/communities/<int:community_id>/schemes")
drawings = Blueprint("drawings", __name__, url_prefix="/communities/<int:community_id>/drawings")
lifts = Blueprint("lifts", __name__, url_prefix="/communities/<int:community_id>/lifts")

Page = str | Response | tuple[str, int]
#: No amount has more digits before the point than this.
MOST_DIGITS = 12
SMALLEST_EXPONENT = -2


class Amount(fields.Field[Decimal]):
    """A number with at most two decimal places, with or without commas between thousands."""

    def _deserialize(
        self,
        value: Any,
        attr: str | None,  # noqa: ARG002
        data: Mapping[str, Any] | None,  # noqa: ARG002
        **kwargs: Any,  # noqa: ARG002
    ) -> Decimal:
        text = str(value).strip().replace(",", "").replace("，", "")
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or not self._is_plain(number, text):
            raise ValidationError("填数字，最多两位小数，例如 1200.50。")
        return number

    @staticmethod
    def _is_plain(number: Decimal, text: str) -> bool:
        exponent = number.as_tuple().exponent
        return (
            isinstance(exponent, int)
            and exponent >= SMALLEST_EXPONENT
            and number.adjusted() <= MOST_DIGITS
            and "e" not in text.lower()
            and number >= 0
        )


class Yuan(Amount):
    """An amount in 元, kept as whole 分."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Any:
        return int(super()._deserialize(value, attr, data, **kwargs) * 100)


def yuan_typed(fen: int | None) -> str:
    """As it goes back into a box."""
    return "" if fen is None else f"{fen // 100}.{fen % 100:02d}"


def drawn_photo() -> Photo | None:
    """The picture that came with the form, drawn anew; before the unit of work, for it takes its time."""
    file = request.files.get("photo")
    return attachments.draw_anew(file.read()) if file and file.filename else None


def error_fields(error: Problem, otherwise: str) -> dict[str, list[str]]:
    """The sentences by field; of a refusal all its reasons under the field `otherwise`."""
    if isinstance(error, Invalid) and error.fields:
        return error.fields
    return {otherwise: [reason.message for reason in error.reasons] or [error.message]}
