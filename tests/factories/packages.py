"""A package question for tests: four contents with prices and one without."""

from typing import Any

from tests.factories.surveys import question

FREE = ["1/1", "0/1", "0/1"]
SHARED = ["3/5", "2/5", "0/1"]


def option(value: str, title: str, **facts: Any) -> dict[str, Any]:
    return {"value": value, "title": title, "offer": {"scope": "community", "split_by": "area", **facts}}


def price(yuan: int, unit: str = "household", payers: list[str] | None = None) -> dict[str, Any]:
    return {"unit": unit, "cost": yuan * 100, "payers": payers or SHARED}


#: Of six flats of 67.70 m² in one entrance: water 6,000 yuan, road 3,000, lamps 600, a lift 600,000.
OPTIONS = [
    option("B02", "水管", subsidy_key="water", price=price(1_000)),
    option("B06", "道路", subsidy_key="road", price=price(500), split_by="household"),
    option("B11", "照明", price=price(600, "entrance", FREE)),
    option("W02", "电梯", subsidy_key="elevator", scope="entrance", price=price(600_000, "entrance")),
    {"value": "B01", "title": "拆违"},
]


def package(key: str = "pick", **facts: Any) -> dict[str, Any]:
    return question(key, "package", title="按预算你会改哪些", options=OPTIONS, **facts)
