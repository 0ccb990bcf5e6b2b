"""What residents send of the works, and what they are told. Pages post through the same forms."""

from typing import Any

from apiflask import Schema
from apiflask.fields import Boolean, Date, DateTime, Enum, File, Integer, List, Nested, String
from apiflask.validators import Length, Range

from miniprogram_api.paging import PageOut
from server.contributions.rules import LONGEST_NAME, LONGEST_WORDS, Kind, Shown
from server.infra.web.addresses import LARGEST_ID
from server.infra.web.fields import Line, Words
from server.projects.rules.claims import LONGEST_WORDS as LONGEST_CLAIM
from server.projects.rules.points import LONGEST_PLACE, Mark
from server.projects.rules.points import LONGEST_WORDS as LONGEST_POINT

DAY: dict[str, Any] = {"required": "填是哪一天。", "invalid": "填是哪一天。"}


def _id(sentence: str, **facts: Any) -> Integer:
    return Integer(
        validate=Range(1, LARGEST_ID, error=sentence),
        error_messages={"required": sentence, "invalid": sentence},
        **facts,
    )


class FlatIn(Schema):
    flat_id = _id(
        "没有这套房。",
        allow_none=True,
        load_default=None,
        metadata={"description": "代表哪一套房，只有一套时可以不填"},
    )


class VisitIn(FlatIn):
    """A time to come into the flat. Where the flat holds another time for the same work, it is moved."""

    slot_id = _id("选一个时间。", required=True)


class PhotoIn(FlatIn):
    """The photo comes along in the same request."""

    photo = File(load_default=None, metadata={"description": "一张照片"})  # type: ignore[no-untyped-call]


class PointIn(PhotoIn):
    """Something that must be put right before the works are complete."""

    place = Line(LONGEST_PLACE, required=True, error_messages={"required": "写在哪里。"})
    words = Words(LONGEST_POINT, required=True, error_messages={"required": "写哪里不对。"})
    item_id = _id("没有这一项。", allow_none=True, load_default=None)


class LookIn(Schema):
    """Whether what the contractor put right is right."""

    is_right = Boolean(
        required=True, error_messages={"required": "选改好了还是没改好。", "invalid": "选改好了还是没改好。"}
    )
    words = Words(LONGEST_POINT, load_default="", metadata={"description": "没改好时要写"})


class ClaimIn(PhotoIn):
    """What the works broke."""

    happened_on = Date(required=True, error_messages=DAY)
    words = Words(LONGEST_CLAIM, required=True, error_messages={"required": "写弄坏了什么、怎么弄坏的。"})
    item_id = _id("没有这一项。", allow_none=True, load_default=None)


class PatrolForm(Schema):
    place = Line(LONGEST_PLACE, required=True, error_messages={"required": "写走到了哪里。"})
    words = Words(LONGEST_POINT, load_default="")


class PatrolIn(PatrolForm):
    """What a supervisor saw, a mark for each line of the checklist."""

    marks = List(
        Enum(Mark, by_value=True, error_messages={"unknown": "选合格、不合格或没看到。"}),
        required=True,
        validate=Length(1, 20, error="按清单一条一条选。"),
        metadata={"description": "按清单的次序，每条一个"},
    )
    photo = File(required=True, error_messages={"required": "至少拍一张现场的照片。"})  # type: ignore[no-untyped-call]


class PledgeIn(FlatIn):
    """A promise of one's own accord. Nobody learns who made it unless the giver says so."""

    kind = Enum(
        Kind, by_value=True, required=True, error_messages={"required": "选出什么。", "unknown": "选出什么。"}
    )
    amount = Line(
        30, load_default="", metadata={"description": "出钱填元（如 500.00），出力填小时，其余不填"}
    )
    words = Words(LONGEST_WORDS, load_default="")
    shown = Enum(
        Shown, by_value=True, load_default=Shown.ANONYMOUS, error_messages={"unknown": "选怎么公布。"}
    )
    name = Line(LONGEST_NAME, load_default="", metadata={"description": "shown 是 name 时填"})


