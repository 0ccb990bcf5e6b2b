"""What households say when they judge the works: the same every time, and not all alike."""

from server.evaluations.rules.answering import Said
from server.evaluations.rules.words import FURTHER, Fee, ItemMark, Mark

WORDS = "路铺得平，就是门前的灯太暗，晚上看不清。"


def said(codes: list[str], number: int) -> Said:
    """What household `number` says: the same every time. Every eleventh is not satisfied and says with what."""
    is_poor = number % 11 == 4
    overall = Mark.POOR if is_poor else Mark.FAIR if number % 4 == 1 else Mark.GOOD
    marks = [Mark.FAIR if (number + place) % 5 == 0 else Mark.GOOD for place in range(len(FURTHER))]
    items = {
        code: ItemMark.FAIR if (number + place) % 6 == 0 else ItemMark.GOOD
        for place, code in enumerate(codes)
    }
    if is_poor and codes:
        items[codes[-1]] = ItemMark.POOR
    fee = (Fee.YES, Fee.YES, Fee.DEPENDS, Fee.YES, Fee.NO)[number % 5]
    return Said(overall, dict(zip(FURTHER, marks, strict=True)), items, fee, WORDS if is_poor else "")
