"""All writes of matters."""

from server.matters.actions.meeting import (
    announce_meeting,
    call_off,
    plan_point,
    prepare_meeting,
    remove_point,
    write_minutes,
)
from server.matters.actions.raising import add_photo, raise_matter, support, withdraw_support
from server.matters.actions.resolving import record_outcome, resolve
from server.matters.actions.settling import answer_matter, link_matter, merge_matter

__all__ = [
    "add_photo",
    "announce_meeting",
    "answer_matter",
    "call_off",
    "link_matter",
    "merge_matter",
    "plan_point",
    "prepare_meeting",
    "raise_matter",
    "record_outcome",
    "remove_point",
    "resolve",
    "support",
    "withdraw_support",
    "write_minutes",
]
