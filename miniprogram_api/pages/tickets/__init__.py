"""Tickets as pages: reporting in three taps, following one up, and what else is wrong around."""

from miniprogram_api.pages.tickets import following, reporting
from miniprogram_api.pages.tickets.pages import ticket_pages

__all__ = ["following", "reporting", "ticket_pages"]
