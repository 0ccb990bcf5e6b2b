"""What the pages of a community's works share: the blueprint, its newest project, drawing a page, and its pictures."""

import secrets
from typing import Any

from flask import Blueprint, Response, redirect, render_template, url_for
from werkzeug.wrappers import Response as Redirect

from admin.guard import holds, needs
from admin.projects.desk import Page
from server.attachments import queries as photos
from server.identity.rules import Permission
from server.infra.clock import now
from server.kernel.chinatime import china_day
from server.kernel.errors import Invalid, NotFound, Problem, Refused
from server.ledger import queries as ledger
from server.ledger.queries import FlatCard
from server.projects import queries
from server.projects.models.works import About
from server.projects.queries import ItemCard, ProjectLine

works = Blueprint("works", __name__, url_prefix="/communities/<int:community_id>/works")

#: A household's words and what they show are for those who act on them.
CLAIM = About.CLAIM


def project_of(community_id: int) -> ProjectLine | None:
    """The project of its newest plan year."""
    return next(iter(queries.projects_of(community_id)), None)


def known_project(community_id: int) -> ProjectLine:
    line = project_of(community_id)
    if line is None:
        raise Refused("这个小区还没有列入改造项目。县里新建项目以后再来。", code="no_project")
    return line


def known_item(community_id: int, work_id: int) -> ItemCard:
    """Raises NotFound where the item is of another community."""
    for card in queries.items_of_community(community_id):
        if card.id == work_id:
            return card
    raise NotFound


def draw(
    template: str,
    community_id: int,
    typed: dict[str, Any] | None = None,
    error: Problem | None = None,
    **shown: Any,
) -> Page:
    """A page with its forms; after a refusal with what was typed and the sentences at their fields."""
    fields = error.fields if isinstance(error, Invalid) else {}
    page = render_template(
        f"office/works/{template}",
        community_id=community_id,
        line=project_of(community_id),
        typed={"client_key": secrets.token_urlsafe(16), **(typed or {})},
        fresh=lambda: secrets.token_urlsafe(16),
        fields=fields,
        refusal="" if error is None or fields else error.message,
        today=china_day(now()),
        may_record=holds(Permission.RECORD_PROJECTS, community_id),
        may_confirm=holds(Permission.CONFIRM_PROJECTS, community_id),
        may_check=holds(Permission.CHECK_WORKS, community_id),
        **shown,
    )
    return page if error is None else (page, error.status)


def back_to(view: str, community_id: int, anchor: str = "", **values: Any) -> Redirect:
    return redirect(
        url_for(f"admin.works.{view}", community_id=community_id, _anchor=anchor or None, **values)
    )


def flat_at(community_id: int, form: dict[str, Any]) -> FlatCard:
    """The flat as people write it: "3 栋", "1 单元", "501". Raises Invalid where the ledger has none."""
    found = ledger.flat_by_address(community_id, form["building"], form["entrance"], form["room"])
    if found is None:
        sentence = "台账里没有这套房。请核对楼栋、单元、房号。"
        raise Invalid(sentence, fields={"room": [sentence]})
    return found


@works.get("/photos/<int:evidence_id>")
@needs(Permission.SEE_PROJECTS)
def photo(community_id: int, evidence_id: int) -> Response:
    """A picture of the works of this community; of a claim only for those who answer it."""
    of = {line.id for line in queries.projects_of(community_id)}
    row = next((found for one in of if (found := queries.evidence(evidence_id, one))), None)
    if row is None or not _is_of_community(row.about, row.about_id, community_id):
        raise NotFound
    return Response(photos.content(row.attachment_id), content_type="image/jpeg")


def _is_of_community(about: About, about_id: int, community_id: int) -> bool:
    if about is CLAIM and not holds(Permission.RECORD_PROJECTS, community_id):
        return False
    return queries.community_of_evidence(about, about_id) in {None, community_id}
