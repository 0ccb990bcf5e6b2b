"""Staff on the move: an installable page that keeps the worklist, the forms and what was entered, and sends it when it can."""

from admin.field import items, pages, worklist
from admin.field.blueprint import field

__all__ = ["field", "items", "pages", "worklist"]
