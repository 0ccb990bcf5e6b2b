"""Many answers at once write what each of them alone would write."""

from datetime import date, timedelta

import pytest

from server.infra.db import unit_of_work
from server.kernel.errors import Conflict, Invalid, Refused
from server.surveys import actions, queries
from server.surveys.actions import Answering, Submitted
from server.surveys.rules.words import Capacity, Channel, Proof
from tests.factories.surveys import (
    ANSWERS,
    ASKING,
    CLERK,
    CLOSES,
    RESIDENT,
    WHOLE,
    answer,
    card_of,
    fold,
    form_of,
    key,
    make_asked,
    question,
)
from tests.factories.written import written_by

pytestmark = pytest.mark.usefixtures("app")
SLIP = Answering(Proof.PROVEN, Channel.SLIP, Capacity.OWNER)
PAPER = Answering(Proof.PROVEN, Channel.PAPER, Capacity.TENANT, signed_on=date(2026, 3, 5))
DOOR = Answering(Proof.PROVEN, Channel.DOOR, Capacity.FAMILY)


def poster(device):
    return Answering(Proof.CLAIMED, Channel.POSTER, Capacity.TENANT, device=device)


def form(flat, raw=None, how=SLIP, *, actor=RESIDENT, now=ASKING, client_key=None):
    return Submitted(card_of(flat), ANSWERS if raw is None else raw, how, client_key or key(), actor, now)


def alone(survey, submitted):
    return [
        actions.submit_response(
            queries.form(survey),
            one.household,
            one.raw,
            one.how,
            client_key=one.client_key,
            actor=one.actor,
            now=one.now,
        ).id
        for one in submitted
    ]


def hold_equal(survey, submitted):
    ids, together = written_by(lambda: actions.answer_in_batch(queries.form(survey), submitted))
    singles, single = written_by(lambda: alone(survey, submitted))
    assert together == single
    assert [sorted(ids).index(id_) for id_ in ids] == [sorted(singles).index(id_) for id_ in singles]
    return together


def test_a_batch_writes_the_same_responses_words_sealed_answers_and_entries():
    survey, flats = make_asked(WHOLE)
    sealed = {**ANSWERS, "age": "old", "age.consent": True}
    rows = hold_equal(
        survey,
        [
            form(flats[3], now=ASKING + timedelta(minutes=9)),
            form(flats[0], sealed, DOOR, actor=CLERK),
            form(flats[1], {"agree": "disagree"}, PAPER, actor=CLERK),
            form(flats[2], ANSWERS, poster("甲的手机")),
        ],
    )
    assert len(rows["survey_responses"]) == len(rows["survey_counted"]) == 4
    assert len(rows["survey_private"]) == 2 and len(rows["survey_texts"]) == 3
    assert len(rows["audit_entries"]) == 2 and len(rows["survey_claims"]) == 1


def test_of_several_answers_of_a_household_the_same_one_counts():
    survey, flats = make_asked(WHOLE)
    answer(survey, flats[0], ANSWERS, capacity=Capacity.TENANT)
    tenant = Answering(Proof.PROVEN, Channel.SLIP, Capacity.TENANT)
    hold_equal(
        survey,
        [
            form(flats[1], ANSWERS, poster("乙的手机")),
            form(flats[0], {"agree": "agree"}),
            form(flats[1], {"agree": "disagree"}),
            form(flats[0], {"agree": "disagree"}, tenant, now=ASKING + timedelta(hours=2)),
        ],
    )


def test_a_late_paper_form_waits_for_its_review():
    survey, flats = make_asked(WHOLE)
    late = CLOSES + timedelta(days=1)
    rows = hold_equal(survey, [form(flats[0], {"agree": "agree"}, PAPER, actor=CLERK, now=late)])
    assert rows["survey_responses"][0]["needs_review"]
    assert rows["survey_counted"][0]["response_id"] is None


def test_drafts_are_forgotten_and_sums_folded_alike():
    survey, flats = make_asked(WHOLE)
    with unit_of_work():
        actions.save_draft(
            queries.form(survey), card_of(flats[0]), {"people": "2"}, holder=actions.SLIP_HOLDER,
            capacity=None, now=ASKING,
        )  # fmt: skip
    submitted = [form(flats[0]), form(flats[1], {"agree": "agree", "items": ["B-01"]})]
    hold_equal(survey, submitted)
    with unit_of_work():
        actions.answer_in_batch(queries.form(survey), submitted)
    assert queries.draft(survey.id, card_of(flats[0]).id, actions.SLIP_HOLDER) is None
    fold()
    with unit_of_work():
        assert not actions.recompute_sums(survey.id)
    assert queries.coverage(survey).proven == 2


def test_the_same_request_again_gives_the_first_response():
    survey, flats = make_asked()
    first = answer(survey, flats[0], {"wants": "a"}, client_key="before")
    once = form(flats[1], {"wants": "a"}, client_key="once")
    again = form(flats[0], {"wants": "a"}, client_key="before")
    rows = hold_equal(survey, [once, once, again])
    assert len(rows["survey_responses"]) == 1
    with unit_of_work():
        ids = actions.answer_in_batch(queries.form(survey), [once, once, again])
    assert ids[0] == ids[1] and ids[2] == first.id
    with pytest.raises(Conflict), unit_of_work():
        actions.answer_in_batch(queries.form(survey), [form(flats[0], {"wants": "b"}, client_key="before")])


def seen(response_id):
    return Answering(Proof.PROVEN, Channel.SLIP, Capacity.OWNER, seen_response_id=response_id)


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        pytest.param([{"raw": {}}], Invalid, id="an-answer-is-lacking"),
        pytest.param([{"now": CLOSES}], Refused, id="at-the-closing"),
        pytest.param([{"client_key": "x" * 81}], Invalid, id="a-key-too-long"),
        pytest.param(
            [{"how": Answering(Proof.PROVEN, Channel.PAPER, Capacity.OWNER)}],
            Invalid,
            id="paper-without-a-day",
        ),
        pytest.param([{}, {"how": seen(0)}], Conflict, id="answered-in-the-batch-before-it"),
        pytest.param(
            [{"how": poster("一部")}, {"how": poster("另一部")}],
            Refused,
            id="a-second-browser-for-a-household",
        ),
        pytest.param(
            [{"how": poster("一部")}, {"how": poster("一部"), "flat": 1}],
            Refused,
            id="a-second-household-for-a-browser",
        ),
    ],
)
def test_what_is_refused_alone_is_refused_in_a_batch(facts, refusal):
    survey, flats = make_asked(form_of(question(required=True)))
    submitted = [
        form(flats[one.pop("flat", 0)], **{"raw": {"wants": "a"}, **one}) for one in map(dict, facts)
    ]
    told = []
    for ask in (
        lambda: actions.answer_in_batch(queries.form(survey), submitted),
        lambda: alone(survey, submitted),
    ):
        with pytest.raises(refusal) as refused, unit_of_work():
            ask()
        told.append((refused.value.code, refused.value.message))
    assert told[0] == told[1]
    assert queries.responses_of(survey.id, card_of(flats[0]).id) == []
