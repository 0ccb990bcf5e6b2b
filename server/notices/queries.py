"""What hangs, what hung, and what was objected."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from server.infra.db import db
from server.kernel.chinatime import Period, china_day
from server.kernel.errors import NotFound, Reason
from server.kernel.pages import PAGE_SIZE, Page
from server.ledger import queries as ledger
from server.notices.models import Notice, NoticePosting, Objection
from server.notices.rules import PERIOD_KEYS, NoticeKind, Span, span, stands_final
from server.policies import queries as policies
from server.policies.rules import period_of


@dataclass(frozen=True)
class Term:
    """How long a notice of a kind hangs in a community, and from where that is."""

    period: Period
    origin_zh: str


def notice(notice_id: int, community_id: int | None = None) -> Notice | None:
    """With a community given, only one of that community."""
    found = db.session.get(Notice, notice_id)
    return found if found is not None and community_id in {None, found.community_id} else None


_WITH_OBJECTIONS = (
    sa.select(Notice, Objection)
    .outerjoin(Objection, Objection.notice_id == Notice.id)
    .where(Notice.id.in_(sa.bindparam("notice_ids", expanding=True)))
    .order_by(Objection.raised_at, Objection.id)
)


def with_objections(notice_ids: Collection[int]) -> dict[int, tuple[Notice, list[Objection]]]:
    """Notices by their ids, each with what was objected to it in the order it was raised."""
    found: dict[int, tuple[Notice, list[Objection]]] = {}
    for row in db.session.execute(_WITH_OBJECTIONS, {"notice_ids": list(notice_ids)}):
        objected = found.setdefault(row.Notice.id, (row.Notice, []))[1]
        if row.Objection is not None:
            objected.append(row.Objection)
    return found


def posted_with(client_key: str) -> Notice | None:
    """The notice an earlier request with this key posted: it was told of then."""
    return db.session.scalar(sa.select(Notice).where(Notice.client_key == client_key))


def notices(community_id: int, page: int = 1) -> Page[Notice]:
    """All notices of a community, newest first, withdrawn ones too."""
    found = sa.select(Notice).where(Notice.community_id == community_id)
    total = db.session.scalar(sa.select(sa.func.count()).select_from(found.subquery())) or 0
    found = found.order_by(Notice.id.desc()).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    return Page(list(db.session.scalars(found)), page, PAGE_SIZE, total)


#: Asked with `_at`.
_HANGS = sa.and_(
    Notice.opens_on <= sa.bindparam("today"),
    Notice.ends_at > sa.bindparam("now"),
    Notice.withdrawn_at.is_(None),
)
_HANGING = (
    sa.select(Notice)
    .where(Notice.community_id == sa.bindparam("community_id"), _HANGS)
    .order_by(Notice.ends_at, Notice.id)
)
_HANGING_AND_WAITING = (
    sa.select(Notice, Objection, _HANGS.label("hangs"))
    .outerjoin(Objection, sa.and_(Objection.notice_id == Notice.id, Objection.answered_at.is_(None)))
    .where(Notice.community_id == sa.bindparam("community_id"), sa.or_(_HANGS, Objection.id.is_not(None)))
    .order_by(Objection.raised_at, Objection.id)
)
_NEXT_END = sa.select(sa.func.min(Notice.ends_at)).where(_HANGS)


def _at(now: datetime) -> dict[str, object]:
    return {"today": china_day(now), "now": now}


def hanging(community_id: int, now: datetime) -> list[Notice]:
    """What hangs at this instant: begun, not over, not withdrawn; what ends soonest first."""
    return list(db.session.scalars(_HANGING, {"community_id": community_id, **_at(now)}))


def hanging_and_waiting(
    community_id: int, now: datetime
) -> tuple[list[Notice], list[tuple[Notice, Objection]]]:
    """The same, and every objection of the community that waits for an answer with its notice, the longest waiting
    first: in one read.
    """
    rows = db.session.execute(_HANGING_AND_WAITING, {"community_id": community_id, **_at(now)}).all()
    hang = {row.Notice.id: row.Notice for row in rows if row.hangs}
    waiting = [(row.Notice, row.Objection) for row in rows if row.Objection is not None]
    return sorted(hang.values(), key=lambda one: (one.ends_at, one.id)), waiting


def next_end(now: datetime) -> datetime | None:
    """When the first of all hanging notices ends."""
    return db.session.scalar(_NEXT_END, _at(now))


def public_notices(community_id: int, now: datetime, *, most: int = 50) -> list[Notice]:
    """What residents may read: everything that has begun, newest first; withdrawn ones say so."""
    found = sa.select(Notice).where(Notice.community_id == community_id, Notice.opens_on <= china_day(now))
    return list(db.session.scalars(found.order_by(Notice.id.desc()).limit(most)))


_ABOUT = (
    sa.select(Notice)
    .where(
        Notice.about_kind == sa.bindparam("about_kind"),
        Notice.about_id == sa.bindparam("about_id"),
    )
    .order_by(Notice.id.desc())
)


def of(about_kind: str, about_id: int) -> list[Notice]:
    """All notices about a thing, newest first."""
    return list(db.session.scalars(_ABOUT, {"about_kind": about_kind, "about_id": about_id}))


def about_many(about_kind: str, about_ids: Collection[int]) -> list[Notice]:
    """All notices about these things, in the order they were posted."""
    found = sa.select(Notice).where(Notice.about_kind == about_kind, Notice.about_id.in_(about_ids))
    return list(db.session.scalars(found.order_by(Notice.id)))


def standing(about_kind: str, about_id: int, kind: NoticeKind) -> Notice | None:
    """The newest notice of this kind about a thing that was not withdrawn."""
    return next((one for one in of(about_kind, about_id) if one.kind is kind and not one.is_withdrawn), None)


def objections(notice_id: int) -> list[Objection]:
    """In the order they were raised."""
    return objections_by_notice([notice_id]).get(notice_id, [])


def objections_by_notice(notice_ids: Collection[int]) -> dict[int, list[Objection]]:
    """The objections to each notice, in the order they were raised; notices without one are left out."""
    rows = sa.select(Objection).where(Objection.notice_id.in_(notice_ids))
    found: dict[int, list[Objection]] = {}
    for row in db.session.scalars(rows.order_by(Objection.raised_at, Objection.id)):
        found.setdefault(row.notice_id, []).append(row)
    return found


def open_objections(notice_id: int) -> list[Objection]:
    return [one for one in objections(notice_id) if one.is_open]


def objection(objection_id: int, community_id: int | None = None) -> Objection | None:
    found = sa.select(Objection).where(Objection.id == objection_id)
    if community_id is not None:
        found = found.join(Notice, Notice.id == Objection.notice_id).where(
            Notice.community_id == community_id
        )
    return db.session.scalar(found)


def objections_of(resident_id: int, notice_id: int) -> list[Objection]:
    """What this resident objected to this notice, with the answers."""
    found = sa.select(Objection).where(Objection.resident_id == resident_id, Objection.notice_id == notice_id)
    return list(db.session.scalars(found.order_by(Objection.id)))


def unanswered(community_ids: Collection[int]) -> dict[int, int]:
    """How many objections wait for an answer, by community; communities without one are left out."""
    found = (
        sa.select(Notice.community_id, sa.func.count().label("open"))
        .join(Objection, Objection.notice_id == Notice.id)
        .where(Notice.community_id.in_(community_ids), Objection.answered_at.is_(None))
        .group_by(Notice.community_id)
    )
    return {row.community_id: row.open for row in db.session.execute(found)}


def open_counts(notice_ids: Collection[int]) -> dict[int, int]:
    """How many objections wait for an answer, by notice."""
    found = (
        sa.select(Objection.notice_id, sa.func.count().label("open"))
        .where(Objection.notice_id.in_(notice_ids), Objection.answered_at.is_(None))
        .group_by(Objection.notice_id)
    )
    return {row.notice_id: row.open for row in db.session.execute(found)}


def postings(notice_id: int) -> list[NoticePosting]:
    found = sa.select(NoticePosting).where(NoticePosting.notice_id == notice_id)
    return list(db.session.scalars(found.order_by(NoticePosting.id)))


def obstacles_to_final(notice_id: int, now: datetime) -> list[Reason]:
    """What keeps the thing the notice is about from becoming final: the period, or an open objection."""
    found = notice(notice_id)
    if found is None:
        raise NotFound
    return stands_final(found.ends_at, found.is_withdrawn, len(open_objections(notice_id)), now)


def term(community_id: int, kind: NoticeKind, on: date) -> Term:
    """The configured length for a notice of this kind posted on this day."""
    place = ledger.place(community_id)
    if place is None:
        raise NotFound
    setting = policies.setting(PERIOD_KEYS[kind], place.division_path, on)
    return Term(period_of(setting.value), setting.origin_zh)


def planned_span(community_id: int, kind: NoticeKind, opens_on: date, period: Period | None = None) -> Span:
    """The days a notice would have if it were posted as the calendar stands now."""
    period = period or term(community_id, kind, opens_on).period
    return span(opens_on, period, policies.work_calendar(opens_on))


def longest_period(community_id: int, kind: NoticeKind, opens_on: date, until: date) -> Period:
    """So long that a notice of this kind hangs on the day `until`, and no shorter than is configured."""
    configured = term(community_id, kind, opens_on).period
    wanted = Period(max(1, (until - opens_on).days))
    last = {one: planned_span(community_id, kind, opens_on, one).last_on for one in (configured, wanted)}
    return wanted if last[wanted] > last[configured] else configured


@dataclass(frozen=True)
class HungOut:
    """A notice that stands, with what is needed to say since when it is over and done with."""

    notice_id: int
    community_id: int
    opens_on: date
    last_on: date
    ends_at: datetime
    open_objections: int
    last_answered_at: datetime | None


def standing_of(kind: NoticeKind, community_ids: Collection[int]) -> list[HungOut]:
    """The notices of this kind in these communities that were not withdrawn, in the order they were posted."""
    found = (
        sa.select(
            Notice,
            sa.func.count(Objection.id).filter(Objection.answered_at.is_(None)).label("open"),
            sa.func.max(Objection.answered_at).label("answered_at"),
        )
        .outerjoin(Objection, Objection.notice_id == Notice.id)
        .where(Notice.kind == kind, Notice.community_id.in_(community_ids), Notice.withdrawn_at.is_(None))
        .group_by(Notice.id)
        .order_by(Notice.id)
    )
    return [
        HungOut(
            row[0].id,
            row[0].community_id,
            row[0].opens_on,
            row[0].last_on,
            row[0].ends_at,
            row.open,
            row.answered_at,
        )
        for row in db.session.execute(found)
    ]
