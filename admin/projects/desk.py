"""What the pages of projects share: the blueprint, whose project it is, pictures that come with a form, and the forms' page."""

import secrets
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin.ledger.reach import reach_of
from admin.session import me
from server.attachments import actions as attachments
from server.attachments.actions import Photo
from server.identity.rules import Permission, may
from server.infra.clock import now
from server.kernel.errors import Forbidden, Invalid, NotFound, Problem
from server.kernel.places import Place
from server.ledger import queries as ledger
from server.projects import queries
from server.projects.queries import MemberCard, ProjectLine, Reach

projects = Blueprint("projects", __name__)

Page = str | Response | tuple[str, int]
#: More pictures than this belong into a file of their own.
MOST_PHOTOS = 6


@dataclass(frozen=True)
class Desk:
    """A project with its communities, as the person at the desk may see it."""

    line: ProjectLine
    members: list[MemberCard]
    places: dict[int, Place]

    def may(self, permission: Permission) -> bool:
        """In every community of the project: an act of the whole is not for whoever holds a part of it."""
        return all(may(me().grants, permission, place) for place in self.places.values())

    def communities_for(self, permission: Permission) -> list[MemberCard]:
        return [one for one in self.members if may(me().grants, permission, self.places[one.id])]


def found(project_id: int, permission: Permission = Permission.SEE_PROJECTS) -> Desk:
    """The project, where one of its communities is within reach; another is as if it were not. Raises Forbidden where it
    may be seen and not be acted on."""
    desk = _desk(project_id)
    if permission is not Permission.SEE_PROJECTS and not desk.may(permission):
        raise Forbidden("这个项目里有的小区不归你管。请找管全部小区的同事来办。")
    return desk


def found_for_some(project_id: int, permission: Permission) -> Desk:
    """The same for what is done in single communities of the project: one that the person may act in is enough."""
    desk = _desk(project_id)
    if not desk.communities_for(permission):
        raise Forbidden("这个项目的小区不归你管。")
    return desk


def _desk(project_id: int) -> Desk:
    line = queries.line(project_id)
    members = queries.members([project_id])[project_id]
    desk = Desk(line, members, ledger.places([one.id for one in members]))
    if not desk.communities_for(Permission.SEE_PROJECTS):
        raise NotFound
    return desk


def reach() -> Reach:
    return Reach(*reach_of(Permission.SEE_PROJECTS))


def page_of(project_id: int, part: str = "") -> str:
    return url_for("admin.projects.show_project", project_id=project_id, _anchor=part or None)


def back_to(project_id: int, part: str) -> Response:
    return redirect(page_of(project_id, part))


def drawn_photos() -> list[Photo]:
    """The pictures of the form, drawn anew; before the unit of work, for it takes its time."""
    files = [one for one in request.files.getlist("photo") if one.filename]
    if len(files) > MOST_PHOTOS:
        sentence = f"一次最多 {MOST_PHOTOS} 张照片。"
        raise Invalid(sentence, fields={"photo": [sentence]})
    return [attachments.draw_anew(one.read()) for one in files]


def kept(photos: list[Photo]) -> list[int]:
    """Inside the unit of work: the ids of the pictures as they are kept."""
    return [attachments.keep_photo(one, actor=me().actor, now=now()).id for one in photos]


def form_page(
    template: str, desk: Desk, typed: dict[str, Any], error: Problem | None = None, **shown: Any
) -> Page:
    """A form of a project; after a refusal with what was typed and the sentences at their fields."""
    fields = error.fields if isinstance(error, Invalid) else {}
    drawn = render_template(
        f"office/projects/{template}",
        desk=desk,
        line=desk.line,
        typed={"client_key": secrets.token_urlsafe(16), **typed},
        fields=fields,
        refusal="" if error is None or fields else error.message,
        today=now(),
        **shown,
    )
    return drawn if error is None else (drawn, error.status)
