"""The ledger of the plan: written as sheets, then checked and imported like any other sheets."""

import csv
import io
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from server.example.plan2020.homes import Facts, Home
from server.infra.db import unit_of_work
from server.kernel.actor import COMMAND
from server.kernel.chinatime import china_day
from server.kernel.errors import Refused
from server.ledger.actions.importing.applying import apply_stage, reserved_ids
from server.ledger.actions.importing.checking import check_file
from server.ledger.actions.importing.imports import record_import
from server.ledger.actions.importing.reach import Reach
from server.ledger.actions.importing.stage import Stage
from server.ledger.rules.words import HouseholdState
from server.ledger.sheet import SHEETS

Cells = Mapping[str, str]
OWNED_SINCE = "1999-06-01"


def enter(some: Sequence[Facts], now: datetime) -> None:
    """Import these communities in one unit of work."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sheets.zip"
        _write(path, some)
        with path.open("rb") as file, Stage.fresh(Path(folder) / "stage") as stage:
            found = check_file(
                file, path.name, stage, reach=Reach.everywhere(), on=china_day(now), progress=_quietly
            )
        if found.problem_count:
            raise Refused(f"示例的台账没有通过检查：{found.problem_rows()[:3]}")
        with Stage.filled(Path(folder) / "stage") as stage:
            reserved = reserved_ids(stage)
            with unit_of_work():
                applied = apply_stage(stage, reserved)
                record_import(applied.changed, None, COMMAND, now, found.summary()["counts"])


def _quietly(_stage: str, _done: int, _total: int) -> None:
    """Progress is told by community."""


def _write(path: Path, some: Sequence[Facts]) -> None:
    rows: dict[str, Callable[[Facts], Iterable[Cells]]] = {
        "communities": _communities,
        "buildings": _buildings,
        "flats": lambda facts: (_flat(facts, home) for home in facts.homes),
        "owners": lambda facts: (cells for home in facts.homes for cells in _owners(facts, home)),
        "households": lambda facts: (cells for home in facts.homes for cells in _households(facts, home)),
        "facilities": _facilities,
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        for sheet in SHEETS:
            with book.open(f"{sheet.title}.csv", "w") as part:
                text = io.TextIOWrapper(part, encoding="utf-8-sig", newline="")
                lines: Any = csv.writer(text)
                lines.writerow([column.title for column in sheet.columns])
                for facts in some:
                    for cells in rows[sheet.name](facts):
                        lines.writerow([cells.get(column.name, "") for column in sheet.columns])
                text.flush()


def _communities(facts: Facts) -> Iterable[Cells]:
    of = facts.of
    lacks = ("has_poor_environment", "has_lacking_facilities", "lacks_accessibility", "lacks_management")
    yield {
        "name": facts.name,
        "code": of.code,
        "division": of.division,
        "address": facts.address,
        "location_type": facts.location.name_zh,
        "built_year": str(facts.built_year),
        "year_evidence": "房产档案(示例)",
        "ownership_kind": facts.ownership.name_zh,
        "has_owners_assembly": _yes(facts.has_committee),
        "has_owners_committee": _yes(facts.has_committee),
        "has_maintenance_fund": _yes(facts.has_fund),
        "property_mode": facts.mode.name_zh,
        "pool": facts.pool.name_zh,
        "contact_name": f"{of.county.name}示例社区居委会",
        "contact_phone": f"0851-5551{of.number:04d}",
        "contact_place": "居委会一楼，周一到周五 9:00—17:00",
        **{name: _yes(is_so) for name, is_so in zip(lacks, facts.lacks, strict=True)},
    }


def _yes(is_so: bool) -> str:
    return "是" if is_so else "否"


def _buildings(facts: Facts) -> Iterable[Cells]:
    for one in facts.buildings:
        yield {
            "community": facts.of.code,
            "building": one.name,
            "entrances": "、".join(one.entrances),
            "floors": str(one.floors),
        }


def _place(facts: Facts, home: Home) -> dict[str, str]:
    return {
        "community": facts.of.code, "building": home.building, "entrance": home.entrance, "room": home.room,
    }  # fmt: skip


def _flat(facts: Facts, home: Home) -> Cells:
    return {
        **_place(facts, home),
        "use": home.use.name_zh,
        "area": str(home.area),
        "area_source": home.source.name_zh,
        "floor": str(home.floor),
    }


def _owners(facts: Facts, home: Home) -> Iterable[Cells]:
    for one in home.owners:
        yield {
            **_place(facts, home),
            "kind": one.kind.name_zh,
            "name": one.name,
            "phone": one.phone,
            "id_number": one.id_number,
            "share": one.share,
            "is_representative": _yes(one.is_representative),
            "from_on": OWNED_SINCE,
        }


def _households(facts: Facts, home: Home) -> Iterable[Cells]:
    """Only what is special: an ordinary dwelling has its household anyway."""
    if home.households and home.state is not HouseholdState.OCCUPIED:
        yield {**_place(facts, home), "number": "1", "state": home.state.name_zh}
    if home.households > 1:
        yield {**_place(facts, home), "number": "2", "state": HouseholdState.OCCUPIED.name_zh}


def _facilities(facts: Facts) -> Iterable[Cells]:
    yield {
        "community": facts.of.code, "code": "LD-01", "kind": "照明", "name": "大门路灯", "place": "大门口",
    }  # fmt: skip
