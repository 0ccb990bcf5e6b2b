"""The tables of decisions, by subject."""

from server.decisions.models.decided import Decision, Ending, Item, Version

__all__ = ["Decision", "Ending", "Item", "Version"]
