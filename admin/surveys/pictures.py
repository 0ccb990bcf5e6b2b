"""Pictures beside questions and options: drawn anew when they come, shown to whoever may see the survey."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from flask import request
from werkzeug.wrappers import Response

from admin.guard import needs
from admin.session import me
from admin.surveys.pages import found_survey, surveys
from server.attachments import actions as attachments
from server.attachments import queries as kept
from server.attachments.actions import Photo
from server.identity.rules import Permission
from server.infra.clock import now
from server.kernel.errors import NotFound
from server.surveys import queries
from server.surveys.rules.definition import Question

#: The name of the field with the question's own picture; an option's has its value behind a dot.
OWN = "picture"


@surveys.get("/<int:survey_id>/pictures/<int:picture_id>")
@needs(Permission.SEE_SURVEYS)
def see_picture(community_id: int, survey_id: int, picture_id: int) -> Response:
    found_survey(community_id, survey_id)
    if not queries.names_picture(survey_id, picture_id):
        raise NotFound
    headers = {"Cache-Control": "private, max-age=86400"}
    return Response(kept.content(picture_id), content_type="image/jpeg", headers=headers)


def read_pictures(question: Question) -> dict[str, Photo]:
    """The pictures that came with the form, by field; drawn anew before anything is locked."""
    names = [OWN, *(f"{OWN}.{option.value}" for option in question.options)]
    files = {name: request.files.get(name) for name in names}
    return {
        name: attachments.draw_anew(file.read()) for name, file in files.items() if file and file.filename
    }


def kept_pictures(photos: Mapping[str, Photo]) -> dict[str, int]:
    """Kept, by field: inside the unit of work that writes the question."""
    instant = now()
    return {
        name: attachments.keep_photo(photo, actor=me().actor, now=instant).id
        for name, photo in photos.items()
    }


def with_pictures(question: Question, pictures: Mapping[str, int], drops: Collection[str]) -> Question:
    """The question with new pictures in place, and without those to be taken away."""

    def shown(name: str, held: int | None) -> int | None:
        return pictures.get(name, None if name in drops else held)

    options = tuple(
        replace(option, picture=shown(f"{OWN}.{option.value}", option.picture)) for option in question.options
    )
    return replace(question, picture=shown(OWN, question.picture), options=options)
