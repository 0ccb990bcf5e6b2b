"""The example's lifts: three entrances voted apart, one clear to be built, one passed and held back, one rejected."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from server.ballots import queries as ballots
from server.ballots.actions import announcing, closing, drafting, opening
from server.decisions import actions as decisions
from server.decisions.actions import lift_plans, lifts
from server.decisions.actions.lift_plans import Plan
from server.decisions.actions.lifts import Said
from server.decisions.rules.lifts import ActKind
from server.example.ledger import flat_id, key
from server.example.site import Site
from server.example.votes import motion_of, vote_online
from server.kernel.actor import CLOCK
from server.kernel.chinatime import china_day
from server.kernel.errors import NotFound
from server.kernel.places import ScopeKind
from server.ledger import queries as ledger

TITLE = "加装电梯"
INTRO = (
    "每个单元装一部电梯，从楼梯间外面加。各单元分开计票，通过的单元才装；要占谁家的地方，还要他本人书面同意。"
)
LIFT = "W02"
COST = 620_000_00
#: Days before today. The papers of the cases are in hand before the result hangs.
ANNOUNCED, CLOSES, OPENED = -108, -74, -73
DRAFTED, PUBLISHED, SIGNED = -71, -70, -44
CLEAR, HELD, REJECTED = ("1", "1"), ("1", "2"), ("2", "2")
FLOORS, SIDES = 6, (1, 2)
#: Who is against or abstains, by address; who is not named is for it, who is None stays silent.
OTHERS: dict[str, str | None] = {
    "1-1-102": "against",
    "1-1-201": "abstain",
    "1-2-101": None,
    "1-2-102": "against",
    "2-2-101": "against",
    "2-2-102": "against",
    "2-2-201": None,
    "2-2-202": "against",
    "2-2-301": "against",
    "2-2-302": "against",
}
UPKEEP = "由电梯公司保养，电费和保养费按楼层份数分摊，一楼不出。每年在门厅贴一次账。"


def build(site: Site) -> int:
    """The vote, the cases, the decision. Returns the ballot's id."""
    ballot_id = _vote(site)
    of = site.community_id
    settle(site, site.entrance(*CLEAR).id, [flat_id(of, "1-1-101"), flat_id(of, "1-1-102")], OPENED)
    hold_back(site, site.entrance(*HELD).id, [flat_id(of, "1-2-101"), flat_id(of, "1-2-102")], OPENED)
    _decide(site, ballot_id)
    return ballot_id


def _vote(site: Site) -> int:
    moment = site.at(ANNOUNCED, 10)
    draft = drafting.Draft(
        title=TITLE,
        intro=INTRO,
        scope=ScopeKind.ENTRANCE,
        motions=[motion_of(site.community_id, LIFT, moment)],
        entrance_ids=[site.entrance(*name).id for name in (CLEAR, HELD, REJECTED)],
        opens_at=ballots.earliest_opening(site.community_id, moment) + timedelta(hours=9),
        closes_at=site.at(CLOSES, 18),
    )
    ballot = drafting.draft_ballot(site.community_id, draft, client_key=key(), actor=site.clerk, now=moment)
    announcing.announce_ballot(ballot, client_key=key(), actor=site.reviewer, now=moment + timedelta(hours=1))
    starts = ballot.opens_at
    if starts is None:
        raise NotFound
    opening.open_ballot(ballot, actor=CLOCK, now=starts)
    for number, (address, choice) in enumerate(_choices().items()):
        cast_at = starts + timedelta(hours=6 * number)
        vote_online(ballot.id, site.community_id, address, {"m1": choice}, cast_at)
    closing.count_ballot(ballot.id, actor=CLOCK, now=site.at(CLOSES, 18) + timedelta(minutes=5))
    return ballot.id


def _choices() -> Mapping[str, str]:
    """By address, of everyone who votes."""
    everyone = (
        f"{building}-{entrance}-{floor}0{side}"
        for building, entrance in (CLEAR, HELD, REJECTED)
        for floor in range(1, FLOORS + 1)
        for side in SIDES
    )
    found = {address: OTHERS.get(address, "for") for address in everyone}
    return {address: choice for address, choice in found.items() if choice is not None}


