"""The example's votes: announced, opened, voted on phones and paper, reviewed, counted, each act at its own past instant."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from PIL import Image, ImageDraw

from server.attachments import actions as attachments
from server.ballots import queries as ballots
from server.ballots.actions import announcing, casting, desk, drafting, keying, opening
from server.ballots.rules.drafting import Kind, MotionText
from server.catalogue import queries as catalogue
from server.example import people, story
from server.example.ledger import flat_id, key
from server.kernel.actor import CLOCK, Actor
from server.kernel.chinatime import china_day, from_china
from server.kernel.errors import NotFound
from server.kernel.matters import Matter
from server.kernel.places import ScopeKind
from server.ledger import queries as ledger


@dataclass(frozen=True)
class Item:
    """A catalogue item, and of ten who vote how many are for it and how many against; the others abstain."""

    code: str
    in_favour: int
    opposed: int


@dataclass(frozen=True)
class VoteStory:
    title: str
    intro: str
    items: tuple[Item, ...]
    #: Days before (negative) or after today.
    announced: int
    closes: int
    #: Heads that vote, of all on the roll; and how many of them on paper.
    voters: int = 0
    on_paper: int = 0
    left_for_second: int = 0


DECIDED = VoteStory(
    "水、路、照明改造",
    "政府的老旧小区改造要把小区里的水管、下水管换新，把路铺平，装上路灯。费用由财政补助，不向居民收钱。请全体业主表决做不做。",
    (Item("B02", 9, 0), Item("B06", 8, 1), Item("B11", 9, 0)),
    announced=-110,
    closes=-75,
    voters=47,
    on_paper=9,
)
COUNTED = VoteStory(
    "消防通道、停车位和围墙",
    "划出消防车道，修围墙；并把东边一块空地改成停车位。三项分开表决，通过哪项做哪项。",
    (Item("B10", 9, 0), Item("W03", 6, 3), Item("B07", 5, 4)),
    announced=-52,
    closes=-3,
    voters=43,
    on_paper=8,
)
OPEN = VoteStory(
    "屋面、楼道和门禁",
    "把漏水的屋顶、掉皮的外墙和旧楼梯修好，装上单元门禁，门口修无障碍坡道。三项分开表决。",
    (Item("B13", 9, 0), Item("B14", 6, 2), Item("W06", 8, 0)),
    announced=-32,
    closes=8,
    voters=35,
    on_paper=7,
    left_for_second=3,
)
ANNOUNCED = VoteStory(
    "供电线路和活动场地",
    "把共用的电线、电表箱换新，在中间的空地装健身器材。",
    (Item("B03", 8, 1), Item("W05", 7, 2)),
    announced=-4,
    closes=27,
)


def at(today: datetime, days: int, hour: int, minute: int = 0) -> datetime:
    """An hour of China time, so many days from today."""
    day = china_day(today) + timedelta(days=days)
    return from_china(datetime.combine(day, time(hour, minute)))


def announce(community_id: int, told: VoteStory, today: datetime) -> int:
    """The ballot's id. Drafted by the clerk, announced by the reviewer, to open on the first day that the notice allows."""
    moment = at(today, told.announced, 10)
    starts = ballots.earliest_opening(community_id, moment) + timedelta(hours=9)
    draft = drafting.Draft(
        title=told.title,
        intro=told.intro,
        scope=ScopeKind.COMMUNITY,
        motions=[motion_of(community_id, item.code, moment) for item in told.items],
        opens_at=starts,
        closes_at=at(today, told.closes, 18),
    )
    clerk, reviewer = people.staff_actor(people.CLERK), people.staff_actor(people.REVIEWER)
    ballot = drafting.draft_ballot(community_id, draft, client_key=key(), actor=clerk, now=moment)
    announcing.announce_ballot(ballot, client_key=key(), actor=reviewer, now=moment + timedelta(hours=1))
    return ballot.id


def motion_of(community_id: int, code: str, now: datetime) -> MotionText:
    place = ledger.place(community_id)
    listed = catalogue.items(china_day(now), place.division_path) if place else []
    item = next((one for one in listed if one.code == code), None)
    if item is None or item.matter is None:
        raise NotFound(f"清单里没有可以表决的 {code}。")
    return MotionText(
        title=item.name,
        kind=Kind.APPROVE,
        matter=Matter(item.matter),
        description=item.description,
        catalogue_item_id=item.id,
    )


