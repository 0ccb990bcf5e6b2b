"""Marks in a text: listed words, telephone and identity numbers, links. A mark asks for a second look and decides nothing."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class FlagKind(StrEnum):
    WORD = "word"
    PHONE = "phone"
    IDENTITY = "identity"
    LINK = "link"

    @property
    def name_zh(self) -> str:
        return {"word": "词表里的词", "phone": "电话号码", "identity": "证件号或卡号", "link": "链接或邮箱"}[
            self.value
        ]


@dataclass(frozen=True)
class Flag:
    """From the sign at `start` up to before the one at `end`."""

    kind: FlagKind
    start: int
    end: int


@dataclass(frozen=True)
class Piece:
    """A stretch of a text; `kind` where it is marked."""

    text: str
    kind: FlagKind | None


#: What people put between digits.
_GAP = r"[ .\-_—·]{0,2}"
_PATTERNS = (
    (FlagKind.IDENTITY, re.compile(rf"(?<![0-9])[1-9](?:{_GAP}[0-9]){{14,18}}(?:{_GAP}x)?(?![0-9])")),
    (FlagKind.PHONE, re.compile(rf"(?<![0-9])1[3-9](?:{_GAP}[0-9]){{9}}(?![0-9])")),
    (FlagKind.PHONE, re.compile(r"(?<![0-9])0[1-9][0-9]{1,2}[ \-)]{0,2}[0-9]{7,8}(?![0-9])")),
    (FlagKind.LINK, re.compile(r"(?:https?://|www\.)[a-z0-9\-._~:/?#@&=+%]+")),
    (FlagKind.LINK, re.compile(r"(?<![a-z0-9_.+-])[a-z0-9_.+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+")),
    (
        FlagKind.LINK,
        re.compile(
            r"(?<![a-z0-9.@-])(?:[a-z0-9-]+\.)+(?:com|cn|net|org|top|xyz|cc|vip|shop|info|io|me|app|site|club)"
            r"(?![a-z0-9])(?:/[a-z0-9\-._~:/?#@&=+%]*)?"
        ),
    ),
)


def find_flags(text: str, words: Iterable[str]) -> list[Flag]:
    """All marks of a text in their order; those that overlap are one."""
    folded, places = _folded(text)
    found = [
        Flag(kind, places[match.start()], places[match.end() - 1] + 1)
        for kind, pattern in _PATTERNS
        for match in pattern.finditer(folded)
    ]
    dense, dense_places = _dense(folded, places)
    for word in words:
        sought = _sought(word)
        found += [
            Flag(FlagKind.WORD, dense_places[at], dense_places[at + len(sought) - 1] + 1)
            for at in _occurrences(dense, sought)
        ]
    return _merged(found)


def pieces(text: str, flags: Sequence[Flag]) -> list[Piece]:
    """The whole text in stretches, marked or not, to be drawn one after another."""
    found: list[Piece] = []
    at = 0
    for flag in flags:
        found += [Piece(text[at : flag.start], None), Piece(text[flag.start : flag.end], flag.kind)]
        at = flag.end
    return [piece for piece in (*found, Piece(text[at:], None)) if piece.text]


def kept_flags(flags: Sequence[Flag]) -> list[list[str | int]]:
    """As they are stored: where the marks are, without a word of the text."""
    return [[flag.kind.value, flag.start, flag.end] for flag in flags]


def read_flags(kept: Sequence[Sequence[str | int]]) -> list[Flag]:
    return [Flag(FlagKind(str(kind)), int(start), int(end)) for kind, start, end in kept]


def _folded(text: str) -> tuple[str, list[int]]:
    """The text in one width and case, and of each sign where it stands in the text: "１３８" is a number too."""
    signs = [(folded, place) for place, sign in enumerate(text) for folded in _fold(sign)]
    return "".join(sign for sign, _ in signs), [place for _, place in signs]


@lru_cache(maxsize=4096)
def _fold(sign: str) -> str:
    return unicodedata.normalize("NFKC", sign).casefold()


@lru_cache(maxsize=1024)
def _sought(word: str) -> str:
    """What of a listed word is looked for. The lists change seldom, and every text is held against them."""
    return _dense(*_folded(word))[0]


def _dense(folded: str, places: list[int]) -> tuple[str, list[int]]:
    """Letters and digits alone: "加 微.信" is the listed word too."""
    kept = [(sign, place) for sign, place in zip(folded, places, strict=True) if sign.isalnum()]
    return "".join(sign for sign, _ in kept), [place for _, place in kept]


def _occurrences(text: str, sought: str) -> list[int]:
    if not sought or sought not in text:
        return []
    return [match.start() for match in re.finditer(re.escape(sought), text)]


def _merged(flags: list[Flag]) -> list[Flag]:
    merged: list[Flag] = []
    for flag in sorted(flags, key=lambda one: (one.start, -one.end)):
        if merged and flag.start < merged[-1].end:
            last = merged[-1]
            merged[-1] = Flag(last.kind, last.start, max(last.end, flag.end))
        else:
            merged.append(flag)
    return merged
