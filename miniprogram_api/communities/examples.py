"""What the answers look like, for whoever writes a client from the description. A test holds each against its schema."""

from typing import Any

STATIONS = [
    {"word": "你说过", "text": "住户想改", "state": "done", "on": None, "page": ""},
    {
        "word": "定下来",
        "text": "定了",
        "state": "done",
        "on": "2026-04-20",
        "page": "/communities/7/decisions/3",
    },
    {"word": "做好了", "text": "6 处做完 2 处", "state": "now", "on": None, "page": ""},
    {"word": "还管用", "text": "", "state": "next", "on": None, "page": ""},
]
TRACE = {"code": "B06", "title": "小区道路", "decision_id": 3, "stations": STATIONS}

COMMUNITY: dict[str, Any] = {
    "id": 7,
    "name": "九洲巷小区",
    "division": "贵州省 贵阳市 南明区 中华南路街道 九洲巷社区居民委员会",
    "contact": {"name": "九洲巷社区居委会", "phone": "0851-85550123", "place": "居委会一楼"},
    "is_neighbour": False,
    "report_flat_id": None,
    "thread": [
        {
            "word": "你说过",
            "text": "2026 年改造表决",
            "state": "done",
            "on": "2026-03-31",
            "page": "/ballots/5/result",
        },
        {
            "word": "定下来",
            "text": "已生效",
            "state": "done",
            "on": "2026-04-20",
            "page": "/communities/7/decisions/3",
        },
        {"word": "做好了", "text": "等开工", "state": "now", "on": None, "page": ""},
        {"word": "还管用", "text": "", "state": "next", "on": None, "page": ""},
    ],
    "votes": [
        {
            "id": 5,
            "community_id": 7,
            "title": "2026 年改造表决",
            "stage": "counted",
            "stage_name": "已计票",
            "opens_at": "2026-03-18T01:00:00+00:00",
            "closes_at": "2026-03-31T10:00:00+00:00",
            "turnout": [],
        }
    ],
    "surveys": [],
    "projects": [
        {
            "id": 2,
            "name": "九洲巷小区 2026 年改造",
            "stage": "preparation",
            "stage_name": "前期准备",
            "plan_year": 2026,
            "planned_start": "2026 年 6 月",
            "started_on": None,
        }
    ],
    "has_scheme": True,
    "has_catalogue": True,
    "rounds": [],
    "since": None,
    "notices": [],
    "asked_for": {"notice_id": 11, "notice_number": "公示〔2026〕4 号"},
    "traces": [TRACE],
    "decisions": [
        {
            "id": 3,
            "title": "九洲巷小区改造决定",
            "stage": "final",
            "stage_name": "已生效",
            "decided_on": "2026-04-20",
            "last_on": "2026-04-17",
            "fault": "",
        }
    ],
}

DECISION: dict[str, Any] = {
    "id": 3,
    "community_id": 7,
    "ballot_id": 5,
    "title": "九洲巷小区改造决定",
    "stage": "final",
    "stage_name": "已生效",
    "state": "已签发",
    "issuer": "九洲巷社区居委会",
    "version": 1,
    "versions": [1],
    "is_newest": True,
    "is_final": True,
    "decided_on": "2026-04-20",
    "code": "7KQM2XHP9RTD",
    "notice": {
        "id": 12,
        "number": "公示〔2026〕5 号",
        "opens_on": "2026-04-03",
        "last_on": "2026-04-17",
        "is_withdrawn": False,
        "withdrawn_reason": "",
    },
    "body": [{"kind": "text", "text": "经业主表决，决定如下。"}],
    "items": [
        {
            "motion": "m1",
            "title": "小区道路",
            "scope": "全小区",
            "outcome": "adopted",
            "outcome_words": "通过",
            "basis": "民法典第 278 条",
            "is_exact": False,
            "heads": 5,
            "roll_heads": 6,
            "area": "占全体约 85%",
            "sides": [{"word": "同意", "heads": 5, "area": "占全体约 85%"}],
            "tests": ["参与表决的人数和面积都过三分之二。"],
        }
    ],
    "void_reason": "",
    "annulment": None,
    "hung": "结果公示〔2026〕5 号 从 4 月 3 日贴到 4 月 17 日。",
    "objections": "没有收到异议。",
    "answered": [],
    "thread": STATIONS,
    "traces": [TRACE],
    "since": None,
}

PAPER: dict[str, Any] = {
    "code": "7KQM2XHP9RTD",
    "kind": "改造决定",
    "title": "九洲巷小区改造决定",
    "community_id": 7,
    "community": "九洲巷小区",
    "issuer": "九洲巷社区居委会",
    "issued_on": "2026-04-20",
    "is_newest": True,
    "warning": "",
    "items": [{"title": "小区道路", "scope": "全小区", "outcome": "通过"}],
    "body": [],
    "decision_id": 3,
}

SAID = {
    "text": "调查里你说想改",
    "at": "2026-03-05T02:00:00+00:00",
    "ticket_id": None,
    "matter_id": None,
}
OWN: dict[str, Any] = {
    "traces": [{**TRACE, "said": [SAID]}],
    "beside": [
        {
            "text": "你提过：3 栋门口的灯不亮，办好了",
            "at": "2026-03-09T02:00:00+00:00",
            "ticket_id": None,
            "matter_id": 4,
        }
    ],
}
