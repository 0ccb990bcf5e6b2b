"""The words of a survey: kinds of question, how an answer came, who answered."""

from enum import StrEnum


class Kind(StrEnum):
    ONE = "one"
    MANY = "many"
    SCALE = "scale"
    NUMBER = "number"
    TEXT = "text"
    LONG_TEXT = "long_text"
    DATE = "date"
    RANKING = "ranking"
    PHOTO = "photo"
    STANCE = "stance"
    ITEMS = "items"
    PACKAGE = "package"
    CONTRIBUTION = "contribution"
    NOTE = "note"
    CALCULATE = "calculate"

    @property
    def name_zh(self) -> str:
        return KIND_NAMES[self]

    @property
    def has_options(self) -> bool:
        return self in {Kind.ONE, Kind.MANY, Kind.RANKING, Kind.ITEMS, Kind.PACKAGE, Kind.CONTRIBUTION}

    @property
    def is_words(self) -> bool:
        return self in {Kind.TEXT, Kind.LONG_TEXT}

    @property
    def is_asked(self) -> bool:
        """Whether a person answers it: a note is only read, a calculation only made."""
        return self not in {Kind.NOTE, Kind.CALCULATE}


KIND_NAMES = {
    Kind.ONE: "单选",
    Kind.MANY: "多选",
    Kind.SCALE: "打分",
    Kind.NUMBER: "填数字",
    Kind.TEXT: "填一行字",
    Kind.LONG_TEXT: "填一段话",
    Kind.DATE: "填日期",
    Kind.RANKING: "排顺序",
    Kind.PHOTO: "传照片",
    Kind.STANCE: "同意、不同意、无所谓",
    Kind.ITEMS: "想改造的内容",
    Kind.PACKAGE: "自己配改造方案",
    Kind.CONTRIBUTION: "愿意出多少、怎么出",
    Kind.NOTE: "一段说明",
    Kind.CALCULATE: "自动算出",
}


class Stance(StrEnum):
    AGREE = "agree"
    DISAGREE = "disagree"
    NEUTRAL = "neutral"

    @property
    def name_zh(self) -> str:
        return {"agree": "同意", "disagree": "不同意", "neutral": "无所谓"}[self.value]


class Sensitive(StrEnum):
    """Sensitive personal information (PIPL 28, 29): only with a consent of its own."""

    AGE = "age"
    DISABILITY = "disability"
    ILLNESS = "illness"

    @property
    def name_zh(self) -> str:
        return {"age": "年龄", "disability": "残疾情况", "illness": "患病情况"}[self.value]


class Personal(StrEnum):
    NAME = "name"
    PHONE = "phone"

    @property
    def name_zh(self) -> str:
        return {"name": "姓名", "phone": "电话"}[self.value]


#: Whoever opened the household's slip goes on with the same draft.
SLIP_HOLDER = "slip"


class Proof(StrEnum):
    #: By the household's slip, at its door, or on its paper form.
    PROVEN = "proven"
    #: By the poster: somebody typed the room.
    CLAIMED = "claimed"

    @property
    def name_zh(self) -> str:
        return {"proven": "已核实住户", "claimed": "自填房号，未核实"}[self.value]


class Channel(StrEnum):
    SLIP = "slip"
    POSTER = "poster"
    DOOR = "door"
    PAPER = "paper"

    @property
    def name_zh(self) -> str:
        return {"slip": "扫纸条", "poster": "扫海报", "door": "上门", "paper": "纸质表"}[self.value]


class Capacity(StrEnum):
    """As what somebody answers for the household."""

    OWNER = "owner"
    FAMILY = "family"
    TENANT = "tenant"

    @property
    def name_zh(self) -> str:
        return {"owner": "业主", "family": "业主的家人", "tenant": "租户"}[self.value]


class ExportState(StrEnum):
    WAITING = "waiting"
    WRITING = "writing"
    READY = "ready"
    FAILED = "failed"
    GONE = "gone"

    @property
    def name_zh(self) -> str:
        return {
            "waiting": "等着写",
            "writing": "正在写",
            "ready": "可以下载",
            "failed": "没有写成",
            "gone": "已过期删除",
        }[self.value]
