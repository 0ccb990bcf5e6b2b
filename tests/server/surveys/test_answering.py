"""Answering a survey: one counted answer a household, claimed beside proven, late paper, drafts, withdrawal."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from server.infra.db import db, unit_of_work
from server.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from server.ledger.models import Community
from server.surveys import actions, queries
from server.surveys.models import Survey, SurveyPrivate, SurveyResponse, SurveyText
from server.surveys.rules.sums import Dimension
from server.surveys.rules.words import Capacity, Channel, Proof
from tests.factories.ledger import make_household, make_small_community
from tests.factories.surveys import (
    ANSWERS,
    ASKING,
    CLERK,
    CLOSES,
    RESIDENT,
    REVIEWER,
    WHOLE,
    answer,
    card_of,
    fold,
    form_of,
    key,
    make_asked,
    make_open_survey,
    make_survey,
    question,
)

pytestmark = pytest.mark.usefixtures("app")
A, B = {"wants": "a"}, {"wants": "b"}


def counted(survey: Survey, flat: Any) -> dict[str, Any]:
    """The answers that count for the household of this flat."""
    db.session.expire_all()
    row = queries.counted(survey.id, card_of(flat).id)
    if row is None or row.response_id is None:
        return {}
    return queries.response(row.response_id, survey.id).answers


def all_responses() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(SurveyResponse)) or 0


def cells(survey: Survey, name: str = "wants") -> dict[str, Any]:
    db.session.expire_all()
    table = queries.sums(survey.id)
    return table[Dimension.ALL, ""].counts.get(name, {}) if (Dimension.ALL, "") in table else {}


def test_a_later_answer_replaces_the_earlier_one_and_both_stay_on_record() -> None:
    survey, (flat, *_) = make_asked()
    answer(survey, flat, A)
    answer(survey, flat, B, now=ASKING + timedelta(hours=1))
    assert counted(survey, flat) == B
    assert len(queries.responses_of(survey.id, card_of(flat).id)) == 2
    assert cells(survey) == {"#answered": 1, "b": 1}


def test_the_same_request_twice_has_one_effect() -> None:
    survey, (flat, *_) = make_asked()
    first = answer(survey, flat, A, client_key="once")
    second = answer(survey, flat, A, client_key="once")
    assert (first.id, all_responses()) == (second.id, 1)


def test_the_same_key_with_another_answer_is_a_conflict() -> None:
    survey, (flat, *_) = make_asked()
    answer(survey, flat, A, client_key="once")
    with pytest.raises(Conflict):
        answer(survey, flat, B, client_key="once")


def test_for_a_consent_question_the_owner_stands_before_a_later_tenant() -> None:
    survey, (flat, *_) = make_asked(form_of(question(), question("agree", "stance", is_consent=True)))
    answer(survey, flat, {"wants": "a", "agree": "disagree"})
    answer(
        survey,
        flat,
        {"wants": "b", "agree": "agree"},
        capacity=Capacity.TENANT,
        now=ASKING + timedelta(hours=1),
    )
    assert cells(survey) == {"#answered": 1, "b": 1}
    assert cells(survey, "agree") == {"#answered": 1, "disagree": 1}


def test_a_claimed_answer_counts_until_the_household_answers_by_its_slip() -> None:
    survey, (flat, *_) = make_asked()
    answer(survey, flat, A, proof=Proof.CLAIMED)
    assert (queries.coverage(survey).claimed, counted(survey, flat)) == (1, A)
    answer(survey, flat, B)
    found = queries.coverage(survey)
    assert (found.proven, found.claimed, counted(survey, flat)) == (1, 0, B)


def test_a_claimed_answer_never_replaces_a_proven_one() -> None:
    survey, (flat, *_) = make_asked()
    answer(survey, flat, A)
    answer(survey, flat, B, proof=Proof.CLAIMED, now=ASKING + timedelta(hours=1))
    assert (counted(survey, flat), all_responses()) == (A, 2)


def test_one_browser_answers_for_one_household_by_the_poster() -> None:
    survey, (flat, other, *_) = make_asked()
    answer(survey, flat, A, proof=Proof.CLAIMED, device="phone")
    with pytest.raises(Refused) as refused:
        answer(survey, other, A, proof=Proof.CLAIMED, device="phone")
    assert refused.value.code == "device_claimed"
    assert all_responses() == 1


def test_a_household_takes_one_browsers_claim_and_lets_it_mend_its_own() -> None:
    survey, (flat, *_) = make_asked()
    answer(survey, flat, A, proof=Proof.CLAIMED, device="phone")
    answer(survey, flat, B, proof=Proof.CLAIMED, device="phone", now=ASKING + timedelta(hours=1))
    assert counted(survey, flat) == B
    with pytest.raises(Refused) as refused:
        answer(survey, flat, A, proof=Proof.CLAIMED, device="another")
    assert refused.value.code == "household_claimed"


def test_the_household_may_take_over_what_was_claimed_for_it() -> None:
    survey, (flat, *_) = make_asked()
    claimed = answer(survey, flat, A, proof=Proof.CLAIMED)
    found = queries.claimed_to_confirm(survey.id, card_of(flat).id)
    assert found is not None and found.id == claimed.id
    for _ in range(2):
        with unit_of_work():
            row = actions.confirm_claimed(
                queries.form(survey), card_of(flat), claimed.id, Capacity.OWNER,
                client_key="confirm", actor=RESIDENT, now=ASKING,
            )  # fmt: skip
    assert (row.proof, row.answers, row.confirms_id, all_responses()) == (Proof.PROVEN, A, claimed.id, 2)
    assert queries.claimed_to_confirm(survey.id, card_of(flat).id) is None


def test_what_was_sealed_at_the_poster_is_not_taken_over_by_the_household_that_never_saw_it() -> None:
    survey, (flat, *_) = make_asked(WHOLE)
    claimed = answer(survey, flat, {**ANSWERS, "age": "old", "age.consent": True}, proof=Proof.CLAIMED)
    with unit_of_work():
        row = actions.confirm_claimed(
            queries.form(survey), card_of(flat), claimed.id, Capacity.OWNER,
            client_key=key(), actor=RESIDENT, now=ASKING,
        )  # fmt: skip
    assert queries.whole_answers(row) == claimed.answers
    fold()
    assert cells(survey, "age") == {}


def test_what_was_claimed_for_another_household_cannot_be_taken_over() -> None:
    survey, (flat, other, *_) = make_asked()
    claimed = answer(survey, flat, A, proof=Proof.CLAIMED)
    with pytest.raises(NotFound), unit_of_work():
        actions.confirm_claimed(
            queries.form(survey), card_of(other), claimed.id, Capacity.OWNER,
            client_key=key(), actor=RESIDENT, now=ASKING,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("moment", "is_taken"),
    [
        pytest.param(CLOSES - timedelta(seconds=1), True, id="the-second-before-the-closing"),
        pytest.param(CLOSES, False, id="the-closing-itself"),
    ],
)
def test_an_answer_is_taken_until_the_closing(moment: Any, *, is_taken: bool) -> None:
    survey, (flat, *_) = make_asked()
    if is_taken:
        assert answer(survey, flat, A, now=moment).id
        return
    with pytest.raises(Refused) as refused:
        answer(survey, flat, A, now=moment)
    assert refused.value.code == "survey_closed"


def test_a_draft_survey_takes_no_answer() -> None:
    community, (flat, *_) = make_small_community()
    with pytest.raises(Refused) as refused:
        answer(make_survey(community), flat, A)
    assert refused.value.code == "survey_draft"


def test_what_is_wrong_is_named_by_field_and_nothing_is_kept() -> None:
    survey, (flat, *_) = make_asked(WHOLE)
    with pytest.raises(Invalid) as invalid:
        answer(survey, flat, {**ANSWERS, "people": "99", "items.top": ["B-01", "B-02", "W-01", "T-01"]})
    assert set(invalid.value.fields) == {"people", "items.top"}
    assert all_responses() == 0


def test_a_paper_form_dated_before_the_closing_counts_after_it_once_reviewed() -> None:
    survey, (flat, *_) = make_asked()
    late = {"channel": Channel.PAPER, "actor": CLERK, "now": CLOSES + timedelta(days=2)}
    row = answer(survey, flat, A, signed_on=date(2026, 3, 19), **late)
    assert (counted(survey, flat), [one.id for one in queries.waiting_for_review(survey)]) == ({}, [row.id])
    with unit_of_work():
        actions.review_late_form(
            survey, row.id, is_accepted=True, reason="", actor=REVIEWER, now=CLOSES + timedelta(days=3)
        )
    assert (counted(survey, flat), queries.waiting_for_review(survey)) == (A, [])


def test_a_late_form_that_is_refused_stays_on_record_and_does_not_count() -> None:
    survey, (flat, *_) = make_asked()
    row = answer(
        survey,
        flat,
        A,
        signed_on=date(2026, 3, 19),
        channel=Channel.PAPER,
        actor=CLERK,
        now=CLOSES + timedelta(days=2),
    )
    with pytest.raises(Invalid), unit_of_work():
        actions.review_late_form(survey, row.id, is_accepted=False, reason=" ", actor=REVIEWER, now=CLOSES)
    for _ in range(2):
        with unit_of_work():
            actions.review_late_form(
                survey, row.id, is_accepted=False, reason="没有签名", actor=REVIEWER, now=CLOSES
            )
    assert (counted(survey, flat), all_responses()) == ({}, 1)
    with pytest.raises(Conflict), unit_of_work():
        actions.review_late_form(survey, row.id, is_accepted=True, reason="", actor=REVIEWER, now=CLOSES)


def test_whoever_keyed_a_late_form_may_not_review_it() -> None:
    survey, (flat, *_) = make_asked()
    row = answer(
        survey,
        flat,
        A,
        signed_on=date(2026, 3, 19),
        channel=Channel.PAPER,
        actor=CLERK,
        now=CLOSES + timedelta(days=2),
    )
    with pytest.raises(Forbidden), unit_of_work():
        actions.review_late_form(survey, row.id, is_accepted=True, reason="", actor=CLERK, now=CLOSES)


def test_a_paper_form_keyed_in_time_counts_at_once() -> None:
    survey, (flat, *_) = make_asked()
    answer(survey, flat, A, signed_on=date(2026, 3, 5), channel=Channel.PAPER, actor=CLERK)
    assert counted(survey, flat) == A


def test_a_paper_form_needs_its_date_and_a_survey_that_was_opened() -> None:
    survey, (flat, *_) = make_asked()
    with pytest.raises(Invalid):
        answer(survey, flat, A, channel=Channel.PAPER, actor=CLERK)
    draft = make_survey(db.session.get_one(Community, survey.community_id))
    with pytest.raises(Refused):
        answer(draft, flat, A, channel=Channel.PAPER, actor=CLERK, signed_on=date(2026, 3, 5))


def test_whoever_did_not_see_the_answer_of_another_is_told_of_it() -> None:
    survey, (flat, *_) = make_asked()
    first = answer(survey, flat, A, seen=0)
    with pytest.raises(Conflict) as conflict:
        answer(survey, flat, B, seen=0)
    assert conflict.value.code == "household_answered"
    answer(survey, flat, B, seen=first.id, now=ASKING + timedelta(hours=1))
    assert counted(survey, flat) == B


def test_sensitive_answers_are_sealed_apart_and_leave_with_the_consent() -> None:
    survey, (flat, *_) = make_asked(WHOLE)
    row = answer(survey, flat, {**ANSWERS, "age": "old", "age.consent": True})
    assert "age" not in row.answers
    assert queries.whole_answers(row)["age"] == "old"
    fold()
    assert cells(survey, "age") == {"#answered": 1, "old": 1}
    assert queries.has_private(survey, card_of(flat).id)
    with unit_of_work():
        actions.withdraw_private(survey, card_of(flat), actor=RESIDENT, now=ASKING)
    fold()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SurveyPrivate)) == 0
    assert cells(survey, "age") == {}
    assert cells(survey, "people") == {"#answered": 1, "#total": "3", "3": 1}
    assert not [
        key
        for key in queries.sums(survey.id)
        if key[0] is Dimension.AGE and queries.sums(survey.id)[key].households
    ]


def test_words_are_kept_to_be_searched() -> None:
    survey, (flat, other, *_) = make_asked(WHOLE)
    answer(survey, flat, ANSWERS)
    answer(survey, other, {**ANSWERS, "more": " 路灯太暗。"})
    digests = db.session.scalars(sa.select(SurveyText.digest)).all()
    assert len(digests) == 2 and len(set(digests)) == 1


def test_a_draft_is_kept_for_the_slip_and_gone_when_sent() -> None:
    survey, (flat, *_) = make_asked(WHOLE)
    form, card = queries.form(survey), card_of(flat)
    for people in ("3", "99"):
        with unit_of_work():
            actions.save_draft(
                form,
                card,
                {"people": people, "stranger": "x"},
                holder=actions.SLIP_HOLDER,
                capacity=None,
                now=ASKING,
            )
    found = queries.draft(survey.id, card.id, actions.SLIP_HOLDER)
    assert found is not None and found.answers == {"people": "99"}
    answer(survey, flat, ANSWERS)
    assert queries.draft(survey.id, card.id, actions.SLIP_HOLDER) is None


def test_households_of_one_flat_answer_apart() -> None:
    survey, (flat, *_) = make_asked()
    make_household(flat)
    answer(survey, flat, A)
    coverage = queries.coverage(survey)
    assert (coverage.households, coverage.answered) == (7, 1)


def test_a_household_outside_the_scope_is_not_asked() -> None:
    community, flats = make_small_community()
    survey = make_open_survey(community, building_ids=[flats[0].building_id])
    assert queries.household_asked(survey, card_of(flats[0]).id).id
    other, (stranger, *_) = make_small_community()
    assert other.id != community.id
    with pytest.raises(NotFound):
        queries.household_asked(survey, card_of(stranger).id)


def test_the_needs_ranking_says_of_how_many() -> None:
    survey, flats = make_asked(WHOLE)
    answer(survey, flats[0], ANSWERS)
    answer(survey, flats[1], {**ANSWERS, "items": ["B-01"], "items.top": []})
    answer(survey, flats[2], {"people": "2", "agree": "disagree"})
    ranking = [
        (one.code, one.wanted, one.most_important, one.answered) for one in queries.needs_ranking(survey)
    ]
    assert ranking == [("B-01", 2, 0, 2), ("T-01", 1, 1, 2), ("B-02", 0, 0, 2), ("W-01", 0, 0, 2)]


def test_half_a_sign_in_an_answer_is_refused_with_a_sentence_and_kept_out_of_the_draft() -> None:
    survey, (flat, *_) = make_asked(form_of(question("more", "text")))
    raw = {"more": "路灯\ud800太暗"}
    with pytest.raises(Invalid) as refused:
        answer(survey, flat, raw)
    assert list(refused.value.fields) == ["more"]
    with unit_of_work():
        form, card = queries.form(survey), card_of(flat)
        actions.save_draft(form, card, raw, holder="slip", capacity=None, now=ASKING)
    kept = queries.draft(survey.id, card_of(flat).id, "slip")
    assert kept is not None and kept.answers == {"more": "路灯太暗"}
