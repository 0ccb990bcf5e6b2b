"""What a signed course must have, who may answer it, and what an answer to a course or a judgment says."""

from server.decisions.rules.proposal import Course, Proposal
from server.kernel.errors import Invalid, Reason

LONGEST_REASON = 1000


def check_course(course: Course, proposal: Proposal, reason: str) -> None:
    """To differ is allowed, with a reason everyone can read. Raises Invalid."""
    if len(reason.strip()) > LONGEST_REASON:
        raise _wrong(f"最多 {LONGEST_REASON} 个字。")
    if course is not proposal.course and not reason.strip():
        raise _wrong(f"规则建议“{proposal.course.name_zh}”，你选了“{course.name_zh}”。写上为什么。")


def may_answer(*, signed_by: str, by: str, is_newest: bool, is_answered: bool) -> list[Reason]:
    """What keeps this person from confirming or returning it."""
    if is_answered:
        return [Reason("already_answered", "这份意见已经有人确认或退回过。")]
    if not is_newest:
        return [Reason("superseded", "后面又签了一份，以后一份为准。")]
    if by == signed_by:
        return [Reason("signer_confirms", "签的人不能自己确认。请另一个人来确认。")]
    return []


def check_answer(reason: str, *, is_confirmed: bool) -> None:
    """Whoever returns it says why; whoever confirms may. Raises Invalid."""
    if len(reason.strip()) > LONGEST_REASON:
        raise _wrong(f"最多 {LONGEST_REASON} 个字。请写短一些。")
    if not is_confirmed and not reason.strip():
        raise _wrong("退回要写清楚哪里要改。")


def _wrong(sentence: str) -> Invalid:
    return Invalid(sentence, fields={"reason": [sentence]})
