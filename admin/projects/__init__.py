"""Projects on the desk: their list and the months of starts, one page each, and the forms by subject."""

from admin.projects import acting, making, paying, preparing, removing, showing, withdrawing
from admin.projects.desk import projects
from admin.projects.starts import starts
from admin.projects.works import works

__all__ = [
    "acting",
    "making",
    "paying",
    "preparing",
    "projects",
    "removing",
    "showing",
    "starts",
    "withdrawing",
    "works",
]
