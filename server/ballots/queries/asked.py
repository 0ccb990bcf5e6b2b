"""What is asked: ballots with their stage, their text as drafted and as announced, their settings."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import rfc8785
import sqlalchemy as sa

from server.ballots.models import Announcement, Ballot, Count, Motion, Opening
from server.ballots.rules.casting import AskedMotion
from server.ballots.rules.drafting import MotionText, Stage, frozen_text, stage_of
from server.infra.db import asked_once, db, table_of
from server.kernel.chinatime import Period, china_day
from server.kernel.errors import NotFound
from server.ledger import queries as ledger
from server.notices import queries as notices
from server.notices.rules import NoticeKind
from server.policies import queries as policies
from server.policies.rules import period_of


def ballot(ballot_id: int, community_id: int | None = None) -> Ballot | None:
    """One ballot; with a community, None where it is another's."""
    found = db.session.get(Ballot, ballot_id)
    if found is None or (community_id is not None and found.community_id != community_id):
        return None
    return found


def known(ballot_id: int, community_id: int | None = None) -> Ballot:
    """The ballot, or NotFound."""
    found = ballot(ballot_id, community_id)
    if found is None:
        raise NotFound
    return found


def ballots_of(community_id: int) -> list[Ballot]:
    """All that were not discarded, newest first."""
    rows = sa.select(Ballot).where(Ballot.community_id == community_id, Ballot.discarded_at.is_(None))
    return list(db.session.scalars(rows.order_by(Ballot.id.desc())))


@dataclass(frozen=True)
class StagedBallot:
    """A ballot with where it stands, read together."""

    ballot: Ballot
    stage: Stage
    #: When the count in force was made; None before one stands.
    counted_at: datetime | None


_NEWEST_COUNT_AT = (
    sa.select(Count.counted_at)
    .where(Count.ballot_id == Ballot.id)
    .order_by(Count.number.desc())
    .limit(1)
    .scalar_subquery()
)
_STAGED = (
    sa.select(Ballot, _NEWEST_COUNT_AT.label("counted_at"))
    .where(Ballot.community_id == sa.bindparam("community_id"), Ballot.discarded_at.is_(None))
    .order_by(Ballot.id.desc())
)


def staged_ballots(community_id: int, now: datetime) -> list[StagedBallot]:
    """All that were not discarded, newest first, each with its stage: one statement however many there are."""
    rows = db.session.execute(_STAGED, {"community_id": community_id})
    return [
        StagedBallot(
            row.Ballot, _stage(row.Ballot, now, is_counted=row.counted_at is not None), row.counted_at
        )
        for row in rows
    ]


_NEXT = sa.select(
    sa.select(sa.func.min(Ballot.opens_at))
    .where(
        Ballot.announced_number.is_not(None),
        Ballot.opened_at.is_(None),
        Ballot.discarded_at.is_(None),
        Ballot.opens_at > sa.bindparam("now"),
    )
    .scalar_subquery()
    .label("opens"),
    sa.select(sa.func.min(Ballot.closing_at))
    .where(Ballot.closing_at > sa.bindparam("now"))
    .scalar_subquery()
    .label("closes"),
)


def next_opening_and_closing(now: datetime) -> tuple[datetime | None, datetime | None]:
    """The first announced opening and the first closing still to come, of all communities."""
    row = db.session.execute(_NEXT, {"now": now}).one()
    return row.opens, row.closes


_counts = table_of(Count)
_IS_COUNTED = sa.select(sa.exists().where(_counts.c.ballot_id == sa.bindparam("ballot_id")))


def is_counted(ballot_id: int) -> bool:
    return asked_once(
        ("is_counted", ballot_id), lambda: bool(db.session.scalar(_IS_COUNTED, {"ballot_id": ballot_id}))
    )


def stage(of: Ballot, now: datetime) -> Stage:
    """Where the ballot stands now."""
    is_over = of.closing_at is not None and now >= of.closing_at
    return _stage(of, now, is_counted=is_over and is_counted(of.id))


def _stage(of: Ballot, now: datetime, *, is_counted: bool) -> Stage:
    return stage_of(
        announced=of.announced_number is not None,
        opened_at=of.opened_at,
        closing_at=of.closing_at,
        counted=is_counted,
        discarded=of.discarded_at is not None,
        now=now,
    )


# ------------------------------------------------------------------ text


