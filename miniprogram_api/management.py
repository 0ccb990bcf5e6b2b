"""Who manages a community, as JSON: contract, fee, where to complain, and the two published books."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from apiflask import APIBlueprint, Schema
from apiflask.fields import Boolean, Date, Integer, List, Nested, String

from miniprogram_api.guard import auth
from miniprogram_api.homes import communities_of
from miniprogram_api.paging import PageIn, PageOut
from miniprogram_api.schemas import problems
from miniprogram_api.session import me
from server.decisions import queries as decisions
from server.infra.clock import now
from server.infra.web.formats import chinadate, count, told
from server.kernel.chinatime import china_day
from server.kernel.errors import NotFound
from server.kernel.pages import Page
from server.ledger import queries as ledger
from server.management import queries
from server.management.queries import BookCard, ContractCard, EntryLine
from server.management.rules.accounts import Book
from server.management.rules.fees import Fee, fee_in_force
from server.management.rules.watch import Verdict, round_name
from server.policies import queries as policies
from server.reports import queries as reports
from server.reports.queries import Since
from server.reports.rules.after import ticket_span
from server.reports.rules.facts import Ratio
from server.tickets.rules.figures import formula_zh, hours_zh

management = APIBlueprint("management", __name__, url_prefix="/api/v1/communities", tag="谁管小区")

ON_A_PAGE = 20
#: What reports are counted in.
REPORTS = "件"


class ManagerOut(Schema):
    """Who manages the community today."""

    name = String(required=True)
    mode = String(required=True)
    mode_name = String(required=True)
    starts_on = Date(required=True)
    last_on = Date(required=True, allow_none=True, metadata={"description": "最后一天，没有约定时为 null"})
    fee = String(required=True, metadata={"description": "收费标准，没有定时为空"})
    phone = String(required=True)
    place = String(required=True)


class BookOut(Schema):
    """A book as it was last published, in whole fen."""

    book = String(required=True)
    name = String(required=True)
    came_in = Integer(required=True, metadata={"description": "收入，分"})
    went_out = Integer(required=True, metadata={"description": "支出，分"})
    balance = Integer(required=True, metadata={"description": "余额，分"})
    published_through = Date(required=True, allow_none=True, metadata={"description": "没公布过时为 null"})
    due_on = Date(required=True, allow_none=True, metadata={"description": "最晚哪天公布下一次"})


class FigureOut(Schema):
    label = String(required=True)
    value = String(required=True)
    base = String(required=True)


class ManagementOut(Schema):
    community_id = Integer(required=True)
    manager = Nested(
        ManagerOut, required=True, allow_none=True, metadata={"description": "没有人管时为 null"}
    )
    books = List(Nested(BookOut), required=True)
    figures = List(Nested(FigureOut), required=True, metadata={"description": "管得怎么样"})
    figures_note = String(required=True, metadata={"description": "报修的数算哪些天的，没有报修的数时为空"})


class EntryOut(Schema):
    id = Integer(required=True)
    direction = String(required=True)
    amount_fen = Integer(required=True, metadata={"description": "冲销的是负数"})
    happened_on = Date(required=True)
    words = String(required=True)
    document = String(required=True)
    is_countered = Boolean(required=True, metadata={"description": "后来冲销了"})


class EntriesOut(PageOut):
    items = List(Nested(EntryOut), required=True)


# ------------------------------------------------------------------ what both faces ask


@dataclass(frozen=True)
class Figure:
    """How they did, with what it is counted of."""

    label: str
    value: str
    base: str


@dataclass(frozen=True)
class Managed:
    """What everyone may know of a community's management."""

    card: ContractCard | None
    fee: Fee | None
    books: list[BookCard]
    figures: list[Figure]
    #: What became of the vote that its contract names; empty where that stands, or none is named.
    became: str
    #: Which days the reports among the figures are of; empty where there are none.
    figures_note: str


def managed(community_id: int, moment: datetime) -> Managed:
    """Raises NotFound."""
    place, on = ledger.place(community_id), china_day(moment)
    if place is None:
        raise NotFound
    card = queries.managers([community_id], on).get(community_id)
    months = policies.number("accounts.publish_months", place.division_path, on)
    books = [
        queries.book(
            community_id,
            book,
            managed_since=card.contract.starts_on if card else None,
            months=months,
            only_published=True,
        )
        for book in Book
    ]
    fee = fee_in_force(queries.fees(card.contract.id), on) if card else None
    since = reports.since(community_id, moment)
    found = [*_of_tickets(since, moment), *figures(community_id, books, on)]
    return Managed(card, fee, books, found, _became(card), _note(since, card, on))


def _became(card: ContractCard | None) -> str:
    ballot_id = (card.contract.chosen_by_ballot_id if card else None) or 0
    fell = decisions.undone([ballot_id]).get(ballot_id)
    return fell.became_zh if fell else ""


