"""The keys of questions and sections, from the names that a form gives them."""

import re
from collections.abc import Iterable

LONGEST = 40
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


class Keys:
    """Gives each name a key of its own; a name that is one stays as it is. `reserved` are names that come later."""

    def __init__(self, stem: str, reserved: Iterable[str] = ()) -> None:
        self.stem = stem
        self.reserved = set(reserved)
        self.taken: set[str] = set()

    def key(self, name: str) -> str:
        plain = re.sub(r"[^A-Za-z0-9_-]", "_", name)[:LONGEST]
        is_name = bool(_KEY.fullmatch(plain)) and bool(plain.strip("_-"))
        found, count = plain if is_name else "", 1
        while not found or found in self.taken or (found != name and found in self.reserved):
            found = f"{plain[: LONGEST - 4]}_{count + 1}" if is_name else f"{self.stem}{count}"
            count += 1
        self.taken.add(found)
        return found
