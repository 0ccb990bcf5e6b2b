"""What the people of a flat are told when someone is bound to it. Names nobody."""

from datetime import datetime

from server.kernel.chinatime import CHINA


def owner_proven(label: str, means: str, at: datetime) -> tuple[str, str]:
    """Subject and body for everyone bound to the flat."""
    when = at.astimezone(CHINA)
    body = (
        f"{when.month} 月 {when.day} 日 {when:%H:%M}，有人用“{means}”核实为 {label} 的业主，可以替这套房投票。"
        "如果不是你家的人，打开“我的房屋”提出异议，这个绑定会先冻结；也可以给居委会打电话。"
    )
    return f"{label}：有人核实为业主", body


def request_decided(label: str, *, is_confirmed: bool, reason: str) -> tuple[str, str]:
    if is_confirmed:
        return f"{label}：居委会确认了你是业主", "现在可以替这套房投票了。"
    return f"{label}：业主身份没有通过", f"居委会说明：{reason} 有疑问可以带上证件再去一趟，也可以填纸质票。"


def dispute_raised(label: str, *, is_frozen: bool) -> tuple[str, str]:
    what = "这个绑定先冻结，核实前不能投票。" if is_frozen else "这个绑定当面确认过，核实期间照常有效。"
    return f"{label}：有人对业主绑定提出异议", f"{what}居委会会来核实；着急的话带上证件去一趟。"


def dispute_decided(label: str, *, is_upheld: bool, answer: str) -> tuple[str, str]:
    outcome = "异议成立，那个绑定已经解除。" if is_upheld else "异议不成立，那个绑定恢复有效。"
    return f"{label}：业主绑定的异议有结论了", f"{outcome}居委会说明：{answer}"
