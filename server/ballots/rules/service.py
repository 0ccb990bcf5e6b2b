"""Service of notice: what each way of bringing a ballot to an owner proves, and which of them counts as served.

A notice takes effect when it reaches whom it is for (民法典第一百三十七条); a message, when it is known to them. A vote in
writing brings the text to each owner, and where it cannot be brought, it is posted (业主大会和业主委员会指导规则第二十二条).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from server.kernel.chinatime import china_day, end_of
from server.kernel.errors import Invalid


class Way(StrEnum):
    HANDED = "handed over"
    LETTERBOX = "letterbox"
    ELECTRONIC = "electronic"
    POSTED = "posted"
    #: Attempts that serve nobody, and stay on record.
    TENANT = "left with a tenant"
    ABSENT = "nobody home"

    @property
    def name_zh(self) -> str:
        return WAY_NAMES[self]


WAY_NAMES = {
    Way.HANDED: "交给业主或同住的成年家人",
    Way.LETTERBOX: "投进信箱或门内",
    Way.ELECTRONIC: "业主在手机上读过",
    Way.POSTED: "送不到，在小区张贴",
    Way.TENANT: "交给租户（不算送达业主）",
    Way.ABSENT: "没人在家（没送到）",
}
#: The phone tells of reading by itself; nobody enters it.
BY_HAND = tuple(way for way in Way if way is not Way.ELECTRONIC)


@dataclass(frozen=True)
class Attempt:
    way: Way
    done_at: datetime
    #: Who recorded what; 0 where the house read it off its own messages.
    id: int = 0


def check_attempt(
    way: Way, done_at: datetime, *, since: datetime, now: datetime, witness: str, has_photo: bool
) -> None:
    """Each way needs what would prove it to a court. Raises Invalid by field."""
    wrong: dict[str, list[str]] = {}
    if way not in BY_HAND:
        wrong["way"] = ["读没读过由系统自己记，不用填。"]
    if done_at > now:
        wrong["done_at"] = ["送的时间还没到。请检查日期。"]
    elif done_at < since:
        wrong["done_at"] = ["送的时间早于公告。请检查日期。"]
    if way is Way.HANDED and not (witness or has_photo):
        wrong["witness"] = ["拍下签收，或写上见证人。"]
    if way is Way.LETTERBOX and not witness:
        wrong["witness"] = ["投信箱的，要写上见证人。"]
    if way in {Way.LETTERBOX, Way.POSTED} and not has_photo:
        wrong["photo"] = ["拍一张照片，看得出是哪一户、什么时候。"]
    if wrong:
        raise Invalid("这次送达的凭据还不够，请看标出的地方。", fields=wrong)


def served_by(attempts: Iterable[Attempt], *, posted_days: int, now: datetime) -> Attempt | None:
    """The first attempt that served the head, by any of its flats; None while none did.

    Posting counts only after somebody went there in vain, and once it has hung its days: the first day is not counted
    (民法典第二百零一条).
    """
    in_order = sorted(attempts, key=lambda one: (one.done_at, one.id))
    went: datetime | None = None
    for one in in_order:
        if one.way in {Way.HANDED, Way.LETTERBOX, Way.ELECTRONIC}:
            return one
        if one.way is not Way.POSTED:
            went = went or one.done_at
        elif went is not None and end_of(china_day(one.done_at) + timedelta(days=posted_days)) <= now:
            return one
    return None
