"""What households asked for, and what became of each thing: in words, never in counts that could name a home."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from server.decisions.rules import Outcome


@dataclass(frozen=True)
class Wish:
    """One item of the catalogue that households could tick."""

    code: str
    title: str
    wanted: int


@dataclass(frozen=True)
class Heard:
    code: str
    title: str
    #: What became of it, and the colour beside it.
    word: str
    tone: str
    #: Whether a decision was reached, one way or the other.
    is_settled: bool


@dataclass(frozen=True)
class Works:
    """How far the renovation is."""

    has_started: bool = False
    has_finished: bool = False
    #: Codes of what was decided only when these works were over: they did nothing of it.
    decided_after: Collection[str] = ()

    @classmethod
    def known(cls, started_on: date | None, finished_on: date | None, adopted: Mapping[str, date]) -> "Works":
        """By their days; `adopted`: on which day each thing was. What was decided on the last day is still of these works."""
        later = {code for code, on in adopted.items() if finished_on is not None and on > finished_on}
        return cls(started_on is not None, finished_on is not None, later)

    def of(self, code: str) -> "Works":
        return Works() if code in self.decided_after else self


def heard(
    wishes: Sequence[Wish],
    outcomes: Mapping[str, Sequence[Outcome]],
    works: Works,
    least: int,
    voted: Collection[str] = (),
    revoked: Collection[str] = (),
) -> list[Heard]:
    """In the order of the list people were shown: an order by number would tell the small ones. Fewer than `least` are not told."""
    return [
        _heard(one, outcomes.get(one.code, ()), works.of(one.code), _undecided(one.code, voted, revoked))
        for one in wishes
        if one.wanted >= least
    ]


def _undecided(code: str, voted: Collection[str], revoked: Collection[str]) -> tuple[str, str]:
    """Of what no decision in force speaks."""
    if code in voted:
        return "投过票了，等定下来", "info"
    return ("定过，被法院撤销了", "wait") if code in revoked else ("还没有表决", "quiet")


def _heard(wish: Wish, outcomes: Sequence[Outcome], works: Works, undecided: tuple[str, str]) -> Heard:
    is_settled = not {Outcome.ADOPTED, Outcome.REJECTED}.isdisjoint(outcomes)
    return Heard(wish.code, wish.title, *_became(outcomes, works, undecided), is_settled)


def _became(outcomes: Sequence[Outcome], works: Works, undecided: tuple[str, str]) -> tuple[str, str]:
    if not outcomes:
        return undecided
    if Outcome.ADOPTED in outcomes:
        if works.has_finished:
            return "定了，已完工", "go"
        return ("定了，正在改", "go") if works.has_started else ("定了，等开工", "info")
    if Outcome.BLOCKED in outcomes:
        return Outcome.BLOCKED.name_zh, "wait"
    return ("表决没有通过", "info") if Outcome.REJECTED in outcomes else ("没有形成决定，可以再投", "wait")
