"""All writes of projects."""

from server.projects.actions.acting import enter_event, review_event
from server.projects.actions.drafting import change_project, create_project
from server.projects.actions.paying import add_funding, set_cost
from server.projects.actions.preparing import plan_start, record_step
from server.projects.actions.removing import enter_structure, move_structure
from server.projects.actions.working import (
    adopt_items,
    complete_item,
    enter_hidden_work,
    plan_item,
    review_completion,
)

__all__ = [
    "add_funding",
    "adopt_items",
    "change_project",
    "complete_item",
    "create_project",
    "enter_event",
    "enter_hidden_work",
    "enter_structure",
    "move_structure",
    "plan_item",
    "plan_start",
    "record_step",
    "review_completion",
    "review_event",
    "set_cost",
]
