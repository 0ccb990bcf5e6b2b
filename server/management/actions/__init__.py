"""All writes of management."""

from server.management.actions.accounts import counter_entry, enter_account, publish_account
from server.management.actions.contracts import (
    change_contact,
    end_management,
    register_company,
    set_fee,
    start_management,
)
from server.management.actions.handover import record_handover
from server.management.actions.watch import Look, hold_round, link_ticket

__all__ = [
    "Look",
    "change_contact",
    "counter_entry",
    "end_management",
    "enter_account",
    "hold_round",
    "link_ticket",
    "publish_account",
    "record_handover",
    "register_company",
    "set_fee",
    "start_management",
]
