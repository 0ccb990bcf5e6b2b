"""What an import has to say: problems, notices, counts and samples; bounded however bad the file."""

from dataclasses import asdict, dataclass, field
from typing import Any

from server.ledger.sheet import SheetProblem

MOST_PROBLEMS = 500
MOST_SAMPLES = 12


@dataclass
class Counts:
    new: int = 0
    changed: int = 0
    same: int = 0
    ended: int = 0

    @property
    def touched(self) -> int:
        return self.new + self.changed + self.ended


@dataclass
class Findings:
    """Gathers while the sheets are read."""

    problems: list[SheetProblem] = field(default_factory=list)
    problem_count: int = 0
    counts: dict[str, Counts] = field(default_factory=dict)
    samples: dict[str, list[str]] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    #: Rows that wait for another row to be mended.
    hanging: int = 0

    def problem(self, found: SheetProblem) -> None:
        self.problem_count += 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(found)

    def of(self, sheet: str) -> Counts:
        return self.counts.setdefault(sheet, Counts())

    def sample(self, sheet: str, sentence: str) -> None:
        kept = self.samples.setdefault(sheet, [])
        if len(kept) < MOST_SAMPLES:
            kept.append(sentence)

    @property
    def is_nothing(self) -> bool:
        return not any(counts.touched for counts in self.counts.values())

    def summary(self) -> dict[str, Any]:
        return {
            "counts": {sheet: asdict(counts) for sheet, counts in self.counts.items()},
            "samples": self.samples,
            "notices": self.notices,
            "is_nothing": self.is_nothing,
        }

    def problem_rows(self) -> list[dict[str, Any]]:
        return [asdict(one) for one in self.problems]
