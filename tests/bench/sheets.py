"""One sheet in a process of its own, whose memory is its own: python -m tests.bench.sheets DATABASE URL FOLDER DIVISION.

Prints the seconds, by how many megabytes the most memory ever used grew, and how many households were written.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from server.reports.exports import write_households
from tests.bench.frame import Place
from tests.bench.house import house_at
from tests.factories.divisions import get_division


def main(database: str, url: str, folder: str, code: str) -> None:
    with house_at(Place(database, url, Path(folder))):
        division = get_division(code)
        idle, began = _forget_peak(), perf_counter()
        written = write_households(Path(folder) / "out.xlsx", division, datetime.now(UTC))
        print(perf_counter() - began, _peak() - idle, written)


def _forget_peak() -> float:
    """Let the peak begin anew here: a process inherits that of the one that started it. Returns the memory in use, in MB."""
    Path("/proc/self/clear_refs").write_text("5")
    return _peak()


def _peak() -> float:
    """Most memory since then, in MB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


if __name__ == "__main__":
    main(*sys.argv[1:])
