"""A community with those who act for it, as the example's schemes and lifts need them."""

from dataclasses import dataclass
from datetime import datetime

from server.attachments import actions as attachments
from server.example import people
from server.example.pictures import drawn_picture
from server.example.votes import at
from server.kernel.actor import Actor
from server.kernel.errors import NotFound
from server.ledger import queries as ledger
from server.ledger.queries import EntranceCard


@dataclass(frozen=True)
class Site:
    community_id: int
    clerk: Actor
    reviewer: Actor
    #: The day the example is told.
    today: datetime

    def at(self, days: int, hour: int) -> datetime:
        return at(self.today, days, hour)

    def paper(self, words: str, moment: datetime) -> int:
        """A drawn sheet that stands for the picture of a paper."""
        return attachments.keep_photo(drawn_picture(words), actor=self.clerk, now=moment).id

    def entrance(self, building: str, name: str) -> EntranceCard:
        cards = [card for card in ledger.buildings(self.community_id) if card.name == building]
        found = next((one for card in cards for one in card.entrances if one.name == name), None)
        if found is None:
            raise NotFound
        return found


def of_story(community_id: int, today: datetime) -> Site:
    return Site(community_id, people.staff_actor(people.CLERK), people.staff_actor(people.REVIEWER), today)
