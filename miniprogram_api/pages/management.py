"""谁管我们: who manages the community, for how much and until when, what the common parts brought in, and where to complain."""

from flask import Blueprint, render_template

from miniprogram_api.guard import open_to_all
from miniprogram_api.homes import report_way
from miniprogram_api.management import known_book, managed, published_entries
from miniprogram_api.session import signed_in
from server.infra.clock import now
from server.infra.web.addresses import page_asked
from server.kernel.chinatime import china_day
from server.kernel.errors import NotFound
from server.ledger import queries as ledger
from server.management.rules.accounts import Book

management_pages = Blueprint("management_pages", __name__)


@management_pages.get("/communities/<int:community_id>/management")
@open_to_all
def management_page(community_id: int) -> str:
    """For everyone, as a notice at the gate would be: no name of a person stands in it."""
    name = _name(community_id)
    return render_template(
        "phone/management/page.html",
        community=name,
        community_id=community_id,
        found=managed(community_id, now()),
        today=china_day(now()),
        report=report_way(community_id, signed_in()),
        committee=ledger.contact(community_id),
    )


@management_pages.get("/communities/<int:community_id>/management/books/<book>")
@open_to_all
def book_page(community_id: int, book: str) -> str:
    """The entries of a book that were published."""
    of, name = known_book(book), _name(community_id)
    number = page_asked()
    found = managed(community_id, now())
    return render_template(
        "phone/management/book.html",
        community=name,
        community_id=community_id,
        book=found.books[list(Book).index(of)],
        page=published_entries(community_id, of, number),
    )


def _name(community_id: int) -> str:
    community = ledger.community(community_id)
    if community is None:
        raise NotFound
    return community.name
