"""All writes of plans by subject: pools, the master plan, annual plans, changes, pilots."""

from server.plans.actions.annual import (
    freeze_plans,
    put_row,
    remove_row,
    return_plan,
    start_plan,
    submit_plan,
)
from server.plans.actions.changes import add_evidence, enter_change, revise_change
from server.plans.actions.master import move_entry, plan_community, remove_entry
from server.plans.actions.pilots import add_lesson, choose_pilot, enter_pilot
from server.plans.actions.pools import log_as_written, log_first_moves, move_community
from server.plans.actions.steps import decide_change, drop_change, report_change, sign_change, submit_change

__all__ = [
    "add_evidence",
    "add_lesson",
    "choose_pilot",
    "decide_change",
    "drop_change",
    "enter_change",
    "enter_pilot",
    "freeze_plans",
    "log_as_written",
    "log_first_moves",
    "move_community",
    "move_entry",
    "plan_community",
    "put_row",
    "remove_entry",
    "remove_row",
    "report_change",
    "return_plan",
    "revise_change",
    "sign_change",
    "start_plan",
    "submit_change",
    "submit_plan",
]
