"""After sending: what was said, taking a consent back, and the pictures of a form."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from miniprogram_api.guard import open_to_all, resident_page
from miniprogram_api.pages.surveys import filling
from miniprogram_api.pages.surveys.pages import Page, about, section_url, survey_pages
from miniprogram_api.pages.surveys.seats import visit
from server.attachments import queries as photos
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.kernel.errors import NotFound
from server.surveys import actions, queries
from server.surveys.rules.wording import in_words


@survey_pages.get("/<int:survey_id>/households/<int:household_id>/done")
@open_to_all
def done(survey_id: int, household_id: int) -> Page:
    """What was sent, in words; to be changed until the closing."""
    here = visit(survey_id).seat(household_id)
    form = here.form
    row = filling.answered_before(here)
    if row is None:
        raise NotFound
    definition = queries.form(form.survey, row.version_number).definition
    return render_template(
        "phone/surveys/done.html",
        **about(form),
        seat=here,
        row=row,
        said=in_words(definition, queries.whole_answers(row), with_private=True),
        thanks=definition.thanks,
        change_href=section_url(form, household_id, form.definition.sections[0]),
        has_private=here.is_proven and queries.has_private(form.survey, household_id),
    )


@survey_pages.get("/<int:survey_id>/households/<int:household_id>/private")
@resident_page
def private_page(survey_id: int, household_id: int) -> Page:
    here = visit(survey_id).seat(household_id)
    form = here.form
    return render_template(
        "phone/surveys/private.html",
        **about(form),
        seat=here,
        has_private=here.is_proven and queries.has_private(form.survey, household_id),
        back_href=url_for(".survey_page", survey_id=survey_id),
    )


@survey_pages.post("/<int:survey_id>/households/<int:household_id>/private")
@resident_page
def withdraw(survey_id: int, household_id: int) -> Page:
    """Take the consent back: sensitive and personal answers are deleted, after the closing too."""
    here = visit(survey_id).seat(household_id)
    form = here.form
    if not here.is_proven:
        raise NotFound
    with unit_of_work():
        actions.withdraw_private(form.survey, here.household, actor=here.actor, now=now())
    flash("已经删掉了。其他的答案还在。", "go")
    return redirect(url_for(".survey_page", survey_id=survey_id), 303)


# ------------------------------------------------------------------ pictures


@survey_pages.get("/<int:survey_id>/households/<int:household_id>/photos/<int:photo_id>")
@open_to_all
def photo(survey_id: int, household_id: int, photo_id: int) -> Response:
    """A photo that this household's own draft or answer names."""
    here = visit(survey_id).seat(household_id)
    held, _ = filling.kept(here)
    if not any(str(photo_id) in held.get(one.key, []) for one in here.form.definition.questions):
        raise NotFound
    return _picture(photo_id)


@survey_pages.get("/<int:survey_id>/pictures/<int:picture_id>")
@open_to_all
def picture(survey_id: int, picture_id: int) -> Response:
    """A picture that stands beside a question."""
    if picture_id not in visit(survey_id).form.definition.pictures:
        raise NotFound
    return _picture(picture_id)


def _picture(attachment_id: int) -> Response:
    row = photos.attachment(attachment_id)
    if row is None:
        raise NotFound
    answer = Response(photos.content(attachment_id), content_type=row.media_type)
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer
