"""Decisions in the back office: where a community stands and what is to be done with it, and each decision on the desk."""

from admin.decisions.annulments import annulments
from admin.decisions.desk import decisions
from admin.decisions.papers import papers
from admin.decisions.preliminary import preliminary
from admin.decisions.standing import standing
from admin.decisions.templates import templates

__all__ = ["annulments", "decisions", "papers", "preliminary", "standing", "templates"]
