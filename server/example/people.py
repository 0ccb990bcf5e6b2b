"""The example's people: staff with their roles, and residents bound to their flats through real slips."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from server.example import story
from server.example.ledger import division_id, flat_id
from server.identity import queries as identity
from server.identity.actions import accounts, binding, codes, grants
from server.identity.rules import Role
from server.infra.settings import EXAMPLE_ACCOUNTS
from server.kernel.actor import COMMAND, Actor, ActorKind
from server.kernel.chinatime import china_day
from server.kernel.errors import NotFound
from server.ledger import queries as ledger

PRIVACY_VERSION = "2026-01"


@dataclass(frozen=True)
class StaffFacts:
    username: str
    name: str
    role: Role
    #: The division whose subtree it reaches; None means the example's community.
    division_code: str | None = None


CLERK = StaffFacts(f"{EXAMPLE_ACCOUNTS}clerk", "周敏", Role.CLERK)
REVIEWER = StaffFacts(f"{EXAMPLE_ACCOUNTS}reviewer", "田永福", Role.REVIEWER)
#: The third person of the paper desk: the two of the committee keyed every paper, and none of them settles or calls back.
STREET_OFFICER = StaffFacts(f"{EXAMPLE_ACCOUNTS}street", "陈开敏", Role.STREET_OFFICER, story.STREET_CODE)
COUNTY_OFFICER = StaffFacts(f"{EXAMPLE_ACCOUNTS}county", "韦丽", Role.COUNTY_OFFICER, story.COUNTY_CODE)
CITY_OFFICER = StaffFacts(f"{EXAMPLE_ACCOUNTS}city", "莫正华", Role.CITY_OFFICER, story.PREFECTURE_CODE)
#: Who checks what the officer of a card entered, and the city's other departments: some acts take more people than there are cards.
COUNTY_COLLEAGUE = StaffFacts(
    f"{EXAMPLE_ACCOUNTS}county-colleague", "吴晓燕", Role.COUNTY_OFFICER, story.COUNTY_CODE
)
CITY_REFORM = StaffFacts(f"{EXAMPLE_ACCOUNTS}city-reform", "杨世英", Role.CITY_OFFICER, story.PREFECTURE_CODE)
CITY_FINANCE = StaffFacts(
    f"{EXAMPLE_ACCOUNTS}city-finance", "龙启明", Role.CITY_OFFICER, story.PREFECTURE_CODE
)
NEXT_COUNTY_OFFICER = StaffFacts(
    f"{EXAMPLE_ACCOUNTS}county-next", "潘志明", Role.COUNTY_OFFICER, story.NEXT_COUNTY_CODE
)
PROVINCE_OFFICER = StaffFacts(
    f"{EXAMPLE_ACCOUNTS}province", "安国富", Role.PROVINCE_OFFICER, story.PROVINCE_CODE
)
AUDITOR = StaffFacts(f"{EXAMPLE_ACCOUNTS}auditor", "石光明", Role.AUDITOR, story.COUNTY_CODE)
INTERVIEWER = StaffFacts(f"{EXAMPLE_ACCOUNTS}interviewer", "罗小梅", Role.INTERVIEWER)
STAFF = (
    CLERK,
    REVIEWER,
    STREET_OFFICER,
    COUNTY_OFFICER,
    COUNTY_COLLEAGUE,
    NEXT_COUNTY_OFFICER,
    CITY_OFFICER,
    CITY_REFORM,
    CITY_FINANCE,
    PROVINCE_OFFICER,
    AUDITOR,
    INTERVIEWER,
)


def make_staff(community_id: int, now: datetime, staff_there: Sequence[StaffFacts] = STAFF) -> None:
    """Accounts that no password fits: the cards sign in."""
    for facts in staff_there:
        staff = accounts.create_staff(
            username=facts.username, name=facts.name, password=None, actor=COMMAND, now=now, is_first=False,
        )  # fmt: skip
        grants.grant_role(
            staff_id=staff.id,
            role=facts.role,
            division_id=division_id(facts.division_code) if facts.division_code else None,
            community_id=None if facts.division_code else community_id,
            valid_from=china_day(now),
            granter=None,
            actor=COMMAND,
            now=now,
        )


def staff_actor(facts: StaffFacts) -> Actor:
    staff = identity.staff_named(facts.username)
    if staff is None:
        raise NotFound
    return Actor(ActorKind.STAFF, staff.id, staff.name)


def make_codes(community_id: int, now: datetime, clerk: Actor | None = None) -> None:
    actor = clerk or staff_actor(CLERK)
    codes.issue_slips(community_id, actor=actor, now=now)
    # Households scan them below: somebody printed them.
    codes.note_printing(
        community_id, [one.id for one in identity.slips_of(community_id)], actor=actor, now=now
    )
    codes.issue_place_codes(community_id, actor=actor, now=now)


def reach(community_id: int, address: str, now: datetime) -> int:
    """Somebody opens the slip of this flat. Returns the resident's id."""
    flat = flat_id(community_id, address)
    slip = next(one for one in identity.slips_of(community_id) if one.flat_id == flat)
    bound = binding.enter_by_slip(slip, resident_id=None, privacy_version=PRIVACY_VERSION, now=now)
    return bound.resident_id


def prove(community_id: int, address: str, resident_id: int, now: datetime) -> Actor:
    """The resident proves to be this flat's owner (the representative, where there is one), by name and telephone."""
    flat = flat_id(community_id, address)
    row = identity.binding_of(resident_id, flat)
    owners = ledger.owners_of_flat(flat, china_day(now))
    if row is None or not owners:
        raise NotFound
    owner = next((one for one in owners if one.is_representative), owners[0])
    actor = binding.resident_actor(resident_id)
    if row.owner_id != owner.id:
        binding.prove_owner(
            row,
            name=owner.name,
            phone_tail=(owner.phone or "")[-4:],
            tries=5,
            window_hours=24,
            actor=actor,
            now=now,
        )
    return actor


def residents_at(community_id: int, address: str) -> list[int]:
    return identity.residents_of_flat(flat_id(community_id, address))


def make_lead(community_id: int, now: datetime) -> None:
    """The two people of the cards in one flat: its owner, proven, and its tenant, who was only reached."""
    owner = reach(community_id, story.LEAD_FLAT, now)
    prove(community_id, story.LEAD_FLAT, owner, now)
    reach(community_id, story.LEAD_FLAT, now)


def lead_residents(community_id: int) -> dict[str, int]:
    """The residents of the cards, by the card's name."""
    owner, tenant = sorted(residents_at(community_id, story.LEAD_FLAT))[:2]
    return {"owner": owner, "tenant": tenant}
