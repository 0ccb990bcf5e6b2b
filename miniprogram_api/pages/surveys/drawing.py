"""The questions of one page, drawn. Most people meet a page that nobody has filled in: it is drawn once for all of them."""

from typing import Any

from flask import current_app, url_for
from markupsafe import Markup

from miniprogram_api.pages.surveys.filling import Fields
from miniprogram_api.pages.surveys.seats import Seat
from server.surveys import queries
from server.surveys.rules.answering import Cleaned, field_names
from server.surveys.rules.definition import Section
from server.surveys.rules.words import Kind

MOST_KEPT = 100


class _Blank:
    """Pages without answers, by what they depend on."""

    def __init__(self) -> None:
        self._kept: dict[Any, Markup] = {}

    def get(self, key: Any) -> Markup | None:
        return self._kept.get(key)

    def keep(self, key: Any, drawn: Markup) -> Markup:
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[key] = drawn
        return drawn


_blank = _Blank()


def drawn_questions(
    here: Seat, section: Section, filled: Fields, errors: dict[str, list[str]], cleaned: Cleaned
) -> Markup:
    names = {name for question in section.questions for name in field_names(question)}
    # A package says what falls to the household, and follows the ledger: its page is nobody else's.
    is_own = any(question.kind is Kind.PACKAGE for question in section.questions)
    if is_own or not names.isdisjoint(filled) or not names.isdisjoint(errors):
        return _draw(here, section, filled, errors, cleaned)
    key = (here.form.survey_id, here.form.fingerprint, section.key, *_shown(section, cleaned))
    return _blank.get(key) or _blank.keep(key, _draw(here, section, {}, {}, cleaned))


def _shown(section: Section, cleaned: Cleaned) -> tuple[Any, ...]:
    """What of a page follows from the answers on others, and from the day."""
    if not section.is_moving:
        return ()
    questions = tuple(one.key for one in section.questions if one.key in cleaned.shown)
    offered = tuple(
        (one.key, *(option.value for option in cleaned.offered.get(one.key, ()))) for one in section.questions
    )
    return questions, offered


def _draw(
    here: Seat, section: Section, filled: Fields, errors: dict[str, list[str]], cleaned: Cleaned
) -> Markup:
    survey_id, household_id = here.form.survey_id, here.household.id
    # Who only typed a room learns nothing of it.
    own_id = household_id if here.is_proven else None
    macros: Any = current_app.jinja_env.get_template("web/questions.html").module
    return Markup(  # noqa: S704 - a macro of ours, which escapes what people wrote
        macros.section(
            section,
            filled,
            errors,
            cleaned.offered,
            lambda id_: url_for("mobile.survey_pages.picture", survey_id=survey_id, picture_id=id_),
            lambda id_: url_for(
                "mobile.survey_pages.photo",
                survey_id=survey_id,
                household_id=household_id,
                photo_id=int(id_),
            ),
            cleaned.shown,
            queries.menus(here.form.definition, here.form.survey.community_id, own_id),
            "你家" if here.is_proven else "平均一户",
        )
    )
