"""What calls about matters take and give."""

from typing import Any

from apiflask import Schema
from apiflask.fields import Boolean, Date, DateTime, Enum, File, Integer, List, Nested, String
from apiflask.validators import Range

from miniprogram_api.paging import PageOut
from server.infra.web.addresses import LARGEST_ID
from server.infra.web.fields import Line, Words
from server.matters.rules.raised import LONGEST_TEXT, LONGEST_TITLE, Kind

KIND: dict[str, Any] = {"required": "选是建议、问题还是诉求。", "unknown": "选是建议、问题还是诉求。"}


class MatterIn(Schema):
    """What somebody wants the community to settle."""

    kind = Enum(Kind, by_value=True, required=True, error_messages=KIND)
    title = Line(
        LONGEST_TITLE,
        required=True,
        error_messages={"required": "用一句话写是什么事。"},
        metadata={"description": "一句话说是什么事"},
    )
    text = Words(
        LONGEST_TEXT,
        required=True,
        error_messages={"required": "写清楚在哪里、怎么回事、你希望怎么办。"},
        metadata={"description": "在哪里、怎么回事、希望怎么办"},
    )
    flat_id = Integer(
        strict=True,
        allow_none=True,
        load_default=None,
        validate=Range(1, LARGEST_ID, error="没有这套房。"),
        metadata={"description": "代表哪一套房，只有一套时可以不填"},
    )


class RaiseIn(MatterIn):
    """The same with the community it is for."""

    community_id = Integer(strict=True, required=True, validate=Range(1, LARGEST_ID, error="没有这个小区。"))


class SupportIn(Schema):
    """Whether the home stands behind it."""

    is_supported = Boolean(
        required=True, truthy={True}, falsy={False}, metadata={"description": "true 支持，false 收回"}
    )


class MatterOut(Schema):
    """One matter as it stands in a list."""

    id = Integer(required=True)
    community_id = Integer(required=True)
    kind = String(required=True)
    kind_name = String(required=True)
    voice_name = String(required=True, metadata={"description": "谁提的：居民、居委会或物业"})
    title = String(required=True)
    state = String(required=True)
    state_name = String(required=True)
    homes = Integer(required=True, metadata={"description": "多少户支持，提的那户也算"})
    raised_at = DateTime(required=True)
    due_on = Date(required=True, metadata={"description": "最晚哪天答复"})
    is_public = Boolean(required=True, metadata={"description": "有人看过、公开了"})
    is_mine = Boolean(required=True)
    is_supported = Boolean(required=True, metadata={"description": "你家支持了"})


class RaisedMatterOut(MatterOut):
    """The matter, as it was taken."""


class MatterPhotoIn(Schema):
    photo = File(required=True, error_messages={"required": "请选一张照片。"})  # type: ignore[no-untyped-call]


class AnswerOut(Schema):
    text = String(required=True)
    answered_as = String(required=True)
    answered_at = DateTime(required=True)


class ResolutionOut(Schema):
    what = String(required=True)
    who = String(required=True)
    due_on = Date(required=True)
    state_name = String(required=True)
    words = String(required=True, metadata={"description": "办得怎么样，没有记时为空"})


class MeetingOut(Schema):
    """A meeting that was announced."""

    id = Integer(required=True)
    title = String(required=True)
    place = String(required=True)
    starts_at = DateTime(required=True)
    state = String(required=True)
    state_name = String(required=True)


class WhereOut(Schema):
    kind = String(required=True)
    kind_name = String(required=True)
    title = String(required=True)
    state_name = String(required=True)
    href = String(required=True, metadata={"description": "它的网页，没有时为空"})


class MatterPageOut(MatterOut):
    """The matter with its whole way."""

    text = String(required=True)
    looked_name = String(required=True, metadata={"description": "还没公开的：看到哪一步了"})
    looked_reason = String(required=True)
    photos = List(
        Integer(), required=True, metadata={"description": "照片编号；别人的，有人看过、公开了的才有"}
    )
    answers = List(Nested(AnswerOut), required=True)
    meetings = List(Nested(MeetingOut), required=True)
    resolutions = List(Nested(ResolutionOut), required=True)
    merged_into = Integer(required=True, allow_none=True, metadata={"description": "并到了哪一件"})
    went = List(Nested(WhereOut), required=True, metadata={"description": "后来变成了什么"})


class MattersOut(PageOut):
    items = List(Nested(MatterOut), required=True)


class MeetingPageOut(MeetingOut):
    """The meeting with its agenda and minutes."""

    agenda = List(String(), required=True)
    called_off_reason = String(required=True)
    minutes = String(required=True, metadata={"description": "没有写时为空"})
    came = String(required=True)
    resolutions = List(Nested(ResolutionOut), required=True)
