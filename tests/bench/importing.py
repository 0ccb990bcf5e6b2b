"""`import`: 60,000 flats with owners from one sheet: how long, how much memory, how long the write lock is held."""

import resource
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from time import perf_counter

from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.sheets import BookWriter
from server.kernel.actor import COMMAND
from server.ledger.actions.importing.applying import apply_stage, reserved_ids
from server.ledger.actions.importing.checking import check_file
from server.ledger.actions.importing.imports import record_import
from server.ledger.actions.importing.problems import Findings
from server.ledger.actions.importing.reach import Reach
from server.ledger.actions.importing.stage import Stage
from server.ledger.sheet import SHEETS, looks
from tests.bench import frame
from tests.bench.frame import Row
from tests.bench.house import house_at

FLATS = 60_000
FEW_FLATS = 6_000
BUILDINGS, ENTRANCES, FLOORS, ON_A_FLOOR = 100, 4, 25, 6
DIVISION = "520102028004"
TODAY = date(2026, 3, 2)
SECONDS, LOCK_SECONDS, MEMORY_MB = 60, 5, 64


def run(database: str) -> list[Row]:
    with frame.place(database) as place, house_at(place):
        few, many, stage = place.folder / "few.xlsx", place.folder / "many.xlsx", place.folder / "stage"
        write_sheet(few, FEW_FLATS, "导入测速小区甲")
        write_sheet(many, FLATS, "导入测速小区乙")
        import_once(few, stage)
        before = _peak()
        seconds, held = import_once(many, stage)
        grown = _peak() - before
        started = perf_counter()
        found = _check(many, stage)
        again = perf_counter() - started
        if not found.is_nothing:
            raise AssertionError(f"the same file again would change something: {found.counts}")
    return [
        Row("import", database, "flats", FLATS, better="higher"),
        Row("import", database, "seconds", round(seconds, 2), SECONDS),
        Row("import", database, "lock_seconds", round(held, 2), LOCK_SECONDS),
        Row("import", database, "check_again_seconds", round(again, 2)),
        # What ten times as many flats add to the most memory ever used.
        Row("import", database, "memory_grown_mb", round(grown, 1), MEMORY_MB),
    ]


def import_once(path: Path, stage_path: Path) -> tuple[float, float]:
    """Seconds in all, and seconds within the unit of work that writes."""
    started = perf_counter()
    found = _check(path, stage_path)
    if found.problems:
        raise AssertionError(found.problems[:3])
    with Stage.filled(stage_path) as stage:
        reserved = reserved_ids(stage)
        locked = perf_counter()
        with unit_of_work():
            applied = apply_stage(stage, reserved)
            record_import(applied.changed, None, COMMAND, now(), found.summary()["counts"])
        held = perf_counter() - locked
    return perf_counter() - started, held


def _check(path: Path, stage_path: Path) -> Findings:
    with path.open("rb") as file, Stage.fresh(stage_path) as stage:
        return check_file(
            file,
            path.name,
            stage,
            reach=Reach.everywhere(),
            on=TODAY,
            progress=lambda _what, _done, _total: None,
        )


def write_sheet(path: Path, flats: int, community: str) -> None:
    """One community; each flat with an owner of its own, with phone and a third of them with an identity number."""
    rows = {
        "communities": [
            {"name": community, "division": DIVISION, "location_type": "城市", "built_year": "1996"}
        ],
        "buildings": [
            {"building": str(one + 1), "entrances": "、".join(map(str, range(1, ENTRANCES + 1)))}
            for one in range(BUILDINGS)
        ],
        "flats": _flats(flats),
        "owners": _owners(flats),
        "households": [],
        "facilities": [],
    }
    with BookWriter(path) as book:
        for sheet in SHEETS:
            book.sheet(sheet.title, looks(sheet))
            for row in rows[sheet.name]:
                book.row(row.get(column.name) for column in sheet.columns)


def _places(flats: int) -> Iterator[dict[str, str]]:
    for number in range(flats):
        floor, left = divmod(number // (BUILDINGS * ENTRANCES), ON_A_FLOOR)
        building, entrance = divmod(number % (BUILDINGS * ENTRANCES), ENTRANCES)
        room = f"{floor + 1}{left + 1:02d}"
        yield {"building": str(building + 1), "entrance": str(entrance + 1), "room": room}


def _flats(flats: int) -> Iterator[dict[str, str]]:
    for number, place in enumerate(_places(flats)):
        area = f"{50 + number % 90}.{number % 100:02d}"
        yield {**place, "use": "住宅", "area": area, "area_source": "不动产登记"}


def _owners(flats: int) -> Iterator[dict[str, str]]:
    for number, place in enumerate(_places(flats)):
        owner = {"name": f"业主{number}", "phone": f"138{number:08d}"}
        if number % 3 == 0:
            owner["id_number"] = _identity(number)
        yield {**place, **owner}


def _identity(number: int) -> str:
    body = f"520102{1940 + number % 60}{1 + number % 12:02d}{1 + number % 28:02d}{number // 1000 % 1000:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    # The first three digits of the place of birth make the rest of it unique.
    body = f"{100000 + number % 900000}{body[6:]}"
    return (
        body
        + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11]
    )


def _peak() -> float:
    """Most memory this process ever had, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024 / 1024 if sys.platform == "darwin" else peak / 1024
