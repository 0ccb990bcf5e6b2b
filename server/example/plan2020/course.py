"""How far each community has come, how its people answered and voted, and on which days: the same every time.

Days are counted from the day on which the example is made.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from server.example.plan2020 import COMMUNITIES
from server.example.plan2020.draws import Draws
from server.example.plan2020.places import Community


class Reached(StrEnum):
    """The furthest stage."""

    LEDGER = "ledger"
    SURVEY_OPEN = "survey_open"
    SURVEY_CLOSED = "survey_closed"
    SURVEY_NOTICED = "survey_noticed"
    ANNOUNCED = "announced"
    VOTING = "voting"
    CLOSED = "closed"
    COUNTED = "counted"
    DRAFTED = "drafted"
    HANGING = "hanging"
    OBJECTED = "objected"
    DECIDED = "decided"

    @property
    def name_zh(self) -> str:
        return _NAMES[self]

    @property
    def has_survey(self) -> bool:
        return self is not Reached.LEDGER

    def is_at_least(self, other: "Reached") -> bool:
        order = list(Reached)
        return order.index(self) >= order.index(other)


_NAMES = {
    Reached.LEDGER: "只有台账",
    Reached.SURVEY_OPEN: "问卷正在填",
    Reached.SURVEY_CLOSED: "问卷已截止",
    Reached.SURVEY_NOTICED: "调查结果公示中",
    Reached.ANNOUNCED: "表决已公告",
    Reached.VOTING: "正在投票",
    Reached.CLOSED: "已截止，等复核",
    Reached.COUNTED: "已计票",
    Reached.DRAFTED: "决定起草中",
    Reached.HANGING: "结果公示中",
    Reached.OBJECTED: "公示中，有异议待答复",
    Reached.DECIDED: "已定案",
}
#: How many communities stand at each stage; all others are decided.
_AT = {
    Reached.LEDGER: 14,
    Reached.SURVEY_OPEN: 26,
    Reached.SURVEY_CLOSED: 16,
    Reached.SURVEY_NOTICED: 18,
    Reached.ANNOUNCED: 18,
    Reached.VOTING: 34,
    Reached.CLOSED: 8,
    Reached.COUNTED: 12,
    Reached.DRAFTED: 10,
    Reached.HANGING: 16,
    Reached.OBJECTED: 10,
}


class Tendency(StrEnum):
    """What becomes of the vote."""

    PASSES = "passes"
    SPLIT = "split"
    FAILS = "fails"
    TOO_FEW = "too_few"


_TENDENCIES = (
    *(Tendency.PASSES,) * 13, *(Tendency.SPLIT,) * 3, *(Tendency.FAILS,) * 2, *(Tendency.TOO_FEW,) * 2,
)  # fmt: skip


@dataclass(frozen=True)
class Support:
    """Of a hundred who vote, how many are for an item and how many against; the others abstain."""

    in_favour: int
    opposed: int


@dataclass(frozen=True)
class Package:
    """What is put to the vote together, by codes of the provincial list; the last one is disputed."""

    title: str
    intro: str
    items: tuple[str, ...]
    #: A lift is voted on by each entrance alone.
    by_entrance: bool = False


PACKAGES = (
    Package("水、路、照明改造", "把共用的水管、下水管换新，把路铺平，装上路灯。三项分开表决，通过哪项做哪项。", ("B02", "B06", "B11")),
    Package("供电、燃气和消防", "把共用的电线、电表箱和燃气管换新，划出消防车道。三项分开表决。", ("B03", "B04", "B10")),
    Package("屋面、门禁和无障碍", "修漏水的屋顶和外墙，装单元门禁，门口修坡道。三项分开表决。", ("B13", "B14", "W06")),
    Package("水管、道路和停车位", "换共用水管，铺平路面，把空地改成停车位。三项分开表决。", ("B02", "B06", "W03")),
    Package("加装电梯", "愿意装的单元，每个单元装一部。各单元分开计票。", ("W02",), by_entrance=True),
    Package("绿化、围墙和健身场地", "补种树和草，修好围墙，在空地装健身器材。三项分开表决。", ("B09", "B07", "W05")),
)  # fmt: skip


@dataclass(frozen=True)
class Days:
    """Days of acts, counted from today; negative is past."""

    entered: int
    survey_opens: int
    survey_closes: int
    announced: int
    vote_closes: int
    drafted: int
    signed: int


#: For a vote that runs or is announced; one that is over hangs on its closing.
_NOW = {
    Reached.ANNOUNCED: (-4, 27),
    Reached.VOTING: (-32, 8),
}


@dataclass(frozen=True)
class Course:
    reached: Reached
    tendency: Tendency
    package: Package
    #: Of a hundred households, and of a hundred heads.
    answering: int
    voting: int
    #: Paper votes among them.
    papers: int
    days: Days

    @property
    def supports(self) -> tuple[Support, ...]:
        """By motion."""
        return tuple(
            self._support(place, is_last=place == len(self.package.items) - 1)
            for place in range(len(self.package.items))
        )

    def _support(self, place: int, *, is_last: bool) -> Support:
        if self.tendency is Tendency.FAILS:
            return Support(38 + 4 * place, 45)
        if self.tendency is Tendency.SPLIT and is_last:
            return Support(47, 38)
        return Support(92 - 5 * place, 4 + 2 * place)


@lru_cache(maxsize=1)
def _stages() -> tuple[Reached, ...]:
    """By the number of the community, mixed: each stage is found in many counties. The first is the story's own."""
    listed = [reached for reached, count in _AT.items() for _ in range(count)]
    listed += [Reached.DECIDED] * (COMMUNITIES - len(listed))
    return tuple(Draws("stages").shuffled(listed))


