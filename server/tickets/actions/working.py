"""What the company does: accept, send somebody, arrive, mend, answer."""

from server.identity import queries as identity
from server.identity.rules.permissions import Permission
from server.kernel.chinatime import china_day
from server.kernel.errors import Invalid
from server.ledger import queries as ledger
from server.tickets.actions.acting import Facts, Step, act_on, join_all, locked
from server.tickets.models import Ticket
from server.tickets.queries import known
from server.tickets.rules.states import LONGEST_WORKER, check_merge, check_urgency
from server.tickets.rules.words import Act, Priority

REPLY = "投诉和建议受理时要答复一句：打算怎么办、什么时候办。报的人看得到。"


def accept(ticket_id: int, step: Step) -> Ticket:
    """To accept a complaint is to answer it for the first time, in words."""
    row = known(ticket_id, step.community_id)
    return act_on(ticket_id, Act.ACCEPT, step, ask=REPLY if row.priority is Priority.P3 else "")


def prioritise(ticket_id: int, priority: Priority, step: Step, *, may_put_off: bool) -> Ticket:
    """Its clocks follow, counted from the first report. Whoever reported reads why. `may_put_off`: whether it may become less
    urgent by this person's word.
    """
    row = known(ticket_id, step.community_id)
    return act_on(
        ticket_id,
        Act.PRIORITISE,
        step,
        ask="写上为什么改紧急程度，报的人看得到。",
        facts=Facts(priority=priority),
        check=lambda _standing, _who: check_urgency(
            row.priority, priority, row.fixed_by, step.now, may_put_off=may_put_off
        ),
    )


def dispatch(ticket_id: int, step: Step, *, assignee_id: int | None = None, worker: str = "") -> Ticket:
    """To somebody with an account here, who is told, or to a worker by name."""
    name = worker.strip()
    if (assignee_id is None and not name) or len(name) > LONGEST_WORKER:
        sentence = f"选派给谁，或者写上师傅怎么称呼，最多 {LONGEST_WORKER} 个字。"
        raise Invalid(sentence, fields={"worker": [sentence]})
    if assignee_id is not None:
        _check_assignee(ticket_id, assignee_id, step)
    return act_on(ticket_id, Act.DISPATCH, step, facts=Facts(assignee_id=assignee_id, worker=name))


def arrive(ticket_id: int, step: Step) -> Ticket:
    return act_on(ticket_id, Act.ARRIVE, step)


def start_work(ticket_id: int, step: Step) -> Ticket:
    return act_on(ticket_id, Act.START, step)


def finish(ticket_id: int, step: Step) -> Ticket:
    """Done, says the company: with what was done, and a picture of it where there is something to see."""
    row = known(ticket_id, step.community_id)
    photo = "" if row.category.is_complaint else "拍一张修好以后的照片。"
    return act_on(ticket_id, Act.FINISH, step, ask="写一句做了什么，报的人看得到。", ask_photo=photo)


def finish_partly(ticket_id: int, step: Step) -> Ticket:
    return act_on(
        ticket_id, Act.FINISH_PARTLY, step, ask="写清楚哪些解决了，哪些没有，为什么。报的人看得到。"
    )


def refuse(ticket_id: int, step: Step) -> Ticket:
    return act_on(ticket_id, Act.REFUSE, step, ask="写上为什么不办，该找谁。报的人看得到。")


def note(ticket_id: int, step: Step) -> Ticket:
    return act_on(ticket_id, Act.NOTE, step, ask="写一句再发。")


def merge(ticket_id: int, into_id: int, step: Step) -> Ticket:
    """It is the same as another of its community: its people hear of that one from now on."""
    if into_id == ticket_id:
        raise Invalid("不能并到自己里面。", fields={"into_id": ["选另一件。"]})
    # In the order of their ids, so that two who merge crosswise do not wait for each other.
    first, second = (locked(one) for one in sorted((ticket_id, into_id)))
    row, into = (first, second) if first.id == ticket_id else (second, first)
    if row.community_id != into.community_id:
        raise Invalid("另一件不在这个小区。", fields={"into_id": ["选同一个小区的。"]})
    is_inside = into.flat_id is not None and into.flat_id != row.flat_id
    check_merge(row.fixed_by, into.fixed_by, into.state, is_inside=is_inside)
    merged = act_on(ticket_id, Act.MERGE, step, facts=Facts(same_as_id=into_id))
    join_all(merged, into, step)
    return merged


def _check_assignee(ticket_id: int, assignee_id: int, step: Step) -> None:
    place = ledger.place(known(ticket_id, step.community_id).community_id)
    if place is None or assignee_id not in identity.staff_with(
        Permission.WORK_TICKET, place, china_day(step.now)
    ):
        sentence = "这个人不在这个小区干活了。换一个人。"
        raise Invalid(sentence, fields={"assignee_id": [sentence]})
