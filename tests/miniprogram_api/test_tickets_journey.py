"""A report by the form, with a picture: how often it asks the database, and that all that hangs on it stands."""

import io
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from server.audit.models import AuditEntry
from server.infra.db import db
from server.moderation.models import ModerationItem
from server.tickets import queries
from tests.conftest import START
from tests.factories.identity import make_resident, sign_in_resident
from tests.factories.ledger import make_community, make_flat
from tests.factories.projects import a_picture
from tests.miniprogram_api.phones import forms_of

#: Who came, with their home; what is like it; the example's clock.
MOST_LOADING = 3
#: Who came and the full window; the try with the picture, what it rests on, settings with the calendar; two writes, and
#: the example's clock.
MOST_SENDING = 8
#: Who came; the ticket with its acts; the example's clock.
MOST_LOOKING = 3


def statements(ask: Callable[[], object]) -> list[str]:
    """What the database is asked meanwhile, with nothing known from before."""
    db.session.remove()
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        ask()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return [one for one in seen if not one.startswith("BEGIN")]


def on_every_database(asked: list[str]) -> list[str]:
    """SQLite takes the rows of one report one by one."""
    return [one for one in asked if not one.startswith("INSERT INTO") or "attachments" in one]


def test_a_report_with_a_picture_asks_a_handful_of_statements_and_all_of_it_stands(app, clock):
    clock.set(START)
    flat = make_flat(make_community(), "3", "1", "101")
    resident = make_resident(flat)
    browser = sign_in_resident(app.test_client(), resident)
    pages: list[str] = []
    loading = statements(lambda: pages.append(browser.get("/tickets/new?where=entrance&category=water").text))
    assert len(loading) <= MOST_LOADING, loading
    form = next(one for one in forms_of(pages[0]) if one.action == "/tickets/new")
    fields = {**form.fields, "words": "楼道水管漏水。", "photo": (io.BytesIO(a_picture()), "a.jpg")}
    replies: list[Any] = []
    sending = statements(lambda: replies.append(browser.post(form.action, data=fields)))
    assert replies[0].status_code == 302
    assert len(on_every_database(sending)) <= MOST_SENDING, sending
    looking = statements(lambda: pages.append(browser.get(replies[0].location).text))
    assert len(looking) <= MOST_LOOKING, looking
    assert "楼道水管漏水。" in pages[1]
    (row,) = queries.of_resident(resident.id).items
    (act,) = queries.acts(row.id)
    (photo,) = queries.photos(row.id)[act.id]
    put_forward = db.session.scalars(sa.select(ModerationItem).order_by(ModerationItem.id)).all()
    assert [(one.about_kind, one.about_id) for one in put_forward] == [
        ("tickets.words", row.id),
        ("tickets.photo", photo.id),
    ]
    told = sa.select(AuditEntry.verb, AuditEntry.object_id).where(
        AuditEntry.verb.in_(("moderation.submit", "tickets.report"))
    )
    assert sorted(map(tuple, db.session.execute(told))) == [
        *(("moderation.submit", one.id) for one in put_forward),
        ("tickets.report", row.id),
    ]
