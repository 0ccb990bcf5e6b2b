"""Who a person is in the works of a community: the flats they stand for there, and its newest project."""

from dataclasses import dataclass

from miniprogram_api.session import Resident, signed_in
from server.identity import queries as identity
from server.identity.rules import Deed
from server.infra import throttle
from server.infra.db import unit_of_work
from server.kernel.errors import Forbidden, Invalid, NotFound, Refused
from server.ledger import queries as ledger
from server.ledger.queries import FlatCard
from server.projects import queries
from server.projects.models import Supervisor
from server.projects.queries import ProjectLine

#: Reports of one person; each may carry pictures, which take their time.
REPORTS = "40/hour"


@dataclass(frozen=True)
class Seat:
    """A person who lives there."""

    resident: Resident
    community_id: int
    flats: tuple[FlatCard, ...]

    @property
    def flat_ids(self) -> list[int]:
        return [flat.id for flat in self.flats]

    def flat(self, flat_id: int | None) -> FlatCard:
        """One of theirs; the first where they name none. Raises Invalid for another's."""
        if flat_id is None:
            return self.flats[0]
        for flat in self.flats:
            if flat.id == flat_id:
                return flat
        raise Invalid("这套房没有绑定在你名下。", fields={"flat_id": ["选一套你自己的房。"]})

    def watches(self) -> Supervisor | None:
        """The household as which this person walks patrols of the newest project, where there is one."""
        line = project_of(self.community_id)
        found = queries.supervises(self.flat_ids) if line is not None else []
        return next((one for one in found if line is not None and one.project_id == line.id), None)


def seat_of(community_id: int, resident: Resident) -> Seat:
    """Raises NotFound where the person has no home there, as where there is no such community; Forbidden where a home of
    theirs may not report."""
    bound = [flat for flat in identity.flats_of(resident.id) if flat.community_id == community_id]
    if not bound:
        raise NotFound
    allowed = [flat.flat_id for flat in bound if flat.may(Deed.REPORT_ISSUE)]
    if not allowed:
        raise Forbidden("这套房还不能在这里办事。请打居委会的电话。")
    cards = ledger.flats_by_ids(allowed)
    return Seat(resident, community_id, tuple(cards[one] for one in allowed if one in cards))


def seat_if_any(community_id: int) -> Seat | None:
    """For pages that anyone may open: what a neighbour sees beside it."""
    resident = signed_in()
    if resident is None:
        return None
    try:
        return seat_of(community_id, resident)
    except (NotFound, Forbidden):
        return None


def project_of(community_id: int) -> ProjectLine | None:
    """The project of the newest plan year."""
    return next(iter(queries.projects_of(community_id)), None)


def known_project(community_id: int) -> ProjectLine:
    line = project_of(community_id)
    if line is None:
        raise Refused("这个小区还没有列入改造项目。", code="no_project")
    return line


def count_report(resident: Resident) -> None:
    """In a unit of work of its own: a report that is refused counts too."""
    with unit_of_work():
        throttle.hit(REPORTS, "works-report", str(resident.id))
