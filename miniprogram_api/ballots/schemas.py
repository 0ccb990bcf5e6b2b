"""What comes in and goes out about ballots. Nothing here carries another's choice, and nothing a count before its day."""

from typing import Any

from apiflask import Schema
from apiflask.fields import Boolean, DateTime, Dict, Integer, List, Nested, String
from apiflask.validators import Range
from marshmallow import ValidationError, validates

from server.infra.web.addresses import LARGEST_ID
from server.infra.web.fields import Line

MOST_MOTIONS = 200


class ChoicesIn(Schema):
    """Choices by motion, and nothing else: weight comes from the roll, never from the voter."""

    choices = Dict(
        keys=Line(40, shortest=1),
        values=Line(200, shortest=1),
        required=True,
        error_messages={
            "required": "每一项都要选。",
            "invalid": "每一项写成“事项: 选择”。",
            "null": "每一项都要选。",
        },
        metadata={"description": '每个事项选了什么，例如 {"m1": "for"}', "minProperties": 1},
    )

    @validates("choices")
    def _some(self, value: dict[str, Any], data_key: str) -> None:  # noqa: ARG002 - marshmallow hands it over
        if not 1 <= len(value) <= MOST_MOTIONS:
            raise ValidationError("每一项都要选。")


class VoteIn(ChoicesIn):
    """A vote of one's own."""

    flat_id = Integer(
        strict=True,
        allow_none=True,
        load_default=None,
        validate=Range(1, LARGEST_ID, error="没有这套房。"),
        metadata={"description": "名下的房分属几位业主时，说明投的是哪一套的票"},
    )


class VoteOut(Schema):
    """The receipt to keep. The same request again gives the same."""

    receipt = String(required=True, metadata={"description": "回执编号，12 位"})
    ballot_id = Integer(required=True)
    recorded_at = DateTime(required=True)
    look_up = String(required=True, metadata={"description": "以后查这一票的网址，不显示选择"})


class ReceiptOut(Schema):
    """What became of a vote; never what was chosen."""

    receipt = String(required=True)
    ballot_id = Integer(required=True)
    title = String(required=True)
    recorded_at = DateTime(required=True)
    standing = String(
        required=True,
        metadata={"enum": ["included", "superseded", "void", "off_roll"]},
    )
    awaits_review = Boolean(required=True)
    state = String(required=True, metadata={"description": "同样的意思，给人看的"})


class ChoiceOut(Schema):
    value = String(required=True)
    name = String(required=True)
    meaning = String(required=True, metadata={"description": "选它对你意味着什么"})


class MotionOut(Schema):
    """One thing voted on, in plain words."""

    id = String(required=True)
    title = String(required=True)
    description = String(required=True)
    kind = String(required=True, metadata={"enum": ["approve", "choose_one"]})
    choices = List(Nested(ChoiceOut), required=True)
    demand = String(required=True, metadata={"description": "多少人、多少面积同意才通过，依据哪一条"})


class TurnoutOut(Schema):
    """How many took part in one scope. Exact areas only where they tell nothing of single homes, or to its owners."""

    scope = String(required=True)
    name = String(required=True)
    heads = Integer(required=True)
    roll_heads = Integer(required=True)
    area = String(
        required=True, allow_none=True, metadata={"description": "平方米，两位小数；人少的范围为 null"}
    )
    roll_area = String(required=True, allow_none=True)
    area_per_cent = Integer(required=True)
    is_met = Boolean(required=True, metadata={"description": "参与的人数和面积够不够"})
    sentence = String(required=True, metadata={"description": "还差多少"})


class TurnoutsOut(Schema):
    ballot_id = Integer(required=True)
    scopes = List(Nested(TurnoutOut), required=True)


class OwnFlatOut(Schema):
    flat_id = Integer(required=True)
    label = String(required=True)


class OwnReceiptOut(Schema):
    receipt = String(required=True)
    recorded_at = DateTime(required=True)
    channel = String(required=True)
    state = String(required=True)


