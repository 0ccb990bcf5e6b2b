"""The worklist: the households of the open surveys, who has answered, and what came of the last visit."""

from datetime import datetime
from typing import Any

from flask import Response, jsonify, url_for

from admin.field.blueprint import field
from admin.guard import needs
from admin.session import me
from server.identity.rules import ALLOWED, Permission
from server.infra.clock import now
from server.infra.web.csrf import form_token
from server.kernel.chinatime import china_day
from server.ledger import queries as ledger
from server.ledger.queries import HouseholdCard
from server.ledger.rules.names import label
from server.ledger.rules.words import HouseholdState
from server.surveys import queries
from server.surveys.models import Counted, Survey
from server.visits import queries as visits
from server.visits.queries import VisitCard
from server.visits.rules import Purpose

#: Nobody goes from door to door in more communities than this.
MOST_COMMUNITIES = 200


@field.get("/worklist")
@needs(Permission.ENTER_RESPONSES)
def worklist() -> Response:
    """All that a phone takes along. The token belongs to this sign-in and is sent with what was entered."""
    instant = now()
    answer = jsonify(
        who={"id": me().id, "name": me().name},
        token=form_token(),
        now=instant.isoformat(),
        today=china_day(instant).isoformat(),
        surveys=[_survey(one, community) for one, community in my_surveys(instant)],
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def my_surveys(instant: datetime) -> list[tuple[Survey, str]]:
    """The open surveys of the communities where this person may enter answers, each with its community's name."""
    grants = [grant for grant in me().grants if grant.role in ALLOWED[Permission.ENTER_RESPONSES]]
    reached = ledger.communities_under(
        *(grant.division_path for grant in grants if grant.community_id is None),
        community_ids=[grant.community_id for grant in grants if grant.community_id is not None],
        size=MOST_COMMUNITIES,
    )
    names = {card.id: card.name for card in reached.items}
    return [(one, names[one.community_id]) for one in queries.open_surveys(list(names), instant)]


def _survey(of: Survey, community: str) -> dict[str, Any]:
    counted, visited = queries.counted_of(of.id), visits.last_visits(Purpose.SURVEY, of.id)
    form = queries.form(of)
    return {
        "id": of.id,
        "title": of.title,
        "community": community,
        "closes_at": of.closes_at.isoformat() if of.closes_at else "",
        "version": form.number,
        #: A corrected form is another form: phones fetch it where they have not this one.
        "fingerprint": form.fingerprint,
        "form": url_for("admin.surveys.door_form", community_id=of.community_id, survey_id=of.id),
        "households": [
            _household(card, counted.get(card.id), visited.get(card.id))
            for card in queries.households_asked(of)
        ],
    }


def _household(card: HouseholdCard, held: Counted | None, visit: VisitCard | None) -> dict[str, Any]:
    return {
        "id": card.id,
        "building": label(card.building, ""),
        "entrance": label(card.building, card.entrance),
        "floor": card.floor,
        "label": card.label,
        "state": "" if card.state is HouseholdState.OCCUPIED else card.state.name_zh,
        "response_id": held.response_id if held else 0,
        "proof": held.proof.value if held else "",
        "visit": _visit(visit) if visit else None,
    }


def _visit(visit: VisitCard) -> dict[str, Any]:
    return {
        "result": visit.result.value,
        "words": visit.result.name_zh,
        "at": visit.visited_at.isoformat(),
        "come_back_at": visit.come_back_at.isoformat() if visit.come_back_at else "",
        "note": visit.note,
        "visitor": visit.visitor,
        "number": visit.number,
    }
