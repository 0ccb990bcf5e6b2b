"""How far a community has come: the strip of six on its first page."""

from dataclasses import dataclass

from admin.waiting import Today
from server.ballots.models import Ballot
from server.ballots.rules.drafting import Stage
from server.decisions.rules import Stage as DecisionStage
from server.identity import queries as identity
from server.identity.rules import Permission
from server.ledger import queries as ledger


@dataclass(frozen=True)
class Station:
    """One of the strip of six."""

    state: str
    fact: str
    href: str


@dataclass(frozen=True)
class _Step:
    """A station before it is known which of the six comes first."""

    is_done: bool
    fact: str
    endpoint: str
    permission: Permission


@dataclass(frozen=True)
class NextStep:
    """What to tell whoever has nothing on the desk: where to go on, or what is being waited for."""

    title: str
    text: str
    action: str = ""
    href: str = ""


#: By the station where the community stands. Without a word for a button there is nothing to press but to wait.
NEXT = (
    ("下一步：导入台账", "下载模板，填好楼栋、房屋和业主，传上来。", "去台账"),
    ("下一步：发码、打印", "每户一张入户码投进信箱，每个单元门口贴一张海报。", "去发码"),
    ("下一步：起草投票，贴公告", "从改造目录里选要表决的内容，公告贴满天数才能投。", "去起草"),
    ("都在按公告的时间走", "到时间自动开始，到时间截止。新的纸票、要复核的票会出现在这里。", ""),
    ("等计票", "投票截止了，由复核人开始计票。", ""),
    ("下一步：写改造决定", "票已经计完。写好决定，公示期满、没有未答复的异议，才能定案。", "去写决定"),
)
ALL_DONE = NextStep("都办完了", "新的纸票、异议和到期的事会出现在这里。")


def next_step(strip: list[Station]) -> NextStep:
    """For a first page on which nothing waits."""
    for station, (title, text, action) in zip(strip, NEXT, strict=True):
        if station.state == "now":
            return NextStep(title, text, action, station.href)
    return ALL_DONE


def stations(today: Today) -> list[Station]:
    """Import, print, announce, vote, count, decide: the first that is not done is where the community stands."""
    steps = _steps(today)
    first_open = next((number for number, step in enumerate(steps) if not step.is_done), len(steps))
    return [
        Station(
            "done" if number < first_open else "now" if number == first_open else "next",
            step.fact,
            # Only where this person may go: the strip is for everyone who sees the community.
            today.href(step.endpoint) if today.holds(step.permission) else "",
        )
        for number, step in enumerate(steps)
    ]


def _steps(today: Today) -> list[_Step]:
    flats = ledger.flat_count(today.community_id)
    slips, opened = identity.slip_counts(today.community_id)
    begun = today.votes_at(Stage.OPEN, Stage.CLOSED, Stage.COUNTED)
    announced, running = today.votes_at(Stage.ANNOUNCED), today.votes_at(Stage.OPEN)
    counted = today.votes_at(Stage.COUNTED)
    final = [line for line in today.decided if line.stage is DecisionStage.FINAL]
    return [
        _Step(
            flats > 0,
            f"{flats} 套房" if flats else "",
            "admin.ledger.communities.show",
            Permission.SEE_LEDGER,
        ),
        _Step(
            slips > 0,
            f"{opened} / {slips} 张扫过" if slips else "",
            "admin.codes.overview",
            Permission.PRINT_CODES,
        ),
        _Step(
            bool(announced or begun),
            _pieces(announced, Stage.ANNOUNCED.name_zh),
            # What is to be announced is drafted there; what hangs is among the notices.
            *(
                ("admin.notices.list_notices", Permission.SEE_NOTICES)
                if announced or begun
                else ("admin.ballots.list_ballots", Permission.SEE_BALLOT)
            ),
        ),
        _Step(
            len(begun) > len(running),  # one at least is over
            _pieces(running, Stage.OPEN.name_zh),
            "admin.ballots.list_ballots",
            Permission.SEE_BALLOT,
        ),
        _Step(bool(counted), _pieces(counted, "已计票"), "admin.ballots.list_ballots", Permission.SEE_BALLOT),
        _Step(
            bool(final),
            f"{len(final)} 份已生效" if final else "",
            "admin.decisions.list_decisions",
            Permission.SEE_DECISION,
        ),
    ]


def _pieces(votes: list[Ballot], word: str) -> str:
    return f"{len(votes)} 件{word}" if votes else ""
