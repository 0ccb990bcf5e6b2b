"""What goes out about a community as everyone may read it. No name of a person, and no count that gives one away."""

from typing import Any

from apiflask import Schema
from apiflask.fields import Boolean, Date, DateTime, Dict, Integer, List, Nested, String
from apiflask.validators import Range

from miniprogram_api.ballots.schemas import BallotOut, TurnoutOut
from miniprogram_api.notices import ContactOut, NoticeOut
from miniprogram_api.surveys.schemas import SurveyOut
from server.infra.web.addresses import LARGEST_ID

HIDDEN: dict[str, Any] = {"description": "数太少，不公布时为 null"}
PAGE: dict[str, Any] = {"description": "手机页的地址，没有时为空"}


class StationOut(Schema):
    """One of the four: 你说过、定下来、做好了、还管用."""

    word = String(required=True)
    text = String(required=True, metadata={"description": "还没到时为空"})
    state = String(required=True, metadata={"enum": ["done", "now", "next"]})
    on = Date(required=True, allow_none=True)
    page = String(required=True, metadata=PAGE)


class TraceOut(Schema):
    """One thing that was asked for or decided, followed to this day."""

    code = String(required=True, metadata={"description": "改造内容的编号"})
    title = String(required=True)
    decision_id = Integer(required=True, allow_none=True, metadata={"description": "没有定下来时为 null"})
    stations = List(Nested(StationOut), required=True)


class RatioOut(Schema):
    """Both numbers, so that nobody reads a rate without what it is counted of."""

    part = Integer(required=True)
    base = Integer(required=True)


class TicketsSinceOut(Schema):
    days = Integer(required=True, metadata={"description": "近多少天的"})
    on_time = Nested(RatioOut, required=True, allow_none=True, metadata=HIDDEN)
    confirmed = Nested(RatioOut, required=True, allow_none=True, metadata=HIDDEN)
    reopened = Integer(required=True, allow_none=True, metadata=HIDDEN)
    unconfirmed = Integer(required=True, allow_none=True, metadata=HIDDEN)


class SinceOut(Schema):
    """What came after a decision. Null: there is no record of it, which is never nought."""

    is_managed = Boolean(required=True, allow_none=True, metadata={"description": "今天有没有人管"})
    opinion = String(required=True, metadata={"description": "住户评得怎么样，没评过时为空"})
    judged_on = Date(required=True, allow_none=True)
    judged_answered = Integer(required=True, allow_none=True)
    judged_households = Integer(required=True, allow_none=True)
    funds_received_fen = Integer(required=True, allow_none=True)
    funds_spent_fen = Integer(required=True, allow_none=True)
    given_fen = Integer(required=True, allow_none=True, metadata={"description": "居民自愿出的钱，收到的"})
    given_used_fen = Integer(required=True, allow_none=True)
    hours_given = Integer(required=True, allow_none=True)
    tickets = Nested(TicketsSinceOut, required=True, allow_none=True)


class FollowedVoteOut(BallotOut):
    """One vote; while it is open with how many took part, never with what they chose."""

    turnout = List(Nested(TurnoutOut), required=True)


class ProjectLineOut(Schema):
    id = Integer(required=True)
    name = String(required=True)
    stage = String(required=True)
    stage_name = String(required=True)
    plan_year = Integer(required=True)
    planned_start = String(required=True, metadata={"description": "计划哪个月开工，没有排时为空"})
    started_on = Date(required=True, allow_none=True)


class RoundLineOut(Schema):
    id = Integer(required=True)
    name = String(required=True)
    stage = String(required=True, metadata={"enum": ["open", "over"]})
    stage_name = String(required=True)
    closes_on = Date(required=True)


class DecisionLineOut(Schema):
    id = Integer(required=True)
    title = String(required=True)
    stage = String(required=True)
    stage_name = String(required=True)
    decided_on = Date(required=True, allow_none=True, metadata={"description": "没有签发时为 null"})
    last_on = Date(required=True, allow_none=True, metadata={"description": "公示的最后一天"})
    fault = String(required=True, metadata={"description": "表决为什么作废，没有作废时为空"})


class AskedForOut(Schema):
    """Where the counts of the survey hang."""

    notice_id = Integer(required=True)
    notice_number = String(required=True)


class CommunityOut(Schema):
    """The public page of a community."""

    id = Integer(required=True)
    name = String(required=True)
    division = String(required=True)
    contact = Nested(ContactOut, required=True)
    is_neighbour = Boolean(required=True, metadata={"description": "带了令牌，而且在这里有房"})
    report_flat_id = Integer(
        required=True,
        allow_none=True,
        metadata={"description": "从哪一套房在这里报修；没带令牌，或不能报时为 null"},
    )
    thread = List(Nested(StationOut), required=True, metadata={"description": "小区走到哪一步，四站"})
    votes = List(Nested(FollowedVoteOut), required=True, metadata={"description": "在投的在前，最多 20 次"})
    surveys = List(Nested(SurveyOut), required=True, metadata={"description": "正在填的"})
    projects = List(Nested(ProjectLineOut), required=True)
    has_scheme = Boolean(required=True, metadata={"description": "有没有确认过的改造方案"})
    has_catalogue = Boolean(required=True, metadata={"description": "能不能自己配一份改造方案"})
    rounds = List(Nested(RoundLineOut), required=True, metadata={"description": "评价，最近三次"})
    since = Nested(SinceOut, required=True, allow_none=True, metadata={"description": "改造以后"})
    notices = List(Nested(NoticeOut), required=True, metadata={"description": "正在公示的"})
    asked_for = Nested(
        AskedForOut, required=True, allow_none=True, metadata={"description": "调查结果没公示过时为 null"}
    )
    traces = List(Nested(TraceOut), required=True, metadata={"description": "你说的，后来怎么样"})
    decisions = List(Nested(DecisionLineOut), required=True, metadata={"description": "最近的 20 份"})


