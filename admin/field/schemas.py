"""What one item of a batch holds."""

import base64
import binascii
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, validates
from marshmallow.fields import AwareDateTime, Boolean, Dict, Enum, Field, Integer, List, String
from marshmallow.validate import Length, Range

from server.infra.web.fields import Line, Words
from server.kernel.chinatime import CHINA
from server.kernel.errors import Invalid
from server.surveys.rules.words import Capacity
from server.tickets.rules.states import LONGEST_WORDS
from server.tickets.rules.states import MOST_PHOTOS as MOST_PICTURES
from server.tickets.rules.words import Category
from server.visits.rules import LONGEST_NOTE, Result

LARGEST_ID = 2**53
MOST_FIELDS = 1000
MOST_VALUES = 200
MOST_PHOTOS = 30
#: When something was found is written behind what was said of it.
ROOM_FOR_TIME = 100
LONGEST_PICTURE = 14_000_000

WHO: dict[str, Any] = {"required": "选回答的是谁。", "unknown": "选回答的是谁。"}
TROUBLE: dict[str, Any] = {"required": "选哪里不对。", "unknown": "选哪里不对。"}
TOO_MANY = f"最多 {MOST_PICTURES} 张照片。请去掉几张。"
WHAT: dict[str, Any] = {"required": "选这次上门的结果。", "unknown": "选这次上门的结果。"}


class Text(String):
    """Any words, as long as every sign can be written down: half a surrogate pair cannot."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = str(super()._deserialize(value, attr, data, **kwargs))
        try:
            text.encode()
        except UnicodeEncodeError:
            raise ValidationError("这里有看不见的字符。请重新输入一遍。") from None
        return text


class Picture(Field[bytes]):
    """A picture as base64, bare or as a data: address."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bytes:  # noqa: ARG002
        if not isinstance(value, str) or len(value) > LONGEST_PICTURE:
            raise ValidationError("照片太大或不完整。请重新拍一张。")
        try:
            return base64.b64decode(value.rpartition(",")[2], validate=True)
        except (binascii.Error, ValueError):
            raise ValidationError("照片不完整。请重新拍一张。") from None


class SentIn(Schema):
    key = Line(80, required=True)
    #: By the phone's clock.
    at = AwareDateTime(load_default=None, allow_none=True, default_timezone=CHINA)


class ItemIn(SentIn):
    survey_id = Integer(required=True, strict=True, validate=Range(1, LARGEST_ID))
    household_id = Integer(required=True, strict=True, validate=Range(1, LARGEST_ID))


class VisitIn(ItemIn):
    result = Enum(Result, by_value=True, required=True, error_messages=WHAT)
    come_back_at = AwareDateTime(load_default=None, allow_none=True, default_timezone=CHINA)
    note = Words(LONGEST_NOTE, load_default="")


class ResponseIn(ItemIn):
    version = Integer(required=True, strict=True, validate=Range(1, 10_000))
    capacity = Enum(Capacity, by_value=True, required=True, error_messages=WHO)
    seen_response_id = Integer(required=True, strict=True, validate=Range(0, LARGEST_ID))
    answers = Dict(
        Text(validate=Length(max=80)),
        List(Text(), validate=Length(max=MOST_VALUES)),
        required=True,
        validate=Length(max=MOST_FIELDS),
    )
    photos = Dict(Text(validate=Length(max=80)), List(Picture()), load_default=dict)

    @validates("photos")
    def _not_too_many(self, value: dict[str, list[bytes]], data_key: str) -> None:  # noqa: ARG002
        if sum(map(len, value.values())) > MOST_PHOTOS:
            raise ValidationError(f"一份答卷最多 {MOST_PHOTOS} 张照片。请去掉几张。")


class FindingIn(SentIn):
    """What somebody found on a round: where, what, and how it looks."""

    community_id = Integer(required=True, strict=True, validate=Range(1, LARGEST_ID))
    entrance_id = Integer(load_default=None, allow_none=True, strict=True, validate=Range(1, LARGEST_ID))
    facility_id = Integer(load_default=None, allow_none=True, strict=True, validate=Range(1, LARGEST_ID))
    category = Enum(Category, by_value=True, required=True, error_messages=TROUBLE)
    words = Words(LONGEST_WORDS - ROOM_FOR_TIME, load_default="")
    #: A page that a phone kept from before does not send it.
    is_danger = Boolean(load_default=False)
    photos = List(Picture(), load_default=list, validate=Length(max=MOST_PICTURES, error=TOO_MANY))


def load_item(schema: type[SentIn], item: Any) -> dict[str, Any]:
    """The item's values. Raises Invalid with the sentences by field."""
    try:
        return dict(schema().load(item, unknown=EXCLUDE))
    except ValidationError as error:
        fields = {str(name): _sentences(said) for name, said in error.messages_dict.items()}
        raise Invalid("这一条有几处不对，请打开看看。", fields=fields) from None


def _sentences(said: Any) -> list[str]:
    if isinstance(said, dict):
        return list(dict.fromkeys(one for inner in said.values() for one in _sentences(inner)))
    return [str(one) for one in said]
