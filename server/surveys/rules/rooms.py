"""A door as people write it: "一单元" is "1单元" in most ledgers, and "1" is "一" in some."""

_NUMERALS = "一二三四五六七八九"


def spellings(text: str) -> tuple[str, ...]:
    """As it was written, and with a single Chinese numeral as a digit, or a digit as a numeral."""
    to_digits = text.translate({ord(sign): str(number) for number, sign in enumerate(_NUMERALS, 1)})
    to_numerals = text.translate({ord(str(number)): sign for number, sign in enumerate(_NUMERALS, 1)})
    return tuple(dict.fromkeys((text, to_digits, to_numerals)))
