"""All writes of projects."""

from server.projects.actions.acting import enter_event, review_event
from server.projects.actions.drafting import change_project, create_project
from server.projects.actions.paying import add_funding, set_cost
from server.projects.actions.preparing import plan_start, record_step
from server.projects.actions.removing import enter_structure, move_structure

__all__ = [
    "add_funding",
    "change_project",
    "create_project",
    "enter_event",
    "enter_structure",
    "move_structure",
    "plan_start",
    "record_step",
    "review_event",
    "set_cost",
]
