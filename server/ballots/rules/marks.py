"""What a clerk may read from a paper beside a plain choice, and the keys for both."""

from enum import StrEnum


class Mark(StrEnum):
    """What a clerk may key beside a choice; each counts as abstaining on that motion and is flagged."""

    BLANK = "blank"
    UNCLEAR = "unclear"
    SPLIT = "split"

    @property
    def name_zh(self) -> str:
        return {"blank": "空白", "unclear": "看不清或填法不对", "split": "几套房意见不一"}[self.value]


#: What a clerk types for the first, second … choice of a motion, in the order printed on the paper.
CHOICE_KEYS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
MARK_KEYS = {"0": Mark.BLANK, "-": Mark.UNCLEAR, "=": Mark.SPLIT}
#: Every option has a key of its own, and abstaining the last one.
MOST_OPTIONS = len(CHOICE_KEYS) - 1
