"""Reading staff, their grants and their second factor."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from server.divisions import queries as divisions
from server.identity.models import RecoveryCode, RoleGrant, Staff
from server.identity.rules import ALLOWED, Grant, Permission, Role, covers
from server.infra.db import db, table_of
from server.kernel.pages import PAGE_SIZE, Page
from server.kernel.places import Place
from server.ledger import queries as ledger


@dataclass(frozen=True)
class StaffLine:
    """One line of the staff list, with the grants that hold on the day asked for."""

    staff: Staff
    grants: list[RoleGrant]


def staff(staff_id: int) -> Staff | None:
    return db.session.get(Staff, staff_id)


@dataclass(frozen=True)
class AtDesk:
    """A staff account with the grants that hold on a day, in the order they were given."""

    id: int
    name: str
    username: str
    must_change_password: bool
    session_version: int
    grants: tuple[Grant, ...]


_staff, _grants = table_of(Staff).c, table_of(RoleGrant).c
_HELD = sa.and_(
    _grants.staff_id == _staff.id,
    _grants.revoked_at.is_(None),
    _grants.valid_from <= sa.bindparam("on"),
    sa.or_(_grants.valid_to.is_(None), _grants.valid_to >= sa.bindparam("on")),
)
_AT_DESK = (
    sa.select(
        _staff.id,
        _staff.name,
        _staff.username,
        _staff.must_change_password,
        _staff.session_version,
        _grants.role,
        _grants.division_path,
        _grants.community_id,
    )
    .join_from(table_of(Staff), table_of(RoleGrant), _HELD, isouter=True)
    .where(_staff.id == sa.bindparam("staff_id"), _staff.disabled_at.is_(None))
    .order_by(_grants.id)
)


def at_desk(staff_id: int, on: date) -> AtDesk | None:
    """An account that is not disabled: asked with every request of the back office."""
    rows = db.session.execute(_AT_DESK, {"staff_id": staff_id, "on": on}).all()
    if not rows:
        return None
    grants = [Grant(row.role, row.division_path, row.community_id) for row in rows if row.role is not None]
    one = rows[0]
    return AtDesk(
        one.id, one.name, one.username, one.must_change_password, one.session_version, tuple(grants)
    )


def staff_names(staff_ids: Collection[int]) -> dict[int, str]:
    """What each of these is called, also where the account is disabled by now."""
    found = sa.select(Staff.id, Staff.name).where(Staff.id.in_(staff_ids))
    return {row.id: row.name for row in db.session.execute(found)}


def staff_named(username: str) -> Staff | None:
    return db.session.scalar(sa.select(Staff).where(Staff.username == username.strip().lower()))


def has_accounts_named(prefix: str) -> bool:
    """Whether any account's name begins so."""
    return (
        db.session.scalar(sa.select(Staff.id).where(Staff.username.startswith(prefix)).limit(1)) is not None
    )


def grants_ahead(staff_id: int, on: date) -> list[RoleGrant]:
    """The grants that hold on that day or will later: what a new grant must not clash with."""
    found = sa.select(RoleGrant).where(
        RoleGrant.staff_id == staff_id,
        RoleGrant.revoked_at.is_(None),
        sa.or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to >= on),
    )
    return list(db.session.scalars(found.order_by(RoleGrant.id)))


def role_grant(grant_id: int) -> RoleGrant | None:
    return db.session.get(RoleGrant, grant_id)


def staff_with(permission: Permission, place: Place, on: date) -> list[int]:
    """Ids of the staff who may do this there on that day; disabled accounts left out."""
    return staff_in(ALLOWED[permission], place, on)


def staff_in(roles: Collection[Role], place: Place, on: date) -> list[int]:
    """Ids of the staff who hold one of these roles there on that day; disabled accounts left out."""
    found = (
        sa.select(RoleGrant)
        .join(Staff, Staff.id == RoleGrant.staff_id)
        .where(
            Staff.disabled_at.is_(None),
            RoleGrant.role.in_(roles),
            *_holds(on),
            *_reaches(place),
        )
    )
    return sorted({row.staff_id for row in db.session.scalars(found) if covers(row.grant, place)})


