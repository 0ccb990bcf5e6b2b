"""Patterns of `regex()`: a small language of its own, matched in steps that grow with the text and never explode.

Neither Python's engine nor a browser's is asked: they disagree in places, and a pattern can make them try for hours.
What both write alike is taken: signs, `.`, classes, groups, `|`, repetitions, `^`, `$`. A text matches as a whole, as
ODK has it. `survey-walker.js` does the same, step for step.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

LONGEST = 500
DEEPEST = 30
MOST_STEPS = 2000
_LAST = 0x10FFFF

Range = tuple[int, int]


@dataclass(frozen=True)
class Step:
    """One step of the machine: `sign` takes a sign out of `ranges`; `go` goes on at any of `aims`, counted from here;
    `start` and `end` ask where in the text it is; `done` is the last."""

    word: str
    ranges: tuple[Range, ...] = ()
    aims: tuple[int, ...] = ()


Steps = list[Step]

_DIGIT = ((48, 57),)
_WORD = ((48, 57), (65, 90), (95, 95), (97, 122))
_BLANK = ((9, 13), (32, 32))


def _others(ranges: Iterable[Range]) -> tuple[Range, ...]:
    found, at = [], 0
    for low, high in sorted(ranges):
        if low > at:
            found.append((at, low - 1))
        at = max(at, high + 1)
    return (*found, (at, _LAST)) if at <= _LAST else tuple(found)


_CLASSES = {
    "d": _DIGIT,
    "D": _others(_DIGIT),
    "w": _WORD,
    "W": _others(_WORD),
    "s": _BLANK,
    "S": _others(_BLANK),
}
_SIGNS = {"t": 9, "n": 10, "v": 11, "f": 12, "r": 13}
#: Only these may follow a backslash and mean themselves.
_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ ")
_ANY = _others([(10, 10)])


class NoPattern(ValueError):
    """The text is no pattern of this language; `place` counts from 0."""

    def __init__(self, place: int) -> None:
        super().__init__(f"no pattern from sign {place} on")
        self.place = place


def check_pattern(pattern: str) -> None:
    """Raises NoPattern where the pattern leaves the language."""
    _machine(pattern)


def matches(pattern: str, text: str) -> bool:
    """Whether the whole text fits the pattern. A pattern that is none fits nothing."""
    try:
        machine = _machine(pattern)
    except NoPattern:
        return False
    here = _reached(machine, [0], 0, len(text))
    for place, sign in enumerate(text, start=1):
        here = _reached(
            machine, [step + 1 for step in here if _takes(machine[step], ord(sign))], place, len(text)
        )
    return any(machine[step].word == "done" for step in here)


def _takes(step: Step, code: int) -> bool:
    return any(low <= code <= high for low, high in step.ranges)


def _reached(machine: Sequence[Step], steps: Iterable[int], place: int, length: int) -> list[int]:
    """The steps that wait for a sign, or are done, once all others on the way were gone."""
    found, waiting = [], list(steps)
    seen = set(waiting)
    while waiting:
        at = waiting.pop()
        step = machine[at]
        if step.word in {"sign", "done"}:
            found.append(at)
        elif step.word == "go" or place == (0 if step.word == "start" else length):
            aims = {at + aim for aim in step.aims} - seen
            seen |= aims
            waiting += aims
    return found


@lru_cache(maxsize=256)
def _machine(pattern: str) -> tuple[Step, ...]:
    if len(pattern) > LONGEST:
        raise NoPattern(LONGEST)
    reading = _Reading(pattern)
    steps = reading.either(0)
    if reading.place < len(pattern):
        raise NoPattern(reading.place)
    return (*steps, Step("done"))


@dataclass
class _Reading:
    """From left to right over the pattern. Steps are relative: each piece counts from its own beginning."""

    pattern: str
    place: int = 0

    def sign(self) -> str:
        return self.pattern[self.place : self.place + 1]

    def take(self, sign: str) -> bool:
        if self.sign() != sign or not sign:
            return False
        self.place += 1
        return True

    def either(self, depth: int) -> Steps:
        if depth > DEEPEST:
            raise NoPattern(self.place)
        rows = [self.row(depth)]
        while self.take("|"):
            rows.append(self.row(depth))
        steps = rows.pop()
        while rows:
            row = rows.pop()
            steps = [_go(1, len(row) + 2), *row, _go(len(steps) + 1), *steps]
        return self.bounded(steps)

    def row(self, depth: int) -> Steps:
        steps: Steps = []
        while self.sign() not in {"", "|", ")"}:
            steps = self.bounded([*steps, *self.repeated(depth)])
        return steps

    def repeated(self, depth: int) -> Steps:
        piece = self.piece(depth)
        begun = self.place
        least, most = self.times()
        if begun == self.place:
            return piece
        # Asking for few or many first makes no difference where the whole text must fit.
        self.take("?")
        if self.sign() in {"*", "+", "?", "{"}:
            raise NoPattern(self.place)
        if (len(piece) + 1) * max(least + 1, most or 0) > MOST_STEPS:
            raise NoPattern(self.place)
        return _repeated(piece, least, most)

    def times(self) -> tuple[int, int | None]:
        for sign, found in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self.take(sign):
                return found
        if not self.take("{"):
            return 1, 1
        least = self.whole()
        most: int | None = least
        if self.take(","):
            most = self.whole() if self.sign() != "}" else None
        if not self.take("}") or (most is not None and most < least):
            raise NoPattern(self.place)
        return least, most

    def whole(self) -> int:
        begun = self.place
        while self.sign() in set("0123456789") and self.place - begun < 5:
            self.place += 1
        if begun == self.place:
            raise NoPattern(self.place)
        return int(self.pattern[begun : self.place])

    def piece(self, depth: int) -> Steps:
        begun, sign = self.place, self.sign()
        self.place += 1
        if sign == "(":
            return self.group(begun, depth)
        if sign == "[":
            return [Step("sign", self.class_(begun))]
        if sign in {"*", "+", "?", "{"}:
            raise NoPattern(begun)
        if sign in {"^", "$"}:
            return [Step("start" if sign == "^" else "end", aims=(1,))]
        if sign == ".":
            return [Step("sign", _ANY)]
        return [Step("sign", self.escaped() if sign == "\\" else _one(sign))]

    def group(self, begun: int, depth: int) -> Steps:
        if self.take("?") and not self.take(":"):
            raise NoPattern(begun)
        steps = self.either(depth + 1)
        if not self.take(")"):
            raise NoPattern(begun)
        return steps

    def escaped(self) -> tuple[Range, ...]:
        sign = self.sign()
        self.place += 1
        if sign in _CLASSES:
            return _CLASSES[sign]
        if sign in _SIGNS:
            return ((_SIGNS[sign], _SIGNS[sign]),)
        if not sign or sign not in _PUNCTUATION:
            raise NoPattern(self.place - 2)
        return _one(sign)

    def class_(self, begun: int) -> tuple[Range, ...]:
        is_other = self.take("^")
        ranges: list[Range] = []
        while not self.take("]"):
            ranges += self.class_part(begun)
        if not ranges:
            raise NoPattern(begun)
        return _others(ranges) if is_other else tuple(ranges)

    def class_part(self, begun: int) -> tuple[Range, ...]:
        low = self.class_sign(begun)
        after = self.pattern[self.place + 1 : self.place + 2]
        if not _is_one(low) or self.sign() != "-" or after in {"", "]"}:
            return low
        self.place += 1
        high = self.class_sign(begun)
        if not _is_one(high) or high[0][0] < low[0][0]:
            raise NoPattern(begun)
        return ((low[0][0], high[0][0]),)

    def class_sign(self, begun: int) -> tuple[Range, ...]:
        sign = self.sign()
        # Java reads a bracket or && inside a class in its own way; others do not.
        if not sign or sign == "[" or self.pattern[self.place : self.place + 2] == "&&":
            raise NoPattern(begun)
        self.place += 1
        return self.escaped() if sign == "\\" else _one(sign)

    def bounded(self, steps: Steps) -> Steps:
        if len(steps) > MOST_STEPS:
            raise NoPattern(self.place)
        return steps


def _one(sign: str) -> tuple[Range, ...]:
    return ((ord(sign), ord(sign)),)


def _is_one(ranges: Sequence[Range]) -> bool:
    return len(ranges) == 1 and ranges[0][0] == ranges[0][1]


def _go(*aims: int) -> Step:
    return Step("go", aims=aims)


def _repeated(piece: Steps, least: int, most: int | None) -> Steps:
    size = len(piece)
    if most is None:
        return [*piece * least, _go(1, size + 2), *piece, _go(-size - 1)]
    return piece * least + [_go(1, size + 1), *piece] * (most - least)
