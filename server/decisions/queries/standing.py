"""Where decisions stand: read for many at once, with one statement for each kind of row."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from server.ballots import queries as ballots
from server.decisions import rules
from server.decisions.models import Decision, Ending, Version
from server.decisions.queries.annulled import REVOKED
from server.decisions.queries.preliminary import preliminaries
from server.decisions.rules import ObjectionState, Stage, Standing
from server.infra.db import db
from server.kernel.errors import NotFound, Reason
from server.notices import queries as notices


@dataclass(frozen=True)
class Hung:
    """The notice of a version, as far as a decision needs it."""

    id: int
    number: str
    opens_on: date
    last_on: date
    ends_at: datetime
    is_withdrawn: bool
    withdrawn_reason: str
    issuer: str
    contact_name: str
    contact_phone: str
    contact_place: str


@dataclass(frozen=True)
class Record:
    """One decision with the rows that say where it stands."""

    decision: Decision
    #: The newest version that was published, with its notice; None while it is a draft.
    version: Version | None
    notice: Hung | None
    ending: Ending | None
    standing: Standing


@dataclass(frozen=True)
class DecisionLine:
    """One decision in a list."""

    record: Record
    stage: Stage

    @property
    def decision(self) -> Decision:
        return self.record.decision

    @property
    def version(self) -> Version | None:
        return self.record.version

    @property
    def notice(self) -> Hung | None:
        return self.record.notice

    @property
    def ending(self) -> Ending | None:
        return self.record.ending

    @property
    def open_objections(self) -> int:
        return sum(not one.is_answered for one in self.record.standing.objections)

    def stands_in_the_way(self, now: datetime, signer: str | None = None) -> list[Reason]:
        """What keeps it from being signed; empty means it may be."""
        return rules.stands_in_the_way(self.record.standing, now, signer)


_OF_COMMUNITY = (
    sa.select(Decision)
    .where(Decision.community_id == sa.bindparam("community_id"))
    .order_by(Decision.id.desc())
)


def lines(community_id: int, now: datetime) -> list[DecisionLine]:
    """All of a community, newest first."""
    records = _records(list(db.session.scalars(_OF_COMMUNITY, {"community_id": community_id})))
    return [DecisionLine(one, rules.stage(one.standing, now)) for one in records]


def lines_in(community_ids: Collection[int], now: datetime) -> dict[int, list[DecisionLine]]:
    """Of many communities at once; those without a decision are left out."""
    found = sa.select(Decision).where(Decision.community_id.in_(community_ids)).order_by(Decision.id.desc())
    by_community: dict[int, list[DecisionLine]] = {}
    for one in _records(list(db.session.scalars(found))):
        line = DecisionLine(one, rules.stage(one.standing, now))
        by_community.setdefault(one.decision.community_id, []).append(line)
    return by_community


def public_lines(community_id: int, now: datetime) -> list[DecisionLine]:
    """Those that hang or hung: what everyone may read."""
    return [line for line in lines(community_id, now) if line.version is not None]


def standing(of: Decision) -> Standing:
    """All that the rules ask about this decision, as it stands."""
    return _records([of])[0].standing


def stands_in_the_way(of: Decision, now: datetime, signer: str | None = None) -> list[Reason]:
    """What keeps this decision from being signed; empty means it may be."""
    return rules.stands_in_the_way(standing(of), now, signer)


def stage(of: Decision, now: datetime) -> Stage:
    return rules.stage(standing(of), now)


def hung(notice_id: int) -> Hung:
    found = notices.notice(notice_id)
    if found is None:
        raise NotFound
    return _hung(found)


# ------------------------------------------------------------------ reading them together


_IDS: sa.BindParameter[Any] = sa.bindparam("decision_ids", expanding=True)
_VERSIONS = sa.select(Version).where(Version.decision_id.in_(_IDS)).order_by(Version.number)
_ENDINGS = sa.select(Ending, REVOKED.label("is_revoked")).where(Ending.decision_id.in_(_IDS))


def _records(of: Sequence[Decision]) -> list[Record]:
    """In the order given."""
    if not of:
        return []
    ids, ballot_ids = [one.id for one in of], [one.ballot_id for one in of]
    versions = _versions(ids)
    endings, annulled = _endings(ids)
    on_board = notices.with_objections([one.notice_id for some in versions.values() for one in some])
    counted = ballots.count_marks(ballot_ids)
    hashes = ballots.last_hashes(ballot_ids)
    posted = preliminaries([one.ballot_id for one in of if one.id not in endings])
    found = []
    for one in of:
        published = versions.get(one.id, [])
        newest = published[-1] if published else None
        notice = _hung(on_board[newest.notice_id][0]) if newest else None
        ending = endings.get(one.id)
        count = counted.get(one.ballot_id)
        stands = Standing(
            drafters=frozenset(one.drafters).union(newest.drafters if newest else ()),
            newest_count=count.number if count else 0,
            newest_counted_at=count.counted_at if count else None,
            version=newest.number if newest else 0,
            version_count=newest.count_number if newest else 0,
            notice_ends_at=notice.ends_at if notice else None,
            is_notice_withdrawn=notice.is_withdrawn if notice else False,
            objections=tuple(_objections(published, on_board)),
            # A log that was counted with no event in it is stale as soon as it has one.
            is_count_stale=count is not None
            and hashes.get(one.ballot_id, count.head_hash) != count.head_hash,
            preliminary=posted.get(one.ballot_id),
            ended=_ended(ending, is_annulled=one.id in annulled),
        )
        found.append(Record(one, newest, notice, ending, stands))
    return found


def _ended(ending: Ending | None, *, is_annulled: bool) -> str:
    if ending is None:
        return ""
    if ending.is_void:
        return "void"
    return "annulled" if is_annulled else "final"


def _endings(ids: Sequence[int]) -> tuple[dict[int, Ending], set[int]]:
    """By decision, and which of them a court revoked."""
    rows = db.session.execute(_ENDINGS, {"decision_ids": ids}).all()
    return {row.Ending.decision_id: row.Ending for row in rows}, {
        row.Ending.decision_id for row in rows if row.is_revoked
    }


def _versions(ids: Sequence[int]) -> dict[int, list[Version]]:
    """By decision, in their order."""
    found: dict[int, list[Version]] = {}
    for row in db.session.scalars(_VERSIONS, {"decision_ids": ids}):
        found.setdefault(row.decision_id, []).append(row)
    return found


def _objections(published: Sequence[Version], hung: dict[int, tuple[Any, list[Any]]]) -> list[ObjectionState]:
    return [
        ObjectionState(
            version=one.number,
            is_answered=not objection.is_open,
            is_upheld=bool(objection.is_upheld),
            answered_at=objection.answered_at,
        )
        for one in published
        for objection in hung[one.notice_id][1]
    ]


def _hung(found: Any) -> Hung:
    return Hung(
        id=found.id,
        number=found.number_text,
        opens_on=found.opens_on,
        last_on=found.last_on,
        ends_at=found.ends_at,
        is_withdrawn=found.is_withdrawn,
        withdrawn_reason=found.withdrawn_reason,
        issuer=found.issuer,
        contact_name=found.contact_name,
        contact_phone=found.contact_phone,
        contact_place=found.contact_place,
    )
