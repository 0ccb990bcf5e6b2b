"""What WeChat's check says of a text or photo, how long it is asked, and what people are told of it."""

from datetime import datetime, timedelta
from enum import StrEnum

#: WeChat checks words and pictures only of people who were in the mini program within two hours.
ACTIVE_FOR = timedelta(hours=2)
#: WeChat calls back about a picture within thirty minutes; some more for a call that it had to repeat.
CALLS_BACK_WITHIN = timedelta(minutes=35)
#: After the first failed try, the second, …; the last holds for all that follow.
WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=30))
#: WeChat's label for nothing found.
NOTHING = 100


class Checking(StrEnum):
    """How far the asking has come."""

    WAITING = "waiting"
    #: A worker has it in hand.
    CLAIMED = "claimed"
    #: WeChat took the picture, and is to call back.
    ASKED = "asked"
    #: There is a verdict.
    DONE = "done"
    #: WeChat says nothing of it: people look, with the word list's marks.
    LEFT = "left"


class Found(StrEnum):
    """WeChat's verdict."""

    PASS = "pass"  # noqa: S105 - WeChat's word
    REVIEW = "review"
    RISKY = "risky"

    @property
    def needs_a_person(self) -> bool:
        return self is not Found.PASS


class Why(StrEnum):
    """Why WeChat says nothing of it."""

    #: Whoever wrote it is not known by the mini program, or was not there lately.
    NO_ACCOUNT = "no_account"
    #: WeChat could not be asked for as long as it would have answered.
    AWAY = "away"
    #: WeChat does not take it in this form.
    REJECTED = "rejected"
    #: It never called back about the picture.
    SILENT = "silent"
    #: It called back without a verdict: it could not fetch the picture.
    UNSEEN = "unseen"
    #: It was decided of, or written anew, before WeChat was asked.
    NEEDLESS = "needless"

    @property
    def sentence(self) -> str:
        return {
            "no_account": "写的人近来没有用小程序，只对过词表。",
            "away": "微信一直没有查成，只对过词表。",
            "rejected": "微信不收这一条，只对过词表。",
            "silent": "微信收了照片，一直没有回话。",
            "unseen": "微信没有取到照片，没有查成。",
            "needless": "",
        }[self.value]


#: developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/sec-center/sec-check/msgSecCheck.html, `label`.
LABELS = {
    10001: "广告",
    20001: "时政",
    20002: "色情",
    20003: "辱骂",
    20006: "违法犯罪",
    20008: "欺诈",
    20012: "低俗",
    20013: "版权",
    21000: "其他",
}


def is_active(seen_at: datetime, submitted_at: datetime, now: datetime) -> bool:
    """Whether WeChat may still know the person as active; it has the last word. Whoever wrote was there then."""
    return max(seen_at, submitted_at) + ACTIVE_FOR > now


def next_try(attempts: int, now: datetime) -> datetime:
    """What was not tried yet waits as after its first failed try."""
    return now + WAITS[min(max(attempts, 1), len(WAITS)) - 1]


def told(state: Checking, attempts: int, found: Found | None, label: int | None, why: Why | None) -> str:
    """One short sentence for whoever decides; nothing where there is nothing to tell."""
    if found is not None:
        name = LABELS.get(label or 0, "")
        said = {"pass": "没有发现问题", "review": "拿不准", "risky": "有问题"}[found.value]
        return f"微信检查：{said}{f'（{name}）' if name else ''}。"
    if state is Checking.LEFT:
        return why.sentence if why is not None else ""
    if state is Checking.ASKED:
        return "微信正在看照片。"
    # A try is counted when it begins.
    has_failed = attempts > (0 if state is Checking.WAITING else 1)
    return "检查暂时不通，已留着，过一会儿再查。" if has_failed else "微信正在查。"
