"""The cards of the first page."""

from server.example import people
from server.example.afterwards import place
from server.example.door import CARDS, STAFF

RESIDENTS = {"owner", "tenant", "neighbour"}


def test_everybody_whom_a_card_offers_is_made_by_the_example() -> None:
    offered = [one.name for card in CARDS for one in (card, *card.colleagues)]
    assert len(offered) == len(set(offered))
    assert set(offered) - RESIDENTS == set(STAFF)
    made = {facts.username for facts in (*people.STAFF, *place.STAFF)}
    assert {facts.username for facts in STAFF.values()} <= made
