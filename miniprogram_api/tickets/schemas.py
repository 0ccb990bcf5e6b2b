"""What comes in and goes out about tickets."""

from enum import StrEnum
from typing import Any

from apiflask import Schema
from apiflask.fields import Boolean, DateTime, Enum, File, Integer, List, Nested, String
from apiflask.validators import Length, Range

from miniprogram_api.paging import PageIn, PageOut
from server.infra.web.addresses import LARGEST_ID
from server.infra.web.fields import Line, Words
from server.tickets.rules.reports import LONGEST_NAME
from server.tickets.rules.states import LONGEST_WORDS, MOST_PHOTOS
from server.tickets.rules.words import Category

LONGEST_CODE, LONGEST_PHONE, LONGEST_TOKEN = 40, 20, 80


class Where(StrEnum):
    """Where it is, for someone who came from their own home and not from a poster."""

    HOME = "home"
    ENTRANCE = "entrance"
    COMMUNITY = "community"

    @property
    def name_zh(self) -> str:
        return {"home": "我家里", "entrance": "楼道、单元", "community": "小区里"}[self.value]


class Scope(StrEnum):
    MINE = "mine"
    AROUND = "around"
    WAITING = "waiting"


def _choice(words: type[StrEnum], what: str, **more: Any) -> Any:
    said: dict[str, Any] = {"required": what, "null": what, "unknown": what}
    return Enum(words, by_value=True, error_messages=said, **more)


def _flat_id(*, is_strict: bool) -> Integer:
    """From a page every value is text."""
    return Integer(
        strict=is_strict,
        allow_none=True,
        load_default=None,
        validate=Range(1, LARGEST_ID, error="没有这套房。"),
        error_messages={"invalid": "没有这套房。"},
        metadata={"description": "没有海报码时，从哪一套房报的；只有一套可以不填"},
    )


class SpotIn(Schema):
    """Where it is: by the code of a poster, or from one's own home."""

    code = Line(LONGEST_CODE, load_default="", metadata={"description": "海报上的码；没有就不填"})
    flat_id = _flat_id(is_strict=True)
    where = _choice(
        Where,
        "选家里、楼道或小区。",
        load_default=Where.HOME,
        metadata={"description": "没有海报码时，在哪里：home 我家里，entrance 楼道、单元，community 小区里"},
    )


class TicketIn(SpotIn):
    """What is wrong. Only the category must be said, and for complaints a sentence or a picture."""

    category = _choice(Category, "选一样是什么问题。", required=True, metadata={"description": "是什么问题"})
    words = Words(LONGEST_WORDS, load_default="", metadata={"description": "是什么情况，可以不写"})
    is_danger = Boolean(load_default=False, metadata={"description": "现在就可能伤到人"})
    photos = List(
        Line(LONGEST_TOKEN, shortest=1),
        load_default=list,
        validate=Length(max=MOST_PHOTOS, error=f"最多传 {MOST_PHOTOS} 张照片。"),
        metadata={"description": "先传的照片的凭据"},
    )
    contact_name = Line(LONGEST_NAME, load_default="", metadata={"description": "替邻居报时，邻居怎么称呼"})
    contact_phone = Line(LONGEST_PHONE, load_default="", metadata={"description": "替邻居报时，邻居的电话"})


class TicketForm(TicketIn):
    """The same from a page, where every value is text."""

    flat_id = _flat_id(is_strict=False)


class SpotForm(SpotIn):
    flat_id = _flat_id(is_strict=False)


class TicketPhotoIn(Schema):
    photo = File(required=True, error_messages={"required": "请选一张照片。"})  # type: ignore[no-untyped-call]


class TicketPhotoOut(Schema):
    """A picture that was kept, for a report of the same person."""

    photo = String(required=True, metadata={"description": "凭据，报的时候写进 photos"})


class NoteIn(Schema):
    note = Words(LONGEST_WORDS, required=True, metadata={"description": "哪里没解决"})


class SimilarIn(SpotForm):
    category = _choice(Category, "选一样是什么问题。", required=True)


class TicketsIn(PageIn):
    scope = _choice(
        Scope,
        "写 mine、around 或 waiting。",
        load_default=Scope.MINE,
        metadata={
            "description": "mine 我报的和我也遇到的；around 我的小区里还没办完的；waiting 有了答复、等我说一声的，都在一页"
        },
    )


class TicketActOut(Schema):
    act = String(required=True)
    act_name = String(required=True)
    who = String(required=True)
    at = DateTime(required=True)
    note = String(required=True)
    photos = List(Integer(), required=True, metadata={"description": "照片编号"})


class TicketOut(Schema):
    """One ticket, as it stands in a list. Where it is, what it is, how far: everybody of the community may know."""

    id = Integer(required=True)
    community_id = Integer(required=True)
    place = String(required=True)
    category = String(required=True)
    category_name = String(required=True)
    state = String(required=True)
    state_name = String(required=True)
    priority = String(required=True)
    priority_name = String(required=True)
    opened_at = DateTime(required=True, metadata={"description": "第一次报上来的时间，重新打开也不变"})
    due_at = DateTime(required=True, allow_none=True, metadata={"description": "下一步最晚什么时候"})
    due_for = String(required=True, metadata={"description": "下一步是什么，没有时为空"})
    is_overdue = Boolean(required=True)


class TicketPageOut(TicketOut):
    """The whole of it for whoever reported. Whoever joined reads all the staff did; of neighbours' words and pictures they and
    others see what was looked at.
    """

    is_mine = Boolean(required=True)
    words = String(required=True, allow_none=True, metadata={"description": "看不到时为 null"})
    photos = List(Integer(), required=True, metadata={"description": "照片编号"})
    acts = List(Nested(TicketActOut), required=True)
    worker = String(required=True, metadata={"description": "谁在办，还没派人时为空"})
    contractor = String(required=True, metadata={"description": "保修期内转给的施工单位"})
    level_name = String(required=True, metadata={"description": "超时报到了哪一级"})
    joined = Integer(required=True, metadata={"description": "还有几个人也遇到"})
    reopened = Integer(required=True, metadata={"description": "重新打开过几次"})
    may = List(
        String(), required=True, metadata={"description": "你能做什么：confirm、reopen、withdraw、join"}
    )


class TakenTicketOut(TicketPageOut):
    """The ticket, as it was taken."""


class MovedTicketOut(TicketPageOut):
    """The ticket, as it stands after that."""


class TicketsOut(PageOut):
    items = List(Nested(TicketOut), required=True)


class SimilarOut(Schema):
    items = List(Nested(TicketOut), required=True)
