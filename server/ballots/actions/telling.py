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


def office_page(ballot: Ballot | Locked) -> str:
    """Where the committee works on it."""
    return f"/admin/communities/{ballot.community_id}/ballots/{ballot.id}"


def tell_flats(
    ballot: Ballot | Locked, flat_ids: Iterable[int], kind: str, subject: str, body: str, now: datetime
) -> None:
    """Homes hear of it: everyone bound to them, and those without a telephone by the list to print."""
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
    to = _staff_who_may(Permission.OPEN_BALLOT, ballot, now)
    _tell_staff(ballot, to, kind, subject, body, office_page(ballot), now)


def _staff_who_may(permission: Permission, ballot: Ballot | Locked, now: datetime) -> Iterable[int]:
    place = Place(place_path(ballot.community_id), ballot.community_id)
    return identity.staff_with(permission, place, china_day(now))


def _tell_staff(
    ballot: Ballot | Locked,
    to: Iterable[int],
    kind: str,
    subject: str,
    body: str,
    link: str,
    now: datetime,
) -> None:
    tell(
        [Recipient.staff(staff_id) for staff_id in to],
        kind=kind,
        subject=subject,
        body=body,
        link=link,
        community_id=ballot.community_id,
        now=now,
    )


def tell_vote_replaced(ballot: Locked, card: HeadCard, now: datetime) -> None:
    """A head voted again: everyone of its flats is told, so that nobody votes in their name unseen."""
    body = (
        f"“{_title(ballot)}”收到了你家新的一票，按公告里的规则只算其中一次。不是你家投的，请马上联系居委会。"
    )
    tell_flats(ballot, card.flat_ids, "ballots.vote_repeated", "你家又投了一次票", body, now)


def tell_vote_void(
    ballot: Locked, card: HeadCard, fault: Fault, now: datetime, *, is_keyed_anew: bool = False
) -> None:
    """A vote of the head takes no part: its homes hear why, and what they can still do.

    `is_keyed_anew`: its paper is there, and two people read it again before anything is counted.
    """
    if is_keyed_anew:
        still = "纸票会由两个人重新录，不用你办什么。"
    elif fault is Fault.REPRESENTATIVE:
        still = "不同意的，请和登记的代表人商量，或者联系居委会。"
    elif now < ballot.closing_at:
        still = "截止以前可以重新投：在手机上投，或者到居委会重新填一张。"
    else:
        still = "投票已经截止。不同意的，请马上联系居委会；结果公示期间也可以提异议。"
    body = f"“{_title(ballot)}”里你家的一票记为作废，不计入；你家另外投过的票不受影响。{still}"
    tell_flats(ballot, card.flat_ids, "ballots.vote_void", f"你家有一票作废：{fault.name_zh}", body, now)


def tell_vote_restored(ballot: Locked, card: HeadCard, now: datetime) -> None:
    """What the homes heard of a void is no longer so."""
    body = f"“{_title(ballot)}”里你家记为作废的一票，复核以后恢复有效。"
    tell_flats(ballot, card.flat_ids, "ballots.vote_void", "你家作废的一票恢复有效", body, now)


def tell_of_proxy(ballot: Locked, card: HeadCard, subject: str, now: datetime) -> None:
    """An agent stands for the head: its homes hear of each step, so that nobody is represented unknown to themselves."""
    body = f"“{_title(ballot)}”。没有投票以前，委托随时可以撤回。不是你家委托的，请马上联系居委会。"
    tell_flats(ballot, card.flat_ids, "ballots.proxy", subject, body, now)


def tell_of_roll(ballot: Locked, correction: Correction, reason: str, now: datetime) -> None:
    """The roll was corrected: the homes of every head it touched hear what changed for them, and why."""
    for change in correction.changes:
        said = "".join(Correction((change,)).sentences)
        falls = "你家投过的票不再算，请看一看现在由谁投。" if change.is_removed else ""
        body = f"“{_title(ballot)}”的名册有错，两个人核对后更正：{said}原因：{reason.rstrip('。')}。{falls}不对的，请马上联系居委会。"
        tell_flats(ballot, change.flat_ids, "ballots.roll_corrected", "投票名册更正了", body, now)


def tell_of_sale(ballot: Locked, card: HeadCard, now: datetime) -> None:
    """Seller and buyer both hear of it: nobody loses a vote by a sale that never was without knowing."""
    body = (
        f"“{_title(ballot)}”：{'、'.join(card.labels)} 登记为换了业主，以后由新业主投。"
        "已经投的票仍然算数。没有卖房的，请马上联系居委会。"
    )
    tell_flats(ballot, card.flat_ids, "ballots.sold", "这套房的票换成新业主投", body, now)


def tell_of_ledger_sale(ballot: Ballot, card: HeadCard, *, is_left_to_others: bool, now: datetime) -> None:
    """One person wrote a sale into the ledger: seller and buyer both hear what that stops, and what starts it again."""
    if is_left_to_others:
        what = "登记不再是业主的人，从登记的那天起不能再投；还是业主的照样可以投。"
    else:
        what = "从登记的那天起，原业主不能再投。新业主要投，请带过户的证明到居委会登记，两个人核对以后由新业主投。"
    body = (
        f"“{ballot.title}”正在投票，台账里 {'、'.join(card.labels)} 的业主变了。{what}"
        "已经投的票仍然算数。没有卖房、没有过户的，请马上联系居委会。"
    )
    tell_flats(ballot, card.flat_ids, "ballots.sold_in_ledger", "台账里这套房换了业主", body, now)


def tell_settlers(ballot: Locked, number: int, but: Iterable[str], now: datetime) -> None:
    """Two read a paper differently: whoever may settle it is told, but not who keyed it."""
    known = set(but)
    asked = _staff_who_may(Permission.SETTLE_PAPER, ballot, now)
    to = [one for one in asked if f"{ActorKind.STAFF}:{one}" not in known]
    subject = f"有纸票要第三个人来定：{_title(ballot)}"
    body = f"第 {number} 号票两个人录得不一样。打开对着照片看，以哪一份为准；都不对就退回重录。不定下来，不能计票。"
    _tell_staff(ballot, to, "ballots.paper_differs", subject, body, f"{office_page(ballot)}/reviews", now)


def tell_unopened(ballot: Ballot, reasons: Iterable[Reason], now: datetime) -> None:
    body = " ".join(reason.message for reason in reasons)
    tell_committee(ballot, "ballots.unopened", f"到点没能开始：{ballot.title}", body, now)


def _title(ballot: Locked) -> str:
    """As it was frozen."""
    return str(ballot.document.raw["title"])
