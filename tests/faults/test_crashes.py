"""Web server and database killed in the middle of a vote: nothing answered is lost, nothing stands twice."""

import pytest

from tests.bench.cluster import programs
from tests.bench.crashes import killable, trial
from tests.conftest import POSTGRES, database_under_test

pytestmark = pytest.mark.deep


def test_no_vote_is_lost_or_doubled_when_everything_is_killed_while_people_vote() -> None:
    database = database_under_test()
    assert database != POSTGRES or programs() is not None, (
        "initdb was not found: install the PostgreSQL server"
    )
    with killable(database) as (place, server):
        found = trial(place, server, votes_each=8)
    assert found.faults == []
    assert (found.answered, found.lost, found.doubled) == (128, 0, 0)
