"""How buildings, entrances and rooms are named: one spelling for each place, a label for people, an order for lists."""

import re
import unicodedata

#: The entrance of a building that is not divided into entrances.
NO_ENTRANCE = "无"
LONGEST_NAME = 20

_SPACE = re.compile(r"\s+")
_DIGITS = re.compile(r"\d+")
#: Only a short code loses its ending, so that "3栋", "3 号楼" and "3" are one building and "红楼" stays itself.
_CODE = r"([0-9A-Za-z甲乙丙丁东南西北中一二三四五六七八九十-]+)"
_BUILDING = re.compile(_CODE + r"(?:栋|幢|座|号楼|号栋|#楼|#)")
_ENTRANCE = re.compile(_CODE + r"(?:单元|号单元|门)")
_ROOM = re.compile(_CODE + r"(?:室|号|房|号房)")


def building_name(text: str) -> str:
    """ "3 号楼" -> "3"; full-width digits and spaces are evened out. Never holds a space."""
    return _core(text, _BUILDING)


def entrance_name(text: str) -> str:
    """ "二单元" -> "二"; empty -> NO_ENTRANCE."""
    return _core(text, _ENTRANCE) or NO_ENTRANCE


def room_name(text: str) -> str:
    return _core(text, _ROOM)


def label(building: str, entrance: str, room: str = "") -> str:
    """ "3 栋 2 单元 501". A name that is more than a code stands as it is: "红楼 501"."""
    parts = [_with(building, "栋")]
    if entrance and entrance != NO_ENTRANCE:
        parts.append(_with(entrance, "单元"))
    if room:
        parts.append(room)
    return " ".join(parts)


def sort_key(name: str) -> str:
    """Makes text order what people expect: 2 before 10, 1 before A."""
    return _DIGITS.sub(lambda m: m.group().zfill(8), name)[:80]


def flat_sort_key(building: str, entrance: str, room: str) -> str:
    """One key for the whole community, so that a page of its flats is one walk of an index."""
    return " ".join(sort_key(name) for name in (building, entrance, room))


def plain(text: str) -> str:
    """Full-width forms made ordinary, runs of space made one, ends trimmed."""
    return _SPACE.sub(" ", unicodedata.normalize("NFKC", text)).strip()


def says_otherwise(said: object, held: object) -> bool:
    """Whether a sheet says other than what stands. A form keeps the full-width signs that were typed into it; a sheet's text is
    evened out, and is the same text.
    """
    return said != held and not (isinstance(held, str) and said == plain(held))


def _core(text: str, ending: re.Pattern[str]) -> str:
    name = _SPACE.sub("", unicodedata.normalize("NFKC", text))
    found = ending.fullmatch(name)
    return found.group(1) if found else name


def _with(name: str, word: str) -> str:
    return f"{name} {word}" if re.fullmatch(_CODE, name) else name
