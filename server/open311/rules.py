"""What a key is, where it may be used, and what of a report is kept. What the standard says on the wire stands in the door."""

import secrets
from collections.abc import Sequence

from server.kernel.errors import Invalid

#: Whoever finds a key in a file knows by this what it opens.
PREFIX = "xiangyi311_"
#: So many signs of its end stand in the list of keys, for telling one from another.
HINT = 4
LONGEST_NAME = 60


def new_secret() -> str:
    """256 random bits."""
    return PREFIX + secrets.token_urlsafe(32)


def hint_of(secret: str) -> str:
    return secret[-HINT:]


def check_name(name: str) -> str:
    """Whose program it is. Raises Invalid."""
    plain = name.strip()
    if not plain:
        raise Invalid("写清楚密钥给谁用。", fields={"name": ["写清楚密钥给谁用，例如“12345 热线”。"]})
    if len(plain) > LONGEST_NAME:
        sentence = f"名字最多 {LONGEST_NAME} 个字。"
        raise Invalid(sentence, fields={"name": [sentence]})
    return plain


def reaches(key_path: str, place_path: str) -> bool:
    """A key is good for its division and all below it, and nowhere beside."""
    return place_path.startswith(key_path)


def is_within(paths: Sequence[str], key_path: str) -> bool:
    """Whether whoever reaches these divisions keeps the keys of this one."""
    return any(reaches(path, key_path) for path in paths)
