"""Damage that the works did to somebody: claimed, answered by a day, and paid in whole fen."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from server.kernel.errors import Conflict, Invalid, Refused

LONGEST_WORDS = 1000
#: Ten million yuan: a slip of the finger.
MOST_FEN = 10_000_000_00


class ClaimAct(StrEnum):
    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"
    SETTLED = "settled"

    @property
    def name_zh(self) -> str:
        return {"acknowledged": "认了，会赔、会修", "refused": "不认", "settled": "赔完、修完了"}[self.value]


class ClaimState(StrEnum):
    CLAIMED = "claimed"
    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"
    SETTLED = "settled"

    @property
    def name_zh(self) -> str:
        return {"claimed": "等答复", "acknowledged": "已认，等赔付", "refused": "不认", "settled": "已了结"}[
            self.value
        ]

    @property
    def tone(self) -> str:
        return {"claimed": "wait", "acknowledged": "info", "refused": "stop", "settled": "go"}[self.value]


def claim_state(acts: Sequence[ClaimAct]) -> ClaimState:
    return ClaimState(acts[-1].value) if acts else ClaimState.CLAIMED


def is_overdue(state: ClaimState, due_on: date, today: date) -> bool:
    """The last day itself is in time."""
    return state is ClaimState.CLAIMED and today > due_on


def check_claim(words: str, happened_on: date, today: date) -> None:
    if not words.strip():
        raise _wrong("words", "写弄坏了什么、怎么弄坏的。")
    if happened_on > today:
        raise _wrong("happened_on", "这一天还没有到。")


def check_claim_act(
    act: ClaimAct, state: ClaimState, *, words: str, paid_fen: int | None, claimed_by: str, actor_key: str
) -> None:
    """Nobody answers a claim of their own; a refusal needs a reason, a settlement what was paid (nothing where repaired)."""
    if actor_key == claimed_by:
        raise Refused("自己提的，要由别人答复。", code="same_person")
    if state in {ClaimState.SETTLED, ClaimState.REFUSED} and not (
        state is ClaimState.REFUSED and act is ClaimAct.ACKNOWLEDGED
    ):
        raise Conflict("这一件已经答复过了。刷新页面看结果。", code="claim_closed")
    if act is ClaimAct.ACKNOWLEDGED and state is ClaimState.ACKNOWLEDGED:
        raise Conflict("这一件已经认了。接下来记赔付。", code="claim_acknowledged")
    if act is ClaimAct.REFUSED and state is ClaimState.ACKNOWLEDGED:
        raise Refused("已经认了，不能再改成不认。", code="claim_acknowledged")
    if act is ClaimAct.SETTLED and state is not ClaimState.ACKNOWLEDGED:
        raise Refused("先答复认不认，再记赔付。", code="claim_not_acknowledged")
    if act in {ClaimAct.ACKNOWLEDGED, ClaimAct.REFUSED} and not words.strip():
        raise _wrong("words", "写清楚理由和怎么办，提的人会看到。")
    if act is ClaimAct.SETTLED:
        _check_paid(words, paid_fen)


def _check_paid(words: str, paid_fen: int | None) -> None:
    if paid_fen is None or not 0 <= paid_fen <= MOST_FEN:
        raise _wrong("paid", "填赔了多少元。只修不赔的填 0。")
    if paid_fen == 0 and not words.strip():
        raise _wrong("words", "没有赔钱的，写清楚是怎么修好的。")


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, fields={field: [sentence]})
