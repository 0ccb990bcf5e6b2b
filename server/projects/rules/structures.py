"""Illegal structures: a place, a state, a picture. Whose it is belongs to the law enforcement's own file, never here."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from server.kernel.errors import Invalid, Refused
from server.moderation.rules.flags import FlagKind, find_flags


class StructureState(StrEnum):
    FOUND = "found"
    ORDERED = "ordered"
    REMOVED = "removed"

    @property
    def name_zh(self) -> str:
        return {"found": "已查明", "ordered": "已责令拆除", "removed": "已拆除"}[self.value]

    @property
    def tone(self) -> str:
        return {"found": "wait", "ordered": "info", "removed": "go"}[self.value]


ORDER = tuple(StructureState)

LONGEST_PLACE = 80
NO_NAMES = "只写地点和是什么，不写人名、电话、证件号。例如“3 栋东侧，一层搭建的铁皮棚”。"

#: The commonest family names of one sign; those that are words of places too (高, 路, 石, 江, 于 …) are left out.
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱郭何罗宋郑谢韩唐冯董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪姜范姚谭廖邹熊陆郝孔邱秦侯邵孟龚尹钱贺赖"
#: Words that begin with one of these signs and name nobody.
_NOBODY = "(?!黄色|黄砖|陈旧|周边|周围|胡乱|朱红|许多|曾经|丁字|余下|夏季|范围|陆续|孔洞|唐突|杜绝)"
_NAME = f"{_NOBODY}[{_SURNAMES}]"
_CALLED = "先生|女士|小姐|太太|师傅|老师|大爷|大妈|大叔|大姐|阿姨|爷爷|奶奶|叔叔"
_WHO = "姓名|户主|房主|屋主|业主|住户|当事人|违建人|搭建人|责任人|使用人|联系人|产权人|所有人|租户"
#: What a place ends in.
_OF_PLACES = "巷路街院园村湾坪坝桥坡井沟寨楼棚房墙门边侧旁前后里外上下处口"
_LOOKS_LIKE_A_NAME = (
    # A field of a form that asks who: "姓名：…", "业主 张三", "当事人李四".
    re.compile(rf"(?:{_WHO})\s*(?:[:：是为叫]|{_NAME})"),
    # People called by their name: "王先生", "李大爷".
    re.compile(rf"{_NAME}[\u4e00-\u9fff]{{0,2}}(?:{_CALLED})"),
    # A name with its signs hidden is still told of somebody: "张某", "李某某", "王××".
    re.compile(rf"{_NAME}(?:某|[×xX*＊])"),
    # A family name with one or two signs that owns or builds something: "张三家的棚子", "由李四搭建".
    re.compile(rf"(?:^|[，,。；;、\s（(室号由]){_NAME}[\u4e00-\u9fff]{{1,2}}(?:家|搭|自?建的?|盖|所有|的)"),
    # A name that stands alone: "吴敏，铁皮棚". "张家巷" is a place.
    re.compile(
        rf"(?:^|[，,。；;、\s（(]){_NAME}[\u4e00-\u9fff]{{1,2}}(?<![{_OF_PLACES}])(?=$|[，,。；;、\s）)])"
    ),
)


def check_place(text: str) -> str:
    """The place as it is kept. Raises Invalid where it is empty, too long, or tells of a person."""
    place = " ".join(text.split())
    if not place or len(place) > LONGEST_PLACE:
        raise _wrong("place", f"写在哪里、是什么，最多 {LONGEST_PLACE} 个字。")
    if tells_of_a_person(place):
        raise _wrong("place", NO_NAMES)
    return place


def tells_of_a_person(text: str) -> bool:
    """Whether a text looks as if it named somebody. It may err on the safe side: the words can be written otherwise."""
    marked = {flag.kind for flag in find_flags(text, ())}
    if marked & {FlagKind.PHONE, FlagKind.IDENTITY}:
        return True
    return any(pattern.search(text) for pattern in _LOOKS_LIKE_A_NAME)


@dataclass(frozen=True)
class Step:
    state: StructureState
    on: date


def check_state(
    state: StructureState,
    on: date,
    *,
    before: Step | None,
    has_picture: bool,
    document: str,
    today: date,
) -> None:
    """Found, then ordered, then removed; an owner who takes it down himself needs no order. Never back."""
    if before is not None and ORDER.index(state) <= ORDER.index(before.state):
        raise Refused(f"这一处{before.state.name_zh}，不能再记成“{state.name_zh}”。", code="state_passed")
    if on > today:
        raise _wrong("happened_on", "这一天还没有到。")
    if before is not None and on < before.on:
        raise _wrong("happened_on", f"不能早于{before.state.name_zh}的那一天。")
    if state is StructureState.ORDERED and not has_picture and not document.strip():
        raise _wrong("document", "写上责令拆除的文书名称和文号，或者传一张照片。")
    if state is not StructureState.ORDERED and not has_picture:
        raise _wrong("photo", "传一张照片，拍清楚位置。不要拍到人。")
    if document.strip() and tells_of_a_person(document):
        raise _wrong("document", "只写文书名称和文号，不写人名。")


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, fields={field: [sentence]})
