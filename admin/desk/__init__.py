"""The paper desk in the back office: one blueprint, its views by subject."""

from admin.desk import entering, papers, reviewing
from admin.desk.pages import desk

__all__ = ["desk", "entering", "papers", "reviewing"]
