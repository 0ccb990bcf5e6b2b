"""A book of the community: entering, taking an entry back, publishing."""

from typing import Any

from flask import flash, redirect, url_for
from marshmallow import Schema
from marshmallow.fields import Date, Enum
from werkzeug.wrappers import Response

from admin.guard import needs
from admin.management.contracting import day
from admin.management.desk import Page, form_page, management, publish_months, today, typed_again
from admin.projects.desk import drawn_photos, kept
from admin.session import me
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.addresses import page_asked
from server.infra.web.fields import Line
from server.infra.web.forms import load_form
from server.kernel.errors import NotFound, Problem
from server.kernel.money import fen_of
from server.management import actions, queries
from server.management.models import About
from server.management.rules.accounts import Book, Direction

DIRECTION: dict[str, Any] = {"required": "选收入还是支出。", "unknown": "选收入还是支出。"}


class EntryIn(Schema):
    direction = Enum(Direction, by_value=True, required=True, error_messages=DIRECTION)
    amount = Line(30, required=True, error_messages={"required": "填多少钱。"})
    happened_on = Date(required=True, error_messages=day("填是哪一天的事。"))
    words = Line(120, required=True, error_messages={"required": "写上是什么钱，例如“一季度停车费”。"})
    document = Line(120, load_default="")
    client_key = Line(80, required=True)


class CounterIn(Schema):
    reason = Line(120, required=True, error_messages={"required": "写上为什么冲销，居民会看到。"})
    client_key = Line(80, required=True)


class PublicationIn(Schema):
    through_on = Date(required=True, error_messages=day("填公布到哪一天。"))
    client_key = Line(80, required=True)


@management.get("/communities/<int:community_id>/management/books/<book>")
@needs(Permission.SEE_MANAGEMENT)
def book_page(community_id: int, book: str) -> Page:
    return _book_page(community_id, _book(book), None)


@management.post("/communities/<int:community_id>/management/books/<book>/entries")
@needs(Permission.ENTER_ACCOUNTS)
def enter_account(community_id: int, book: str) -> Page:
    of = _book(book)
    try:
        form, photos = load_form(EntryIn), drawn_photos()
        fen = fen_of(form.pop("amount"))
        with unit_of_work():
            actions.enter_account(
                community_id,
                book=of,
                amount_fen=fen,
                photos=kept(photos),
                actor=me().actor,
                now=now(),
                **form,
            )
    except Problem as error:
        return _book_page(community_id, of, error)
    flash("已记下。公布以后居民才看得到。")
    return _to_book(community_id, of)


@management.get("/communities/<int:community_id>/management/entries/<int:entry_id>")
@needs(Permission.SEE_MANAGEMENT)
def entry_page(community_id: int, entry_id: int) -> Page:
    return _entry_page(community_id, entry_id, None)


@management.post("/communities/<int:community_id>/management/entries/<int:entry_id>/counter")
@needs(Permission.ENTER_ACCOUNTS)
def counter_entry(community_id: int, entry_id: int) -> Page:
    try:
        form = load_form(CounterIn)
        with unit_of_work():
            row = actions.counter_entry(
                entry_id, community_id=community_id, actor=me().actor, now=now(), **form
            )
    except Problem as error:
        return _entry_page(community_id, entry_id, error)
    flash("已冲销。要改成对的，重新记一笔。")
    return _to_book(community_id, row.book)


@management.post("/communities/<int:community_id>/management/books/<book>/publications")
@needs(Permission.PUBLISH_ACCOUNTS)
def publish_account(community_id: int, book: str) -> Page:
    of = _book(book)
    try:
        form = load_form(PublicationIn)
        with unit_of_work():
            actions.publish_account(community_id, book=of, actor=me().actor, now=now(), **form)
    except Problem as error:
        return _book_page(community_id, of, error)
    flash("已公布，谁都看得到。")
    return _to_book(community_id, of)


def _book(word: str) -> Book:
    if word not in set(Book):
        raise NotFound
    return Book(word)


def _to_book(community_id: int, of: Book) -> Response:
    return redirect(url_for("admin.management.book_page", community_id=community_id, book=of.value))


def _book_page(community_id: int, of: Book, error: Problem | None) -> Page:
    card = queries.managers([community_id], today()).get(community_id)
    return form_page(
        "book.html",
        error,
        community_id=community_id,
        book=queries.book(
            community_id,
            of,
            managed_since=card.contract.starts_on if card else None,
            months=publish_months(community_id),
            only_published=False,
        ),
        page=queries.entries(community_id, of, page_asked()),
        publications=queries.publications(community_id, of),
        directions=[(one.value, one.name_zh) for one in Direction],
        today=today(),
        typed=typed_again(),
    )


def _entry_page(community_id: int, entry_id: int, error: Problem | None) -> Page:
    row = queries.entry(entry_id, community_id)
    if row is None:
        raise NotFound
    return form_page(
        "entry.html",
        error,
        community_id=community_id,
        entry=row,
        is_countered=queries.is_countered(entry_id),
        evidence=queries.evidence_of(community_id, About.ENTRY).get(entry_id, []),
        typed=typed_again(),
    )