def open_and_vote(ballot_id: int, told: VoteStory, today: datetime) -> None:
    """Opened by the clock at its announced instant; then so many heads vote, spread over the days until now or closing."""
    ballot = ballots.known(ballot_id)
    starts = ballot.opens_at
    if starts is None:
        raise NotFound
    opening.open_ballot(ballot, actor=CLOCK, now=starts)
    addresses = voters(told.voters)
    # The papers are keyed twenty minutes later: whoever fills the example before dawn has no votes of the coming morning.
    ends = min(at(today, told.closes, 17), at(today, 0, 8), today - timedelta(minutes=30))
    step = (ends - starts) / (len(addresses) + 1)
    moments = [starts + step * (number + 1) for number in range(len(addresses))]
    paper = set(addresses[:: max(1, len(addresses) // told.on_paper)][: told.on_paper])
    for number, (address, moment) in enumerate(zip(addresses, moments, strict=True)):
        choices = _choices(told.items, number)
        if address in paper or address in story.WORK_UNIT_FLATS:
            continue
        vote_online(ballot_id, ballot.community_id, address, choices, moment)
    _vote_on_paper(ballot_id, told, [one for one in addresses if one in paper], addresses, ends)


def voters(count: int) -> list[str]:
    """Whose heads vote: one address for each head, in an order that mixes the buildings; the lead's own stays open."""
    others = {*story.THREE_FLATS[1:], *story.WORK_UNIT_FLATS[1:], story.LEAD_FLAT}
    addresses = [flat.address for flat in story.flats() if flat.address not in others]
    mixed = sorted(range(len(addresses)), key=lambda number: (number * 23) % 53)
    return [addresses[number] for number in mixed][:count]


def _choices(items: Sequence[Item], number: int) -> dict[str, str]:
    found = {}
    for position, item in enumerate(items, 1):
        draw = (number * 7 + position * 3) % 10
        against = item.in_favour + item.opposed
        found[f"m{position}"] = "for" if draw < item.in_favour else "against" if draw < against else "abstain"
    return found


def vote_online(
    ballot_id: int, community_id: int, address: str, choices: dict[str, str], moment: datetime
) -> None:
    """The owner at this address casts on the phone."""
    casting.cast_vote(
        ballot_id,
        choices,
        client_key=key(),
        actor=_owner_at(community_id, address, moment),
        now=moment,
        flat_id=flat_id(community_id, address),
    )


def _owner_at(community_id: int, address: str, moment: datetime) -> Actor:
    known = people.residents_at(community_id, address)
    resident_id = known[0] if known else people.reach(community_id, address, moment)
    return people.prove(community_id, address, resident_id, moment)


def _vote_on_paper(
    ballot_id: int, told: VoteStory, addresses: list[str], order: list[str], ends: datetime
) -> None:
    ballot = ballots.known(ballot_id)
    clerk, reviewer = people.staff_actor(people.CLERK), people.staff_actor(people.REVIEWER)
    entered = ends + timedelta(minutes=20)
    desk.issue_papers(ballot_id, actor=clerk, now=ends)
    papers = {paper.head: paper for paper in ballots.papers(ballot_id)}
    for number, address in enumerate(addresses):
        card = ballots.heads_of_flats(ballot_id, [flat_id(ballot.community_id, address)])[0]
        choices = _choices(told.items, order.index(address))
        serial = papers[card.head].serial
        keying.take_in_paper(
            ballot_id,
            serial=serial,
            received_at=ends,
            photo_id=photo_of(ballot.title, papers[card.head].number, entered, clerk),
            client_key=key(),
            actor=clerk,
            now=entered,
        )
        for keyer in [clerk, reviewer] if number >= told.left_for_second else [clerk]:
            keying.key_paper(
                ballot_id,
                serial=serial,
                read=choices,
                is_signed=True,
                by_representative=card.has_representative,
                client_key=key(),
                actor=keyer,
                now=entered,
            )


def account_for_papers(ballot_id: int, now: datetime) -> None:
    """Most took no paper; one person says so and another stands for it, so that the vote may be counted."""
    clerk, reviewer = people.staff_actor(people.CLERK), people.staff_actor(people.REVIEWER)
    told = keying.explain_papers(
        ballot_id, "没有领，或领了没有交回。", client_key=key(), actor=clerk, now=now
    )
    keying.confirm_papers(ballot_id, told.id, actor=reviewer, now=now)


def photo_of(title: str, number: int, now: datetime, clerk: Actor) -> int:
    """A drawn sheet that stands for the picture of a returned paper."""
    sheet = Image.new("RGB", (600, 840), "#FFFFFF")
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((24, 24, 576, 816), outline="#545F5A", width=2)
    for line in range(8):
        pen.line((60, 160 + line * 70, 540, 160 + line * 70), fill="#C9CFCB", width=2)
    pen.text((60, 60), f"EXAMPLE PAPER No. {number}", fill="#1C211F")
    pen.text((60, 90), f"ballot {hash_of(title) % 10000:04d}", fill="#1C211F")
    out = io.BytesIO()
    sheet.save(out, "JPEG")
    return attachments.keep_photo(out.getvalue(), actor=clerk, now=now).id


def hash_of(text: str) -> int:
    """The same number for the same text in every process."""
    return sum(position * ord(letter) for position, letter in enumerate(text, 1))
