"""Tickets on the desk: the boards of company, committee and offices, a page for each with what may be done, and what is told
by telephone."""

from admin.tickets import acting, answering, boards, entering, figures, showing
from admin.tickets.desk import tickets

__all__ = ["acting", "answering", "boards", "entering", "figures", "showing", "tickets"]