def staff_of_office(permission: Permission, division_path: str, on: date) -> list[int]:
    """Ids of the staff who may do this for the office of exactly this division: not those above it, who only reach down."""
    found = (
        sa.select(RoleGrant.staff_id)
        .join(Staff, Staff.id == RoleGrant.staff_id)
        .where(
            Staff.disabled_at.is_(None),
            RoleGrant.role.in_(ALLOWED[permission]),
            RoleGrant.community_id.is_(None),
            RoleGrant.division_path == division_path,
            *_holds(on),
        )
    )
    return sorted(set(db.session.scalars(found)))


def property_staff_names(place: Place, on: date) -> set[str]:
    """Names of whoever works for the property company there on that day."""
    found = (
        sa.select(RoleGrant, Staff.name)
        .join(Staff, Staff.id == RoleGrant.staff_id)
        .where(
            RoleGrant.role.in_([Role.PROPERTY_CLERK, Role.PROPERTY_MANAGER]), *_holds(on), *_reaches(place)
        )
    )
    return {name for row, name in db.session.execute(found) if covers(row.grant, place)}


def staff_under(reach: list[Grant], on: date, page: int = 1) -> Page[StaffLine]:
    """Whoever holds, held or will hold a grant inside this reach, by name."""
    inside = sa.select(RoleGrant.staff_id).where(sa.or_(sa.false(), *(_inside(grant) for grant in reach)))
    found = sa.select(Staff).where(Staff.id.in_(inside))
    total = db.session.scalar(sa.select(sa.func.count()).select_from(found.subquery())) or 0
    rows = list(
        db.session.scalars(
            found.order_by(Staff.disabled_at.is_not(None), Staff.username)
            .limit(PAGE_SIZE)
            .offset((page - 1) * PAGE_SIZE)
        )
    )
    held = sa.select(RoleGrant).where(RoleGrant.staff_id.in_([row.id for row in rows]), *_holds(on))
    by_staff: dict[int, list[RoleGrant]] = {}
    for grant in db.session.scalars(held.order_by(RoleGrant.id)):
        by_staff.setdefault(grant.staff_id, []).append(grant)
    return Page([StaffLine(row, by_staff.get(row.id, [])) for row in rows], page, PAGE_SIZE, total)


def is_under(staff_id: int, reach: list[Grant]) -> bool:
    """Whether the person ever held a grant inside this reach."""
    found = sa.select(RoleGrant.id).where(
        RoleGrant.staff_id == staff_id, sa.or_(sa.false(), *(_inside(grant) for grant in reach))
    )
    return db.session.scalar(found.limit(1)) is not None


def grants_named(grants: Iterable[Grant]) -> list[tuple[str, str]]:
    """(role, place) in words, for a person to read."""
    found = list(grants)
    names = divisions.full_names(one.division_path for one in found)
    return [(one.role.name_zh, _place_words(one, names)) for one in found]


def recovery_codes_left(staff_id: int) -> int:
    left = sa.select(sa.func.count()).where(RecoveryCode.staff_id == staff_id, RecoveryCode.used_at.is_(None))
    return db.session.scalar(left) or 0


def _place_words(grant: Grant, names: dict[str, str]) -> str:
    division = names.get(grant.division_path, "")
    if grant.community_id is None:
        return f"{division}及以下"
    community = ledger.community(grant.community_id)
    return f"{division} {community.name if community else ''}".strip()


def _holds(on: date) -> list[sa.ColumnElement[bool]]:
    return [
        RoleGrant.revoked_at.is_(None),
        RoleGrant.valid_from <= on,
        sa.or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to >= on),
    ]


def _reaches(place: Place) -> list[sa.ColumnElement[bool]]:
    """Narrows to grants above the place or for its community; `covers` has the last word."""
    above = [place.division_path[: i + 1] for i, letter in enumerate(place.division_path) if letter == "/"]
    return [RoleGrant.division_path.in_(above)]


def _inside(reach: Grant) -> sa.ColumnElement[bool]:
    if reach.community_id is not None:
        return RoleGrant.community_id == reach.community_id
    return RoleGrant.division_path.startswith(reach.division_path, autoescape=True)
