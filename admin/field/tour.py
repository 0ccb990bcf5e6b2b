"""What a phone takes along on a round: the places of the communities this person goes through, and what may be wrong there."""

from typing import Any

from flask import Response, jsonify

from admin.field.blueprint import field
from admin.field.worklist import MOST_COMMUNITIES
from admin.guard import needs
from admin.ledger.reach import reach_of
from admin.session import me
from server.identity import queries as identity
from server.identity.models import PlaceKind
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.web.csrf import form_token
from server.kernel.chinatime import china_day
from server.ledger import queries as ledger
from server.ledger.queries import CommunityCard
from server.tickets.rules.words import Category


@field.get("/tour/list")
@needs(Permission.ENTER_TICKET)
def tour_list() -> Response:
    """The token belongs to this sign-in and is sent with what was found."""
    instant = now()
    paths, ids = reach_of(Permission.ENTER_TICKET)
    reached = ledger.communities_under(*paths, community_ids=ids, size=MOST_COMMUNITIES)
    answer = jsonify(
        who={"id": me().id, "name": me().name},
        token=form_token(),
        now=instant.isoformat(),
        today=china_day(instant).isoformat(),
        categories=[{"value": one.value, "name": one.name_zh} for one in Category],
        communities=[_community(card) for card in reached.items],
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _community(card: CommunityCard) -> dict[str, Any]:
    """Its posters' codes come along, so that one is known without a network too."""
    codes = {(one.kind, one.target_id): one.token for one in identity.place_codes_of(card.id)}
    return {
        "id": card.id,
        "name": card.name,
        "code": "",
        "token": codes.get((PlaceKind.COMMUNITY, card.id), ""),
        "entrances": [
            {
                "id": one.id,
                "label": one.label,
                "code": "",
                "token": codes.get((PlaceKind.ENTRANCE, one.id), ""),
            }
            for one in ledger.entrances(card.id)
        ],
        "facilities": [
            {
                "id": one.id,
                "label": one.name,
                "code": one.code,
                "token": codes.get((PlaceKind.FACILITY, one.id), ""),
            }
            for one in ledger.facilities(card.id)
        ],
    }
