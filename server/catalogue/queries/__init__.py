"""All reads of the catalogue: which list holds where, and what its items cost a community."""

from server.catalogue.queries.lists import (
    LISTING_LEVELS,
    ListCard,
    card,
    cards,
    is_local,
    item,
    item_in,
    items,
    items_by_ids,
    items_of,
    lacking_of,
    priced_items,
    stage_of,
    version,
    version_by_id,
)
from server.catalogue.queries.packages import BUDGET_KEY, ground, household_budget, payer, whole_budget

__all__ = [
    "BUDGET_KEY",
    "LISTING_LEVELS",
    "ListCard",
    "card",
    "cards",
    "ground",
    "household_budget",
    "is_local",
    "item",
    "item_in",
    "items",
    "items_by_ids",
    "items_of",
    "lacking_of",
    "payer",
    "priced_items",
    "stage_of",
    "version",
    "version_by_id",
    "whole_budget",
]