def motion_text(motion: Motion) -> MotionText:
    return MotionText(
        title=motion.title,
        kind=motion.kind,
        matter=motion.matter,
        description=motion.description,
        rule=motion.rule,
        options=tuple(motion.options),
        meanings=motion.meanings,
        catalogue_item_id=motion.catalogue_item_id,
    )


def motion_texts(of: Ballot) -> list[MotionText]:
    return [motion_text(motion) for motion in of.motions]


def present_text(of: Ballot) -> dict[str, Any]:
    """The text as the tables hold it now: what an announcement freezes, and an opening compares."""
    # What was announced before agents could vote reads as it did then.
    proxies = {} if of.proxy_limit is None else {"proxy_limit": of.proxy_limit}
    return frozen_text(
        **proxies,
        title=of.title,
        intro=of.intro,
        community_id=of.community_id,
        scope=of.scope,
        building_ids=sorted(of.building_ids),
        entrance_ids=sorted(of.entrance_ids),
        opens_at=of.opens_at,
        closes_at=of.closes_at,
        precedence=of.precedence,
        unreturned=of.unreturned,
        clause=of.clause,
        may_change=of.may_change,
        motions=motion_texts(of),
    )


def canonical(value: Any) -> str:
    """RFC 8785, as text."""
    return rfc8785.dumps(value).decode()


def text_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def announcement(of: Ballot) -> Announcement | None:
    """The announcement in force."""
    if of.announced_number is None:
        return None
    return db.session.get(Announcement, (of.id, of.announced_number))


def announcements(ballot_id: int) -> Sequence[Announcement]:
    """All there were, withdrawn ones too, in order."""
    rows = sa.select(Announcement).where(Announcement.ballot_id == ballot_id)
    return db.session.scalars(rows.order_by(Announcement.number)).all()


# ------------------------------------------------------------------ settings


@dataclass(frozen=True)
class Rules:
    """The settings of the community's place on a day, as far as they bind a vote."""

    notice_period: Period
    shortest_days: int
    longest_days: int
    precedence: str
    unreturned: str
    may_change: bool
    proxy_limit: int
    least_heads: int
    least_side: int


_RULE_KEYS = (
    "ballot.notice_period",
    "ballot.shortest_days",
    "ballot.longest_days",
    "ballot.precedence",
    "ballot.unreturned",
    "ballot.may_change_vote",
    "ballot.proxy_limit",
    "disclosure.least_heads",
    "disclosure.least_side",
)


def place_path(community_id: int) -> str:
    """The division path of a community. Raises NotFound where there is none."""
    found = ledger.place(community_id)
    if found is None:
        raise NotFound
    return found.division_path


def rules_for(community_id: int, on: date) -> Rules:
    held = policies.values_of(_RULE_KEYS, place_path(community_id), on)
    return Rules(
        notice_period=period_of(held["ballot.notice_period"]),
        shortest_days=int(held["ballot.shortest_days"]),
        longest_days=int(held["ballot.longest_days"]),
        precedence=str(held["ballot.precedence"]),
        unreturned=str(held["ballot.unreturned"]),
        may_change=bool(held["ballot.may_change_vote"]),
        proxy_limit=int(held["ballot.proxy_limit"]),
        least_heads=int(held["disclosure.least_heads"]),
        least_side=int(held["disclosure.least_side"]),
    )


def earliest_opening(community_id: int, now: datetime) -> datetime:
    """The first instant at which a ballot announced now may open: 24:00 of the notice's last day."""
    return notices.planned_span(community_id, NoticeKind.BALLOT_ANNOUNCEMENT, china_day(now)).ends_at


# ------------------------------------------------------------------ as opened


@dataclass(frozen=True)
class Document:
    """The ballot as frozen at its opening: the bundle's `ballot`."""

    raw: dict[str, Any]
    asked: tuple[AskedMotion, ...]

    @property
    def precedence(self) -> str:
        return str(self.raw["precedence"])

    @property
    def may_change(self) -> bool:
        return bool(self.raw["may_change"])


@lru_cache(maxsize=256)
def read_document(text: str) -> Document:
    """A frozen document never changes, so reading it once is enough."""
    raw = json.loads(text)
    asked = tuple(
        AskedMotion(motion["id"], motion["title"], (*motion.get("options", ("for", "against")), "abstain"))
        for motion in raw["motions"]
    )
    return Document(raw, asked)


def opening(ballot_id: int) -> Opening | None:
    return db.session.get(Opening, ballot_id)


def document(ballot_id: int) -> Document | None:
    """The document of an opened ballot."""
    found = opening(ballot_id)
    return read_document(found.document) if found else None
