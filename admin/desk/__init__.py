"""The paper desk in the back office: one blueprint, its views by subject."""

from admin.desk import calling, entering, papers, representing, reviewing, serving, settling
from admin.desk.pages import desk

__all__ = ["calling", "desk", "entering", "papers", "representing", "reviewing", "serving", "settling"]
