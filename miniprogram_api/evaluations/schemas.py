"""What comes in and goes out about judging."""

from collections.abc import Mapping
from typing import Any

from apiflask import Schema
from apiflask.fields import Boolean, Date, DateTime, Dict, Enum, Integer, List, Nested, String
from apiflask.validators import Range

from server.evaluations.rules.answering import LONGEST_WORDS, Said
from server.evaluations.rules.words import FURTHER, Fee, ItemMark, Mark
from server.infra.web.addresses import LARGEST_ID
from server.infra.web.fields import Words

EXAMPLE = {
    "household_id": 17,
    "overall": "good",
    "quality": "fair",
    "items": {"B-01": "good", "T-01": "not_done"},
    "fee": "yes",
    "words": "路灯还没装。",
}
MARK: dict[str, Any] = {"unknown": "满意写 good，基本满意写 fair，不满意写 poor。"}
ITEM_MARK = "满意写 good，基本满意写 fair，不满意写 poor，没做写 not_done。"
ITEMS = "按改造内容的编号写成一个对象，没有就不写。"
OVERALL: dict[str, Any] = {
    "required": "先点一下，总的来说满不满意。",
    "null": "先点一下，总的来说满不满意。",
    **MARK,
}


def _mark(words: str) -> Enum[Mark]:
    return Enum(
        Mark,
        by_value=True,
        allow_none=True,
        load_default=None,
        error_messages=MARK,
        metadata={"description": words},
    )


class EvaluationIn(Schema):
    """One household's answer. Only `overall` must be said; whatever is left out was not answered."""

    household_id = Integer(
        required=True,
        strict=True,
        validate=Range(1, LARGEST_ID, error="没有这一户。"),
        error_messages={"required": "选是哪一户。", "invalid": "选是哪一户。", "null": "选是哪一户。"},
    )
    overall = Enum(
        Mark, by_value=True, required=True, error_messages=OVERALL, metadata={"description": "总的来说"}
    )
    quality = _mark("施工质量")
    disturbance = _mark("施工扰民")
    duration = _mark("工期")
    information = _mark("信息公开")
    uptake = _mark("意见采纳")
    service = _mark("物业服务")
    items = Dict(
        keys=String(),
        values=Enum(
            ItemMark,
            by_value=True,
            error_messages={"unknown": ITEM_MARK, "null": ITEM_MARK},
        ),
        error_messages={"invalid": ITEMS, "null": ITEMS},
        load_default=dict,
        metadata={"description": "按改造内容的编号，一项一个评价"},
    )
    fee = Enum(
        Fee,
        by_value=True,
        allow_none=True,
        load_default=None,
        error_messages={"unknown": "愿意写 yes，看情况写 depends，不愿意写 no。"},
        metadata={"description": "愿不愿意付物业费"},
    )
    words = Words(LONGEST_WORDS, load_default="", metadata={"description": "还有什么想说的"})


def said_of(form: Mapping[str, Any]) -> Said:
    """A loaded EvaluationIn, as the rules know it."""
    marks = {aspect: form[aspect.value] for aspect in FURTHER}
    return Said(
        form["overall"],
        {aspect: mark for aspect, mark in marks.items() if mark is not None},
        form["items"],
        form["fee"],
        form["words"],
    )


class PromisedItemOut(Schema):
    code = String(required=True)
    title = String(required=True)


class ReportBegunOut(Schema):
    """What a ticket about it would say; sent, with whatever is added, to `report_ticket`. `href` is the page for it."""

    category = String(required=True)
    flat_id = Integer(required=True)
    where = String(required=True)
    words = String(required=True, metadata={"description": "开头的话，可以接着写"})
    href = String(required=True, metadata={"description": "手机页的地址，打开就填好了"})


class LowMarkOut(Schema):
    """Something that could be reported."""

    code = String(required=True, metadata={"description": "改造内容的编号，不是某一项时为空"})
    title = String(required=True)
    is_not_done = Boolean(required=True)
    report = Nested(ReportBegunOut, required=True)


