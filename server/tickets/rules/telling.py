"""What is told of an act: to the residents whose ticket it is, and to those who must do something next. No personal value."""

from server.tickets.rules.words import Act, Level, State

#: Acts that residents are told of; the others are the company's own affair.
TOLD: dict[Act, str] = {
    Act.ROUTE: "这里改造过，还在保修期内，转给施工单位：{note}",
    Act.ACCEPT: "已经受理。{note}",
    Act.DISPATCH: "已经派人来处理。{note}",
    Act.ARRIVE: "师傅到场了。{note}",
    Act.START: "开始处理了。{note}",
    Act.GRANT_SUSPENSION: "暂时停下来，原因：{note}",
    Act.RESUME: "接着处理了。{note}",
    Act.FINISH: "物业说办完了：{note} 请你看看，点“解决了”或“没解决”。",
    Act.FINISH_PARTLY: "只解决了一部分：{note} 不同意，可以点“没解决”。",
    Act.REFUSE: "这件不予办理，原因：{note} 不同意，可以点“没解决”。",
    Act.CONFIRM: "已经确认解决。{note}",
    Act.REOPEN: "居民说没解决，重新办。{note}",
    Act.REMIND: "再问你一次：解决了吗？过几天没有答复，就记成“未确认”结束。",
    Act.LAPSE: "问了两次没有答复，这件结束了，记的是“未确认”。又坏了可以重新打开。",
    Act.ESCALATE: "超时了，已经报给{level}。",
    Act.MERGE: "和另一件是同一回事，并过去一起办了。{note}",
    Act.NOTE: "{note}",
}


#: The same acts where the company said something else than that it is done.
_NOT_DONE: dict[Act, str] = {
    Act.REMIND: "再问你一次：这样答复，你同意吗？不同意就点“没解决”。过几天没有答复，这件就关闭。",
    Act.LAPSE: "问了两次没有答复，这件关闭了。还没好，可以重新打开。",
}
#: Where the two acts stand after a word other than "done".
_AFTER_ANOTHER_WORD = frozenset({State.PARTLY_SOLVED, State.REFUSED, State.CLOSED})


def is_told(act: Act) -> bool:
    return act in TOLD


def for_residents(
    act: Act, to: State, place: str, category: str, note: str, level: Level | None
) -> tuple[str, str]:
    """Subject and body. `to`: where the act led."""
    words = _NOT_DONE.get(act, TOLD[act]) if to in _AFTER_ANOTHER_WORD else TOLD[act]
    body = words.format(note=note, level=level.name_zh if level else "").strip()
    return f"你报的{place}{category}：{act.name_zh}", body


def for_staff(what: str, place: str, category: str, state: State) -> tuple[str, str]:
    return f"{what}：{place}{category}", f"现在是“{state.name_zh}”。打开看看下一步。"