# ------------------------------------------------------------------ out


class ItemOut(Schema):
    id = Integer(required=True)
    code = String(required=True)
    title = String(required=True)
    place = String(required=True)
    contractor = String(required=True, metadata={"description": "没排时为空"})
    starts_on = Date(required=True, allow_none=True)
    ends_on = Date(required=True, allow_none=True)
    completed_on = Date(required=True, allow_none=True, metadata={"description": "另一个人确认过的"})
    state = String(required=True, metadata={"description": "给人看的一个词"})


class QuietDayOut(Schema):
    day = Date(required=True)
    reason = String(required=True)


class UtilityOut(Schema):
    kind_name = String(required=True)
    party = String(required=True)
    what = String(required=True)
    starts_on = Date(required=True)
    ends_on = Date(required=True)
    is_outside = Boolean(required=True, metadata={"description": "有的日子不在改造的工期里"})


class ReachedOut(Schema):
    """One act of the works. Those that were passed over are left out."""

    word = String(required=True)
    on = Date(required=True, allow_none=True, metadata={"description": "还没到时为 null"})


class SourceOut(Schema):
    name = String(required=True)
    planned_fen = Integer(required=True)
    received_fen = Integer(required=True)
    spent_fen = Integer(required=True)


class ProjectOut(Schema):
    """One project; money is the whole project's where several communities are in it."""

    id = Integer(required=True)
    name = String(required=True)
    stage = String(required=True)
    stage_name = String(required=True)
    plan_year = Integer(required=True)
    body_name = String(required=True, metadata={"description": "实施单位"})
    others = List(String(), required=True, metadata={"description": "一起改的小区"})
    planned_start = String(required=True, metadata={"description": "计划哪个月开工，没有排时为空"})
    stations = List(Nested(ReachedOut), required=True)
    cost_fen = Integer(required=True, allow_none=True, metadata={"description": "没有预算时为 null"})
    gap_fen = Integer(
        required=True, allow_none=True, metadata={"description": "还没有着落的，没有预算时为 null"}
    )
    sources = List(Nested(SourceOut), required=True)


class StructuresOut(Schema):
    """Illegal structures of the community, in counts alone."""

    found = Integer(required=True)
    ordered = Integer(required=True)
    removed = Integer(required=True)


class WorksOut(Schema):
    """How far the works are, and what is done when, from today on."""

    projects = List(Nested(ProjectOut), required=True)
    structures = Nested(StructuresOut, required=True, metadata={"description": "违法建筑，各是几处"})

    items = List(Nested(ItemOut), required=True)
    noise_hours = String(required=True)
    quiet_days = List(Nested(QuietDayOut), required=True, metadata={"description": "今后 31 天里的"})
    utilities = List(Nested(UtilityOut), required=True)
    open_points = Integer(required=True, metadata={"description": "整改清单没了结的处数"})
    checklist = List(String(), required=True, metadata={"description": "监督员巡查看什么"})


class SlotOut(Schema):
    id = Integer(required=True)
    flat_id = Integer(required=True)
    title = String(required=True)
    on_day = Date(required=True)
    time = String(required=True, metadata={"description": "如 08:00–10:00"})
    left = Integer(required=True, metadata={"description": "还能去几户"})


class AppointmentOut(Schema):
    id = Integer(required=True)
    slot_id = Integer(required=True)
    flat_id = Integer(required=True)
    booked_at = DateTime(required=True)
    ended_at = DateTime(required=True, allow_none=True)


class BookedOut(AppointmentOut):
    """The appointment, as it was taken."""


class VisitsOut(Schema):
    booked = List(Nested(AppointmentOut), required=True)
    free = List(Nested(SlotOut), required=True)


class PointOut(Schema):
    id = Integer(required=True)
    text = String(required=True, metadata={"description": "在哪里、哪里不对"})
    state = String(required=True)
    state_name = String(required=True)
    raised_at = DateTime(required=True)
    is_mine = Boolean(required=True)


