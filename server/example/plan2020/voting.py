"""The votes of the plan: announced, opened, cast in batches, some on paper, counted, and carried to a decision."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from server.ballots import queries
from server.ballots.actions import Cast, announcing, cast_in_batch, closing, desk, drafting, keying, opening
from server.ballots.queries import HeadCard
from server.decisions import actions as decisions
from server.decisions import queries as decided
from server.example.plan2020 import building
from server.example.plan2020.course import Course, Reached, Support
from server.example.plan2020.draws import Draws
from server.example.plan2020.places import Community
from server.example.plan2020.staff import Desk
from server.example.site import Site
from server.example.votes import at, motion_of, photo_of
from server.identity import queries as identity
from server.identity.actions import Claimed, enter_in_batch, prove_in_batch, resident_actor
from server.infra.db import db
from server.kernel.actor import CLOCK
from server.kernel.chinatime import china_day
from server.kernel.errors import NotFound
from server.kernel.places import ScopeKind
from server.ledger import queries as ledger
from server.ledger.rules.words import OwnerKind
from server.notices import actions as notices
from server.notices.rules import Channel

PRIVACY_VERSION = "2026-01"
OBJECTIONS = (
    "我家在一楼，管子换到哪里没有说清楚，请把图贴出来。",
    "停车位划在我家窗下，晚上会吵，请换个地方。",
    "公示里的人数和我们楼的对不上，请核对。",
    "施工时停水几天？家里有老人，请提前说。",
)
ANSWER = "已请设计单位和施工单位到现场看过，图贴在门厅。表决的内容不变，意见写进了施工要求。"


@dataclass(frozen=True)
class Voter:
    """A head and the resident who casts for it."""

    card: HeadCard
    flat_id: int
    resident_id: int


@dataclass(frozen=True)
class Vote:
    """One community's vote, with all that its acts need."""

    community_id: int
    of: Community
    course: Course
    staff: Desk
    today: datetime

    def key(self, what: object) -> str:
        return f"plan-{self.of.number}-{what}"

    @property
    def site(self) -> Site:
        return Site(self.community_id, self.staff.clerk, self.staff.reviewer, self.today)

    def at(self, day: int, hour: int, minute: int = 0) -> datetime:
        return at(self.today, day, hour, minute)


def hold(vote: Vote) -> None:
    """As far as this community has come."""
    ballot_id = _announced(vote)
    reached = vote.course.reached
    if not reached.is_at_least(Reached.VOTING):
        return
    _open(vote, ballot_id)
    if reached.is_at_least(Reached.COUNTED):
        counted_at = vote.at(vote.course.days.vote_closes, 18, 5)
        _account_for_papers(vote, ballot_id, counted_at)
        closing.count_ballot(ballot_id, actor=CLOCK, now=counted_at)
    if reached.is_at_least(Reached.DRAFTED):
        building.hear(vote.site, vote.of, vote.course)
        _decide(vote, ballot_id)
    if reached is Reached.DECIDED:
        building.draw_up(vote.site, vote.of, vote.course)


def _announced(vote: Vote) -> int:
    days, package = vote.course.days, vote.course.package
    moment = vote.at(days.announced, 10)
    draft = drafting.Draft(
        title=package.title,
        intro=package.intro,
        scope=ScopeKind.ENTRANCE if package.by_entrance else ScopeKind.COMMUNITY,
        motions=[motion_of(vote.community_id, code, moment) for code in package.items],
        opens_at=queries.earliest_opening(vote.community_id, moment) + timedelta(hours=9),
        closes_at=vote.at(days.vote_closes, 18),
    )
    ballot = drafting.draft_ballot(
        vote.community_id, draft, client_key=vote.key("ballot"), actor=vote.staff.clerk, now=moment
    )
    announcing.announce_ballot(
        ballot,
        client_key=vote.key("announcement"),
        actor=vote.staff.reviewer,
        now=moment + timedelta(hours=1),
    )
    return ballot.id


