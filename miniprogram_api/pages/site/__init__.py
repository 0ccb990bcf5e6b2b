"""The works as residents live with them, on the phone: calendar, appointments, punch list, claims, patrols, photos, money."""

from miniprogram_api.pages.site import calendar, claims, money, patrols, photos, points, visits
from miniprogram_api.pages.site.drawing import site_pages

__all__ = ["calendar", "claims", "money", "patrols", "photos", "points", "site_pages", "visits"]
