"""Where a trouble is: its building and entrance, and what the place is called by everybody."""

from dataclasses import dataclass

from server.kernel.errors import Invalid
from server.ledger import queries as ledger
from server.ledger.rules.names import label
from server.tickets.rules.reports import NewTicket

EVERYWHERE = "小区公共区域"


@dataclass(frozen=True)
class Located:
    building_id: int | None
    entrance_id: int | None
    #: Never a room: neighbours read it.
    place: str


def located(new: NewTicket) -> Located:
    """What whoever reported wrote comes first. Raises Invalid where a place is not of this community."""
    found = _found(new)
    if found is None:
        sentence = "这个地方不在这个小区里。重新扫码，或者从头选一次。"
        raise Invalid(sentence, fields={"place": [sentence]})
    return Located(found.building_id, found.entrance_id, new.place.strip() or found.place)


def _found(new: NewTicket) -> Located | None:
    if new.flat_id is not None:
        flat = ledger.flat(new.flat_id, new.community_id)
        return (
            Located(flat.building_id, flat.entrance_id, label(flat.building, flat.entrance)) if flat else None
        )
    if new.facility_id is not None:
        facility = ledger.facility(new.facility_id, new.community_id)
        return Located(facility.building_id, None, facility.name) if facility else None
    if new.building_id is None and new.entrance_id is None:
        return Located(None, None, EVERYWHERE)
    return _stairs(new)


def _stairs(new: NewTicket) -> Located | None:
    for building in ledger.buildings(new.community_id):
        for entrance in building.entrances:
            if entrance.id == new.entrance_id and new.building_id in {None, building.id}:
                return Located(building.id, entrance.id, entrance.label)
        if building.id == new.building_id and new.entrance_id is None:
            return Located(building.id, None, building.label)
    return None
