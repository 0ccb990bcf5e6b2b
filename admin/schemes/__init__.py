"""Schemes, drawings and lifts of a community on the desk: three blueprints, their views by subject."""

from admin.schemes import acting, cases, drawn, nodes, versions, writing
from admin.schemes.desk import drawings, lifts, schemes

__all__ = [
    "acting",
    "cases",
    "drawings",
    "drawn",
    "lifts",
    "nodes",
    "schemes",
    "versions",
    "writing",
]
