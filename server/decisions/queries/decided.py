"""Decisions with where they stand."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from server.ballots import queries as ballots
from server.ballots.rules import receipts
from server.ballots.rules.drafting import Stage as BallotStage
from server.decisions import rules
from server.decisions.models import Decision, Ending, Version
from server.decisions.rules import ObjectionState, Stage, Standing
from server.infra.db import db
from server.kernel.errors import NotFound, Reason
from server.notices import queries as notices

#: More recounts than any vote will see.
MOST_VERSIONS = 10_000


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
class Undecided:
    """A counted ballot that no decision was drafted from."""

    ballot_id: int
    title: str
    counted_at: datetime


@dataclass(frozen=True)
class DecisionLine:
    """One decision in a list."""

    decision: Decision
    stage: Stage
    #: The newest version that was published; None while it is a draft.
    version: Version | None
    notice: Hung | None
    ending: Ending | None
    open_objections: int


def decision(decision_id: int, community_id: int | None = None) -> Decision | None:
    """One decision; with a community, None where it is another's."""
    found = db.session.get(Decision, decision_id)
    if found is None or (community_id is not None and found.community_id != community_id):
        return None
    return found


def known(decision_id: int, community_id: int | None = None) -> Decision:
    found = decision(decision_id, community_id)
    if found is None:
        raise NotFound
    return found


def decision_of_ballot(ballot_id: int) -> Decision | None:
    return db.session.scalar(sa.select(Decision).where(Decision.ballot_id == ballot_id))


def decision_by_code(code: str) -> Decision | None:
    """The decision that was signed with this code."""
    if not receipts.is_valid(code):
        return None
    found = sa.select(Decision).join(Ending, Ending.decision_id == Decision.id).where(Ending.code == code)
    return db.session.scalar(found)


def versions(decision_id: int) -> list[Version]:
    found = sa.select(Version).where(Version.decision_id == decision_id).order_by(Version.number)
    return list(db.session.scalars(found))


def version(decision_id: int, number: int) -> Version | None:
    # An address may name any number; the database would stumble over one beyond its integers.
    return db.session.get(Version, (decision_id, number)) if 0 < number <= MOST_VERSIONS else None


def ending(decision_id: int) -> Ending | None:
    return db.session.get(Ending, decision_id)


def hung(notice_id: int) -> Hung:
    found = notices.notice(notice_id)
    if found is None:
        raise NotFound
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


def standing(of: Decision) -> Standing:
    """All that the rules ask about this decision, as it stands."""
    published = versions(of.id)
    counted = ballots.result(of.ballot_id)
    newest = published[-1] if published else None
    notice = hung(newest.notice_id) if newest else None
    act = ending(of.id)
    return Standing(
        drafters=frozenset(of.drafters).union(newest.drafters if newest else ()),
        newest_count=counted.number if counted else 0,
        newest_counted_at=counted.counted_at if counted else None,
        version=newest.number if newest else 0,
        version_count=newest.count_number if newest else 0,
        notice_ends_at=notice.ends_at if notice else None,
        is_notice_withdrawn=notice.is_withdrawn if notice else False,
        objections=tuple(_objections(published)),
        is_count_stale=counted is not None and ballots.head_hash(of.ballot_id)[1] != counted.head_hash,
        ended="" if act is None else ("void" if act.is_void else "final"),
    )


def stands_in_the_way(of: Decision, now: datetime, signer: str | None = None) -> list[Reason]:
    """What keeps this decision from being signed; empty means it may be."""
    return rules.stands_in_the_way(standing(of), now, signer)


def stage(of: Decision, now: datetime) -> Stage:
    return rules.stage(standing(of), now)


def lines(community_id: int, now: datetime) -> list[DecisionLine]:
    """All of a community, newest first."""
    found = sa.select(Decision).where(Decision.community_id == community_id).order_by(Decision.id.desc())
    return [_line(one, now) for one in db.session.scalars(found)]


def public_lines(community_id: int, now: datetime) -> list[DecisionLine]:
    """Those that hang or hung: what everyone may read."""
    return [line for line in lines(community_id, now) if line.version is not None]


def undecided(community_id: int, now: datetime) -> list[Undecided]:
    """Counted ballots that no decision was drafted from, newest first."""
    taken = set(
        db.session.scalars(sa.select(Decision.ballot_id).where(Decision.community_id == community_id))
    )
    found = []
    for one in ballots.ballots_of(community_id):
        counted = ballots.result(one.id) if one.id not in taken else None
        if counted is not None and ballots.stage(one, now) is BallotStage.COUNTED:
            found.append(Undecided(one.id, one.title, counted.counted_at))
    return found


def _line(of: Decision, now: datetime) -> DecisionLine:
    stands = standing(of)
    published = versions(of.id)
    newest = published[-1] if published else None
    return DecisionLine(
        decision=of,
        stage=rules.stage(stands, now),
        version=newest,
        notice=hung(newest.notice_id) if newest else None,
        ending=ending(of.id),
        open_objections=sum(not one.is_answered for one in stands.objections),
    )


def _objections(published: list[Version]) -> list[ObjectionState]:
    return [
        ObjectionState(
            version=one.number,
            is_answered=not objection.is_open,
            is_upheld=bool(objection.is_upheld),
            answered_at=objection.answered_at,
        )
        for one in published
        for objection in notices.objections(one.notice_id)
    ]
