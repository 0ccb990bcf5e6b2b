"""The catalogue in the back office: one blueprint, its views by subject."""

from admin.catalogue import drafting, items, listing, steps
from admin.catalogue.pages import catalogue

__all__ = ["catalogue", "drafting", "items", "listing", "steps"]
