"""Money as people type it, in whole fen: no float is ever made of it."""

import re

from server.kernel.errors import Invalid

#: A yuan in fen; and a hundred milliard yuan, more than any project: a slip of the finger.
YUAN = 100
MOST_FEN = 10_000_000_000 * YUAN
_TYPED = re.compile(r"(?P<sign>[-−－]?)(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.(?P<part>[0-9]{1,2}))?")


def fen_of(typed: str, field: str = "amount") -> int:
    """ "12,345.6" is 1234560; at most two digits behind the point. No float is ever made of it. Raises Invalid."""
    text = typed.strip().replace("，", ",").replace("。", ".").removesuffix("元").strip()
    found = _TYPED.fullmatch(text)
    if found is None:
        raise _wrong(field, "填金额，单位是元，最多两位小数，例如 120000.50。")
    fen = int(found["whole"].replace(",", "")) * YUAN + int((found["part"] or "").ljust(2, "0"))
    if fen > MOST_FEN:
        raise _wrong(field, "金额太大。单位是元，不是分，也不是万元。请核对。")
    return -fen if found["sign"] else fen


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, fields={field: [sentence]})
