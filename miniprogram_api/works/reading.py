"""What both faces ask about the works: the projects as everyone may read them, what went out of sight, and whose picture it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from miniprogram_api.works.seats import Seat
from server.kernel.errors import NotFound
from server.projects import queries
from server.projects.models import Evidence, HiddenWork
from server.projects.models.works import About
from server.projects.queries import ItemCard, ProjectLine
from server.projects.rules.acts import ORDER, EventKind
from server.projects.rules.money import Money


@dataclass(frozen=True)
class ProjectCard:
    """How far one project is, its money by source, and the communities beside this one."""

    line: ProjectLine
    #: The acts in their order, each with its day; those passed over are left out.
    stations: list[tuple[EventKind, date | None]]
    money: Money
    others: list[str]


@dataclass(frozen=True)
class Buried:
    """What was photographed before it went out of sight, and of which item."""

    work: HiddenWork
    item: ItemCard
    photos: Sequence[Evidence]


def project_cards(community_id: int) -> list[ProjectCard]:
    """The newest plan year first."""
    lines = queries.projects_of(community_id)
    ids = [one.id for one in lines]
    moneys, members = queries.moneys(ids), queries.members(ids)
    return [
        ProjectCard(
            one,
            _stations(one),
            moneys[one.id],
            [beside.name for beside in members[one.id] if beside.id != community_id],
        )
        for one in lines
    ]


def buried(community_id: int) -> list[Buried]:
    items = {card.id: card for card in queries.items_of_community(community_id)}
    hidden = queries.hidden_works(list(items))
    photos = queries.evidence_about(About.HIDDEN, [one.id for one in hidden])
    return [Buried(one, items[one.item_id], photos[one.id]) for one in hidden]


def photo_seen(community_id: int, evidence_id: int, seat: Seat | None) -> int:
    """The attachment. Another's picture that nobody has looked at yet answers as one that is not there."""
    lines = queries.projects_of(community_id)
    row = next((found for line in lines if (found := queries.evidence(evidence_id, line.id))), None)
    if row is None or queries.community_of_evidence(row.about, row.about_id) != community_id:
        raise NotFound
    if not _may_see(row, seat):
        raise NotFound
    return row.attachment_id


def _may_see(row: Evidence, seat: Seat | None) -> bool:
    if row.about is About.HIDDEN:
        return seat is not None
    if row.about is About.POINT_ACT:
        # No word of another household's point is read before it was passed, and no picture of how it was put right.
        return seat is not None and queries.point_of_act(row.about_id).is_read_by(seat.flat_ids)
    if row.about in {About.POINT, About.PATROL} and row.id in queries.public_photos([row]):
        return True
    return seat is not None and queries.flat_of_evidence(row.about, row.about_id) in seat.flat_ids


def _stations(line: ProjectLine) -> list[tuple[EventKind, date | None]]:
    reached = max((ORDER.index(kind) for kind in ORDER if kind in line.dates), default=-1)
    return [
        (kind, line.dates.get(kind))
        for place, kind in enumerate(ORDER)
        if kind in line.dates or place > reached
    ]
