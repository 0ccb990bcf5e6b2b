"""The community's notices on the desk: one blueprint, its views by subject."""

from admin.notices import objections, posting
from admin.notices.desk import notices

__all__ = ["notices", "objections", "posting"]
