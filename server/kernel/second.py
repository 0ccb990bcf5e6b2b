"""Four eyes: what one person entered counts once another has looked at it."""

from server.kernel.errors import Conflict, Invalid, Refused


def check_second(
    entered_by: str, looks_by: str, *, is_looked: bool, is_confirmed: bool, reason: str, code: str
) -> None:
    """Whoever entered it does not confirm it, nobody looks a second time, and turning down needs a reason.

    `code` names what is looked at where somebody was faster: "event" answers "event_reviewed".
    """
    if is_looked:
        raise Conflict("这一条已经有人处理过了。刷新页面看结果。", code=f"{code}_reviewed")
    if entered_by == looks_by:
        raise Refused("自己填的要由另一个人确认。", code="same_person")
    if not is_confirmed and not reason.strip():
        sentence = "写上为什么退回，填的人会看到。"
        raise Invalid(sentence, fields={"reason": [sentence]})
