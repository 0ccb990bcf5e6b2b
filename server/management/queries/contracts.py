"""Companies, who managed a community from when to when, and at what price."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from server.infra.db import db
from server.kernel.pages import PAGE_SIZE, Page
from server.management.models import ContractEnd, ManagementContract, ManagementFee, PropertyCompany
from server.management.rules.fees import Fee
from server.management.rules.terms import Term, TermState

#: For rooms above, to be joined: community_id, mode, starts_on, last_on (its last day in force, or null). One row for each
#: management there ever was; a community is covered on a day that lies in one of its rows, both days counted.
TERMS = (
    sa.select(
        ManagementContract.community_id,
        ManagementContract.mode,
        ManagementContract.starts_on,
        sa.func.coalesce(ContractEnd.last_on, ManagementContract.ends_on).label("last_on"),
    )
    .outerjoin(ContractEnd, ContractEnd.contract_id == ManagementContract.id)
    .subquery("management_terms")
)


@dataclass(frozen=True)
class ContractCard:
    """One management, with the company's name and its end where there is one."""

    contract: ManagementContract
    company: PropertyCompany | None
    end: ContractEnd | None

    @property
    def name(self) -> str:
        """Who manages, in words."""
        return self.company.name if self.company is not None else self.contract.manager

    @property
    def term(self) -> Term:
        return Term(
            self.contract.starts_on, self.contract.ends_on, self.end.last_on if self.end is not None else None
        )

    def state(self, on: date) -> TermState:
        return self.term.state(on)


def company(company_id: int) -> PropertyCompany | None:
    return db.session.get(PropertyCompany, company_id)


def company_coded(code: str) -> PropertyCompany | None:
    return db.session.scalar(sa.select(PropertyCompany).where(PropertyCompany.code == code))


def companies(text: str = "", page: int = 1, *, size: int = PAGE_SIZE) -> Page[PropertyCompany]:
    """By name; `text` is part of the name, or the whole code."""
    like = text.strip()
    where = [
        sa.or_(
            PropertyCompany.name.contains(like, autoescape=True),
            PropertyCompany.code == like.upper(),
        )
    ]
    total = db.session.scalar(sa.select(sa.func.count()).select_from(PropertyCompany).where(*where)) or 0
    found = sa.select(PropertyCompany).where(*where).order_by(PropertyCompany.name, PropertyCompany.id)
    rows = db.session.scalars(found.limit(size).offset((page - 1) * size))
    return Page(list(rows), page, size, total)


def contract(contract_id: int, community_id: int) -> ContractCard | None:
    """Only one of that community."""
    found = _cards(ManagementContract.id == contract_id, ManagementContract.community_id == community_id)
    return found[0] if found else None


def contracts_of(community_id: int) -> list[ContractCard]:
    """All there ever were, newest first."""
    return _cards(ManagementContract.community_id == community_id)


def managers(community_ids: Collection[int], on: date) -> dict[int, ContractCard]:
    """The management in force on that day, by community; communities without one are left out."""
    found = _cards(
        ManagementContract.community_id.in_(community_ids),
        ManagementContract.starts_on <= on,
    )
    return {card.contract.community_id: card for card in found if card.term.is_in_force(on)}


def terms_of(community_ids: Collection[int]) -> dict[int, list[Term]]:
    """When each of these communities was managed; in one statement however many there are."""
    found: dict[int, list[Term]] = {one: [] for one in community_ids}
    rows = db.session.execute(sa.select(TERMS).where(TERMS.c.community_id.in_(community_ids)))
    for row in rows:
        found[row.community_id].append(Term(row.starts_on, row.last_on))
    return found


def fees(contract_id: int) -> list[Fee]:
    """All prices of a management, newest first."""
    rows = sa.select(ManagementFee).where(ManagementFee.contract_id == contract_id)
    ordered = rows.order_by(ManagementFee.from_on.desc(), ManagementFee.id.desc())
    return [row.fee for row in db.session.scalars(ordered)]


def _cards(*where: sa.ColumnElement[bool]) -> list[ContractCard]:
    found = (
        sa.select(ManagementContract, PropertyCompany, ContractEnd)
        .outerjoin(PropertyCompany, PropertyCompany.id == ManagementContract.company_id)
        .outerjoin(ContractEnd, ContractEnd.contract_id == ManagementContract.id)
        .where(*where)
        .order_by(ManagementContract.starts_on.desc(), ManagementContract.id.desc())
    )
    rows: Sequence[Any] = db.session.execute(found).all()
    return [ContractCard(row[0], row[1], row[2]) for row in rows]
