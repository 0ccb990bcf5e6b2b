"""Where something is, in GeoReport's words. Our places have no coordinates; each has an `address_id`:

c12 is a community, c12-b3 a building of it, c12-e5 an entrance, c12-f7 a facility. Where something is reported, what a poster's
code says will do as well. A room is never named: it would name who lives there.
"""

import re
from dataclasses import dataclass

from server.divisions import queries as divisions
from server.divisions.models import Division
from server.identity import queries as identity
from server.identity.models import PlaceCode, PlaceKind
from server.kernel.errors import Invalid, NotFound
from server.ledger import queries as ledger

_WRITTEN = re.compile(r"c([0-9]{1,18})(?:-([bef])([0-9]{1,18}))?")
_LETTERS = {"b": PlaceKind.BUILDING, "e": PlaceKind.ENTRANCE, "f": PlaceKind.FACILITY}
#: What stands behind "/p/" in a poster's address.
_POSTER = re.compile(r"(?:.*/p/)?([0-9A-Za-z]{20,40})")
UNKNOWN = "这个 jurisdiction_id 下没有这个地方：{}。海报上的码，或查询结果里的 address_id，都可以用。"
NO_PLACE = (
    "没有写在哪里。请填 address_id（海报上的码，或 c12-e5 这样的编号），或在 address_string 里写清小区名字。"
)
NO_COORDINATES = (
    "只有经纬度，认不出是哪个小区。请再填 address_id，或在 address_string 里写清小区名字；经纬度会一起留下。"
)
WHICH = "address_string 里要写清是哪个小区。这个 jurisdiction_id 下{}。也可以填 address_id。"


@dataclass(frozen=True)
class Spot:
    """A place of the ledger."""

    community_id: int
    kind: PlaceKind
    target_id: int


def address_id(
    community_id: int, building_id: int | None, entrance_id: int | None, facility_id: int | None
) -> str:
    """The narrowest that is known."""
    for letter, id_ in (("f", facility_id), ("e", entrance_id), ("b", building_id)):
        if id_ is not None:
            return f"c{community_id}-{letter}{id_}"
    return f"c{community_id}"


def spot(written: str, words: str, has_coordinates: bool, within: Division) -> Spot:
    """Where a report is about. Raises Invalid where that is not said, NotFound where there is no such place in there."""
    if written:
        found = _by_id(written)
        if found is None or not _lies_in(found.community_id, within):
            raise NotFound(UNKNOWN.format(written[:80]))
        return found
    if words:
        return _by_words(words, within)
    raise Invalid(NO_COORDINATES if has_coordinates else NO_PLACE)


def _by_id(written: str) -> Spot | None:
    numbers = _WRITTEN.fullmatch(written)
    if numbers is None:
        poster = _POSTER.fullmatch(written)
        code = identity.place_code_by_token(poster.group(1)) if poster else None
        return _of_poster(code) if code else None
    community_id = int(numbers.group(1))
    if numbers.group(2) is None:
        known = ledger.community(community_id) is not None
        return Spot(community_id, PlaceKind.COMMUNITY, community_id) if known else None
    kind, target_id = _LETTERS[numbers.group(2)], int(numbers.group(3))
    return Spot(community_id, kind, target_id) if _stands(community_id, kind, target_id) else None


def _of_poster(code: PlaceCode) -> Spot | None:
    if code.kind is not PlaceKind.COMMUNITY and not _stands(code.community_id, code.kind, code.target_id):
        return None
    return Spot(code.community_id, code.kind, code.target_id)


def _stands(community_id: int, kind: PlaceKind, target_id: int) -> bool:
    if kind is PlaceKind.FACILITY:
        return ledger.facility(target_id, community_id) is not None
    buildings = ledger.buildings(community_id)
    if kind is PlaceKind.BUILDING:
        return any(one.id == target_id for one in buildings)
    return any(entrance.id == target_id for one in buildings for entrance in one.entrances)


def _by_words(words: str, within: Division) -> Spot:
    """The one community whose name stands in the words; of two of which one name holds the other, the longer."""
    named = ledger.communities_named_in(words, within.path)
    longest = max(map(len, named.values()), default=0)
    fits = [id_ for id_, name in named.items() if len(name) == longest]
    if len(fits) != 1:
        said = "有几个小区都叫这个名字" if fits else "没有找到名字对得上的小区"
        raise Invalid(WHICH.format(said))
    return Spot(fits[0], PlaceKind.COMMUNITY, fits[0])


def _lies_in(community_id: int, within: Division) -> bool:
    place = ledger.place(community_id)
    return place is not None and place.is_under(within.path)


def addresses(communities: dict[int, tuple[str, str]], places: dict[int, tuple[int, str]]) -> dict[int, str]:
    """By ticket, from the narrowest to the widest: "3 栋 2 单元，示例小区，中曹司街道，南明区，贵阳市，贵州省".

    `communities`: name and division path by id; `places`: community and place by ticket.
    """
    names = divisions.full_names(path for _, path in communities.values())
    around = {
        id_: "，".join([name, *reversed(names[path].split(" "))]) for id_, (name, path) in communities.items()
    }
    return {
        ticket_id: "，".join(filter(None, (place, around[community_id])))
        for ticket_id, (community_id, place) in places.items()
    }
