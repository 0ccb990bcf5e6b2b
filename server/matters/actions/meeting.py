"""Preparing a meeting, its agenda, announcing it or calling it off, and its minutes."""

from collections.abc import Mapping
from datetime import datetime

from server.audit.actions import record
from server.infra import replay
from server.infra.db import db
from server.kernel.actor import Actor
from server.kernel.chinatime import china_day
from server.kernel.errors import NotFound, Refused
from server.ledger.actions.places import lock_community
from server.matters import queries
from server.matters.actions.keeping import locked_meeting, number
from server.matters.models import AgendaPoint, Meeting, Minutes
from server.matters.rules.meetings import (
    Group,
    MeetingState,
    check_announcement,
    check_calling_off,
    check_meeting,
    check_minutes,
    check_point,
)
from server.matters.rules.raised import State


def prepare_meeting(
    community_id: int,
    *,
    title: str,
    place: str,
    starts_at: datetime,
    client_key: str,
    actor: Actor,
    now: datetime,
) -> Meeting:
    """A meeting that residents do not see yet: first comes its agenda."""
    lock_community(community_id)
    digest = replay.digest(actor, "prepare_meeting", community_id, title, place, starts_at)
    earlier = replay.earlier(Meeting, client_key, digest)
    if earlier is not None:
        return earlier
    days = number("matters.meeting_days", community_id, china_day(now))
    check_meeting(title, place, starts_at, days=days, now=now)
    row = Meeting(
        community_id=community_id, title=title.strip(), place=place.strip(), starts_at=starts_at,
        prepared_by=actor.key, prepared_at=now, client_key=client_key, client_digest=digest,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    _record(row, "matters.prepare_meeting", actor, now, title=row.title, starts_at=starts_at)
    return row


def plan_point(
    meeting_id: int, *, community_id: int, matter_id: int | None, words: str, actor: Actor, now: datetime
) -> AgendaPoint:
    """One point more: a matter that everyone may read, or words of its own. The same again changes nothing."""
    card = locked_meeting(meeting_id, community_id, now)
    points = [line.point for line in queries.points_of(meeting_id, now)]
    kept = "" if matter_id is not None else words.strip()
    for point in points:
        if matter_id is None and kept and point.words == kept:
            return point
    check_point(
        card.state,
        points=len(points),
        words=words,
        is_matter=matter_id is not None,
        is_known=matter_id is not None and matter_id in {point.matter_id for point in points},
    )
    if matter_id is not None:
        _check_matter(matter_id, community_id, now)
    row = AgendaPoint(meeting_id=meeting_id, matter_id=matter_id, words=kept)
    db.session.add(row)
    db.session.flush()
    _record(card.meeting, "matters.plan_point", actor, now, matter_id=matter_id, words=kept)
    return row


def remove_point(meeting_id: int, point_id: int, *, community_id: int, actor: Actor, now: datetime) -> None:
    """Off the agenda again, while it is not announced. Where it is gone already it changes nothing."""
    card = locked_meeting(meeting_id, community_id, now)
    if card.state is not MeetingState.DRAFT:
        raise Refused("已经通知了，议程不能再改。", code="agenda_frozen")
    point = db.session.get(AgendaPoint, point_id)
    if point is None or point.meeting_id != meeting_id:
        return
    db.session.delete(point)
    db.session.flush()
    _record(card.meeting, "matters.remove_point", actor, now, matter_id=point.matter_id, words=point.words)


def announce_meeting(meeting_id: int, *, community_id: int, actor: Actor, now: datetime) -> Meeting:
    """Time, place and agenda stand from now on, and residents read them. The door tells them."""
    card = locked_meeting(meeting_id, community_id, now)
    row = card.meeting
    if card.state is MeetingState.ANNOUNCED and row.announced_by == actor.key:
        return row
    days = number("matters.meeting_days", community_id, china_day(now))
    check_announcement(card.state, row.starts_at, points=card.points, days=days, now=now)
    row.announced_by, row.announced_at = actor.key, now
    db.session.flush()
    _record(row, "matters.announce_meeting", actor, now, points=card.points, starts_at=row.starts_at)
    return row


def call_off(meeting_id: int, *, community_id: int, reason: str, actor: Actor, now: datetime) -> Meeting:
    """It does not take place; what was on its agenda is owed an answer again."""
    card = locked_meeting(meeting_id, community_id, now)
    row = card.meeting
    check_calling_off(card.state, reason)
    row.called_off_by, row.called_off_at, row.called_off_reason = actor.key, now, reason.strip()
    db.session.flush()
    _record(row, "matters.call_off", actor, now, reason=row.called_off_reason)
    return row


def write_minutes(
    meeting_id: int,
    *,
    community_id: int,
    text: str,
    came: Mapping[Group, int],
    sheet_id: int | None,
    client_key: str,
    actor: Actor,
    now: datetime,
) -> Minutes:
    """What was said and who came. Written anew, the earlier ones stay on record."""
    card = locked_meeting(meeting_id, community_id, now)
    heads = {group.value: came[group] for group in Group if came.get(group)}
    # The picture of the sheet is left out: sent again it is another attachment of the same one.
    digest = replay.digest(actor, "write_minutes", meeting_id, text, heads)
    earlier = replay.earlier(Minutes, client_key, digest)
    if earlier is not None:
        return earlier
    kept = check_minutes(card.state, text, came)
    row = Minutes(
        meeting_id=meeting_id, text=kept, came=heads, sheet_id=sheet_id, written_by=actor.key,
        written_name=actor.label, written_at=now, client_key=client_key, client_digest=digest,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    _record(card.meeting, "matters.write_minutes", actor, now, minutes_id=row.id, came=heads)
    return row


def _check_matter(matter_id: int, community_id: int, now: datetime) -> None:
    """Everyone reads the agenda: what others may not read does not stand on it."""
    card = queries.card(matter_id, community_id, now)
    if card is None:
        raise NotFound
    if not card.is_public:
        raise Refused("这件事还没有公开，先去“待看内容”看过。", code="matter_not_public")
    if card.state is State.MERGED:
        raise Refused("这件事已经并到别的事。请选那一件。", code="matter_merged")


def _record(row: Meeting, verb: str, actor: Actor, now: datetime, **facts: object) -> None:
    record(actor, verb, "matter_meeting", row.id, now=now, community_id=row.community_id, **facts)