class EvaluationAnswerOut(Schema):
    id = Integer(required=True)
    round_id = Integer(required=True)
    household_id = Integer(required=True)
    answered_at = DateTime(required=True)
    overall = String(required=True)
    aspects = Dict(keys=String(), values=String(), required=True)
    items = Dict(keys=String(), values=String(), required=True)
    fee = String(required=True, allow_none=True)
    words = String(required=True)
    low = List(Nested(LowMarkOut), required=True, metadata={"description": "不满意的，可以报修"})


class GivenEvaluationOut(EvaluationAnswerOut):
    """The answer, as it was taken."""


class JudgingHouseholdOut(Schema):
    household_id = Integer(required=True)
    label = String(required=True)
    answer = Nested(EvaluationAnswerOut, required=True, allow_none=True)


class EvaluationOut(Schema):
    """One round, with what is asked, and what the households of this person answered themselves."""

    id = Integer(required=True)
    community_id = Integer(required=True)
    number = Integer(required=True)
    name = String(required=True)
    opens_on = Date(required=True)
    closes_on = Date(required=True)
    closes_at = DateTime(required=True, metadata={"description": "这一刻起就晚了"})
    stage = String(required=True)
    stage_name = String(required=True)
    items = List(Nested(PromisedItemOut), required=True, metadata={"description": "当初定下来要改的内容"})
    households = List(Nested(JudgingHouseholdOut), required=True)


class WholeEvaluationOut(EvaluationOut):
    """One round by itself."""


class EvaluationsOut(Schema):
    items = List(Nested(EvaluationOut), required=True)


class JudgedCountOut(Schema):
    name = String(required=True)
    count = Integer(required=True, allow_none=True, metadata={"description": "不公布时为 null"})


class SatisfactionOut(Schema):
    """Of one question. Shares are decimal numbers as text; `low` and `high` bound what is not told exactly."""

    title = String(required=True)
    counts = List(Nested(JudgedCountOut), required=True)
    answered = Integer(required=True, allow_none=True)
    share = String(required=True, allow_none=True)
    interval_low = String(required=True, allow_none=True, metadata={"description": "95% 区间"})
    interval_high = String(required=True, allow_none=True)
    low = String(required=True, allow_none=True)
    high = String(required=True, allow_none=True)


class JudgedBuildingOut(Schema):
    label = String(required=True)
    households = Integer(required=True)
    answered = Integer(required=True, allow_none=True, metadata={"description": "不公布时为 null"})


class JudgedBeforeOut(Schema):
    """A round of the same households; its overall satisfaction is null where too few answered."""

    round_id = Integer(required=True)
    name = String(required=True)
    answered = Integer(required=True)
    lacking = Integer(required=True)
    overall = Nested(SatisfactionOut, required=True, allow_none=True)


class EvaluationResultOut(Schema):
    """What all answered, as everyone may read it."""

    round_id = Integer(required=True)
    households = Integer(required=True, metadata={"description": "全部户"})
    answered = Integer(required=True, metadata={"description": "评了的户"})
    by_staff = Integer(required=True, allow_none=True, metadata={"description": "其中工作人员代填的"})
    lacking = Integer(required=True, metadata={"description": "还差几户才公布，够了为 0"})
    aspects = List(Nested(SatisfactionOut), required=True)
    items = List(Nested(SatisfactionOut), required=True)
    fee = List(Nested(JudgedCountOut), required=True)
    buildings = List(Nested(JudgedBuildingOut), required=True, metadata={"description": "各栋评了的户"})
    rounds = List(
        Nested(JudgedBeforeOut), required=True, metadata={"description": "各次总的满意率，到这一次为止"}
    )
    burst = Integer(required=True, metadata={"description": "一个小时里集中来的最多份数，不异常或太少时为 0"})
    by_few = Integer(
        required=True, metadata={"description": "同样几个人替人评的户，每人三户以上；没有或太少时为 0"}
    )
    words = List(String(), required=True, metadata={"description": "有人看过才公开，不写是谁说的"})
