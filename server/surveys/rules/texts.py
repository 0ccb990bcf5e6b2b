"""Words in answers: when two people said the same."""

import re
import unicodedata

_NOT_A_WORD = re.compile(r"[\W_]+")


def same_words(text: str) -> str:
    """The text without spaces, points, case and width: equal where people said the same."""
    return _NOT_A_WORD.sub("", unicodedata.normalize("NFKC", text).casefold())
