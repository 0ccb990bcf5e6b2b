"""What comes in and goes out about surveys."""

from typing import Any

from apiflask import Schema
from apiflask.fields import DateTime, Dict, Enum, File, Integer, List, Nested, String
from apiflask.validators import Range
from marshmallow import ValidationError, fields, validates

from server.infra.web.addresses import LARGEST_ID
from server.infra.web.fields import Line
from server.surveys.rules.reading import MOST_SENT
from server.surveys.rules.words import Capacity

MOST_FIELDS = 2000
LONGEST_VALUE = 10_000
WHO: dict[str, Any] = {
    "required": "请说你是这一户的业主、家人还是租户。",
    "null": "请说你是这一户的业主、家人还是租户。",
    "unknown": "业主写 owner，家人写 family，租户写 tenant。",
}
ANSWERS = (
    "每一题的编号对着它的回答。单选、表态、数字、日期、文字写成文字；多选、想改造的内容、照片写成列表；"
    "排序按先后写成列表。附带的几项用点隔开：q1.other 其他是什么，q1.reason 理由，q1.top 最要紧的，q1.ways 怎么出，"
    "q1.consent 同意保存这一题（true）。"
)
EXAMPLE = {
    "household_id": 17,
    "capacity": "owner",
    "answers": {
        "agree": "agree",
        "items": ["B-01", "T-01"],
        "items.top": ["T-01"],
        "age": "old",
        "age.consent": True,
    },
}


class AnswerValue(fields.Field[Any]):
    """One answer as the rules read it: text, a number, true or false, or a list of texts and numbers."""

    default_error_messages = {"null": "没有回答就不用写这一项。"}  # noqa: RUF012 - marshmallow's own way

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:  # noqa: ARG002 - marshmallow calls it so
        is_list = (
            isinstance(value, list) and len(value) <= MOST_SENT and all(_is_single(one) for one in value)
        )
        if not (isinstance(value, bool) or _is_single(value) or is_list):
            raise ValidationError("回答写成文字、数字、true，或一个列表。")
        return value


