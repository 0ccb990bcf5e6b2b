"""Correcting a survey that has begun: on a copy, saved as a new version."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from server.audit.models import AuditEntry
from server.infra.db import db, unit_of_work
from server.kernel.errors import Conflict, Invalid, Refused
from server.surveys import actions, queries
from server.surveys.models import Survey
from tests.factories.ledger import make_community, make_small_community
from tests.factories.surveys import (
    ANSWERS,
    ASKING,
    CLERK,
    CLOSES,
    WHOLE,
    answer,
    form_of,
    make_asked,
    make_open_survey,
    make_survey,
    question,
)

MENDED = form_of(question(title="改对了"))


def begin(survey: Survey):
    with unit_of_work():
        return actions.begin_correction(survey, actor=CLERK, now=ASKING)


def change(survey: Survey, definition: dict, seen: str):
    with unit_of_work():
        return actions.change_correction(survey, definition, seen=seen, actor=CLERK, now=ASKING)


def finish(survey: Survey, seen: str, reason: str = "写错了字"):
    with unit_of_work():
        return actions.finish_correction(survey, reason=reason, seen=seen, actor=CLERK, now=ASKING)


def verbs() -> list[str]:
    rows = sa.select(AuditEntry.verb).where(AuditEntry.verb.like("surveys.%correct%")).order_by(AuditEntry.id)
    return list(db.session.scalars(rows))


def test_nobody_who_answers_sees_a_correction_before_it_is_saved(app) -> None:
    survey, _ = make_asked()
    row = begin(survey)
    row = change(survey, MENDED, row.fingerprint)
    assert queries.form(survey).definition.by_key["wants"].title == "题目 wants"
    version = finish(survey, row.fingerprint)
    assert (version.number, survey.version_number, version.reason) == (2, 2, "写错了字")
    assert queries.form(survey).definition.by_key["wants"].title == "改对了"
    assert queries.correction(survey.id) is None
    assert verbs() == ["surveys.begin_correction", "surveys.change_correction", "surveys.correct_questions"]


def test_earlier_answers_stay_with_the_version_they_were_given_to(app) -> None:
    survey, flats = make_asked(WHOLE)
    given = answer(survey, flats[0], ANSWERS)
    row = begin(survey)
    changed = {**WHOLE, "thanks": "多谢。"}
    row = change(survey, changed, row.fingerprint)
    finish(survey, row.fingerprint)
    assert given.version_number == 1
    assert answer(survey, flats[1], ANSWERS).version_number == 2


def test_two_people_correct_the_same_copy_and_neither_overwrites_the_other_unseen(app) -> None:
    survey, _ = make_asked()
    first, second = begin(survey), begin(survey)
    assert first.fingerprint == second.fingerprint
    seen = first.fingerprint
    change(survey, MENDED, seen)
    with pytest.raises(Conflict, match="别人刚刚改过"):
        change(survey, form_of(question(title="另一种改法")), seen)
    with pytest.raises(Conflict, match="别人刚刚改过"):
        finish(survey, seen)
    assert verbs().count("surveys.begin_correction") == 1


def test_a_correction_needs_its_reason_and_a_change(app) -> None:
    survey, _ = make_asked()
    row = begin(survey)
    with pytest.raises(Refused, match="没有要更正的"):
        finish(survey, row.fingerprint)
    row = change(survey, MENDED, row.fingerprint)
    with pytest.raises(Invalid) as refusal:
        finish(survey, row.fingerprint, reason=" ")
    assert "reason" in refusal.value.fields
    assert queries.correction(survey.id) is not None


def test_questions_that_cannot_be_asked_do_not_become_a_version(app) -> None:
    survey, _ = make_asked()
    row = change(survey, form_of(question(options=[])), begin(survey).fingerprint)
    with pytest.raises(Refused) as refusal:
        finish(survey, row.fingerprint)
    assert refusal.value.reasons


def test_a_question_that_was_asked_stays_of_its_kind(app) -> None:
    survey, _ = make_asked()
    row = change(survey, form_of(question(kind="many")), begin(survey).fingerprint)
    with pytest.raises(Refused, match="不能换题型") as refusal:
        finish(survey, row.fingerprint)
    assert [one.where for one in refusal.value.reasons] == ["wants"]


def test_a_correction_may_be_dropped_and_dropping_it_twice_is_once(app) -> None:
    survey, _ = make_asked()
    row = change(survey, MENDED, begin(survey).fingerprint)
    for _ in range(2):
        with unit_of_work():
            actions.drop_correction(survey, actor=CLERK, now=ASKING)
    assert verbs().count("surveys.drop_correction") == 1
    with pytest.raises(Refused, match="没有正在改的更正"):
        finish(survey, row.fingerprint)


def test_a_draft_is_changed_in_place_and_a_closed_survey_not_at_all(app) -> None:
    draft = make_survey(make_community())
    with pytest.raises(Refused, match="可以直接改"):
        begin(draft)
    survey, _ = make_asked()
    with pytest.raises(Refused, match="已经结束"), unit_of_work():
        actions.begin_correction(survey, actor=CLERK, now=CLOSES + timedelta(minutes=1))


def test_an_open_survey_never_asks_what_cannot_be_asked(app) -> None:
    community, _ = make_small_community(2)
    survey = make_open_survey(community)
    seen = queries.form(survey).fingerprint
    with pytest.raises(Refused, match="问题还没有写好"), unit_of_work():
        actions.change_questions(survey, form_of(question(options=[])), seen=seen, actor=CLERK, now=ASKING)


def test_pictures_of_questions_are_named_in_every_version_and_in_a_correction(app) -> None:
    survey, _ = make_asked(form_of(question(picture=3)))
    options = [{"value": "a", "title": "甲", "picture": 4}, {"value": "b", "title": "乙"}]
    change(survey, form_of(question(options=options)), begin(survey).fingerprint)
    assert [queries.names_picture(survey.id, one) for one in (3, 4, 5)] == [True, True, False]
