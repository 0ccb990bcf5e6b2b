"""What a bench gives back, how it is printed, and the databases it runs on."""

import json
import os
import shutil
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from tools import pg

ROOT = Path(__file__).resolve().parents[2]
OUTPUT = ROOT / "bench.json"
DATABASES = ("sqlite", "postgresql")
USUAL_POSTGRES = "postgresql://postgres@127.0.0.1:5432/postgres"


@dataclass(frozen=True)
class Row:
    """One figure. `mark` is what it has to reach (`higher`) or may not pass (`lower`); None where it is told for itself."""

    bench: str
    database: str
    figure: str
    value: float
    mark: float | None = None
    better: Literal["higher", "lower"] = "lower"

    @property
    def is_met(self) -> bool | None:
        if self.mark is None:
            return None
        return self.value >= self.mark if self.better == "higher" else self.value <= self.mark


@dataclass(frozen=True)
class Place:
    """Where one bench runs: an empty database of its own and a folder, both gone afterwards."""

    database: str
    url: str
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """Settings of a house at this place: the example's, as `make run` sets them, with its movable clock."""
        return {
            "APP_ENV": "example",
            "DATABASE_URL": self.url,
            "INSTANCE_DIR": str(self.folder),
            "PUBLIC_URL": "http://127.0.0.1:8000",
            "FLASK_APP": "wsgi",
        }


def postgres_address() -> str:
    return os.environ.get("TEST_DATABASE_URL") or USUAL_POSTGRES


def why_not(database: str) -> str | None:
    """Why nothing can be measured on this kind of database here; None where it can."""
    return pg.why_no_answer(postgres_address()) if database == "postgresql" else None


@contextmanager
def place(database: str) -> Iterator[Place]:
    folder = Path(tempfile.mkdtemp(prefix="xiangyi-bench-"))
    try:
        if database == "postgresql":
            with pg.scratch(postgres_address()) as url:
                yield Place(database, url, folder)
        else:
            yield Place(database, f"sqlite:///{folder / 'bench.sqlite'}", folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def median(values: Sequence[float]) -> float:
    return float(statistics.median(values))


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of them lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def table(rows: Sequence[Row]) -> str:
    """The rows as people read them, aligned."""
    heads = ("bench", "database", "figure", "value", "mark", "met")
    lines = [heads, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if column in (3, 4) else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def _cells(row: Row) -> tuple[str, ...]:
    sign = ">=" if row.better == "higher" else "<="
    mark = "" if row.mark is None else f"{sign} {_number(row.mark)}"
    met = {None: "", True: "yes", False: "MISSED"}[row.is_met]
    return row.bench, row.database, row.figure, _number(row.value), mark, met


def _number(value: float) -> str:
    if value == int(value):
        return f"{int(value)}"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def write(rows: Sequence[Row]) -> None:
    OUTPUT.write_text(json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=1) + "\n")
