"""The works of one community on the desk: items, calendar, appointments, punch list, patrols and claims, by subject."""

from admin.projects.works import arranging, claims, items, patrols, points, visits
from admin.projects.works.desk import works

__all__ = ["arranging", "claims", "items", "patrols", "points", "visits", "works"]
