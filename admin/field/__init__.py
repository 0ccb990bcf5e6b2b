"""Staff on the move: installable pages that keep a list, the forms and what was entered, and send it when they can."""

from admin.field import findings, items, pages, tour, worklist
from admin.field.blueprint import field

__all__ = ["field", "findings", "items", "pages", "tour", "worklist"]
