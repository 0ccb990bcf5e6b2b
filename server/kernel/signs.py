"""Signs that no keyboard types and no page shows: refused at every door, for what is typed ends in bundles, in print and in
file names. Half a surrogate pair has no UTF-8, and a noncharacter makes a vote's bundle one that no auditor may accept."""

import re

#: U+FFFE, U+FFFF and the last two of each further plane; beside U+FDD0 to U+FDEF the noncharacters of Unicode.
_PLANES = 17
PLANE_ENDS = "".join(chr(plane << 16 | end) for plane in range(_PLANES) for end in (0xFFFE, 0xFFFF))
#: All of them as they stand between the brackets of a regular expression; the control characters with them.
CONTROLS = r"\u0000-\u001f\u007f-\u009f"
NONCHARACTERS = rf"\ufdd0-\ufdef{PLANE_ENDS}"


def is_control(sign: str) -> bool:
    """A control character, the end of a line and the tab among them."""
    return ord(sign) < 0x20 or 0x7F <= ord(sign) <= 0x9F


def is_no_character(sign: str) -> bool:
    """Half a surrogate pair, or one of the 66 places that Unicode keeps free for ever."""
    code = ord(sign)
    return 0xD800 <= code <= 0xDFFF or 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE


def has_unseen(text: str) -> bool:
    """Whether any of these signs is in a line of text."""
    return any(is_control(sign) or is_no_character(sign) for sign in text)


#: The same in text of several lines: an end of line and a tab may stand in it.
UNSEEN = re.compile(rf"[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ud800-\udfff{NONCHARACTERS}]")
