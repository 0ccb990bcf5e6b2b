"""Management on the desk: one community's page and the forms by subject; companies, and what is finished without anybody."""

from admin.management import (
    accounting,
    companies,
    contracting,
    covering,
    handing,
    repairing,
    showing,
    watching,
)
from admin.management.desk import management

__all__ = [
    "accounting",
    "companies",
    "contracting",
    "covering",
    "handing",
    "management",
    "repairing",
    "showing",
    "watching",
]
