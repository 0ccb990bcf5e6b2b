"""The form as phones at the door keep it: drawn once, with the questions by which the phone says the answers in words."""

from flask import Response, jsonify, render_template, url_for

from admin.guard import needs
from admin.surveys.pages import opened_survey, surveys
from server.identity.rules import Permission
from server.surveys import queries


@surveys.get("/<int:survey_id>/door-form")
@needs(Permission.ENTER_RESPONSES)
def door_form(community_id: int, survey_id: int) -> Response:
    of = opened_survey(community_id, survey_id)
    form = queries.form(of)
    html = render_template(
        "office/field/form.html",
        definition=form.definition,
        menus=queries.menus(form.definition, community_id),
        picture_url=lambda id_: _picture(of.community_id, of.id, id_),
    )
    return jsonify(
        version=form.number,
        fingerprint=form.fingerprint,
        html=html,
        definition=form.definition.as_json(),
        pictures=[_picture(of.community_id, of.id, one) for one in sorted(form.definition.pictures)],
    )


def _picture(community_id: int, survey_id: int, picture_id: int) -> str:
    return url_for(
        "admin.surveys.see_picture", community_id=community_id, survey_id=survey_id, picture_id=picture_id
    )
