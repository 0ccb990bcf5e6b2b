"""Management for tests, made through the room's own actions."""

from datetime import date, datetime
from typing import Any

from server.infra.db import unit_of_work
from server.ledger.models import Community
from server.management import actions
from server.management.actions import Look
from server.management.models import AccountEntry, ManagementContract, PropertyCompany, WatchRound
from server.management.rules.accounts import Book, Direction
from server.management.rules.terms import Mode
from server.management.rules.watch import Verdict, WatchItem
from tests.factories.projects import ENTERS, NOW, key, make_photo
from tests.kept import kept

#: Right by its check digit, and nobody's we know of.
CODE = "91520102MA6DM1234X"


@kept
def make_company(
    name: str = "贵阳安心物业有限公司", code: str = CODE, *, now: datetime = NOW
) -> PropertyCompany:
    with unit_of_work():
        return actions.register_company(name=name, code=code, client_key=key(), actor=ENTERS, now=now)


def contract_facts(**change: Any) -> dict[str, Any]:
    return {
        "mode": Mode.NEIGHBOURHOOD_TRUST,
        "company_id": None,
        "manager": "九洲巷社区居委会",
        "starts_on": date(2026, 1, 1),
        "ends_on": date(2026, 12, 31),
        "chosen_by": None,
        "document": "托管协议 2026-1 号",
        "contact_phone": "0851-85550123",
        "contact_place": "3 栋一楼物业办公室",
        "photos": (),
        "client_key": key(),
        "actor": ENTERS,
        **change,
    }


@kept
def make_contract(community: Community, *, now: datetime = NOW, **change: Any) -> ManagementContract:
    with unit_of_work():
        return actions.start_management(community.id, now=now, **contract_facts(**change))


@kept
def make_entry(
    community: Community,
    amount_fen: int = 120_000,
    book: Book = Book.PUBLIC_INCOME,
    direction: Direction = Direction.IN,
    *,
    now: datetime = NOW,
    **change: Any,
) -> AccountEntry:
    facts = {
        "happened_on": date(2026, 2, 1),
        "words": "一月停车费",
        "document": "收据 001",
        "photos": (),
        "client_key": key(),
        "actor": ENTERS,
        **change,
    }
    with unit_of_work():
        return actions.enter_account(
            community.id, book=book, direction=direction, amount_fen=amount_fen, now=now, **facts
        )


@kept
def publish(community: Community, book: Book = Book.PUBLIC_INCOME, *, now: datetime = NOW) -> None:
    with unit_of_work():
        actions.publish_account(
            community.id, book=book, through_on=now.date(), client_key=key(), actor=ENTERS, now=now
        )


@kept
def looks(**change: Look) -> dict[WatchItem, Look]:
    """The road holds, with a picture; nothing else was part of the works."""
    found = {item: Look(Verdict.ABSENT) for item in WatchItem}
    found[WatchItem.ROAD] = Look(Verdict.HOLDS, "", make_photo())
    return found | {WatchItem(name): look for name, look in change.items()}


@kept
def make_round(
    community: Community, completed_on: date, months: int = 0, *, now: datetime = NOW, **change: Look
) -> WatchRound:
    seen = looks(**change)
    with unit_of_work():
        return actions.hold_round(
            community.id, completed_on=completed_on, months=months, looks=seen, client_key=key(), actor=ENTERS,
            now=now,
        )  # fmt: skip
