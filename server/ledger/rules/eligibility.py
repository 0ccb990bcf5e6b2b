"""May this community be renovated under the plan (黔建办函〔2020〕3号 一（二）)? Each failed test has its reason."""

from dataclasses import dataclass
from datetime import date

from server.ledger.rules.words import Exclusion, LocationType


@dataclass(frozen=True)
class EligibilityFacts:
    location_type: LocationType
    built_on: date | None
    built_year: int | None
    is_rebuild_suitable: bool
    exclusion: Exclusion
    #: How many of the four conditions are recorded.
    problems: int


@dataclass(frozen=True)
class EligibilityTest:
    code: str
    name: str
    #: None: cannot be told yet, evidence is needed.
    is_met: bool | None
    reason: str


@dataclass(frozen=True)
class Eligibility:
    tests: tuple[EligibilityTest, ...]

    @property
    def is_eligible(self) -> bool:
        """All tests met. One that cannot be told yet is not met."""
        return all(test.is_met for test in self.tests)

    @property
    def is_open(self) -> bool:
        """Nothing speaks against it, but something is not proven yet."""
        return not self.is_eligible and all(test.is_met is not False for test in self.tests)

    @property
    def against(self) -> tuple[EligibilityTest, ...]:
        """Those by which a recorded fact puts it outside the plan. What is merely not recorded yet does not."""
        return tuple(test for test in self.tests if test.is_met is False and test.code != "problems")

    @property
    def failed(self) -> tuple[EligibilityTest, ...]:
        return tuple(test for test in self.tests if not test.is_met)


def eligibility(facts: EligibilityFacts, cutoff_on: date) -> Eligibility:
    """`cutoff_on` is the last day of completion that still counts as old."""
    return Eligibility(
        (_location(facts), _year(facts, cutoff_on), _rebuild(facts), _exclusion(facts), _problems(facts))
    )


def _location(facts: EligibilityFacts) -> EligibilityTest:
    is_met = facts.location_type is not LocationType.ELSEWHERE
    reason = f"在{facts.location_type.name_zh}。" if is_met else "不在城市或县城（城关镇）范围内。"
    return EligibilityTest("location", "在城市或县城", is_met, reason)


def _year(facts: EligibilityFacts, cutoff_on: date) -> EligibilityTest:
    name = f"{cutoff_on.year} 年 {cutoff_on.month} 月 {cutoff_on.day} 日前建成"
    if facts.built_on is not None:
        is_met = facts.built_on <= cutoff_on
        day = f"{facts.built_on.year} 年 {facts.built_on.month} 月 {facts.built_on.day} 日"
        return EligibilityTest("built", name, is_met, f"{day}竣工，{_beside(facts.built_on, cutoff_on)}。")
    if facts.built_year is None:
        return EligibilityTest("built", name, None, "没有登记建成年份。请补上，并写明依据。")
    if facts.built_year == cutoff_on.year and cutoff_on != date(cutoff_on.year, 12, 31):
        return EligibilityTest(
            "built", name, None, f"{facts.built_year} 年建成，正在截止的那一年。请补上竣工日期。"
        )
    is_met = facts.built_year <= cutoff_on.year
    reason = f"{facts.built_year} 年建成。"
    if facts.built_year == cutoff_on.year:
        reason = f"{facts.built_year} 年建成，在边界上。请备好竣工验收资料。"
    return EligibilityTest("built", name, is_met, reason)


def _beside(built_on: date, cutoff_on: date) -> str:
    if built_on == cutoff_on:
        return "正好是截止日当天，也算"
    return "早于截止日" if built_on < cutoff_on else "晚于截止日"


def _rebuild(facts: EligibilityFacts) -> EligibilityTest:
    is_met = not facts.is_rebuild_suitable
    reason = "不宜整体拆除重建。" if is_met else "宜整体拆除重建，应走棚改等途径。"
    return EligibilityTest("rebuild", "不宜整体拆除重建", is_met, reason)


def _exclusion(facts: EligibilityFacts) -> EligibilityTest:
    is_met = facts.exclusion is Exclusion.NONE
    reason = "没有排除情形。" if is_met else f"{facts.exclusion.name_zh}，不在改造范围内，表决也不能改变。"
    return EligibilityTest("exclusion", "不属于棚改、自建房、城中村", is_met, reason)


def _problems(facts: EligibilityFacts) -> EligibilityTest:
    is_met = facts.problems > 0
    reason = f"登记了 {facts.problems} 项问题。" if is_met else "还没有登记存在的问题，至少要有一项。"
    return EligibilityTest("problems", "环境、设施、无障碍或管理有缺失", is_met, reason)
