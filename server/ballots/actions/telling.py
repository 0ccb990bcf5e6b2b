"""Telling people what happened to a vote; never what anyone chose."""

from collections.abc import Iterable
from datetime import datetime

from server.ballots.actions.chain import Locked
from server.ballots.models import Ballot
from server.ballots.queries import HeadCard
from server.ballots.queries.asked import place_path
from server.ballots.rules.corrections import Correction
from server.ballots.rules.desk import Fault
from server.identity import queries as identity
from server.identity.rules import Permission
from server.kernel.actor import ActorKind
from server.kernel.chinatime import china_day
from server.kernel.errors import Reason
from server.kernel.places import Place
from server.messages.actions import tell
from server.messages.rules import Recipient


def phone_page(ballot_id: int) -> str:
    """Where residents read about a ballot."""
    return f"/ballots/{ballot_id}"


def office_page(ballot: Ballot) -> str:
    """Where the committee works on it."""
    return f"/admin/communities/{ballot.community_id}/ballots/{ballot.id}"


def tell_flats(
    ballot: Ballot, flat_ids: Iterable[int], kind: str, subject: str, body: str, now: datetime
) -> None:
    tell(
        [Recipient.flat(flat_id) for flat_id in flat_ids],
        kind=kind,
        subject=subject,
        body=body,
        link=phone_page(ballot.id),
        community_id=ballot.community_id,
        now=now,
    )


def tell_committee(ballot: Ballot, kind: str, subject: str, body: str, now: datetime) -> None:
    """Those who may open this community's ballots."""
    place = Place(place_path(ballot.community_id), ballot.community_id)
    tell(
        [
            Recipient.staff(staff_id)
            for staff_id in identity.staff_with(Permission.OPEN_BALLOT, place, china_day(now))
        ],
        kind=kind,
        subject=subject,
        body=body,
        link=office_page(ballot),
        community_id=ballot.community_id,
        now=now,
    )


def tell_vote_replaced(ballot: Locked, card: HeadCard, now: datetime) -> None:
    """A head voted again: everyone of its flats is told, so that nobody votes in their name unseen."""
    tell(
        [Recipient.flat(flat_id) for flat_id in card.flat_ids],
        kind="ballots.vote_repeated",
        subject="你家又投了一次票",
        body=f"“{ballot.document.raw['title']}”收到了你家新的一票，按公告里的规则只算其中一次。不是你家投的，请马上联系居委会。",
        link=phone_page(ballot.id),
        community_id=ballot.community_id,
        now=now,
    )


def tell_vote_void(ballot: Locked, card: HeadCard, fault: Fault, now: datetime) -> None:
    """A vote of the head takes no part: its homes hear why, and what they can still do."""
    if fault is Fault.ENTRY_WRONG:
        still = "纸票会由两个人重新录，不用你办什么。"
    elif fault is Fault.REPRESENTATIVE:
        still = "不同意的，请和登记的代表人商量，或者联系居委会。"
    elif now < ballot.closing_at:
        still = "截止以前可以重新投：在手机上投，或者到居委会重新填一张。"
    else:
        still = "投票已经截止。不同意的，请马上联系居委会；结果公示期间也可以提异议。"
    tell(
        [Recipient.flat(flat_id) for flat_id in card.flat_ids],
        kind="ballots.vote_void",
        subject=f"你家有一票作废：{fault.name_zh}",
        body=f"“{ballot.document.raw['title']}”里你家的一票记为作废，不计入；你家另外投过的票不受影响。{still}",
        link=phone_page(ballot.id),
        community_id=ballot.community_id,
        now=now,
    )


def tell_vote_restored(ballot: Locked, card: HeadCard, now: datetime) -> None:
    """What the homes heard of a void is no longer so."""
    tell(
        [Recipient.flat(flat_id) for flat_id in card.flat_ids],
        kind="ballots.vote_void",
        subject="你家作废的一票恢复有效",
        body=f"“{ballot.document.raw['title']}”里你家记为作废的一票，复核以后恢复有效。",
        link=phone_page(ballot.id),
        community_id=ballot.community_id,
        now=now,
    )


def tell_of_proxy(ballot: Locked, card: HeadCard, subject: str, now: datetime) -> None:
    """An agent stands for the head: its homes hear of each step, so that nobody is represented unknown to themselves."""
    tell(
        [Recipient.flat(flat_id) for flat_id in card.flat_ids],
        kind="ballots.proxy",
        subject=subject,
        body=f"“{ballot.document.raw['title']}”。没有投票以前，委托随时可以撤回。不是你家委托的，请马上联系居委会。",
        link=phone_page(ballot.id),
        community_id=ballot.community_id,
        now=now,
    )


def tell_of_roll(ballot: Locked, correction: Correction, reason: str, now: datetime) -> None:
    """The roll was corrected: the homes of every head it touched hear what changed for them, and why."""
    title = ballot.document.raw["title"]
    for change in correction.changes:
        said = "".join(Correction((change,)).sentences)
        falls = "你家投过的票不再算，请看一看现在由谁投。" if change.is_removed else ""
        tell(
            [Recipient.flat(flat_id) for flat_id in change.flat_ids],
            kind="ballots.roll_corrected",
            subject="投票名册更正了",
            body=f"“{title}”的名册有错，两个人核对后更正：{said}原因：{reason}。{falls}不对的，请马上联系居委会。",
            link=phone_page(ballot.id),
            community_id=ballot.community_id,
            now=now,
        )


def tell_of_sale(ballot: Locked, card: HeadCard, now: datetime) -> None:
    """Seller and buyer both hear of it: nobody loses a vote by a sale that never was without knowing."""
    tell(
        [Recipient.flat(flat_id) for flat_id in card.flat_ids],
        kind="ballots.sold",
        subject="这套房的票换成新业主投",
        body=f"“{ballot.document.raw['title']}”：{'、'.join(card.labels)} 登记为换了业主，以后由新业主投。已经投的票仍然算数。没有卖房的，请马上联系居委会。",
        link=phone_page(ballot.id),
        community_id=ballot.community_id,
        now=now,
    )


def tell_settlers(ballot: Locked, number: int, but: Iterable[str], now: datetime) -> None:
    """Two read a paper differently: whoever may settle it is told, but not who keyed it."""
    known = set(but)
    place = Place(place_path(ballot.community_id), ballot.community_id)
    asked = identity.staff_with(Permission.SETTLE_PAPER, place, china_day(now))
    tell(
        [Recipient.staff(one) for one in asked if f"{ActorKind.STAFF}:{one}" not in known],
        kind="ballots.paper_differs",
        subject=f"有纸票要第三个人来定：{ballot.document.raw['title']}",
        body=f"第 {number} 号票两个人录得不一样。打开对着照片看，以哪一份为准；都不对就退回重录。不定下来，不能计票。",
        link=f"/admin/communities/{ballot.community_id}/ballots/{ballot.id}/reviews",
        community_id=ballot.community_id,
        now=now,
    )


def tell_unopened(ballot: Ballot, reasons: Iterable[Reason], now: datetime) -> None:
    body = " ".join(reason.message for reason in reasons)
    tell_committee(ballot, "ballots.unopened", f"到点没能开始：{ballot.title}", body, now)
