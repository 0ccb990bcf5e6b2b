"""Where a matter went: it may become a survey, a vote, a ticket or a contribution, and its page follows it there.

What stands there is known above this room: a door fills `Follower` for each kind that it knows.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class LinkKind(StrEnum):
    SURVEY = "survey"
    BALLOT = "ballot"
    TICKET = "ticket"
    CONTRIBUTION = "contribution"

    @property
    def name_zh(self) -> str:
        return {"survey": "问卷", "ballot": "表决", "ticket": "工单", "contribution": "共建"}[self.value]


@dataclass(frozen=True)
class Whereabouts:
    """What a matter became, and where that stands."""

    title: str
    state_zh: str
    tone: str = "info"
    #: Its page; empty where this reader has none.
    href: str = ""


class Follower(Protocol):
    """Of these targets of a community, what may be told to the reader of this door; the others are left out."""

    def __call__(self, target_ids: Collection[int], community_id: int) -> Mapping[int, Whereabouts]: ...