def _of_tickets(since: Since | None, moment: datetime) -> list[Figure]:
    """How reports were seen to, by the counts that the community's page tells, and hidden where it hides them."""
    if since is None or since.tickets is None:
        return []
    of = since.tickets
    median = reports.median_hours(since, moment)
    took = told(None, REPORTS) if median is None else hours_zh(median)
    return [
        Figure("报修按时办结率", _rate(of.kept_time), formula_zh("on_time")),
        Figure("居民确认率", _rate(of.was_confirmed), formula_zh("confirmed_rate")),
        Figure("办理用时（中位数）", took, formula_zh("median")),
        Figure("重新打开", told(of.reopened, REPORTS), formula_zh("reopened")),
        Figure("未确认结束", told(of.unconfirmed, REPORTS), formula_zh("unconfirmed")),
    ]


def _note(since: Since | None, card: ContractCard | None, on: date) -> str:
    """Whoever took over within the days that count did not see to all of it. The days are the same for all who manage: two
    spans side by side would tell the few between them."""
    if since is None or since.tickets is None:
        return ""
    note = f"报修的数，算近 {since.ticket_days} 天里办结的；还在办的都算。"
    first, _ = ticket_span(since.ticket_days, on)
    if card is None or card.contract.starts_on <= china_day(first):
        return note
    return (
        f"{note}{card.name}从 {chinadate(card.contract.starts_on, on, year=True)}接手，接手以前的也算在里面。"
    )


def _rate(of: Ratio | None) -> str:
    return count(int(of.part), int(of.base), REPORTS) if of else told(None, REPORTS)


def figures(community_id: int, books: list[BookCard], on: date) -> list[Figure]:
    """Only what was really looked at: a community that nobody looked back at has no figure for it."""
    late = [book.book.name_zh for book in books if book.is_late(on)]
    found = (
        [Figure("账目公布", "逾期" if late else "按时", "、".join(late))]
        if any(b.due_on for b in books)
        else []
    )
    looked = [row for row in queries.rounds_of(community_id) if row.months]
    if looked:
        verdicts = [pair.finding.verdict for pair in queries.findings(looked[0])]
        kept = sum(one is Verdict.HOLDS for one in verdicts)
        there = kept + sum(one is Verdict.FELL_BACK for one in verdicts)
        found.append(Figure("改造的效果还在", f"{kept} / {there} 项", round_name(looked[0].months)))
    return found


def published_entries(community_id: int, book: Book, page: int) -> Page[EntryLine]:
    """What of a book everyone may read, newest first; nothing before its first publication."""
    last = queries.last_publication(community_id, book)
    until = last.last_entry_id if last else 0
    return queries.entries(community_id, book, page, until=until, size=ON_A_PAGE)


def known_book(word: str) -> Book:
    if word not in set(Book):
        raise NotFound
    return Book(word)


# ------------------------------------------------------------------ routes


@management.get("/<int:community_id>/management")
@management.auth_required(auth)
@management.output(ManagementOut)
@management.doc(operation_id="get_management", summary="谁管我们小区", responses=problems(401, 404))
def show(community_id: int) -> dict[str, Any]:
    _own(community_id)
    found = managed(community_id, now())
    return {
        "community_id": community_id,
        "manager": _manager(found),
        "books": [_book_out(book) for book in found.books],
        "figures": found.figures,
        "figures_note": found.figures_note,
    }


@management.get("/<int:community_id>/management/books/<book>")
@management.auth_required(auth)
@management.input(PageIn, location="query", arg_name="query")
@management.output(EntriesOut)
@management.doc(operation_id="list_account_entries", summary="公布的账目", responses=problems(401, 404, 422))
def entries(community_id: int, book: str, query: dict[str, int]) -> dict[str, Any]:
    """`book` is public_income or maintenance_fund."""
    _own(community_id)
    page = published_entries(community_id, known_book(book), query["page"])
    return {
        "number": page.number,
        "last": page.last,
        "total": page.total,
        "items": [
            {**{name: getattr(line.entry, name) for name in _ENTRY}, "is_countered": line.is_countered}
            for line in page.items
        ],
    }


_ENTRY = ("id", "direction", "amount_fen", "happened_on", "words", "document")


def _own(community_id: int) -> None:
    """A community without a home of this person answers as one that does not exist."""
    if community_id not in communities_of(me().id):
        raise NotFound


def _manager(found: Managed) -> dict[str, Any] | None:
    if found.card is None:
        return None
    row = found.card.contract
    return {
        "name": found.card.name,
        "mode": row.mode.value,
        "mode_name": row.mode.name_zh,
        "starts_on": row.starts_on,
        "last_on": found.card.term.last_on,
        "fee": found.fee.text_zh if found.fee else "",
        "phone": row.contact_phone,
        "place": row.contact_place,
    }


def _book_out(card: BookCard) -> dict[str, Any]:
    return {
        "book": card.book.value,
        "name": card.book.name_zh,
        "came_in": card.sums.came_in,
        "went_out": card.sums.went_out,
        "balance": card.sums.balance,
        "published_through": card.last.through_on if card.last else None,
        "due_on": card.due_on,
    }
