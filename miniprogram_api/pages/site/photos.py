"""Pictures of the works: what went out of sight, for those who live there; residents' own, once somebody has looked."""

from flask import Response

from miniprogram_api.guard import open_to_all, resident_page
from miniprogram_api.pages.site.drawing import Page, draw, mine, site_pages
from miniprogram_api.works.reading import buried, photo_seen
from miniprogram_api.works.seats import seat_if_any
from server.attachments import queries as kept


@site_pages.get("/hidden")
@resident_page
def hidden_page(community_id: int) -> Page:
    seat = mine(community_id)
    hidden = [(one.work, one.item, one.photos) for one in buried(community_id)]
    return draw("hidden.html", community_id, seat=seat, hidden=hidden)


@site_pages.get("/photos/<int:evidence_id>")
@open_to_all
def photo(community_id: int, evidence_id: int) -> Response:
    found = photo_seen(community_id, evidence_id, seat_if_any(community_id))
    return Response(kept.content(found), content_type="image/jpeg")
