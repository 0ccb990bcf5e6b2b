"""What the finished community is made of, who works there, and who lives there."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from server.attachments import actions as attachments
from server.divisions import queries as divisions
from server.example import ledger as entered
from server.example import people, story
from server.example.pictures import drawn_picture
from server.example.votes import at
from server.identity import queries as identity
from server.identity.actions import resident_actor
from server.identity.rules import Role
from server.infra.settings import EXAMPLE_ACCOUNTS
from server.kernel.actor import COMMAND, Actor
from server.kernel.errors import NotFound
from server.ledger import queries as ledger
from server.ledger.actions import places
from server.ledger.rules.words import FacilityKind, LocationType, OwnershipKind, PropertyMode
from server.moderation import actions as moderation
from server.moderation import queries as waiting

NAME = "望月里小区(示例数据)"
BUILDINGS, FLATS_EACH = 4, 12
#: Apart from every neighbour's, so that no two people have one telephone.
SALT = 7
LIGHT, GATE = "LD-01", "MJ-01"
#: Whose card stands on the front page.
LEAD_FLAT = "1-1-302"
#: Days from today.
ENTERED, FINISHED = -420, -62

CLERK = people.StaffFacts(f"{EXAMPLE_ACCOUNTS}clerk-after", "黄文英", Role.CLERK)
REVIEWER = people.StaffFacts(f"{EXAMPLE_ACCOUNTS}reviewer-after", "吴道兴", Role.REVIEWER)
MANAGER = people.StaffFacts(f"{EXAMPLE_ACCOUNTS}manager-after", "王海涛", Role.PROPERTY_MANAGER)
STAFF = (CLERK, REVIEWER, MANAGER)


@dataclass(frozen=True)
class Place:
    """The community and the day from which all days are counted."""

    community_id: int
    today: datetime

    @property
    def clerk(self) -> Actor:
        return people.staff_actor(CLERK)

    @property
    def reviewer(self) -> Actor:
        return people.staff_actor(REVIEWER)

    @property
    def manager(self) -> Actor:
        return people.staff_actor(MANAGER)

    @property
    def lead(self) -> int:
        """The resident of the card."""
        return lead_of(self.community_id)

    @property
    def lead_actor(self) -> Actor:
        return resident_actor(self.lead)

    def at(self, days: int, hour: int = 10, minute: int = 0) -> datetime:
        return at(self.today, days, hour, minute)

    def flat(self, address: str) -> int:
        return entered.flat_id(self.community_id, address)

    def facility(self, code: str) -> int:
        return next(one.id for one in ledger.facilities(self.community_id) if one.code == code)

    def building(self, name: str) -> int:
        return next(one.id for one in ledger.buildings(self.community_id) if one.name == name)

    def photo(self, words: str, moment: datetime) -> int:
        return attachments.keep_photo(drawn_picture(words), actor=self.clerk, now=moment).id

    def residents(self) -> dict[int, int]:
        """One who is bound to it, by flat."""
        found = {
            one.flat_id: identity.residents_of_flat(one.flat_id)
            for one in ledger.households(self.community_id)
        }
        return {flat_id: min(there) for flat_id, there in found.items() if there}

    def pass_what_waits(self, moment: datetime) -> None:
        """The reviewer has looked at all that residents wrote and photographed so far."""
        for one in waiting.waiting(self.community_id).items:
            moderation.pass_text(
                one.id, community_id=self.community_id, acts_seen=0, actor=self.reviewer, now=moment
            )


def lead_of(community_id: int) -> int:
    return min(people.residents_at(community_id, LEAD_FLAT))


def community() -> int | None:
    """None in a database that holds no finished community of the example."""
    division = divisions.by_code(story.DIVISION_CODE)
    return ledger.community_named(division.id, NAME) if division is not None else None


def make(today: datetime) -> Place:
    """Its houses and homes, its accounts and its codes."""
    first = at(today, ENTERED, 9)
    made = places.create_community(
        division_id=entered.division_id(story.DIVISION_CODE),
        name=NAME,
        location_type=LocationType.CITY,
        client_key=entered.key(),
        actor=COMMAND,
        now=first,
        address="南明区九洲巷 40 号(示例)",
        built_year=1996,
        year_evidence="竣工验收档案",
        ownership_kind=OwnershipKind.HOUSING_REFORM,
        property_mode=PropertyMode.NONE,
        has_lacking_facilities=True,
        **story.CONTACT,
    )
    entered.stand_first(made.id, first)
    for number in range(1, BUILDINGS + 1):
        entered.make_small_building(made.id, str(number), FLATS_EACH, SALT, first)
    for code, kind, name in (
        (LIGHT, FacilityKind.LIGHTING, "大门路灯"),
        (GATE, FacilityKind.GATE, "2 栋单元门"),
    ):
        places.save_facility(
            made.id, code=code, kind=kind, name=name, place=name[:2], client_key=entered.key(), actor=COMMAND,
            now=first,
        )  # fmt: skip
    people.make_staff(made.id, first, STAFF)
    place = Place(made.id, today)
    people.make_codes(made.id, first, place.clerk)
    lead = people.reach(made.id, LEAD_FLAT, first + timedelta(days=2))
    people.prove(made.id, LEAD_FLAT, lead, first + timedelta(days=3))
    return place


def known() -> int:
    found = community()
    if found is None:
        raise NotFound
    return found
