"""Sums over households by group. Folding one in and out again leaves what was there before."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from server.surveys.rules.counting import add, contributions, merge
from server.surveys.rules.definition import Definition
from server.surveys.rules.words import Capacity, Proof, Sensitive


class Dimension(StrEnum):
    """By what results are shown."""

    ALL = "all"
    BUILDING = "building"
    CAPACITY = "capacity"
    AGE = "age"
    PROOF = "proof"
    VERSION = "version"
    #: Of a campaign: each community's survey as a whole.
    COMMUNITY = "community"

    @property
    def name_zh(self) -> str:
        return {
            "all": "全部",
            "building": "按楼栋",
            "capacity": "按身份",
            "age": "按年龄",
            "proof": "按来路",
            "version": "按问卷版本",
            "community": "按小区",
        }[self.value]


@dataclass(frozen=True)
class Answered:
    """One response as it is counted, with its sealed answers opened."""

    number: int
    building_id: int
    capacity: Capacity
    proof: Proof
    answers: Mapping[str, Any]
    definition: Definition


@dataclass
class Group:
    """How many households, and the cells of each question."""

    households: int = 0
    counts: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def is_anyone(self) -> bool:
        """Also where it stands for consent alone: the household's other answers may be counted in another group."""
        return bool(self.households) or any(self.counts.values())


Table = dict[tuple[Dimension, str], Group]


def fold(table: Table, needs: Answered | None, consent: Answered | None, *, sign: int = 1) -> None:
    """Add a household to its groups, or take it out with `sign` -1.

    A household is one in the groups of the response that counts; consent questions are counted in the groups of the
    response that stands for consent.
    """
    if needs is not None:
        cells = list(contributions(needs.definition, needs.answers, is_consent=False))
        for key in groups_of(needs):
            group = table.setdefault(key, Group())
            group.households += sign
            add(group.counts, cells, sign)
    if consent is not None:
        cells = list(contributions(consent.definition, consent.answers, is_consent=True))
        for key in groups_of(consent):
            add(table.setdefault(key, Group()).counts, cells, sign)


def groups_of(answered: Answered) -> Iterator[tuple[Dimension, str]]:
    yield Dimension.ALL, ""
    yield Dimension.BUILDING, str(answered.building_id)
    yield Dimension.CAPACITY, answered.capacity.value
    yield Dimension.PROOF, answered.proof.value
    yield Dimension.VERSION, str(answered.number)
    age = age_of(answered)
    if age:
        yield Dimension.AGE, age


def age_of(answered: Answered) -> str:
    """The age band they gave, where it was asked and answered with consent."""
    for question in answered.definition.questions:
        if question.sensitive is Sensitive.AGE and answered.answers.get(question.key):
            return str(answered.answers[question.key])
    return ""


def age_options(definition: Definition) -> dict[str, str]:
    """The age bands in the order of the form, in words; empty where age is not asked by bands."""
    for question in definition.questions:
        if question.sensitive is Sensitive.AGE:
            return {option.value: option.title for option in question.options}
    return {}


def joined(wholes: Mapping[str, Group]) -> Table:
    """Several surveys as one: the sum of all, and each by its name. Counts are added, never rates."""
    whole = Group()
    for group in wholes.values():
        whole.households += group.households
        merge(whole.counts, group.counts)
    return {(Dimension.ALL, ""): whole} | {
        (Dimension.COMMUNITY, name): group for name, group in wholes.items()
    }
