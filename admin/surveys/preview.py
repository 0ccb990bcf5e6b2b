"""What residents will see: the same drawing as on the phone, a page beside the other. Nothing that is ticked is kept."""

from flask import render_template, request, url_for

from admin.guard import holds, needs
from admin.surveys.pages import Page, found_survey, page_of, surveys
from server.identity.rules import Permission
from server.ledger import queries as ledger
from server.surveys import queries
from server.surveys.models import Survey
from server.surveys.rules.definition import Definition, read_definition


@surveys.get("/<int:survey_id>/preview")
@needs(Permission.SEE_SURVEYS)
def preview(community_id: int, survey_id: int) -> Page:
    """The version in force; for whoever runs the survey also the correction that is being written."""
    of = found_survey(community_id, survey_id)
    place = ledger.community(community_id)
    is_sheet = "draft" in request.args and holds(Permission.RUN_SURVEY, community_id)
    definition = _written(of) if is_sheet else queries.form(of).definition
    return render_template(
        "office/surveys/preview.html",
        survey=of,
        definition=definition,
        menus=queries.menus(definition, community_id),
        back_href=_back(of) if is_sheet else page_of(of),
        community=place.name if place is not None else "",
        picture_url=lambda id_: url_for(
            "admin.surveys.see_picture", community_id=community_id, survey_id=survey_id, picture_id=id_
        ),
    )


def _written(of: Survey) -> Definition:
    held = queries.correction(of.id)
    return read_definition(held.definition) if held is not None else queries.form(of).definition


def _back(of: Survey) -> str:
    return url_for("admin.surveys.edit_questions", community_id=of.community_id, survey_id=of.id)
