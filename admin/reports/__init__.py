"""Looking down on one's own subtree: figures, comparison, trend, monthly returns, bulletins, sheets."""

from admin.reports import (
    bulletins,
    candidates,
    claims,
    comparing,
    funds,
    lines,
    monthly,
    overview,
    reviewing,
    sheets,
)
from admin.reports.door import reports

__all__ = [
    "bulletins",
    "candidates",
    "claims",
    "comparing",
    "funds",
    "lines",
    "monthly",
    "overview",
    "reports",
    "reviewing",
    "sheets",
]
