"""Contributions on the desk: who promised what, entering what was given and used, and a second person's word."""

from admin.contributions import entering, pledging
from admin.contributions.desk import contributions

__all__ = ["contributions", "entering", "pledging"]