class VersionIn(Schema):
    version = Integer(
        load_default=None,
        validate=Range(1, LARGEST_ID, error="没有这一版。"),
        error_messages={"invalid": "没有这一版。"},
        metadata={"description": "第几版，不写就是最新的。"},
    )


class SideOut(Schema):
    word = String(required=True)
    heads = Integer(required=True)
    area = String(required=True, metadata={"description": "面积，或占全体的约数，或“不公布”"})


class DecidedItemOut(Schema):
    """One item; exact areas only where they tell nothing of single homes, or to the owners there."""

    motion = String(required=True)
    title = String(required=True)
    scope = String(required=True)
    outcome = String(required=True)
    outcome_words = String(required=True)
    basis = String(required=True)
    is_exact = Boolean(required=True)
    heads = Integer(required=True, metadata={"description": "参与的人数"})
    roll_heads = Integer(required=True)
    area = String(required=True, metadata={"description": "参与的面积，或占全体的约数，或“不公布”"})
    sides = List(Nested(SideOut), required=True)
    tests = List(String(), required=True)


class AnsweredObjectionOut(Schema):
    """What was answered. What people wrote may name others, so it is not here."""

    raised_at = DateTime(required=True)
    verdict = String(required=True)
    answer = String(required=True)


class HungNoticeOut(Schema):
    id = Integer(required=True)
    number = String(required=True)
    opens_on = Date(required=True)
    last_on = Date(required=True)
    is_withdrawn = Boolean(required=True)
    withdrawn_reason = String(required=True)


class AnnulmentOut(Schema):
    court = String(required=True)
    case_number = String(required=True)
    effective_on = Date(required=True)
    reason = String(required=True)


class DecisionOut(Schema):
    """One version of a decision as everyone may read it."""

    id = Integer(required=True)
    community_id = Integer(required=True)
    ballot_id = Integer(required=True)
    title = String(required=True)
    stage = String(required=True)
    stage_name = String(required=True)
    state = String(required=True, metadata={"description": "这一张算不算数，一句话"})
    issuer = String(required=True)
    version = Integer(required=True)
    versions = List(Integer(), required=True, metadata={"description": "各版都留着"})
    is_newest = Boolean(required=True)
    is_final = Boolean(required=True, metadata={"description": "这一版签发了，而且算数"})
    decided_on = Date(required=True, allow_none=True, metadata={"description": "这一版没有签发时为 null"})
    code = String(required=True, metadata={"description": "验证码，没有签发时为空"})
    notice = Nested(HungNoticeOut, required=True)
    body = List(Dict(keys=String()), required=True, metadata={"description": "一块一块的正文，每块有 kind"})
    items = List(Nested(DecidedItemOut), required=True)
    void_reason = String(required=True, metadata={"description": "表决为什么作废，没有作废时为空"})
    annulment = Nested(
        AnnulmentOut, required=True, allow_none=True, metadata={"description": "法院没有撤销时为 null"}
    )
    hung = String(required=True, metadata={"description": "贴过哪些公示，一句话"})
    objections = String(required=True, metadata={"description": "收到几条异议，一句话"})
    answered = List(Nested(AnsweredObjectionOut), required=True)
    thread = List(Nested(StationOut), required=True)
    traces = List(Nested(TraceOut), required=True, metadata={"description": "定下的，后来怎么样"})
    since = Nested(SinceOut, required=True, allow_none=True)


class PaperItemOut(Schema):
    title = String(required=True)
    scope = String(required=True)
    outcome = String(required=True)


class PaperOut(Schema):
    """A paper that was given out or signed here. What the paper says otherwise is not ours."""

    code = String(required=True)
    kind = String(required=True, metadata={"description": "哪一种文书"})
    title = String(required=True)
    community_id = Integer(required=True)
    community = String(required=True)
    issuer = String(required=True)
    issued_on = Date(required=True)
    is_newest = Boolean(required=True, metadata={"description": "后来没有出新的"})
    warning = String(required=True, metadata={"description": "不再算数时说为什么，算数时为空"})
    items = List(Nested(PaperItemOut), required=True, metadata={"description": "定了什么；别的文书为空"})
    body = List(Dict(keys=String()), required=True, metadata={"description": "公开的正文；决定看它自己"})
    decision_id = Integer(required=True, allow_none=True)


class OwnWordOut(Schema):
    """Something this person said."""

    text = String(required=True)
    at = DateTime(required=True)
    ticket_id = Integer(required=True, allow_none=True)
    matter_id = Integer(required=True, allow_none=True)


class OwnTraceOut(TraceOut):
    said = List(Nested(OwnWordOut), required=True)


class OwnTracesOut(Schema):
    """For nobody else, and kept nowhere: found in one's own answers and reports."""

    traces = List(Nested(OwnTraceOut), required=True)
    beside = List(Nested(OwnWordOut), required=True, metadata={"description": "不在上面各样里的"})
