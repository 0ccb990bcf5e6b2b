"""A property company that the owners chose by a vote: its contract, price and accounts, the handover, the first photo round."""

from datetime import timedelta

from server.ballots import queries as ballots
from server.ballots.actions import Cast, announcing, cast_in_batch, closing, drafting, opening
from server.ballots.rules.drafting import Kind, MotionText
from server.example.afterwards.place import FINISHED, Place
from server.example.ledger import key
from server.identity.actions import resident_actor
from server.kernel.actor import CLOCK
from server.kernel.chinatime import china_day
from server.kernel.matters import Matter
from server.kernel.places import ScopeKind
from server.management import actions
from server.management.actions import Look
from server.management.rules.accounts import Book, Direction
from server.management.rules.fees import FeeUnit
from server.management.rules.handover import HandoverStep, StepState
from server.management.rules.terms import Mode
from server.management.rules.watch import BASELINE, Verdict, WatchItem

COMPANY, CODE = "贵阳家和物业服务有限公司（示例）", "91520102MA6EXAMPLH"
ANNOUNCED, CLOSES, BEGINS, THROUGH = -128, -92, -60, -5
FEE = 80
#: Book, direction, yuan, days from today, what for, on which paper.
ACCOUNTS = (
    (Book.PUBLIC_INCOME, Direction.IN, 2_400, -42, "9 个停车位的停车费", "收据 001 至 009 号（示例）"),
    (Book.PUBLIC_INCOME, Direction.IN, 600, -30, "单元门厅广告位", "合同 2 号（示例）"),
    (Book.PUBLIC_INCOME, Direction.OUT, 350, -21, "停车位划线补漆", "发票 017 号（示例）"),
    (Book.MAINTENANCE_FUND, Direction.IN, 28_800, -50, "业主续筹维修资金", "专户回单 003 号（示例）"),
    (Book.MAINTENANCE_FUND, Direction.OUT, 1_260, -16, "4 栋楼顶避雷带检修", "发票 021 号（示例）"),
)
#: What of the handover is done, and on which paper it rests; two steps are still open.
HANDED_OVER = (
    (HandoverStep.EARLY, -80, "物业提前介入记录（示例）"),
    (HandoverStep.INSPECTION, -55, "查验记录，列出 3 处（示例）"),
    (HandoverStep.ROOMS, -53, "钥匙和设施交接单（示例）"),
    (HandoverStep.TOLD, -51, "公告：谁来管、收多少、电话多少（示例）"),
)
NOT_IN_THE_WORKS = frozenset({WatchItem.FACADE, WatchItem.STAIRS, WatchItem.GREEN, WatchItem.STRUCTURES})


def take_over(place: Place) -> None:
    """After the works are finished."""
    _manage(place, _choose(place))
    _keep_accounts(place)
    for step, days, words in HANDED_OVER:
        actions.record_handover(
            place.community_id, step=step, state=StepState.DONE, done_on=china_day(place.at(days)), words=words,
            photos=(), client_key=key(), actor=place.clerk, now=place.at(days, 16),
        )  # fmt: skip
    _photograph(place)


def _choose(place: Place) -> int:
    """The vote by which the owners chose the company; its id."""
    moment = place.at(ANNOUNCED)
    opens_at = ballots.earliest_opening(place.community_id, moment) + timedelta(hours=9)
    draft = drafting.Draft(
        title="选聘物业公司",
        intro="改造快完了，要有人管。请全体业主表决请不请这家公司来管，为期三年。",
        scope=ScopeKind.COMMUNITY,
        motions=[
            MotionText(
                f"选聘{COMPANY}",
                Kind.APPROVE,
                Matter.MANAGER,
                "合同三年，物业费每平方米每月 0.80 元。合同全文贴在门厅。",
            )
        ],
        opens_at=opens_at,
        closes_at=place.at(CLOSES, 18),
    )
    ballot = drafting.draft_ballot(place.community_id, draft, client_key=key(), actor=place.clerk, now=moment)
    announcing.announce_ballot(
        ballot, client_key=key(), actor=place.reviewer, now=moment + timedelta(hours=1)
    )
    opening.open_ballot(ballot, actor=CLOCK, now=opens_at)
    cast_in_batch(ballot.id, _casts(place, ballot.id))
    closing.count_ballot(ballot.id, actor=CLOCK, now=place.at(CLOSES, 18, 5))
    return ballot.id


def _casts(place: Place, ballot_id: int) -> list[Cast]:
    """Of ten who are bound to their flats eight are for it, one against, one abstains."""
    bound, found = place.residents(), []
    for number, card in enumerate(ballots.heads_of(ballot_id)):
        flat_id = card.flat_ids[0]
        if flat_id not in bound:
            continue
        choice = {3: "against", 7: "abstain"}.get(number % 10, "for")
        moment = place.at(CLOSES - 6 + number % 6, 9 + number % 10, number)
        found.append(Cast({"m1": choice}, key(), resident_actor(bound[flat_id]), moment, flat_id))
    return sorted(found, key=lambda one: one.now)


def _manage(place: Place, ballot_id: int) -> None:
    moment = place.at(BEGINS - 20)
    company = actions.register_company(
        name=COMPANY, code=CODE, client_key=key(), actor=place.clerk, now=moment
    )
    begins = china_day(place.at(BEGINS))
    contract = actions.start_management(
        place.community_id, mode=Mode.PROFESSIONAL, company_id=company.id, manager="", starts_on=begins,
        ends_on=begins + timedelta(days=3 * 365), chosen_by=ballot_id, document="物业服务合同（示例）",
        contact_phone="0851-85550140", contact_place="1 栋一楼物业服务站，每天 8:00—20:00", photos=(),
        client_key=key(), actor=place.clerk, now=moment,
    )  # fmt: skip
    actions.set_fee(
        contract.id, community_id=place.community_id, amount_fen=FEE, unit=FeeUnit.SQUARE_METRE, from_on=begins,
        document="物业服务合同第六条（示例）", client_key=key(), actor=place.clerk, now=moment,
    )  # fmt: skip


def _keep_accounts(place: Place) -> None:
    for book, direction, yuan, days, words, document in ACCOUNTS:
        actions.enter_account(
            place.community_id, book=book, direction=direction, amount_fen=yuan * 100,
            happened_on=china_day(place.at(days)), words=words, document=document, photos=(), client_key=key(),
            actor=place.manager, now=place.at(days, 17),
        )  # fmt: skip
    for book in Book:
        actions.publish_account(
            place.community_id, book=book, through_on=china_day(place.at(THROUGH)), client_key=key(),
            actor=place.manager, now=place.at(THROUGH, 9),
        )  # fmt: skip


def _photograph(place: Place) -> None:
    """What the later rounds will be held beside."""
    moment = place.at(FINISHED + 2, 10)
    looks = {
        item: Look(Verdict.ABSENT)
        if item in NOT_IN_THE_WORKS
        else Look(Verdict.HOLDS, "", place.photo(item.name_zh, moment))
        for item in WatchItem
    }
    actions.hold_round(
        place.community_id, completed_on=china_day(place.at(FINISHED)), months=BASELINE, looks=looks,
        client_key=key(), actor=place.clerk, now=moment,
    )  # fmt: skip
