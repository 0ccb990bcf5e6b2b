"""Options as lines of text: one a line, help behind a bar. An option whose words were only mended keeps its value.

Answers are kept under values: a mended word must not lose them, and another option must not inherit them.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from server.surveys.rules.definition import Option
from server.surveys.rules.editing import free_key

BAR, WIDE_BAR = "|", "｜"
#: From this likeness on (of 1) a line is the old option mended, and not another one.
MENDED = 0.6
STEM = "a"
#: What turns a line into its opposite or into another amount, though all but one sign stay: 愿意 and 不愿意, 100 元以下 and
#: 1000 元以下. Answers to the one are no answers to the other.
TURNING = re.compile(
    r"[0-9]+(?:\.[0-9]+)?|[不没无非未否勿零〇一二两三四五六七八九十百千万半上下多少高低前后内外]"
)


def lines_of(options: Sequence[Option]) -> str:
    return "\n".join(_line(one) for one in options)


def options_of(text: str, held: Sequence[Option], taken: Collection[str] = ()) -> tuple[Option, ...]:
    """The options that these lines mean. `held` are those there were; `taken` the values that stand for something else."""
    lines = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
    # A line that nobody touched is its option as it was, also one with a bar or an end of line in its words.
    found = {_line(one): one for one in held if _line(one) in lines}
    read = [_read(line) for line in lines if line not in found]
    rest = [one for one in held if one not in found.values()]
    known = {one.title: one for one in rest}
    for option in read:
        like = known.get(option.title) or _mended(option.title, rest)
        if like in rest:
            rest.remove(like)
            found[_line(option)] = replace(like, title=option.title, help=option.help)
    return tuple(_with_values(lines, found, {*taken, *(one.value for one in held)}))


def _with_values(lines: Sequence[str], found: dict[str, Option], used: set[str]) -> Iterator[Option]:
    titles = set()
    for line in lines:
        option = found.get(line) or found.get(_line(_read(line)))
        if option is None:
            option = replace(_read(line), value=free_key(STEM, used))
        if option.title and option.title not in titles:
            titles.add(option.title)
            used.add(option.value)
            yield option


def _line(option: Option) -> str:
    words = f"{option.title}{WIDE_BAR}{option.help}" if option.help else option.title
    return " ".join(words.split())


def _read(line: str) -> Option:
    title, _, said = (part.strip() for part in line.replace(WIDE_BAR, BAR).partition(BAR))
    return Option("", title, said)


def _mended(title: str, rest: Sequence[Option]) -> Option | None:
    meant = [one for one in rest if _turning(one.title) == _turning(title)]
    like = max(meant, key=lambda one: _likeness(one.title, title), default=None)
    return like if like is not None and _likeness(like.title, title) >= MENDED else None


def _turning(title: str) -> list[str]:
    return TURNING.findall(unicodedata.normalize("NFKC", title))


def _likeness(left: str, right: str) -> float:
    return SequenceMatcher(None, left, right).ratio()
