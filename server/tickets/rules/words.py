"""The words of tickets: what is wrong, who told of it, how urgent it is, where it stands, what was done."""

from enum import StrEnum


class Category(StrEnum):
    WATER = "water"
    POWER = "power"
    GAS = "gas"
    LIFT = "lift"
    LEAK = "leak"
    ROAD = "road"
    FIRE = "fire"
    SECURITY = "security"
    GREEN = "green"
    WASTE = "waste"
    NOISE = "noise"
    STRUCTURE = "structure"
    SERVICE = "service"
    FEE = "fee"
    WORKS = "works"
    OTHER = "other"

    @property
    def name_zh(self) -> str:
        return CATEGORY_NAMES[self]

    @property
    def priority(self) -> "Priority":
        """How urgent it is taken to be until somebody has looked at it."""
        return PRIORITIES.get(self, Priority.P2)

    @property
    def is_complaint(self) -> bool:
        """Answered in words: there is no place to go to and nothing to photograph."""
        return self in COMPLAINTS


CATEGORY_NAMES = {
    Category.WATER: "水管、下水",
    Category.POWER: "供电、照明",
    Category.GAS: "燃气",
    Category.LIFT: "电梯",
    Category.LEAK: "屋顶、外墙漏水",
    Category.ROAD: "道路、停车",
    Category.FIRE: "消防",
    Category.SECURITY: "门禁、监控",
    Category.GREEN: "绿化",
    Category.WASTE: "垃圾、保洁",
    Category.NOISE: "噪声、扰民",
    Category.STRUCTURE: "违建、占道",
    Category.SERVICE: "物业服务态度",
    Category.FEE: "收费",
    Category.WORKS: "改造工程质量",
    Category.OTHER: "其他",
}


class Source(StrEnum):
    #: By a resident for themselves, from a code on a wall or their own home.
    RESIDENT_QR = "resident_qr"
    #: By a resident for a neighbour.
    ON_BEHALF = "on_behalf"
    PHONE = "phone"
    #: By the committee's people on their round.
    PATROL = "patrol"
    #: By the property company on its own round.
    COMPANY = "company"
    OPEN311 = "open311"
    #: By the house, where the same facility failed again and again.
    PREVENTIVE = "preventive"

    @property
    def name_zh(self) -> str:
        return SOURCE_NAMES[self]


SOURCE_NAMES = {
    Source.RESIDENT_QR: "居民扫码",
    Source.ON_BEHALF: "替邻居报的",
    Source.PHONE: "电话",
    Source.PATROL: "巡查",
    Source.COMPANY: "物业自查",
    Source.OPEN311: "其他平台",
    Source.PREVENTIVE: "预防性检修",
}


class Priority(StrEnum):
    #: Danger to life.
    P0 = "p0"
    P1 = "p1"
    P2 = "p2"
    #: A complaint or suggestion: answered rather than mended.
    P3 = "p3"

    @property
    def name_zh(self) -> str:
        return {"p0": "危险", "p1": "紧急", "p2": "一般", "p3": "投诉、建议"}[self.value]

    @property
    def is_urgent(self) -> bool:
        return self in {Priority.P0, Priority.P1}


PRIORITIES = {
    Category.GAS: Priority.P0,
    Category.LIFT: Priority.P1,
    Category.FIRE: Priority.P1,
    Category.NOISE: Priority.P3,
    Category.STRUCTURE: Priority.P3,
    Category.SERVICE: Priority.P3,
    Category.FEE: Priority.P3,
}
COMPLAINTS = frozenset({Category.NOISE, Category.STRUCTURE, Category.SERVICE, Category.FEE, Category.OTHER})


class State(StrEnum):
    NEW = "new"
    ACCEPTED = "accepted"
    DISPATCHED = "dispatched"
    ON_SITE = "on_site"
    IN_PROGRESS = "in_progress"
    SUSPENDED = "suspended"
    #: The company says so; the resident has not yet.
    DONE = "done"
    PARTLY_SOLVED = "partly_solved"
    REFUSED = "refused"
    CONFIRMED = "confirmed"
    #: Done, and nobody answered when asked twice. Counted apart from confirmed.
    UNCONFIRMED = "unconfirmed"
    #: Withdrawn, the same as another one, or refused or partly solved and left at that.
    CLOSED = "closed"

    @property
    def name_zh(self) -> str:
        return STATE_NAMES[self]

    @property
    def tone(self) -> str:
        return TONES.get(self, "info")

    @property
    def is_open(self) -> bool:
        """Somebody still has to work on it."""
        return self in OPEN

    @property
    def is_answered(self) -> bool:
        """The company has said its last word; the resident may say theirs."""
        return self in ANSWERED

    @property
    def is_ended(self) -> bool:
        return self in ENDED


