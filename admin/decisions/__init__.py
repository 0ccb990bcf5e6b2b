"""Decisions in the back office: where a community stands and what is to be done with it, and each decision on the desk."""

from admin.decisions.desk import decisions
from admin.decisions.standing import standing

__all__ = ["decisions", "standing"]
