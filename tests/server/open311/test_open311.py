"""Keys of programs, and what is kept of their reports beside the ticket."""

import pytest
import sqlalchemy as sa

from server.infra.db import db, unit_of_work
from server.kernel.errors import Conflict, Invalid, NotFound
from server.open311 import actions, queries
from server.open311.actions import Sent
from server.open311.models import Open311Report
from server.open311.rules import HINT, PREFIX, check_name, hint_of, is_within, new_secret, reaches
from tests.conftest import START
from tests.factories.ledger import make_community
from tests.factories.open311 import make_key, revoke
from tests.factories.tickets import COMMITTEE, make_ticket


def test_a_secret_says_what_it_opens_and_no_two_are_alike():
    one, other = new_secret(), new_secret()
    assert one.startswith(PREFIX)
    assert one != other
    assert len(one) == len(PREFIX) + 43
    assert one.endswith(hint_of(one))
    assert len(hint_of(one)) == HINT


@pytest.mark.parametrize("name", ["热", "字" * 60, "  12345 热线 "])
def test_a_key_is_for_somebody(name: str) -> None:
    assert check_name(name) == name.strip()


@pytest.mark.parametrize("name", ["", "   ", "字" * 61])
def test_a_key_for_nobody_or_with_too_long_a_name_is_refused(name: str) -> None:
    with pytest.raises(Invalid):
        check_name(name)


@pytest.mark.parametrize(
    ("place", "is_reached"),
    [("/1/2/", True), ("/1/2/3/", True), ("/1/", False), ("/1/20/", False), ("/2/", False)],
)
def test_a_key_is_good_for_its_division_and_below(place: str, is_reached: bool) -> None:
    assert reaches("/1/2/", place) is is_reached


def test_whoever_reaches_a_division_keeps_the_keys_of_it_and_below():
    assert is_within(["/9/", "/1/"], "/1/2/")
    assert not is_within(["/1/2/3/"], "/1/2/")
    assert not is_within([], "/1/")


@pytest.mark.usefixtures("app")
class TestKept:
    def test_a_key_is_found_by_its_secret_until_it_is_revoked(self):
        row, secret = make_key()
        assert queries.key_of(secret) is row
        assert queries.key_of(secret + "x") is None
        revoke(row)
        assert queries.key_of(secret) is None

    def test_the_same_request_for_a_key_is_told_that_it_was_shown(self):
        row, _ = make_key()
        with pytest.raises(Conflict), unit_of_work():
            actions.issue_key(
                row.division_id, name=row.name, secret=new_secret(), client_key=str(row.client_key), actor=COMMITTEE, now=START
            )  # fmt: skip

    def test_there_is_no_key_for_a_place_that_there_is_not(self):
        with pytest.raises(NotFound), unit_of_work():
            actions.issue_key(987_654_321, name="x", secret="s", client_key="k", actor=COMMITTEE, now=START)

    def test_a_key_is_revoked_for_a_reason_and_only_where_there_is_one(self):
        row, _ = make_key()
        with pytest.raises(Invalid), unit_of_work():
            actions.revoke_key(row.id, reason="  ", actor=COMMITTEE, now=START)
        with pytest.raises(NotFound), unit_of_work():
            actions.revoke_key(987_654_321, reason="x", actor=COMMITTEE, now=START)

    def test_what_came_along_is_kept_once(self):
        key, _ = make_key()
        ticket = make_ticket(make_community().id)
        with unit_of_work():
            assert actions.keep_report(key, ticket.id, Sent("t", "南门", 1, 2), now=START)
            assert not actions.keep_report(key, ticket.id, Sent("u", "北门"), now=START)
        (kept,) = db.session.scalars(sa.select(Open311Report))
        assert (kept.token, kept.address_string, kept.lat, kept.long) == ("t", "南门", 1, 2)
        assert queries.report_counts([key.id, 987]) == {key.id: 1}
        assert [one.ticket_id for one in queries.reports_called("t", key.id)] == [ticket.id]
        assert queries.reports_called("t", key.id + 1) == []
