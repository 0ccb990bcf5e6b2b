"""Statistics by household: the whole plan as one sheet, and what a tenth of it takes of memory."""

import subprocess
import sys
from collections.abc import Iterable

from tests.bench import frame, province
from tests.bench.frame import ROOT, Place, Row
from tests.bench.house import house_at

MOST_SECONDS = 10.0
#: What eight times the rows may add to the peak of the process: room for SQLite to fill its page cache of 16 MB.
MOST_MB = 20.0


def run(database: str) -> list[Row]:
    with frame.place(database) as place:
        with house_at(place):
            ids = province.seed_province()
            province.ask_and_vote(ids)
            province.recompute()
            province.gather_statistics()
        return list(_rows(database, place))


def _rows(database: str, place: Place) -> Iterable[Row]:
    seconds, grown, rows = _exported(place, "52")
    _, grown_small, rows_small = _exported(place, "5201")
    yield Row(
        "statistics_export", database, f"{rows:.0f} households: seconds", round(seconds, 2), MOST_SECONDS
    )
    yield Row("statistics_export", database, f"{rows:.0f} households: MB above idle", round(grown, 1))
    yield Row(
        "statistics_export", database, f"MB more than {rows_small:.0f} households take", round(grown - grown_small, 1), MOST_MB
    )  # fmt: skip


def _exported(place: Place, code: str) -> tuple[float, float, float]:
    """In a process of its own, whose memory is its own."""
    command = [sys.executable, "-m", "tests.bench.sheets", place.database, place.url, str(place.folder), code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    seconds, grown, rows = done.stdout.split()[-3:]
    return float(seconds), float(grown), float(rows)
