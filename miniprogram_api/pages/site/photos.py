"""Pictures of the works: what went out of sight, for those who live there; residents' own, once somebody has looked."""

from flask import Response

from miniprogram_api.guard import open_to_all, resident_page
from miniprogram_api.pages.site.drawing import Page, draw, mine, site_pages
from miniprogram_api.works.seats import Seat, seat_if_any
from server.attachments import queries as kept
from server.kernel.errors import NotFound
from server.projects import queries
from server.projects.models import Evidence
from server.projects.models.works import About


@site_pages.get("/hidden")
@resident_page
def hidden_page(community_id: int) -> Page:
    seat = mine(community_id)
    items = {card.id: card for card in queries.items_of_community(community_id)}
    hidden = queries.hidden_works(list(items))
    photos = queries.evidence_about(About.HIDDEN, [one.id for one in hidden])
    return draw(
        "hidden.html",
        community_id,
        seat=seat,
        hidden=[(one, items[one.item_id], photos[one.id]) for one in hidden],
    )


@site_pages.get("/photos/<int:evidence_id>")
@open_to_all
def photo(community_id: int, evidence_id: int) -> Response:
    """Another's that nobody has looked at yet answers as one that is not there."""
    row = next(
        (
            found
            for line in queries.projects_of(community_id)
            if (found := queries.evidence(evidence_id, line.id))
        ),
        None,
    )
    if row is None or queries.community_of_evidence(row.about, row.about_id) != community_id:
        raise NotFound
    if not _may_see(row, seat_if_any(community_id)):
        raise NotFound
    return Response(kept.content(row.attachment_id), content_type="image/jpeg")


def _may_see(row: Evidence, seat: Seat | None) -> bool:
    if row.about is About.HIDDEN or row.about is About.POINT_ACT:
        return seat is not None
    if row.about in {About.POINT, About.PATROL} and row.id in queries.public_photos([row]):
        return True
    return seat is not None and queries.flat_of_evidence(row.about, row.about_id) in seat.flat_ids
