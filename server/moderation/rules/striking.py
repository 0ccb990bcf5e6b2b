"""Striking words out of a text before it is passed: words are taken out and never put in another's mouth."""

from collections.abc import Collection, Sequence

from server.kernel.errors import Invalid
from server.moderation.rules.flags import Flag

#: Stands where something was taken out; read aloud it makes sense.
STRUCK = "（略）"


def struck(text: str, flags: Sequence[Flag], marks: Collection[int], words: Sequence[str]) -> str:
    """The text without the marks of these numbers and without these words, wherever they stand.

    Raises Invalid where a word is not in the text, nothing is struck, or nothing is left.
    """
    spans = [(flag.start, flag.end) for number, flag in enumerate(flags) if number in marks]
    for word in words:
        spans += _spans_of(text, word)
    if not spans:
        raise _wrong("选要涂掉的地方，或写上要涂掉的字。都不用涂，就选“公开”。")
    result = _without(text, sorted(spans))
    if not any(sign.isalnum() for sign in result.replace(STRUCK, "")):
        raise _wrong("涂掉以后就没有内容了。整条不能给别人看，就选“不公开”。")
    return result


def _spans_of(text: str, word: str) -> list[tuple[int, int]]:
    found, at = [], text.find(word)
    while at >= 0:
        found.append((at, at + len(word)))
        at = text.find(word, at + len(word))
    if not found:
        raise _wrong(f"原文里没有“{word}”。照原文的写法，一行写一处。")
    return found


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    """Spans in order; those that touch or overlap leave one sign."""
    kept, at = [text[: spans[0][0]]], spans[0][1]
    for start, end in spans[1:]:
        if start > at:
            kept.append(text[at:start])
        at = max(at, end)
    return STRUCK.join([*kept, text[at:]])


def _wrong(sentence: str) -> Invalid:
    return Invalid(sentence, fields={"words": [sentence]})
