"""What the works take over: what schemes in force adopt, and signed votes where no scheme speaks."""

import pytest

from server.decisions.queries.adopted import adopted_works
from server.kernel.parts import Part
from server.kernel.places import ScopeKind
from tests.factories import schemes as made
from tests.factories.schemes import CHECKED

pytestmark = pytest.mark.usefixtures("app")


def test_a_signed_vote_is_taken_over_and_an_unsigned_one_is_not():
    counted = made.make_voted(against=("B06",))
    (one,) = adopted_works(counted.community.id, CHECKED)
    assert (one.code, one.part, one.building_id) == ("B11", Part.ELECTRICS, None)
    assert one.title != "B11"
    assert adopted_works(made.make_voted(is_signed=False).community.id, CHECKED) == []


def test_what_a_scheme_in_force_adopts_is_taken_over_once_and_not_again_from_the_vote():
    counted = made.make_voted()
    made.make_version(counted, is_confirmed=True)
    found = adopted_works(counted.community.id, CHECKED)
    assert sorted(one.code for one in found) == ["B06", "B11"]


def test_a_vote_of_each_entrance_is_taken_over_for_the_entrances_that_adopted_it():
    counted = made.make_voted(("B11",), scope=ScopeKind.BUILDING)
    found = adopted_works(counted.community.id, CHECKED)
    assert found
    assert all(one.building_id is not None and one.entrance_id is None for one in found)


def test_a_roof_is_adopted_as_what_its_list_says_it_is_answered_for():
    counted = made.make_voted(("B13",))
    (one,) = adopted_works(counted.community.id, CHECKED)
    assert one.part is Part.ROOF_WET
