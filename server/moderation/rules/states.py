"""Where a text or photo stands: it follows from the marks it came with and the last act on it."""

from enum import StrEnum

from server.kernel.errors import Invalid, Refused

LONGEST_TEXT = 5000
LONGEST_REASON = 300
LONGEST_CAPTION = 120
#: What is most often wrong, to be said with one press.
REASONS = ("有广告", "骂人", "说的是别人家的私事", "违法违规", "和小区的事无关")


class Verdict(StrEnum):
    ALLOW = "allow"
    REFUSE = "refuse"


class State(StrEnum):
    #: Nobody looked yet, and nothing in it is marked.
    PENDING = "pending"
    #: The check marked something: only a person lets it through.
    HELD = "held"
    PASSED = "passed"
    REFUSED = "refused"

    @property
    def name_zh(self) -> str:
        return {"pending": "等着看", "held": "要仔细看", "passed": "已公开", "refused": "不公开"}[self.value]

    @property
    def is_waiting(self) -> bool:
        return self in WAITING


WAITING = (State.PENDING, State.HELD)


def state_after(last: Verdict | None, *, is_flagged: bool) -> State:
    """What the marks and the last verdict make of it."""
    if last is not None:
        return State.PASSED if last is Verdict.ALLOW else State.REFUSED
    return State.HELD if is_flagged else State.PENDING


def check_judge(state: State, *, is_person: bool) -> None:
    """Who may decide: anybody with the permission; a machine only where nothing was marked and nobody decided."""
    if not is_person and state is not State.PENDING:
        raise Refused("这一条要由人来看。", code="needs_a_person")


def checked_text(text: str) -> str:
    kept = text.strip()
    if not kept:
        raise _wrong("text", "没有内容，不用送来看。")
    if len(kept) > LONGEST_TEXT:
        raise _wrong("text", f"最多 {LONGEST_TEXT} 个字，现在有 {len(kept)} 个。")
    return kept


def checked_reason(reason: str) -> str:
    kept = reason.strip()
    if not kept:
        raise _wrong("reason", "写上为什么不公开，提的人会问。")
    if len(kept) > LONGEST_REASON:
        raise _wrong("reason", f"原因最多 {LONGEST_REASON} 个字，现在有 {len(kept)} 个。")
    return kept


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, fields={field: [sentence]})
