"""The figures of a row as a form: households, money by source in 万元, the claimed consent, the contents."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from marshmallow import Schema, ValidationError, fields
from marshmallow.validate import Range

from server.infra.clock import now
from server.infra.web.addresses import LARGEST_ID
from server.infra.web.fields import Line
from server.kernel.chinatime import china_day
from server.ledger import queries as ledger
from server.plans import queries
from server.plans.models import PlanRow
from server.plans.models.annual import PlanDraftRow
from server.plans.rules.figures import RowFigures
from server.plans.rules.words import SOURCE_NAMES, FundSource

FEN_IN_WAN = 1_000_000
#: Larger counts of households are refused by the rule; the form only keeps out what no table holds.
MOST = 1_000_000


class Wan(fields.Field[int]):
    """Money typed in 万元, kept in fen: "120.5" is 120,500,000 fen."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int:
        try:
            fen = Decimal(str(value).replace(",", "").replace("，", "").strip()) * FEN_IN_WAN
        except InvalidOperation:
            raise ValidationError("填金额，单位万元，例如 120.5。") from None
        if not fen.is_finite() or abs(fen) > FEN_IN_WAN * MOST * 10:
            raise ValidationError("金额填 0 到 100 亿元。")
        if fen != int(fen):
            raise ValidationError("金额最小到分。")
        return int(fen)


def whole(**kwargs: Any) -> fields.Integer:
    words: dict[str, Any] = {"required": "填一个整数。", "invalid": "填一个整数。"}
    return fields.Integer(
        validate=Range(0, MOST, error="填 0 或更大的整数。"), error_messages=words, **kwargs
    )


class FiguresIn(Schema):
    households = whole(required=True)
    claimed_consenting = whole(load_default=0)
    claimed_base = whole(load_default=0)
    contents = fields.List(Line(10), load_default=list)
    note = Line(300, load_default="")


for _source in FundSource:
    FiguresIn._declared_fields[f"cost_{_source.value}"] = Wan(load_default=0)  # noqa: SLF001 - one field for each source


class RowIn(FiguresIn):
    client_key = Line(80, required=True)


class NewRowIn(RowIn):
    community_id = fields.Integer(
        required=True,
        validate=Range(1, LARGEST_ID, error="选一个小区。"),
        error_messages={"required": "选一个小区。", "invalid": "选一个小区。"},
    )


def figures_of(form: Mapping[str, Any]) -> RowFigures:
    costs = {source: form[f"cost_{source.value}"] for source in FundSource if form[f"cost_{source.value}"]}
    return RowFigures(
        form["households"],
        costs,
        form["claimed_consenting"],
        form["claimed_base"],
        tuple(dict.fromkeys(form["contents"])),
        form["note"],
    )


def typed_of(row: PlanDraftRow | PlanRow) -> dict[str, Any]:
    """What stands in a row, as it would be typed."""
    return typed_figures(row.figures)


def typed_figures(figures: RowFigures) -> dict[str, Any]:
    costs = {f"cost_{source}": wan(fen) for source, fen in figures.kept_costs.items()}
    return {
        "households": figures.households,
        "claimed_consenting": figures.claimed_consenting,
        "claimed_base": figures.claimed_base,
        "contents": list(figures.contents),
        "note": figures.note,
        **costs,
    }


def wan(fen: int) -> str:
    """Fen as 万元, exact, without idle zeros: 120_500_000 is "120.5"."""
    text = f"{Decimal(fen) / FEN_IN_WAN:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def form_parts(community_id: int) -> dict[str, Any]:
    """What the form offers for this community: the sources, and the items of the list in force there."""
    place = ledger.place(community_id)
    items = queries.item_names(place.division_path, china_day(now())) if place is not None else {}
    return {"sources": [(one.value, SOURCE_NAMES[one]) for one in FundSource], "items": list(items.items())}
