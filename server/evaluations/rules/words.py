"""The words of an answer: how satisfied, with what, and whether the fee will be paid."""

from enum import StrEnum


class Mark(StrEnum):
    """How satisfied a household is. A rate takes the first two together (满意 + 基本满意)."""

    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"

    @property
    def name_zh(self) -> str:
        return MARK_NAMES[self]


MARK_NAMES = {Mark.GOOD: "满意", Mark.FAIR: "基本满意", Mark.POOR: "不满意"}


class ItemMark(StrEnum):
    """The same of one promised item, which may also not be there at all."""

    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"
    NOT_DONE = "not_done"

    @property
    def name_zh(self) -> str:
        return ITEM_MARK_NAMES[self]


ITEM_MARK_NAMES = {
    ItemMark.GOOD: "满意",
    ItemMark.FAIR: "基本满意",
    ItemMark.POOR: "不满意",
    ItemMark.NOT_DONE: "没做",
}


class Aspect(StrEnum):
    """What is judged with a mark; only the first is asked of everyone."""

    OVERALL = "overall"
    QUALITY = "quality"
    DISTURBANCE = "disturbance"
    DURATION = "duration"
    INFORMATION = "information"
    UPTAKE = "uptake"
    SERVICE = "service"

    @property
    def name_zh(self) -> str:
        return ASPECT_NAMES[self]

    @property
    def question_zh(self) -> str:
        return ASPECT_QUESTIONS[self]


ASPECT_NAMES = {
    Aspect.OVERALL: "总的来说",
    Aspect.QUALITY: "施工质量",
    Aspect.DISTURBANCE: "施工扰民",
    Aspect.DURATION: "工期",
    Aspect.INFORMATION: "信息公开",
    Aspect.UPTAKE: "意见采纳",
    Aspect.SERVICE: "物业服务",
}
ASPECT_QUESTIONS = {
    Aspect.OVERALL: "总的来说，这次改造你满意吗？",
    Aspect.QUALITY: "活儿做得好不好",
    Aspect.DISTURBANCE: "噪声、灰尘、出入，照顾得怎么样",
    Aspect.DURATION: "做得快不快，拖没拖",
    Aspect.INFORMATION: "该告诉你的，告诉了吗",
    Aspect.UPTAKE: "你提的意见，当回事吗",
    Aspect.SERVICE: "现在的物业管得怎么样",
}
#: Everything but the first.
FURTHER = tuple(aspect for aspect in Aspect if aspect is not Aspect.OVERALL)


class Fee(StrEnum):
    """Whether the household would pay the property fee."""

    YES = "yes"
    DEPENDS = "depends"
    NO = "no"

    @property
    def name_zh(self) -> str:
        return FEE_NAMES[self]


FEE_NAMES = {Fee.YES: "愿意", Fee.DEPENDS: "看服务和价钱", Fee.NO: "不愿意"}


class Stage(StrEnum):
    """Where a round stands; it follows from its days."""

    PLANNED = "planned"
    OPEN = "open"
    OVER = "over"

    @property
    def name_zh(self) -> str:
        return {"planned": "还没开始", "open": "正在评", "over": "已结束"}[self.value]


class Step(StrEnum):
    """What was done once for a round when its day came."""

    OPENED = "opened"
    REMINDED = "reminded"
    CLOSED = "closed"


class State(StrEnum):
    """Of a household in a round, what anybody on the staff may know: whether, never how."""

    NONE = "none"
    #: Keyed in by the staff from paper, and not yet looked at by another.
    WAITING = "waiting"
    BY_STAFF = "by_staff"
    OWN = "own"

    @property
    def name_zh(self) -> str:
        return {"none": "没有评", "waiting": "代填的等复核", "by_staff": "工作人员代填", "own": "自己评的"}[
            self.value
        ]