def _is_single(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= LONGEST_VALUE
    return isinstance(value, (int, float)) and not isinstance(value, bool)


_SINGLE: list[dict[str, Any]] = [{"type": "string", "maxLength": LONGEST_VALUE}, {"type": "number"}]
_VALUE: dict[str, Any] = {
    "anyOf": [
        *_SINGLE,
        {"type": "boolean"},
        {"type": "array", "maxItems": MOST_SENT, "items": {"anyOf": _SINGLE}},
    ]
}


class HouseholdIn(Schema):
    household_id = Integer(
        strict=True,
        required=True,
        validate=Range(1, LARGEST_ID, error="没有这一户。"),
        error_messages={
            "required": "请说明是哪一户。",
            "invalid": "没有这一户。",
            "null": "请说明是哪一户。",
        },
        metadata={"description": "替哪一户答，见问卷里的 households"},
    )


class AnswersIn(HouseholdIn):
    answers = Dict(
        keys=Line(120, shortest=1),
        values=AnswerValue(allow_none=False, metadata=_VALUE),
        required=True,
        error_messages={"required": "请写回答。", "invalid": "回答写成“编号: 回答”。", "null": "请写回答。"},
        metadata={"description": ANSWERS, "maxProperties": MOST_FIELDS},
    )

    @validates("answers")
    def _not_endless(self, value: dict[str, Any], data_key: str) -> None:  # noqa: ARG002 - marshmallow hands it over
        if len(value) > MOST_FIELDS:
            raise ValidationError("发来的回答太多，题目里没有这么多。")


class DraftIn(AnswersIn):
    """What was filled in so far, right or wrong. Takes the place of the draft there was."""

    capacity = Enum(
        Capacity,
        by_value=True,
        allow_none=True,
        load_default=None,
        error_messages=WHO,
        metadata={"description": "以什么身份答，还没说就不填"},
    )


class ResponseIn(AnswersIn):
    """The whole form. Of a proven owner the capacity is known, and what is written here is not read."""

    capacity = Enum(
        Capacity,
        by_value=True,
        allow_none=True,
        load_default=None,
        error_messages=WHO,
        metadata={
            "description": "以什么身份答：owner 业主，family 业主的家人，tenant 租户；已核实的业主可以不填"
        },
    )


class PhotoIn(HouseholdIn):
    """One photo. It stands in the draft from then on."""

    household_id = Integer(
        required=True,
        validate=Range(1, LARGEST_ID, error="没有这一户。"),
        error_messages={"required": "请说明是哪一户。", "invalid": "没有这一户。"},
    )
    question = Line(40, required=True, metadata={"description": "哪一题的照片"})
    photo = File(required=True, error_messages={"required": "请选一张照片。"})  # type: ignore[no-untyped-call]


class PhotoQuery(HouseholdIn):
    household_id = Integer(
        required=True,
        validate=Range(1, LARGEST_ID, error="没有这一户。"),
        error_messages={"required": "请说明是哪一户。", "invalid": "没有这一户。"},
    )


# ------------------------------------------------------------------ out


class SurveyOut(Schema):
    id = Integer(required=True)
    community_id = Integer(required=True)
    title = String(required=True)
    stage = String(required=True, metadata={"enum": ["open", "closed"]})
    stage_name = String(required=True)
    opened_at = DateTime(required=True)
    closes_at = DateTime(required=True, metadata={"description": "这一刻起不再收"})


class WaitingHomeOut(Schema):
    household_id = Integer(required=True)
    label = String(required=True)


class ListedSurveyOut(SurveyOut):
    """An open survey, with my households that have not answered it."""

    waiting = List(Nested(WaitingHomeOut), required=True, metadata={"description": "我的哪几户还没答"})


class SurveysOut(Schema):
    items = List(Nested(ListedSurveyOut), required=True)


class AnsweredOut(Schema):
    id = Integer(required=True)
    answered_at = DateTime(required=True)
    channel = String(required=True, metadata={"enum": ["slip", "poster", "door", "paper"]})
    channel_name = String(required=True)
    version = Integer(required=True, metadata={"description": "答的是第几版"})
    answers = Dict(keys=String(), required=True)


class DraftOut(Schema):
    saved_at = DateTime(required=True)
    capacity = String(required=True, allow_none=True)
    answers = Dict(keys=String(), required=True)


class HomeOut(Schema):
    """One household that I answer for."""

    household_id = Integer(required=True)
    label = String(required=True)
    capacity = String(
        required=True,
        allow_none=True,
        metadata={"description": "已核实的业主是 owner；null 表示提交时要说明身份"},
    )
    answered = Nested(
        AnsweredOut, required=True, allow_none=True, metadata={"description": "这一户最近交的一份"}
    )
    draft = Nested(DraftOut, required=True, allow_none=True)
    claimed_at = DateTime(
        required=True, allow_none=True, metadata={"description": "有人扫海报替这一户填过，等你确认或重填"}
    )


class QuestionnaireOut(SurveyOut):
    """The questions of the version in force, and my households."""

    intro = String(required=True)
    version = Integer(required=True)
    definition = Dict(
        keys=String(),
        required=True,
        metadata={"description": "各部分和题目；题目没有的字段就是默认值，条件写成语法树"},
    )
    households = List(Nested(HomeOut), required=True)


class SavedDraftOut(Schema):
    survey_id = Integer(required=True)
    household_id = Integer(required=True)
    saved_at = DateTime(required=True)
    errors = Dict(
        keys=String(),
        values=List(String()),
        required=True,
        metadata={"description": "现在交上去会怎么说，按题"},
    )


class ResponseOut(Schema):
    """What was kept. The same request again gives the same."""

    id = Integer(required=True)
    survey_id = Integer(required=True)
    household_id = Integer(required=True)
    version = Integer(required=True)
    answered_at = DateTime(required=True)
    answers = Dict(keys=String(), required=True, metadata={"description": "存下的回答，连自动算出的"})
    thanks = String(required=True)


class KeptPhotoOut(Schema):
    photo_id = Integer(required=True)
    question = String(required=True)
    photos = List(Integer(), required=True, metadata={"description": "这一题现在有的照片"})
