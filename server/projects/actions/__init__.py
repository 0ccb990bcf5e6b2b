"""All writes of projects."""

from server.projects.actions.acting import enter_event, review_event
from server.projects.actions.arranging import (
    announce_utility,
    lift_quiet_days,
    set_quiet_days,
    withdraw_utility,
)
from server.projects.actions.batches import DoneWork, enter_done
from server.projects.actions.claiming import answer_claim, claim_damage
from server.projects.actions.drafting import change_project, create_project
from server.projects.actions.paying import add_funding, set_cost
from server.projects.actions.preparing import plan_start, record_step
from server.projects.actions.removing import enter_structure, move_structure
from server.projects.actions.visiting import book_visit, close_slot, let_visit_go, offer_visits
from server.projects.actions.watching import (
    act_on_point,
    end_supervisor,
    name_supervisor,
    raise_point,
    walk_patrol,
)
from server.projects.actions.withdrawing import ask_undoing, ask_withdrawal, review_undoing, review_withdrawal
from server.projects.actions.working import (
    adopt_items,
    complete_item,
    enter_hidden_work,
    plan_item,
    review_completion,
)

__all__ = [
    "DoneWork",
    "act_on_point",
    "add_funding",
    "adopt_items",
    "announce_utility",
    "answer_claim",
    "ask_undoing",
    "ask_withdrawal",
    "book_visit",
    "change_project",
    "claim_damage",
    "close_slot",
    "complete_item",
    "create_project",
    "end_supervisor",
    "enter_done",
    "enter_event",
    "enter_hidden_work",
    "enter_structure",
    "let_visit_go",
    "lift_quiet_days",
    "move_structure",
    "name_supervisor",
    "offer_visits",
    "plan_item",
    "plan_start",
    "raise_point",
    "record_step",
    "review_completion",
    "review_event",
    "review_undoing",
    "review_withdrawal",
    "set_cost",
    "set_quiet_days",
    "walk_patrol",
    "withdraw_utility",
]
