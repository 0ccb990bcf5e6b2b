"""一张图纸管到底: one drawing set of a community, its versions, and which of them is in force. Pure; nothing is ever deleted."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from server.kernel.errors import Reason


class DrawingState(StrEnum):
    WAITING = "waiting"
    IN_FORCE = "in_force"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"

    @property
    def name_zh(self) -> str:
        return {
            "waiting": "等复核",
            "in_force": "现行",
            "replaced": "已被后一版代替",
            "withdrawn": "已撤回",
        }[self.value]

    @property
    def tone(self) -> str:
        return {"waiting": "info", "in_force": "go", "replaced": "quiet", "withdrawn": "quiet"}[self.value]


@dataclass(frozen=True)
class Sheet:
    """A version as far as the rules need it."""

    number: int
    #: Who entered it.
    entered_by: str
    #: The act on it: "confirmed", "withdrawn" or empty.
    ended: str = ""


def in_force(sheets: Sequence[Sheet]) -> int | None:
    """The number of the version in force: the last one that was confirmed."""
    return max((sheet.number for sheet in sheets if sheet.ended == "confirmed"), default=None)


def state(sheet: Sheet, sheets: Sequence[Sheet]) -> DrawingState:
    if sheet.ended == "withdrawn":
        return DrawingState.WITHDRAWN
    if sheet.ended == "confirmed":
        return DrawingState.IN_FORCE if in_force(sheets) == sheet.number else DrawingState.REPLACED
    return DrawingState.WAITING


def why_not_enter(sheets: Sequence[Sheet]) -> list[Reason]:
    """One change at a time: the next is drawn on what is in force then."""
    waiting = [sheet.number for sheet in sheets if not sheet.ended]
    if waiting:
        return [Reason("one_waits", f"第 {waiting[0]} 版还在等复核。复核完，或者撤回，再交新的一版。")]
    return []


def why_not_confirm(sheet: Sheet, actor: str) -> list[Reason]:
    if sheet.ended:
        return [Reason("ended", "这一版已经处理过了。")]
    if sheet.entered_by == actor:
        return [Reason("own_work", "录入的人不能复核。请另一位复核人来看。")]
    return []
