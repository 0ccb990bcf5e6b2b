"""One export in a process of its own, whose memory is its own: python -m tests.bench.exporting DATABASE URL FOLDER SURVEY FORM.

Prints the seconds, and by how many megabytes the most memory ever used grew while it was written.
"""

import resource
import sys
from pathlib import Path
from time import perf_counter

from server.surveys import exports, queries
from tests.bench.frame import Place
from tests.bench.house import house_at


def main(database: str, url: str, folder: str, survey_id: str, form: str) -> None:
    with house_at(Place(database, url, Path(folder))):
        survey = queries.known(int(survey_id))
        idle, began = _peak(), perf_counter()
        exports.write(Path(folder) / f"out.{form}", form, survey, has_labels=True)
        print(perf_counter() - began, _peak() - idle)


def _peak() -> float:
    """Most memory this process ever had, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024 / 1024 if sys.platform == "darwin" else peak / 1024


if __name__ == "__main__":
    main(*sys.argv[1:])