def _open(vote: Vote, ballot_id: int) -> None:
    ballot = queries.known(ballot_id)
    starts = ballot.opens_at
    if starts is None:
        raise NotFound
    opening.open_ballot(ballot, actor=CLOCK, now=starts)
    draws = vote.of.draws("heads")
    cards = draws.shuffled(queries.heads_of(ballot_id))
    people = [card for card in cards if card.holder == OwnerKind.PERSON]
    # Who built and let the houses still owns many flats of some: one head, much area, a stamp on paper.
    units = [card for card in cards if card.holder == OwnerKind.WORK_UNIT]
    voting = people[: len(people) * vote.course.voting // 100]
    on_paper, online = [*units, *voting[: vote.course.papers]], voting[vote.course.papers :]
    ends = min(vote.at(vote.course.days.vote_closes, 17), vote.at(0, 8))
    voters = _proven(vote, online, starts - timedelta(days=3))
    cast_in_batch(ballot_id, _casts(vote, voters, starts, ends))
    _enter_papers(vote, ballot_id, on_paper, ends)


def _proven(vote: Vote, cards: list[HeadCard], now: datetime) -> list[Voter]:
    """Each head's owner opens the slip of a flat and proves to own it: the representative, where one was chosen."""
    flats = {card.flat_ids[0]: card for card in cards}
    # Of a flat that two households share, the first one's.
    slips = {
        one.flat_id: one for one in reversed(identity.slips_of(vote.community_id)) if one.flat_id in flats
    }
    bound = enter_in_batch([slips[flat_id] for flat_id in flats], privacy_version=PRIVACY_VERSION, now=now)
    owners = ledger.owners_of_flats(list(flats), china_day(now))
    claims = []
    for binding in bound:
        held = owners[binding.flat_id]
        owner = next((one for one in held if one.is_representative), held[0])
        claims.append(Claimed(binding, owner.name, phone_tail=(owner.phone or "")[-4:]))
    prove_in_batch(claims, tries=5, window_hours=24, now=now + timedelta(hours=1))
    return [Voter(flats[one.flat_id], one.flat_id, one.resident_id) for one in bound]


def _casts(vote: Vote, voters: list[Voter], starts: datetime, ends: datetime) -> list[Cast]:
    """Spread over the voting time, in the order of time."""
    draws = vote.of.draws("votes")
    step = (ends - starts) / (len(voters) + 1)
    return [
        Cast(
            _choices(vote.course.supports, draws),
            vote.key(f"vote-{place}"),
            resident_actor(voter.resident_id),
            starts + step * (place + 1),
            voter.flat_id,
        )
        for place, voter in enumerate(draws.shuffled(voters))
    ]


def _choices(supports: tuple[Support, ...], draws: Draws) -> dict[str, str]:
    found = {}
    for position, one in enumerate(supports, 1):
        drawn = draws.below(100)
        against = one.in_favour + one.opposed
        found[f"m{position}"] = (
            "for" if drawn < one.in_favour else "against" if drawn < against else "abstain"
        )
    return found


def _enter_papers(vote: Vote, ballot_id: int, cards: list[HeadCard], ends: datetime) -> None:
    """Papers came back; two people keyed all of them, but for the votes that wait for just that."""
    if not cards:
        return
    clerk, reviewer, draws = vote.staff.clerk, vote.staff.reviewer, vote.of.draws("papers")
    desk.issue_papers(ballot_id, actor=clerk, now=ends)
    papers = {paper.head: paper for paper in queries.papers(ballot_id)}
    entered = ends + timedelta(minutes=20)
    photo = photo_of(vote.course.package.title, vote.of.number, entered, clerk)
    is_done = vote.course.reached not in {Reached.CLOSED, Reached.VOTING}
    for card in cards:
        choices = _choices(vote.course.supports, draws)
        serial = papers[card.head].serial
        keying.take_in_paper(
            ballot_id,
            serial=serial,
            received_at=ends,
            photo_id=photo,
            client_key=vote.key(f"paper-{card.head}"),
            actor=clerk,
            now=entered,
        )
        for number, keyer in enumerate([clerk, reviewer] if is_done else [clerk]):
            keying.key_paper(
                ballot_id,
                serial=serial,
                read=choices,
                is_signed=True,
                by_representative=card.has_representative,
                client_key=vote.key(f"keyed-{number}-{card.head}"),
                actor=keyer,
                now=entered + number * timedelta(minutes=5),
            )


def _account_for_papers(vote: Vote, ballot_id: int, now: datetime) -> None:
    """Many took no paper or brought none back; one person says so and another stands for it."""
    if not queries.paper_sums(ballot_id).out:
        return
    told = keying.explain_papers(
        ballot_id,
        "没有领，或领了没有交回。",
        client_key=vote.key("papers-out"),
        actor=vote.staff.clerk,
        now=now,
    )
    keying.confirm_papers(ballot_id, told.id, actor=vote.staff.reviewer, now=now)


def _decide(vote: Vote, ballot_id: int) -> None:
    """Drafted; hung; objected to by some; answered; signed."""
    days, clerk = vote.course.days, vote.staff.clerk
    where = {"community_id": vote.community_id}
    row = decisions.draft_decision(
        ballot_id, client_key=vote.key("decision"), actor=clerk, now=vote.at(days.drafted, 9), **where
    )
    if not vote.course.reached.is_at_least(Reached.HANGING):
        return
    version = decisions.publish_decision(
        row.id, client_key=vote.key("published"), actor=clerk, now=vote.at(days.drafted, 15), **where
    )
    draws = vote.of.draws("objections")
    if vote.course.reached is Reached.OBJECTED or (
        vote.course.reached is Reached.DECIDED and draws.one_in(5)
    ):
        _object(vote, version.notice_id, draws)
    if vote.course.reached is Reached.DECIDED:
        newest = decided.versions(row.id)[-1].number
        decisions.sign_decision(
            row.id, newest, actor=vote.staff.reviewer, now=vote.at(days.signed, 10), **where
        )
    db.session.flush()


def _object(vote: Vote, notice_id: int, draws: Draws) -> None:
    """Said at the committee's desk; answered two days later, where the decision is final by now."""
    raised = vote.at(vote.course.days.drafted + 1, 10)
    objection = notices.enter_objection(
        notice_id,
        community_id=vote.community_id,
        text=draws.of(OBJECTIONS),
        channel=Channel.IN_PERSON,
        received_at=raised,
        author_name="示例住户",
        flat_id=None,
        client_key=vote.key("objection"),
        actor=vote.staff.clerk,
        now=raised + timedelta(minutes=10),
    )
    if vote.course.reached is Reached.DECIDED:
        notices.answer_objection(
            objection.id,
            community_id=vote.community_id,
            answer=ANSWER,
            is_upheld=False,
            actor=vote.staff.reviewer,
            now=vote.at(vote.course.days.drafted + 3, 10),
        )
