"""The rules of settings by subject."""

from server.policies.rules.dated import DatedRow, check_start, row_in_force
from server.policies.rules.keys import KEYS, spec_of
from server.policies.rules.values import (
    checked_value,
    period_of,
    share_of,
    share_text,
    value_text,
    value_words,
)
from server.policies.rules.words import Basis, Kind, Spec, Value

__all__ = [
    "KEYS",
    "Basis",
    "DatedRow",
    "Kind",
    "Spec",
    "Value",
    "check_start",
    "checked_value",
    "period_of",
    "row_in_force",
    "share_of",
    "share_text",
    "spec_of",
    "value_text",
    "value_words",
]
