"""Answering a survey on the telephone, page by page, through the forms as they are drawn."""

from datetime import timedelta
from typing import Any

import pytest
from apiflask import APIFlask

from server.ledger.models import Flat
from server.surveys import queries
from server.surveys.models import Survey
from server.surveys.rules.words import Proof
from tests.factories.surveys import (
    ANSWERS,
    ASKING,
    CLOSES,
    WHOLE,
    answer,
    card_of,
    make_asked,
)
from tests.miniprogram_api.pockets import address, answers_of, by_slip


@pytest.fixture
def asking(app: APIFlask, clock: Any) -> tuple[Survey, list[Flat]]:
    clock.set(ASKING)
    return make_asked(WHOLE)


def test_by_the_slip_one_goes_from_section_to_section_and_sends(app, asking):
    survey, (flat, *_) = asking
    pocket = by_slip(app, flat)
    page = pocket.get(f"/surveys/{survey.id}")
    assert "家里几口人" in page
    assert "1 栋" in page
    page = pocket.send(page, "/sections/home", form__as="owner", people="3", agree="agree", form__then="next")
    assert "第 2 部分，共 2 部分" in page
    page = pocket.send(
        page,
        "/sections/wishes",
        items=["B-01", "T-01"],
        items__top=["T-01"],
        more="路灯太暗",
        form__then="send",
    )
    assert "收到了" in page
    assert "修路、电梯" in page
    assert answers_of(survey, flat) == ANSWERS
    assert "看答了什么" in pocket.get(f"/surveys/{survey.id}")


def test_a_section_that_is_not_asked_is_passed_over(app, asking):
    survey, (flat, *_) = asking
    pocket = by_slip(app, flat)
    page = pocket.get(address(survey, flat))
    page = pocket.send(page, "/sections/home", form__as="owner", agree="disagree", form__then="send")
    assert "收到了" in page
    assert answers_of(survey, flat) == {"agree": "disagree"}


def test_what_is_wrong_is_said_and_everything_stays(app, asking):
    survey, (flat, *_) = asking
    pocket = by_slip(app, flat)
    page = pocket.send(
        pocket.get(address(survey, flat)), "/sections/home", form__as="owner", people="99", form__then="next"
    )
    assert pocket.status == 422
    assert "最大" in page
    assert "这一题要答" in page
    assert 'value="99"' in page
    assert 'value="99"' in by_slip_again(app, flat, survey)


def by_slip_again(app: APIFlask, flat: Flat, survey: Survey) -> str:
    """Another telephone of the same household, through the same slip."""
    other = by_slip(app, flat)
    start = other.get(f"/surveys/{survey.id}")
    assert "接着填" in start
    return other.get(address(survey, flat))


def test_without_saying_as_what_one_answers_nothing_is_sent(app, asking):
    survey, (flat, *_) = asking
    pocket = by_slip(app, flat)
    pocket.send(pocket.get(address(survey, flat)), "/sections/home", agree="disagree", form__then="send")
    assert pocket.status == 422
    assert answers_of(survey, flat) == {}


def test_four_most_important_items_are_refused_and_the_page_says_so(app, asking):
    survey, (flat, *_) = asking
    pocket = by_slip(app, flat)
    page = pocket.send(
        pocket.get(address(survey, flat)),
        "/sections/home",
        form__as="owner",
        agree="agree",
        form__then="next",
    )
    codes = ["B-01", "B-02", "W-01", "T-01"]
    page = pocket.send(page, "/sections/wishes", items=codes, items__top=codes, form__then="send")
    assert pocket.status == 422
    assert "去掉 1 项" in page


def test_sent_twice_it_is_one_answer(app, asking):
    survey, (flat, *_) = asking
    pocket = by_slip(app, flat)
    page = pocket.get(address(survey, flat))
    for _ in range(2):
        assert "收到了" in pocket.send(
            page, "/sections/home", form__as="owner", agree="disagree", form__then="send"
        )
    assert len(queries.responses_of(survey.id, card_of(flat).id)) == 1


