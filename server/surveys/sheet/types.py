"""What may stand in the `type` and `appearance` of a row: what we take, what does no harm, and what we do not take."""

import re
from dataclasses import dataclass

from server.surveys.rules.words import Kind

_SIMPLE = {
    Kind.TEXT: ("text", "string", "add text prompt", "q string", "phone number"),
    Kind.NUMBER: (
        "integer",
        "int",
        "decimal",
        "add integer prompt",
        "add decimal prompt",
        "q int",
        "q decimal",
        "percentage",
    ),
    Kind.DATE: ("date", "add date prompt", "q date"),
    Kind.SCALE: ("range",),
    Kind.PHOTO: ("image", "photo", "add image prompt", "add photo prompt", "q image", "q picture"),
    Kind.NOTE: ("note", "add note prompt", "q note"),
    Kind.CALCULATE: ("calculate", "add calculate prompt", "q calculate"),
}
KINDS = {word: kind for kind, words in _SIMPLE.items() for word in words}
DECIMAL = {"decimal", "add decimal prompt", "q decimal"}
PERCENTAGE = "percentage"
PHONE = "phone number"

#: Kept by the product itself, or not kept of anybody: when it was answered, with which device, by whose account.
META = {
    "start",
    "get start time",
    "start time",
    "end",
    "get end time",
    "end time",
    "today",
    "get today",
    "deviceid",
    "device id",
    "get device id",
    "imei",
    "subscriberid",
    "subscriber id",
    "get subscriber id",
    "simserial",
    "sim id",
    "get sim id",
    "phonenumber",
    "get phone number",
    "username",
    "email",
    "audit",
    *(
        f"uri:{name}"
        for name in ("deviceid", "subscriberid", "simserial", "phonenumber", "username", "email")
    ),
}
#: Whoever asks for one of these asks for today.
TODAY = {"today", "get today", "start", "get start time", "start time"}

_REFUSED = {
    "定位": (
        "geopoint",
        "location",
        "gps",
        "q geopoint",
        "q location",
        "add location prompt",
        "start-geopoint",
        "background-geopoint",
    ),
    "画线": ("geotrace", "q geotrace"),
    "画范围": ("geoshape", "q geoshape"),
    "录音": ("audio", "q audio", "add audio prompt", "background-audio"),
    "录像": ("video", "q video", "add video prompt"),
    "上传文件": ("file", "add file prompt"),
    "扫码": ("barcode", "q barcode", "add barcode prompt"),
    "填时刻": ("time",),
    "填日期和时刻": (
        "datetime",
        "date time",
        "add date time prompt",
        "add datetime prompt",
        "q date time",
        "q datetime",
    ),
    "点一下确认": ("acknowledge", "trigger", "q acknowledge", "add acknowledge prompt"),
    "藏起来的题": ("hidden",),
    "地图标记（osm）": ("osm",),
    "外部数据": ("csv-external", "xml-external"),
}
_NOT_TAKEN = {word: name for name, words in _REFUSED.items() for word in words}
_BEGINNINGS = (
    (re.compile(r"osm\b.*"), "地图标记（osm）"),
    (re.compile(r"select[ _](one|multiple)[ _]from[ _]file\b.*"), "从外部文件取选项"),
    (re.compile(r"select[ _]one[ _]external\b.*"), "外部选项表（external_choices）"),
    (re.compile(r"cascading[ _]select\b.*"), "旧式级联选择（请改用 choice_filter）"),
    (re.compile(r"(begin|end)[ _](repeat|lgroup|looped group)\b.*"), "重复填写的组（repeat）"),
    (re.compile(r"(begin|end)[ _]loop\b.*"), "循环（loop）"),
    (re.compile(r"include\b.*"), "引入别的表（include）"),
)
_GROUP = re.compile(r"(begin|end)[ _]group")
_SELECT = re.compile(
    r"(?P<how>select_one|select one from|select one using|select one|select1|add select one prompt using|"
    r"select_multiple|select all that apply from|select multiple from|select multiple using|select all that apply|"
    r"add select multiple prompt using|rank)\s+(?P<list>\S+)(?P<other>\s+(or_other|or specify other|or other))?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Type:
    """A `type` understood: exactly one of the three is said, or `kind`."""

    kind: Kind | None = None
    #: "begin" or "end" of a group.
    group: str = ""
    is_meta: bool = False
    #: Why it is not taken.
    refused: str = ""
    word: str = ""
    list_name: str = ""
    has_other: bool = False


def type_of(text: str) -> Type:
    word = " ".join(text.split())
    low = word.lower()
    if low in KINDS:
        return Type(KINDS[low], word=low)
    if low in META:
        return Type(is_meta=True, word=low)
    group = _GROUP.fullmatch(low)
    if group:
        return Type(group=group[1])
    refused = _NOT_TAKEN.get(low) or next((name for form, name in _BEGINNINGS if form.fullmatch(low)), "")
    if refused:
        return Type(refused=f"“{word}”（{refused}）我们没有")
    found = _SELECT.fullmatch(word)
    if found is None:
        return Type(refused=f"不认得“{word}”这种题")
    return _select(found)


def _select(found: re.Match[str]) -> Type:
    how, list_name = found["how"].lower(), found["list"]
    if list_name.startswith("${"):
        return Type(refused="从重复填写的组里取选项，我们没有")
    if how == "rank":
        kind = Kind.RANKING
    else:
        kind = Kind.MANY if "multiple" in how or "all that apply" in how else Kind.ONE
    return Type(kind, word=how, list_name=list_name, has_other=bool(found["other"]))


LONG, HEADING = "multiline", "label"
#: What changes what is asked or kept. All other appearances only change looks, and are passed over as ODK has it.
_APPEARANCES = {
    "调用别的应用": r"ex:\S*",
    "从外部表里搜选项": r"search\s*\(.*",
    "在地图或图上选": r"map|quick-?map|image-map",
    "签名、画图": r"signature|draw|annotate",
    "只填年或年月": r"month-year|year",
    "用设备测方向": r"bearing",
    "连打印机": r"printer\S*",
}


def refused_appearance(text: str) -> str:
    """Why an appearance is not taken, or empty."""
    for name, form in _APPEARANCES.items():
        found = re.search(rf"(?<!\S)({form})(?!\S)", text.lower())
        if found:
            return f"appearance 里的“{found[0]}”（{name}）我们没有"
    return ""
