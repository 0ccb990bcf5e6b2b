"""From a count as it is stored (ballot-bundle's `results`) to items with their tests. Pure, and exact throughout."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from server.ballots.rules.law import Demand, Requirement
from server.decisions.rules.outcome import ItemResult, TestLine
from server.kernel.matters import Matter


@dataclass(frozen=True)
class Asked:
    """One motion as it was announced, with what it takes."""

    key: str
    title: str
    kind: str
    matter: Matter | None
    catalogue_item_id: int | None
    subsidy_key: str | None
    requirement: Requirement


def items_of(
    results: Iterable[Mapping[str, Any]], details: Iterable[Mapping[str, Any]], asked: Sequence[Asked]
) -> list[ItemResult]:
    """Every motion in every scope: in the order of the ballot, under each the scopes in the order of the count.

    `details` says of each motion whether its exact areas are public, and which shares are where not.
    """
    said = {(scope["scope"], motion["id"]): motion for scope in details for motion in scope["motions"]}
    counted = [(scope["scope"], motion) for scope in results for motion in scope["motions"]]
    return [
        _item(one, scope, motion, said[scope, one.key])
        for one in asked
        for scope, motion in counted
        if motion["id"] == one.key
    ]


def _item(asked: Asked, scope: str, motion: Mapping[str, Any], detail: Mapping[str, Any]) -> ItemResult:
    # Counts from before each side was looked at do not say it: then nothing exact is told.
    is_exact = bool(detail.get("is_exact"))
    heads = {side: int(number) for side, number in motion["heads"].items()}
    area = {side: Decimal(number) for side, number in motion["area"].items()}
    return ItemResult(
        motion=asked.key,
        title=asked.title,
        scope=scope,
        kind=asked.kind,
        matter=asked.matter,
        catalogue_item_id=asked.catalogue_item_id,
        subsidy_key=asked.subsidy_key,
        law=motion["law"],
        basis=asked.requirement.basis_zh,
        heads=heads,
        area=area,
        verdict=motion["verdict"],
        adopted_option=motion.get("adopted"),
        is_exact=is_exact,
        public_shares=None if is_exact else detail["shares"],
        tests=tuple(_tests(asked.requirement, heads, area, motion.get("adopted"))),
    )


def _tests(
    takes: Requirement, heads: Mapping[str, int], area: Mapping[str, Decimal], adopted: str | None
) -> Iterable[TestLine]:
    """Quorum and approval, each on heads and on area."""
    if takes.quorum is not None:
        yield from _test("quorum", "participants", takes.quorum, heads, area)
    yield from _test("approval", adopted or _leading(heads, area), takes.approval, heads, area)


def _test(
    stage: str, side: str, demand: Demand, heads: Mapping[str, int], area: Mapping[str, Decimal]
) -> Iterable[TestLine]:
    of, threshold = demand.of.value, demand.threshold
    short_heads, short_area = (
        threshold.lacking(heads[side], heads[of]),
        threshold.lacking(area[side], area[of]),
    )
    for base, part, whole, short in (
        ("heads", Decimal(heads[side]), Decimal(heads[of]), short_heads),
        ("area", area[side], area[of], short_area),
    ):
        yield TestLine(
            stage=stage,
            base=base,
            side=side,
            of=of,
            asks=threshold.text_zh,
            mark=threshold.written,
            part=part,
            whole=whole,
            is_met=threshold.is_met(part, whole),
            short=None if short is None else Decimal(short),
        )


def _leading(heads: Mapping[str, int], area: Mapping[str, Decimal]) -> str:
    """The side whose test is shown: 同意; among options the one with most heads (then most area)."""
    sides = [side for side in heads if side not in {"roll", "participants", "abstain"}]
    return "for" if "for" in sides else max(sides, key=lambda side: (heads[side], area[side]))
