"""Tickets as a desk works on them, for tests."""

import io

from server.infra.db import db
from server.tickets.models import Ticket
from tests.admin.forms import post_form
from tests.factories.projects import a_picture

NANMING, STREET = "520102", "520102028"


def page_of(row) -> str:
    return f"/admin/communities/{row.community_id}/tickets/{row.id}"


def board(row_or_community) -> str:
    id_ = getattr(row_or_community, "community_id", row_or_community.id)
    return f"/admin/communities/{id_}/tickets"


def act(browser, row, verb, **typed):
    return post_form(
        browser, page_of(row), f"{page_of(row)}/work/{verb}", {"seen": reload(row).version, **typed}
    )


def reload(row):
    db.session.expire_all()
    return db.session.get(Ticket, row.id)


def a_photo():
    """A picture as a form sends it."""
    return io.BytesIO(a_picture()), "修好了.jpg"
