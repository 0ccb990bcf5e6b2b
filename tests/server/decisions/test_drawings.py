"""The drawing set on a real database: versions, what changed, who agreed; one in force, none deleted."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from server.decisions.actions import drawings as actions
from server.decisions.queries import drawings as queries
from server.decisions.rules.drawings import DrawingState
from server.infra.db import db, unit_of_work
from server.kernel.chinatime import china_day
from server.kernel.errors import Invalid, NotFound, Refused
from tests.factories import schemes as made
from tests.factories.ballots import CLERK, REVIEWER, make_photo
from tests.factories.ledger import make_community
from tests.factories.schemes import CHECKED, DRAWN

pytestmark = pytest.mark.usefixtures("app")


def test_one_set_from_the_first_drawing_to_the_last() -> None:
    community = make_community()
    first = made.make_drawing(community, before="", after="", reason="", agreed_by="", agreed_on=None)
    assert queries.drawing_in_force(community.id) is None
    confirm(first.id, community.id)
    second = made.make_drawing(community, is_confirmed=True)
    views = queries.drawings(community.id)
    assert [(view.row.number, view.state) for view in views] == [
        (2, DrawingState.IN_FORCE),
        (1, DrawingState.REPLACED),
    ]
    assert (second.before, second.after, second.agreed_by) == (
        "停车位沿东墙",
        "停车位沿西墙",
        "业主大会、居委会",
    )


@pytest.mark.parametrize("name", ["before", "after", "reason", "agreed_by"])
def test_a_change_says_what_was_what_is_why_and_who_agreed(name: str) -> None:
    community = make_community()
    made.make_drawing(community, is_confirmed=True)
    with pytest.raises(Invalid) as error:
        made.make_drawing(community, **{name: " "})
    assert set(error.value.fields) == {name}


def test_a_change_says_when_they_agreed_and_no_day_is_to_come() -> None:
    community = make_community()
    made.make_drawing(community, is_confirmed=True)
    tomorrow = china_day(DRAWN) + timedelta(days=1)
    for facts, fields in (
        ({"agreed_on": None}, {"agreed_on"}),
        ({"agreed_on": tomorrow, "drawn_on": tomorrow}, {"agreed_on", "drawn_on"}),
        ({"title": "", "drawn_by": ""}, {"title", "drawn_by"}),
    ):
        with pytest.raises(Invalid) as error:
            made.make_drawing(community, **facts)
        assert set(error.value.fields) == fields


def test_a_drawing_brings_its_paper() -> None:
    community = make_community()
    with pytest.raises(Invalid) as error, unit_of_work():
        actions.enter_drawing(
            community.id, made.CHANGE, attachment_id=None, client_key="k", actor=CLERK, now=DRAWN
        )
    assert set(error.value.fields) == {"photo"}


def test_entering_twice_with_one_key_enters_once() -> None:
    community = make_community()
    numbers = []
    for _ in range(2):
        with unit_of_work():
            row = actions.enter_drawing(
                community.id, made.CHANGE, attachment_id=make_photo(DRAWN), client_key="k", actor=CLERK,
                now=DRAWN,
            )  # fmt: skip
        numbers.append(row.number)
    assert numbers == [1, 1]


def test_who_entered_a_drawing_does_not_confirm_it() -> None:
    community = make_community()
    row = made.make_drawing(community)
    with pytest.raises(Refused, match="录入的人"), unit_of_work():
        actions.confirm_drawing(row.id, community_id=community.id, actor=CLERK, now=CHECKED)
    confirm(row.id, community.id)
    confirm(row.id, community.id)


def test_one_change_waits_at_a_time() -> None:
    community = make_community()
    row = made.make_drawing(community)
    with pytest.raises(Refused, match="还在等复核"):
        made.make_drawing(community)
    withdraw(row.id, community.id, "画错了")
    assert made.make_drawing(community).number == 2
    with pytest.raises(Refused):
        withdraw(row.id, community.id, "再撤")


def test_a_withdrawal_says_why() -> None:
    community = make_community()
    row = made.make_drawing(community)
    with pytest.raises(Invalid):
        withdraw(row.id, community.id, "")


def test_a_drawing_of_another_community_is_not_found() -> None:
    row = made.make_drawing(make_community())
    with pytest.raises(NotFound):
        queries.drawing(row.id, make_community().id)


@pytest.mark.parametrize("table", ["drawings", "drawing_acts"])
def test_nothing_is_deleted(table: str) -> None:
    made.make_drawing(make_community(), is_confirmed=True)
    with pytest.raises(sa.exc.DBAPIError, match="only grows"), unit_of_work():
        db.session.execute(sa.text(f"DELETE FROM {table}"))  # noqa: S608


def confirm(drawing_id: int, community_id: int) -> None:
    with unit_of_work():
        actions.confirm_drawing(drawing_id, community_id=community_id, actor=REVIEWER, now=CHECKED)


def withdraw(drawing_id: int, community_id: int, reason: str) -> None:
    with unit_of_work():
        actions.withdraw_drawing(
            drawing_id, community_id=community_id, reason=reason, actor=CLERK, now=CHECKED
        )
