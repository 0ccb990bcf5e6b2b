"""All writes of tickets. Each act on a ticket takes the client's key and may say which version of it was seen."""

from server.tickets.actions.acting import Facts, Step, recompute
from server.tickets.actions.answering import confirm, reopen, withdraw
from server.tickets.actions.batches import Course, Taken, enter_courses
from server.tickets.actions.reporting import join, report
from server.tickets.actions.suspending import ask_suspension, resume, review_suspension
from server.tickets.actions.waiting import escalate_due, remind_and_close_due
from server.tickets.actions.working import (
    accept,
    arrive,
    dispatch,
    finish,
    finish_partly,
    merge,
    note,
    prioritise,
    refuse,
    start_work,
)

__all__ = [
    "Course",
    "Facts",
    "Step",
    "Taken",
    "accept",
    "arrive",
    "ask_suspension",
    "confirm",
    "dispatch",
    "enter_courses",
    "escalate_due",
    "finish",
    "finish_partly",
    "join",
    "merge",
    "note",
    "prioritise",
    "recompute",
    "refuse",
    "remind_and_close_due",
    "reopen",
    "report",
    "resume",
    "review_suspension",
    "start_work",
    "withdraw",
]
