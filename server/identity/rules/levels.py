"""How well a person is known for a flat, and what that is enough for."""

from enum import StrEnum


class Level(StrEnum):
    #: They hold the slip from the letterbox: the household was reached. No owner is proven.
    REACHED = "reached"
    #: They are this owner of the flat: proven against the ledger, or confirmed by the committee in person.
    OWNER = "owner"

    @property
    def name_zh(self) -> str:
        return {"reached": "已送达住户", "owner": "已核实业主"}[self.value]


class Deed(StrEnum):
    """What a resident may want to do."""

    READ_NOTICES = "read_notices"
    RAISE_OBJECTION = "raise_objection"
    ANSWER_SURVEY = "answer_survey"
    REPORT_ISSUE = "report_issue"
    RATE = "rate"
    SEE_TURNOUT = "see_turnout"
    VOTE = "vote"
    SEE_EXACT_AREAS = "see_exact_areas"


#: The level each deed asks for. Advisory things ask that the household was reached, binding ones that the owner is proven.
LEAST_LEVEL: dict[Deed, Level] = {
    Deed.READ_NOTICES: Level.REACHED,
    Deed.RAISE_OBJECTION: Level.REACHED,
    Deed.ANSWER_SURVEY: Level.REACHED,
    Deed.REPORT_ISSUE: Level.REACHED,
    Deed.RATE: Level.REACHED,
    Deed.SEE_TURNOUT: Level.REACHED,
    Deed.VOTE: Level.OWNER,
    Deed.SEE_EXACT_AREAS: Level.OWNER,
}


def effective_level(level: Level, *, is_frozen: bool) -> Level:
    """A disputed binding counts as reached only, until someone has decided."""
    return Level.REACHED if is_frozen else level


def level_may(level: Level | None, deed: Deed) -> bool:
    """Whether this level is enough; None is a person with no binding at all."""
    if level is None:
        return False
    order = list(Level)
    return order.index(level) >= order.index(LEAST_LEVEL[deed])