STATE_NAMES = {
    State.NEW: "等受理",
    State.ACCEPTED: "已受理",
    State.DISPATCHED: "已派人",
    State.ON_SITE: "已到场",
    State.IN_PROGRESS: "处理中",
    State.SUSPENDED: "暂停",
    State.DONE: "等居民确认",
    State.PARTLY_SOLVED: "部分解决",
    State.REFUSED: "不予办理",
    State.CONFIRMED: "居民已确认",
    State.UNCONFIRMED: "未确认结束",
    State.CLOSED: "已关闭",
}
OPEN = (
    State.NEW,
    State.ACCEPTED,
    State.DISPATCHED,
    State.ON_SITE,
    State.IN_PROGRESS,
    State.SUSPENDED,
)
ANSWERED = (State.DONE, State.PARTLY_SOLVED, State.REFUSED)
ENDED = (State.CONFIRMED, State.UNCONFIRMED, State.CLOSED)
TONES = {
    State.NEW: "wait",
    State.SUSPENDED: "wait",
    State.DONE: "wait",
    State.PARTLY_SOLVED: "wait",
    State.REFUSED: "stop",
    State.CONFIRMED: "go",
    State.UNCONFIRMED: "",
    State.CLOSED: "",
}


class Act(StrEnum):
    REPORT = "report"
    #: Within the warranty of the works: it goes to whoever built it.
    ROUTE = "route"
    ACCEPT = "accept"
    PRIORITISE = "prioritise"
    DISPATCH = "dispatch"
    ARRIVE = "arrive"
    START = "start"
    ASK_SUSPENSION = "ask_suspension"
    GRANT_SUSPENSION = "grant_suspension"
    DENY_SUSPENSION = "deny_suspension"
    RESUME = "resume"
    FINISH = "finish"
    FINISH_PARTLY = "finish_partly"
    REFUSE = "refuse"
    CONFIRM = "confirm"
    REOPEN = "reopen"
    #: Nobody answered: asked once more.
    REMIND = "remind"
    #: Nobody answered a second time: over.
    LAPSE = "lapse"
    ESCALATE = "escalate"
    WITHDRAW = "withdraw"
    #: It is the same as another ticket.
    MERGE = "merge"
    NOTE = "note"

    @property
    def name_zh(self) -> str:
        return ACT_NAMES[self]

    @property
    def is_last_word(self) -> bool:
        """The company says that it has done what it will."""
        return self in {Act.FINISH, Act.FINISH_PARTLY, Act.REFUSE}


ACT_NAMES = {
    Act.REPORT: "报上来",
    Act.ROUTE: "转施工单位保修",
    Act.ACCEPT: "受理",
    Act.PRIORITISE: "改紧急程度",
    Act.DISPATCH: "派人",
    Act.ARRIVE: "到场",
    Act.START: "开始处理",
    Act.ASK_SUSPENSION: "申请暂停",
    Act.GRANT_SUSPENSION: "同意暂停",
    Act.DENY_SUSPENSION: "不同意暂停",
    Act.RESUME: "恢复处理",
    Act.FINISH: "办完，等居民确认",
    Act.FINISH_PARTLY: "部分解决",
    Act.REFUSE: "不予办理",
    Act.CONFIRM: "确认已解决",
    Act.REOPEN: "没解决，重新办",
    Act.REMIND: "再问一次居民",
    Act.LAPSE: "没人答复，结束",
    Act.ESCALATE: "超时，报上一级",
    Act.WITHDRAW: "撤回",
    Act.MERGE: "并入另一件",
    Act.NOTE: "留言",
}


class Level(StrEnum):
    """Who knows that it is overdue; each step takes in the next office above."""

    COMPANY = "company"
    COMMITTEE = "committee"
    STREET = "street"
    COUNTY = "county"

    @property
    def name_zh(self) -> str:
        return {"company": "物业公司", "committee": "居委会", "street": "街道", "county": "县（市、区）"}[
            self.value
        ]

    @property
    def above(self) -> "Level | None":
        steps = list(Level)
        at = steps.index(self) + 1
        return steps[at] if at < len(steps) else None
