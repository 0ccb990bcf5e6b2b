"""Words in answers: when two people said the same."""

import hashlib
import re
import unicodedata

#: Full and half width, and the wide space. The rest of NFKC would make 102 of 10² and 1 of ①.
_WIDTH = {code: unicodedata.normalize("NFKC", chr(code)) for code in (0x3000, *range(0xFF01, 0xFFEF))}
#: Spaces, and those that nobody sees.
_SPACE = r"\s\u200b\u2060\ufeff"
#: At the end these say nothing. A question mark does.
_CLOSING = r"。.!,、;:…⋯~〜"
_ENDS = re.compile(rf"^[{_SPACE}]+|[{_SPACE}{_CLOSING}]+$")
_SPACES = re.compile(rf"[{_SPACE}]+")
#: "3 5" is not 35, nor "3 -1" 3-1.
_APART = re.compile(r"(?<=[0-9a-z.]) (?=[0-9a-z.]|[+-][0-9])")


def same_words(text: str) -> str:
    """The text without case and width, without what closes it, and without spaces but those that hold numbers and words of
    letters apart: equal where people truly said the same.

    Every other sign may carry the meaning: a point or a comma within, "+" and "-", "%", a picture.
    """
    folded = unicodedata.normalize("NFC", text.translate(_WIDTH)).casefold()
    spaced = _SPACES.sub(" ", _ENDS.sub("", unicodedata.normalize("NFC", folded)))
    return " ".join(part.replace(" ", "") for part in _APART.split(spaced))


def digest_of(text: str) -> str:
    """What stands beside each text, so that the database groups what is the same. Where this changes, rows kept before
    are written anew by a migration."""
    return hashlib.sha256(same_words(text).encode()).hexdigest()[:32]