class RaisedPointOut(PointOut):
    """The point, as it stands now."""


class PointsOut(PageOut):
    """What others may read, and what one's own household raised."""

    items = List(Nested(PointOut), required=True)


class PointActOut(Schema):
    kind = String(required=True)
    kind_name = String(required=True)
    acted_at = DateTime(required=True)
    words = String(required=True, metadata={"description": "别的居民说的不公开，为空"})
    photo_ids = List(Integer(), required=True)


class WholePointOut(PointOut):
    """One point with its way, as this person may read it; pictures are asked for by their ids."""

    photo_ids = List(Integer(), required=True)
    acts = List(Nested(PointActOut), required=True)


class ClaimOut(Schema):
    id = Integer(required=True)
    flat_id = Integer(required=True)
    words = String(required=True)
    happened_on = Date(required=True)
    due_on = Date(required=True, metadata={"description": "最晚这一天答复"})
    state = String(required=True)
    state_name = String(required=True)
    answer = String(required=True, metadata={"description": "最近一次答复，没有时为空"})
    paid_fen = Integer(required=True, allow_none=True)


class MadeClaimOut(ClaimOut):
    """The claim, as it was taken."""


class ClaimsOut(Schema):
    items = List(Nested(ClaimOut), required=True)


class PatrolOut(Schema):
    id = Integer(required=True)
    place = String(required=True)
    walked_at = DateTime(required=True)
    bad = Integer(required=True, metadata={"description": "几条不合格，都进了整改清单"})


class SeenLineOut(Schema):
    text = String(required=True)
    mark = String(required=True)
    mark_name = String(required=True)


class WalkedPatrolOut(Schema):
    """What a supervisor saw; words and pictures once somebody has looked at them."""

    id = Integer(required=True)
    walked_at = DateTime(required=True)
    bad = Integer(required=True, metadata={"description": "几条不合格"})
    lines = List(Nested(SeenLineOut), required=True)
    words = String(required=True, metadata={"description": "在哪里、看到什么；没有看过的不公开，为空"})
    photo_ids = List(Integer(), required=True)


class PatrolsOut(PageOut):
    """Newest first."""

    households = Integer(required=True, metadata={"description": "几户邻居在替大家看着"})
    may_walk = Boolean(required=True, metadata={"description": "我家是不是监督员"})
    items = List(Nested(WalkedPatrolOut), required=True)


class HiddenWorkOut(Schema):
    """Photographed before it went out of sight."""

    id = Integer(required=True)
    title = String(required=True)
    place = String(required=True)
    entered_at = DateTime(required=True)
    covered_on = Date(required=True)
    photo_ids = List(Integer(), required=True)


class HiddenWorksOut(Schema):
    items = List(Nested(HiddenWorkOut), required=True)


class FundingRowOut(Schema):
    name = String(required=True)
    received_fen = Integer(required=True)
    spent_fen = Integer(required=True)
    left_fen = Integer(required=True)


class FundingOut(Schema):
    """All money of the works, to the fen."""

    rows = List(Nested(FundingRowOut), required=True)
    received_fen = Integer(required=True)
    spent_fen = Integer(required=True)
    left_fen = Integer(required=True)


class PledgeOut(Schema):
    id = Integer(required=True)
    kind = String(required=True)
    kind_name = String(required=True)
    giver = String(required=True, metadata={"description": "按出的人的意思写"})
    words = String(required=True, metadata={"description": "没有看过的不公开，为空"})
    promised = String(required=True)
    given = String(required=True)
    used = String(required=True)


class PledgesOut(PageOut):
    items = List(Nested(PledgeOut), required=True)


class MadePledgeOut(Schema):
    id = Integer(required=True)
    kind = String(required=True)
    amount = Integer(required=True, allow_none=True, metadata={"description": "分，或小时"})
    shown = String(required=True)
    pledged_at = DateTime(required=True)
    taken_back_at = DateTime(required=True, allow_none=True)