def settle(site: Site, entrance_id: int, ground: Sequence[int], day: int) -> None:
    """The owner whose flat is taken, the first of `ground`, consents on paper; the objection of the second ends in
    compensation; two days later another person has looked at it all."""
    taken, beside = ground[:2]
    case_id = _open(site, entrance_id, taken, day)
    today = china_day(site.at(day, 15))
    consent = Said(ActKind.CONSENT, today, taken, who="业主本人")
    _act(site, case_id, consent, day, has_paper=True)
    said = Said(ActKind.OBJECTION, today, beside, who="业主本人", words="电梯井挡住厨房的光，早晚也吵。")
    objection = _act(site, case_id, said, day)
    next_day = china_day(site.at(day + 1, 15))
    about = Said(ActKind.NEGOTIATION, next_day, objection_id=objection, who="单元长、双方业主")
    for act in (
        replace(about, words="井道外移 60 厘米，改用玻璃围护。"),
        replace(about, kind=ActKind.COMPENSATION, amount_fen=8_000_00),
        replace(about, kind=ActKind.SETTLED, words="签了协议：井道外移，补偿 8,000 元。"),
    ):
        _act(site, case_id, act, day + 1, has_paper=act.kind is ActKind.SETTLED)
    floors = _floors(site, entrance_id)
    # The ground floor pays nothing, each floor above a part more.
    parts = {floor: floor - 1 for floor in range(1, floors + 1)}
    plan = Plan(next_day, floors, COST, parts, UPKEEP, "全体业主")
    last = lift_plans.enter_plan(
        case_id, plan, community_id=site.community_id, client_key=key(), actor=site.clerk, now=site.at(day + 1, 16)
    )  # fmt: skip
    lifts.check_papers(
        case_id, community_id=site.community_id, seen=last.id, actor=site.reviewer, now=site.at(day + 2, 9)
    )


def hold_back(site: Site, entrance_id: int, ground: Sequence[int], day: int) -> None:
    """The owner whose flat is taken has not consented; the objection of the one beside is still talked about."""
    taken, beside = ground[:2]
    case_id = _open(site, entrance_id, taken, day)
    said = Said(
        ActKind.OBJECTION, china_day(site.at(day, 15)), beside, who="业主本人",
        words="连廊从卧室窗前过，没有遮挡。",
    )  # fmt: skip
    objection = _act(site, case_id, said, day)
    talked = Said(
        ActKind.NEGOTIATION, china_day(site.at(day + 1, 15)), objection_id=objection, who="单元长、双方业主",
        words="设计院答应改连廊的位置，改好再谈。",
    )  # fmt: skip
    _act(site, case_id, talked, day + 1)


def _floors(site: Site, entrance_id: int) -> int:
    flats = ledger.flats(site.community_id, entrance_id=entrance_id).items
    return max(2, *(flat.floor or 1 for flat in flats))


def _open(site: Site, entrance_id: int, taken: int, day: int) -> int:
    moment = site.at(day, 9)
    return lifts.open_case(
        site.community_id, entrance_id, taken=[taken], on=china_day(moment), client_key=key(), actor=site.clerk, now=moment
    ).id  # fmt: skip


def _act(site: Site, case_id: int, said: Said, day: int, *, has_paper: bool = False) -> int:
    """The act's id."""
    moment = site.at(day, 15)
    return lifts.enter_act(
        case_id,
        said,
        community_id=site.community_id,
        attachment_id=site.paper(said.kind.name_zh, moment) if has_paper else None,
        client_key=key(),
        actor=site.clerk,
        now=moment,
    ).id


def _decide(site: Site, ballot_id: int) -> None:
    of = site.community_id
    row = decisions.draft_decision(
        ballot_id, community_id=of, client_key=key(), actor=site.clerk, now=site.at(DRAFTED, 11)
    )
    version = decisions.publish_decision(
        row.id, community_id=of, client_key=key(), actor=site.clerk, now=site.at(PUBLISHED, 10)
    )
    decisions.sign_decision(
        row.id, version.number, community_id=of, actor=site.reviewer, now=site.at(SIGNED, 10)
    )
