"""A survey loaded and sent by the slip: how often it asks the database, and that nobody meets what another one said."""

from collections.abc import Callable
from typing import Any

import pytest
from apiflask import APIFlask
from sqlalchemy import event

from server.infra.db import db, unit_of_work
from server.kernel.errors import Refused
from server.ledger.models import Flat
from server.surveys import actions, queries
from server.surveys.models import Survey
from server.surveys.rules.words import SLIP_HOLDER, Capacity
from tests.bench.questionnaire import answers, definition
from tests.factories.identity import make_resident, sign_in_resident
from tests.factories.ledger import make_small_community
from tests.factories.surveys import ASKING, CLERK, card_of, make_asked
from tests.miniprogram_api.phones import forms_of
from tests.miniprogram_api.pockets import Pocket, address, by_slip

SAID = "只有这一户说过的话"


@pytest.fixture
def asking(app: APIFlask, clock: Any) -> tuple[Survey, list[Flat]]:
    clock.set(ASKING)
    return make_asked(definition())


def statements(ask: Callable[[], object]) -> list[str]:
    """What the database is asked meanwhile, with nothing known from before."""
    db.session.remove()
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        ask()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return [one for one in seen if not one.startswith("BEGIN")]


def sent(pocket: Pocket, page: str, **changes: Any) -> str:
    said = {name.replace(".", "__"): value for name, value in answers(1).items()}
    return pocket.send(page, "/sections/all", form__as="owner", form__then="send", **{**said, **changes})


#: Who came; BEGIN on SQLite aside: hold the household, what stands before, the answer, its words, what counts.
MOST_SENDING = 6


def test_loading_twenty_questions_and_sending_them_asks_a_handful_of_statements(app, asking):
    survey, (first, flat, *_) = asking
    survey_id, household_id = survey.id, card_of(flat).id
    sent(
        warm := by_slip(app, first), warm.get(f"/surveys/{survey_id}")
    )  # the questions are known from now on
    browser = sign_in_resident(app.test_client(), make_resident(flat))
    pages: list[str] = []
    loading = statements(lambda: pages.append(browser.get(f"/surveys/{survey_id}").text))
    assert len(loading) == 1, loading
    form = next(one for one in forms_of(pages[0]) if one.action.endswith("/sections/all"))
    fields = {**form.fields, "form.as": "owner", "form.then": "send", **answers(1)}
    replies: list[int] = []
    sending = statements(lambda: replies.append(browser.post(form.action, data=fields).status_code))
    assert replies == [303]
    assert len(sending) <= MOST_SENDING, sending
    row = queries.counted(survey_id, household_id)
    assert queries.response(row.response_id, survey_id).answers == answers(1)


def test_what_one_household_said_is_on_nobody_elses_page(app, asking):
    survey, (mine, theirs, *_) = asking
    me, they = by_slip(app, mine), by_slip(app, theirs)
    assert card_of(theirs).label in they.get(f"/surveys/{survey.id}")
    # Not in form, so the page comes back with everything on it.
    wrong = sent(me, me.get(f"/surveys/{survey.id}"), q0="", q19=SAID)
    assert me.status == 422
    assert SAID in wrong
    assert 'value="o' in wrong
    assert " checked" in wrong
    again = they.get(f"/surveys/{survey.id}")
    assert SAID not in again
    assert " checked" not in again
    assert f"/households/{card_of(theirs).id}/" in again
    assert f"/households/{card_of(mine).id}/" not in again
    assert SAID in me.get(address(survey, mine, "all"))
    assert "收到了" in sent(me, me.get(address(survey, mine, "all")), q19=SAID)
    assert SAID not in they.get(f"/surveys/{survey.id}")


def test_a_cookie_from_before_all_were_signed_out_answers_for_nobody(app, asking):
    survey, (flat, *_) = asking
    resident = make_resident(flat)
    pocket = Pocket(sign_in_resident(app.test_client(), resident))
    assert card_of(flat).label in pocket.get(f"/surveys/{survey.id}")
    with unit_of_work():
        db.session.merge(resident).session_version += 1
    assert card_of(flat).label not in pocket.get(f"/surveys/{survey.id}")
    pocket.get(address(survey, flat, "all"))
    assert pocket.status == 404


def test_a_survey_that_closed_since_its_page_was_read_takes_no_draft(app, asking):
    survey, (flat, *_) = asking
    resident = make_resident(flat)
    came = queries.coming(survey.id, resident.id)
    with unit_of_work():
        actions.close_survey(queries.known(survey.id), reason="够了", actor=CLERK, now=ASKING)
    with pytest.raises(Refused, match="截止"), unit_of_work():
        actions.save_draft(
            came.form, card_of(flat), {"q19": SAID}, holder=SLIP_HOLDER, capacity=Capacity.OWNER, now=ASKING
        )


def test_only_homes_that_the_survey_asks_are_found(app, asking):
    survey, (flat, *_) = asking
    _, (elsewhere, *_) = make_small_community()
    both = make_resident(elsewhere, flat)
    assert [one.household.id for one in queries.coming(survey.id, both.id).reached] == [card_of(flat).id]
    stranger = queries.coming(survey.id, make_resident(elsewhere).id)
    assert (stranger.reached, stranger.form.survey_id) == ([], survey.id)
    nobody = queries.coming(survey.id, None)
    assert (nobody.reached, nobody.session_version) == ([], None)
