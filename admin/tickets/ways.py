"""What may be done with a ticket where it stands, in the order of the work: the words on each button and form."""

from dataclasses import dataclass

from server.tickets.models import Ticket
from server.tickets.rules.states import possible
from server.tickets.rules.words import Act, Priority, State


@dataclass(frozen=True)
class Way:
    act: Act
    label: str
    #: What the form asks for in words; empty: the button alone does it.
    asks: str = ""
    hint: str = ""
    has_photo: bool = False
    #: The next step of the work, drawn first and in the colour of doing.
    is_main: bool = False


READ_BY_ALL = "报的人看得到，写得明白、客气。不写人名和电话。"
WAYS = (
    Way(Act.ACCEPT, "受理", is_main=True),
    Way(Act.DISPATCH, "派人", "跟师傅交代一句", "报的人看得到。不写电话。", is_main=True),
    Way(Act.ARRIVE, "到场了", is_main=True),
    Way(Act.START, "开始处理", is_main=True),
    Way(Act.FINISH, "办完了", "做了什么", READ_BY_ALL, has_photo=True, is_main=True),
    Way(Act.RESUME, "恢复处理", is_main=True),
    Way(Act.FINISH_PARTLY, "只解决了一部分", "哪些解决了，哪些没有，为什么", READ_BY_ALL, has_photo=True),
    Way(
        Act.ASK_SUSPENSION,
        "申请暂停",
        "为什么要停",
        "等料、等钱、等表决，还是别的。另一个人同意了，时间才停。",
    ),
    Way(
        Act.PRIORITISE,
        "改紧急程度",
        "为什么改",
        f"往急里改，随时可以；往缓里改，要居委会的人来改。{READ_BY_ALL}",
    ),
    Way(Act.MERGE, "并到另一件", "为什么是同一回事", READ_BY_ALL),
    Way(Act.REFUSE, "不予办理", "为什么不办，该找谁", READ_BY_ALL),
)
#: Somebody was sent already: the next step is theirs, and another may still be sent instead.
SEND_ANOTHER = Way(Act.DISPATCH, "换人", "为什么换，跟师傅交代一句", "报的人看得到。不写电话。")
_SENT = frozenset({State.DISPATCHED, State.ON_SITE, State.IN_PROGRESS})
#: A complaint is accepted by answering it.
ANSWER = Way(Act.ACCEPT, "受理并答复", "打算怎么办，什么时候办", READ_BY_ALL, is_main=True)


def ways(row: Ticket) -> list[Way]:
    """Those that are in order now."""
    found = [_of(row, way) for way in WAYS if possible(row.state, way.act)]
    return [one for one in found if one.act is not Act.ASK_SUSPENSION or row.suspension_asked_by is None]


def way(row: Ticket, act: str) -> Way | None:
    """The one with this name, in order or not: what is out of order is told so by the rules. None for no act of the work."""
    return next((_of(row, one) for one in WAYS if one.act.value == act), None)


def _of(row: Ticket, one: Way) -> Way:
    if one.act is Act.DISPATCH and row.state in _SENT:
        return SEND_ANOTHER
    return ANSWER if one.act is Act.ACCEPT and row.priority is Priority.P3 else one
