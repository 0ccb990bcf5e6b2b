"""Matters on the desk: the inbox, one with its whole way, meetings, and what was resolved there."""

from admin.matters import inbox, meeting, minuting, settling, tracker
from admin.matters.desk import matters

__all__ = ["inbox", "matters", "meeting", "minuting", "settling", "tracker"]
