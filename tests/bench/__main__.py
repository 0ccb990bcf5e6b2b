"""python -m tests.bench [NAME]: run the benches, print their table, write bench.json.

The exit code tells of crashes only; whether a mark is met stands in the table.
"""

import importlib
import json
import signal
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from tests.bench.frame import DATABASES, ROOT, Row, table, why_not, write

#: Name -> the module whose `run(database)` measures it. Several figures of one seeding share a module.
BENCHES = {
    "import": "tests.bench.importing",
    "home_page": "tests.bench.pages",
    "ledger_page": "tests.bench.pages",
    "ballot_page": "tests.bench.pages",
    "turnout_page": "tests.bench.pages",
    "result_page": "tests.bench.pages",
    "recount": "tests.bench.recounting",
    "cast_vote": "tests.bench.cast_vote",
    "survey_journey": "tests.bench.survey_journey",
    "survey_results": "tests.bench.surveys",
    "survey_export": "tests.bench.surveys",
    "province_page": "tests.bench.reports",
    "whole_plan": "tests.bench.standing",
    "decision_page": "tests.bench.standing",
    "statistics_export": "tests.bench.statistics",
    "ticket_journey": "tests.bench.ticket_journey",
    "ticket_board": "tests.bench.tickets",
    "votes_lost": "tests.bench.crashes",
    "votes_doubled": "tests.bench.crashes",
    "outbox": "tests.bench.outbox",
}


def main(arguments: list[str]) -> int:
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    if arguments[:1] == ["--alone"]:
        return measure(*arguments[1:])
    wanted = arguments or list(BENCHES)
    unknown = [name for name in wanted if name not in BENCHES]
    if unknown:
        print(f"没有叫 {'、'.join(unknown)} 的一项。可以量：{'、'.join(BENCHES)}。", file=sys.stderr)
        return 2
    rows: list[Row] = []
    crashed = False
    for module in dict.fromkeys(BENCHES[name] for name in wanted):
        names = [name for name in wanted if BENCHES[name] == module]
        for database in DATABASES:
            trouble = why_not(database)
            if trouble:
                print(f"{'、'.join(names)}：{database} 没有应答，跳过（{trouble}）。", flush=True)
                continue
            print(f"—— {'、'.join(names)}：{database} ——", flush=True)
            found = apart(module, database)
            crashed |= found is None
            rows += [row for row in found or () if row.bench in names]
    print(table(rows), flush=True)
    write(rows)
    return 1 if crashed else 0


def apart(module: str, database: str) -> list[Row] | None:
    """Measure in a process of its own, so that none inherits another's memory; None where it crashed."""
    with tempfile.TemporaryDirectory(prefix="xiangyi-bench-") as folder:
        path = Path(folder) / "rows.json"
        command = [sys.executable, "-m", "tests.bench", "--alone", module, database, str(path)]
        alone = subprocess.Popen(command, cwd=ROOT)
        try:
            alone.wait()
        finally:  # it stops its own servers and drops its own databases before it goes
            alone.terminate()
            alone.wait()
        if alone.returncode:
            return None
        return [Row(**row) for row in json.loads(path.read_text())]


def measure(module: str, database: str, path: str) -> int:
    rows: list[Row] = importlib.import_module(module).run(database)
    Path(path).write_text(json.dumps([asdict(row) for row in rows]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
