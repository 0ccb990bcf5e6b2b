"""Where the person of this request has a home: what bounds everything they may know of."""

from dataclasses import dataclass

from miniprogram_api.session import Resident
from server.identity import queries as identity
from server.identity.rules import Deed


def communities_of(resident_id: int) -> list[int]:
    """The communities of their homes, in the order they were bound."""
    return list(dict.fromkeys(flat.community_id for flat in identity.flats_of(resident_id)))


@dataclass(frozen=True)
class ReportWay:
    """How whoever reads a public page may report something there."""

    #: From which of their homes; None for somebody who has not come in yet, who is led back afterwards.
    flat_id: int | None


def report_way(community_id: int, resident: Resident | None) -> ReportWay | None:
    """None for a resident of elsewhere: what they report would land in their own community."""
    if resident is None:
        return ReportWay(None)
    flats = (one for one in identity.flats_of(resident.id) if one.community_id == community_id)
    return next((ReportWay(one.flat_id) for one in flats if one.may(Deed.REPORT_ISSUE)), None)