def course_of(community: Community) -> Course:
    draws = community.draws("course")
    reached = _stages()[community.number - 1]
    tendency = draws.of(_TENDENCIES)
    package = draws.of(PACKAGES)
    has_few = draws.one_in(9)
    answering = draws.between(22, 38) if has_few else draws.between(66, 94)
    if reached is Reached.SURVEY_OPEN:
        answering = draws.between(8, 70)
    voting = draws.between(38, 58) if tendency is Tendency.TOO_FEW else draws.between(76, 93)
    if reached is Reached.VOTING:
        voting = draws.between(12, 75)
    papers = draws.between(2, 4) if reached is Reached.CLOSED or draws.one_in(4) else 0
    return Course(reached, tendency, package, answering, voting, papers, _days(reached, draws))


def _days(reached: Reached, draws: Draws) -> Days:
    """What is over was so for up to four months, so that months differ; what is under way is so today."""
    if reached is Reached.SURVEY_OPEN:
        return replace(
            _after(draws, 0), survey_opens=-draws.between(3, 9), survey_closes=draws.between(5, 14)
        )
    if reached in _NOW:
        announced, closes = _NOW[reached]
        return replace(_after(draws, announced + 2), announced=announced, vote_closes=closes)
    since = {
        Reached.CLOSED: 1, Reached.COUNTED: draws.between(2, 6), Reached.DRAFTED: draws.between(3, 7),
        Reached.HANGING: 4, Reached.OBJECTED: 4, Reached.DECIDED: draws.between(40, 150),
    }.get(reached, 0)  # fmt: skip
    if reached in {Reached.LEDGER, Reached.SURVEY_CLOSED, Reached.SURVEY_NOTICED}:
        closed = -draws.between(3, 40) if reached is not Reached.SURVEY_NOTICED else -2
        return replace(_after(draws, 0), survey_opens=closed - 12, survey_closes=closed, entered=closed - 40)
    return _after(draws, -since - 40, closes=-since)


def _after(draws: Draws, announced: int, *, closes: int = 0) -> Days:
    """The survey ends some weeks before the announcement; the ledger was entered before it."""
    survey_closes = announced - draws.between(8, 20)
    survey_opens = survey_closes - draws.between(7, 14)
    return Days(
        entered=survey_opens - draws.between(12, 30),
        survey_opens=survey_opens,
        survey_closes=survey_closes,
        announced=announced,
        vote_closes=closes,
        drafted=closes + 1,
        signed=closes + 30,
    )