class VoterOut(Schema):
    """What this resident may do now, or why not."""

    may_vote = Boolean(required=True)
    code = String(required=True, metadata={"description": "为什么不能投，能投时为空"})
    message = String(required=True)
    has_voted = Boolean(required=True)
    flats = List(Nested(OwnFlatOut), required=True, metadata={"description": "能投的票，一位业主列一套房"})
    receipts = List(Nested(OwnReceiptOut), required=True)


class BallotOut(Schema):
    id = Integer(required=True)
    community_id = Integer(required=True)
    title = String(required=True)
    stage = String(required=True, metadata={"enum": ["announced", "open", "closed", "counted"]})
    stage_name = String(required=True)
    opens_at = DateTime(required=True, allow_none=True)
    closes_at = DateTime(required=True, allow_none=True)


class BallotTextOut(BallotOut):
    """The whole ballot as announced, with this resident's part in it."""

    intro = String(required=True)
    who_votes = String(required=True)
    notice_id = Integer(required=True, allow_none=True)
    may_change = Boolean(required=True)
    motions = List(Nested(MotionOut), required=True)
    me = Nested(VoterOut, required=True)
    turnout = List(Nested(TurnoutOut), required=True)


class BallotsOut(Schema):
    items = List(Nested(BallotOut), required=True)


class TestOut(Schema):
    """One test of the law on a motion."""

    kind = String(required=True, metadata={"enum": ["quorum", "approval"]})
    side = String(required=True, allow_none=True)
    demand = String(required=True)
    is_met = Boolean(required=True)
    is_met_by_heads = Boolean(required=True)
    is_met_by_area = Boolean(required=True)
    lacking = String(required=True, metadata={"description": "差多少，人少的范围为空"})


class MotionResultOut(Schema):
    id = String(required=True)
    title = String(required=True)
    kind = String(required=True)
    verdict = String(required=True, metadata={"enum": ["passed", "rejected", "no_quorum", "not_computable"]})
    verdict_name = String(required=True)
    adopted = String(required=True, allow_none=True)
    law = String(required=True)
    basis = String(required=True)
    heads = Dict(keys=String(), values=Integer(), required=True)
    area = Dict(keys=String(), values=String(), required=True, allow_none=True)
    area_per_cent = Dict(
        keys=String(),
        values=Integer(),
        required=True,
        allow_none=True,
        metadata={"description": "人少的范围：占全体面积的整数百分比；连百分比也会泄露谁选了什么时为 null"},
    )
    tests = List(Nested(TestOut), required=True)


class ScopeResultOut(Schema):
    scope = String(required=True)
    name = String(required=True)
    is_exact = Boolean(required=True)
    motions = List(Nested(MotionResultOut), required=True)


class CheckpointOut(Schema):
    number = Integer(required=True)
    events = Integer(required=True, metadata={"description": "那一刻有几条记录"})
    head_hash = String(
        required=True, metadata={"description": "最后一条记录的指纹；还没有记录时，是内容和名册的指纹"}
    )
    taken_at = DateTime(required=True)
    text = String(required=True, metadata={"description": "原样留着的七行字，最后一行是签名"})


class CheckpointsOut(Schema):
    """The newest first, at most twenty; the file has them all."""

    ballot_id = Integer(required=True)
    public_key = String(required=True, metadata={"description": "现在签名用的公钥，Ed25519，base64"})
    total = Integer(required=True)
    items = List(Nested(CheckpointOut), required=True)


class ResultOut(Schema):
    """The count in force."""

    ballot_id = Integer(required=True)
    title = String(required=True)
    closes_at = DateTime(required=True)
    counted_at = DateTime(required=True)
    number = Integer(required=True, metadata={"description": "第几次计票"})
    head_hash = String(required=True, metadata={"description": "选票记录最后一条的指纹，核对用"})
    scopes = List(Nested(ScopeResultOut), required=True)