def test_who_goes_back_and_changes_it_sends_another(app, asking):
    survey, (flat, *_) = asking
    pocket = by_slip(app, flat)
    page = pocket.get(address(survey, flat))
    for said in ("disagree", "neutral"):
        assert "收到了" in pocket.send(
            page, "/sections/home", form__as="owner", agree=said, form__then="send"
        )
    assert answers_of(survey, flat) == {"agree": "neutral"}
    assert len(queries.responses_of(survey.id, card_of(flat).id)) == 2


def test_the_household_confirms_what_was_claimed_for_it(app, asking):
    survey, (flat, *_) = asking
    answer(survey, flat, ANSWERS, proof=Proof.CLAIMED)
    pocket = by_slip(app, flat)
    page = pocket.get(f"/surveys/{survey.id}")
    assert "有一份等你认" in page
    assert "修路" in page
    assert "收到了" in pocket.send(page, "/confirm", form__as="owner")
    found = queries.coverage(survey)
    assert (found.proven, found.claimed) == (1, 0)


@pytest.mark.parametrize("where", ["sections/home", "done", "private", "photos/1"])
def test_another_households_pages_are_not_there(app, asking, where):
    survey, (flat, other, *_) = asking
    answer(survey, other, ANSWERS)
    pocket = by_slip(app, flat)
    page = pocket.get(f"/surveys/{survey.id}/households/{card_of(other).id}/{where}")
    assert pocket.status == 404
    assert "路灯太暗" not in page


def test_a_closed_survey_takes_nothing_and_shows_what_was_written(app, asking, clock):
    survey, (flat, *_) = asking
    pocket = by_slip(app, flat)
    page = pocket.get(address(survey, flat))
    clock.set(CLOSES)
    page = pocket.send(
        page, "/sections/home", form__as="owner", agree="disagree", people="4", form__then="send"
    )
    assert pocket.status == 409
    assert "已经截止" in page
    assert "4" in page
    assert answers_of(survey, flat) == {}
    assert "没有收到这一户的答卷" in pocket.get(f"/surveys/{survey.id}")


def test_a_page_of_a_form_that_was_open_too_long_is_not_lost(app, asking, clock):
    survey, (flat, *_) = asking
    pocket = by_slip(app, flat)
    page = pocket.get(address(survey, flat))
    clock.set(CLOSES)
    for then in ("next", "back"):
        shown = pocket.send(page, "/sections/home", agree="agree", people="4", form__then=then)
        assert pocket.status == 409
        assert "4 口" in shown
    with pocket.client.session_transaction() as cookie:
        cookie.pop("resident")
    clock.set(ASKING)
    shown = pocket.send(page, "/sections/home", agree="agree", people="4", form__then="send")
    assert pocket.status == 404
    assert "4 口" in shown
    assert "没有记下来" in shown


def test_a_script_in_an_answer_stays_words(app, asking):
    survey, (flat, *_) = asking
    pocket = by_slip(app, flat)
    page = pocket.send(
        pocket.get(address(survey, flat)),
        "/sections/home",
        form__as="owner",
        agree="agree",
        form__then="next",
    )
    page = pocket.send(page, "/sections/wishes", more="<script>alert(1)</script>", form__then="send")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_sensitive_answers_want_their_own_consent_and_are_taken_back_by_the_slip(app, asking, clock):
    survey, (flat, *_) = asking
    pocket = by_slip(app, flat)
    page = pocket.send(
        pocket.get(address(survey, flat)),
        "/sections/home",
        form__as="owner",
        agree="disagree",
        age="old",
        form__then="send",
    )
    assert pocket.status == 422
    page = pocket.send(page, "/sections/home", age__consent="yes", form__then="send")
    assert "60 岁以上" in page
    clock.set(CLOSES + timedelta(days=1))
    page = pocket.get(f"/surveys/{survey.id}/households/{card_of(flat).id}/private")
    page = pocket.send(page, "/private")
    assert "已经删掉了" in page
    assert "60 岁以上" not in pocket.get(f"/surveys/{survey.id}/households/{card_of(flat).id}/done")
