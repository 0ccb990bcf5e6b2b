"""Setting quiet days, and announcing what utilities do in the same window."""

from datetime import date, datetime

from server.audit.actions import record
from server.infra import replay
from server.infra.db import db
from server.infra.second import entered
from server.kernel.actor import Actor
from server.kernel.chinatime import china_day
from server.kernel.errors import Conflict, NotFound
from server.ledger import queries as ledger
from server.projects.actions.keeping import check_member, locked
from server.projects.models import QuietDays, UtilityWork
from server.projects.rules.calendar import Utility, check_quiet, check_works


def set_quiet_days(
    community_id: int,
    *,
    from_on: date,
    to_on: date,
    reason: str,
    client_key: str,
    actor: Actor,
    now: datetime,
) -> QuietDays:
    """Days of one community on which no noisy work is done, besides those of its settings."""
    digest = replay.digest(actor, "set_quiet_days", community_id, from_on, to_on, reason)
    earlier = replay.earlier(QuietDays, client_key, digest)
    if earlier is not None:
        return earlier
    if ledger.community(community_id) is None:
        raise NotFound
    check_quiet(from_on, to_on, reason, china_day(now))
    row = QuietDays(
        community_id=community_id,
        from_on=from_on,
        to_on=to_on,
        reason=reason.strip(),
        set_by=actor.key,
        set_name=actor.label,
        set_at=now,
        client_key=client_key,
        client_digest=digest,
    )
    db.session.add(row)
    db.session.flush()
    record(
        actor, "projects.set_quiet_days", "quiet_days", row.id, now=now, community_id=community_id,
        from_on=from_on, to_on=to_on, reason=row.reason,
    )  # fmt: skip
    return row


def lift_quiet_days(quiet_id: int, *, community_id: int, actor: Actor, now: datetime) -> None:
    """They are quiet no more; twice changes nothing."""
    row = db.session.get(QuietDays, quiet_id)
    if row is None or row.community_id != community_id:
        raise NotFound
    if row.lifted_at is not None:
        return
    row.lifted_at = now
    db.session.flush()
    record(actor, "projects.lift_quiet_days", "quiet_days", row.id, now=now, community_id=community_id)


def announce_utility(
    project_id: int,
    *,
    community_id: int,
    kind: Utility,
    party: str,
    what: str,
    starts_on: date,
    ends_on: date,
    client_key: str,
    actor: Actor,
    now: datetime,
) -> UtilityWork:
    """What a utility does there itself. Days outside of the project's window are taken, and flagged wherever it is read."""
    locked(project_id)
    digest = replay.digest(
        actor, "announce_utility", project_id, community_id, kind, party, what, starts_on, ends_on
    )
    earlier = replay.earlier(UtilityWork, client_key, digest)
    if earlier is not None:
        return earlier
    check_member(project_id, community_id)
    check_works(party, what, starts_on, ends_on)
    row = UtilityWork(
        project_id=project_id,
        community_id=community_id,
        kind=kind,
        party=party.strip(),
        what=what.strip(),
        starts_on=starts_on,
        ends_on=ends_on,
        **entered(actor, now, client_key, digest),
    )
    db.session.add(row)
    db.session.flush()
    record(
        actor, "projects.announce_utility", "utility_work", row.id, now=now, community_id=community_id,
        project_id=project_id, kind=kind, party=row.party, what=row.what, starts_on=starts_on, ends_on=ends_on,
    )  # fmt: skip
    return row


def withdraw_utility(utility_id: int, *, community_id: int, actor: Actor, now: datetime) -> None:
    """It is not done, or not then: what is done instead is announced anew."""
    row = db.session.get(UtilityWork, utility_id)
    if row is None or row.community_id != community_id:
        raise NotFound
    if row.withdrawn_at is not None:
        raise Conflict("这一条已经撤掉了。", code="utility_withdrawn")
    row.withdrawn_at = now
    db.session.flush()
    record(actor, "projects.withdraw_utility", "utility_work", row.id, now=now, community_id=community_id)
