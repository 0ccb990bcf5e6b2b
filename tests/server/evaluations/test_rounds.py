"""Panels and rounds on a real database: who is asked what from when on, and what is told to whom."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from server.evaluations import queries
from server.evaluations.models import EvaluationPanel, EvaluationStep
from server.evaluations.rules.answering import Said
from server.evaluations.rules.words import Mark, Stage, State
from server.infra.db import db, unit_of_work
from server.messages.models import Message
from server.moderation.models import ModerationItem
from server.projects.rules.acts import EventKind
from tests.factories.evaluations import (
    DURING,
    FINISHED,
    ITEMS,
    OPENED,
    OVER,
    SECOND,
    follow,
    give,
    make_rounds,
)
from tests.factories.ledger import make_community, make_flat, make_household, make_small_community
from tests.factories.policies import make_policy
from tests.factories.projects import make_event, make_project

pytestmark = pytest.mark.usefixtures("app")
REMINDING = OPENED + timedelta(days=16)


def told(kind: str) -> list[Message]:
    return list(db.session.scalars(sa.select(Message).where(Message.kind == kind).order_by(Message.id)))


def test_completion_freezes_the_households_with_what_was_promised_and_tells_each_home_once():
    community, flats = make_small_community(4)
    rounds = make_rounds(community)
    assert [(one.number, one.opens_on, one.closes_on) for one in rounds] == [
        (1, FINISHED, date(2026, 3, 23)),
        (2, date(2026, 6, 2), date(2026, 6, 23)),
        (3, date(2027, 3, 2), date(2027, 3, 23)),
    ]
    assert [one.stage(OPENED) for one in rounds] == [Stage.OPEN, Stage.PLANNED, Stage.PLANNED]
    assert queries.items(rounds[0].panel_id) == {one.code: one.title for one in ITEMS}
    assert follow() == 0
    letters = told("evaluations.opened")
    assert {one.recipient_id for one in letters} == {flat.id for flat in flats}
    assert len(letters) == 4
    assert letters[0].link == f"/me/evaluations/{rounds[0].id}"


def test_whoever_moves_in_later_is_not_in_the_panel_and_everyone_in_it_stays():
    community, flats = make_small_community(3)
    first, second, _ = make_rounds(community)
    make_household(flats[0])
    make_flat(community, room="901")
    follow(SECOND)
    assert queries.turnout(second) == queries.turnout(first) == (0, 3)


def test_only_confirmed_completion_opens_a_round():
    community, _ = make_small_community(1)
    project = make_project(community)
    make_event(project, EventKind.STARTED, date(2026, 1, 5))
    make_event(project, EventKind.FINISHED, FINISHED, is_confirmed=None)
    assert follow() == 0
    assert queries.rounds_of(community.id) == []


def test_works_that_were_finished_years_ago_ask_nobody():
    community, _ = make_small_community(1)
    project = make_project(community, plan_year=2024)
    make_event(project, EventKind.STARTED, date(2024, 1, 5))
    make_event(project, EventKind.FINISHED, date(2025, 2, 8))
    assert follow() == 0


def test_a_community_without_households_is_left_until_it_has_some():
    community = make_community()
    assert make_rounds(community) == []
    make_flat(community)
    assert follow() > 0


def test_every_community_of_a_project_has_a_panel_of_its_own():
    one, other = make_small_community(1)[0], make_small_community(2)[0]
    project = make_project(one, other)
    make_event(project, EventKind.STARTED, date(2026, 1, 5))
    make_event(project, EventKind.FINISHED, FINISHED)
    follow()
    assert [len(queries.rounds_of(of.id)) for of in (one, other)] == [3, 3]


def test_the_terms_are_those_of_the_day_on_which_the_panel_was_frozen():
    community, _ = make_small_community(1)
    make_policy("evaluation.window_days", 10, valid_from=date(2026, 3, 2))
    make_policy("evaluation.least_answers", 12, valid_from=date(2026, 3, 2))
    first = make_rounds(community)[0]
    assert first.closes_on == date(2026, 3, 12)
    make_policy("evaluation.least_answers", 500, valid_from=date(2026, 3, 3))
    assert queries.asked(first.panel_id).least.answers == 12


def test_the_silent_are_reminded_once_and_nobody_else():
    community, flats = make_small_community(3)
    first = make_rounds(community)[0]
    give(first, flats[0])
    assert follow(REMINDING - timedelta(days=1)) == 0
    assert follow(REMINDING) == 1
    assert follow(REMINDING + timedelta(days=1)) == 0
    assert {one.recipient_id for one in told("evaluations.reminded")} == {flats[1].id, flats[2].id}


def test_words_are_looked_at_only_once_the_round_is_over_and_only_those_that_count():
    community, flats = make_small_community(3)
    first = make_rounds(community)[0]
    give(first, flats[0], Said(Mark.POOR, words="先写的"))
    kept = give(first, flats[0], Said(Mark.POOR, words="后写的"), now=DURING + timedelta(hours=1))
    follow(REMINDING)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ModerationItem)) == 0
    follow(OVER)
    item = db.session.scalars(sa.select(ModerationItem)).one()
    assert (item.text, item.about_id, item.community_id) == ("后写的", kept.id, community.id)
    assert follow(OVER) == 0


def test_a_round_whose_days_went_by_unwatched_tells_nobody_of_it():
    community, _ = make_small_community(2)
    make_rounds(community)
    follow(SECOND + timedelta(days=60))
    steps = db.session.scalars(sa.select(EvaluationStep.step).order_by(EvaluationStep.round_id)).all()
    assert sorted(steps) == ["closed", "closed", "opened"]
    assert len(told("evaluations.opened")) == 2


def test_who_is_silent_is_known_by_the_door_and_page_by_page():
    community, flats = make_small_community(4)
    first = make_rounds(community)[0]
    give(first, flats[1])
    page = queries.missing(first, 2, size=2)
    assert (page.total, page.last) == (3, 2)
    assert [state for _, state in page.items] == [State.NONE]
    assert queries.missing(first).items[0][0].label == "1 栋 1 单元 101"


@pytest.mark.parametrize(
    "statement", ["UPDATE evaluation_panels SET least_answers = 1", "DELETE FROM evaluation_panels"]
)
def test_the_database_keeps_the_terms_as_they_were(statement):
    make_rounds(make_small_community(1)[0])
    with pytest.raises(sa.exc.DatabaseError, match="only grows"), unit_of_work():
        db.session.execute(sa.text(statement))
    assert db.session.scalars(sa.select(EvaluationPanel.least_answers)).one() == 30
