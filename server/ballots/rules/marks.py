"""What a clerk may read from a paper beside a plain choice."""

from enum import StrEnum


class Mark(StrEnum):
    """What a clerk may key beside a choice; each counts as abstaining on that motion and is flagged."""

    BLANK = "blank"
    UNCLEAR = "unclear"
    SPLIT = "split"

    @property
    def name_zh(self) -> str:
        return {"blank": "空白", "unclear": "看不清或填法不对", "split": "几套房意见不一"}[self.value]
