"""Telling of an act in its own transaction: the residents whose ticket it is, and the staff who must do something next."""

from datetime import datetime

from server.identity import queries as identity
from server.identity.rules.permissions import Permission, Role
from server.kernel.actor import Actor, ActorKind
from server.kernel.chinatime import china_day
from server.ledger import queries as ledger
from server.messages.actions import tell
from server.messages.rules import Recipient
from server.tickets.models import Ticket, TicketAct
from server.tickets.queries import listeners
from server.tickets.rules.telling import for_residents, for_staff, is_told
from server.tickets.rules.words import Act, Level

#: Who is told at each step of the ladder.
_ROLES = {
    Level.COMMITTEE: (Role.CLERK, Role.REVIEWER),
    Level.STREET: (Role.STREET_OFFICER,),
    Level.COUNTY: (Role.COUNTY_OFFICER,),
}
#: Whoever asked reads the answer, and goes on or waits.
_REVIEWED = {Act.GRANT_SUSPENSION: "准了暂停", Act.DENY_SUSPENSION: "没准暂停，接着办"}


def tell_of(row: Ticket, made: TicketAct, actor: Actor) -> None:
    if is_told(made.act):
        tell_residents(row, made, actor)
    if made.act is Act.DISPATCH and row.assignee_id is not None:
        tell_staff(row, "派给你一件", [row.assignee_id], made.at)
    if made.act is Act.REOPEN:
        tell_staff(row, "居民说没解决", _workers(row, made.at), made.at)
    if made.act is Act.ASK_SUSPENSION:
        asked = _with(row, Permission.REVIEW_SUSPENSION, made.at)
        tell_staff(row, "有人申请暂停", [one for one in asked if f"staff:{one}" != made.actor], made.at)
    if made.act in _REVIEWED:
        tell_staff(row, _REVIEWED[made.act], _workers(row, made.at), made.at)
    if made.act is Act.ESCALATE and made.level is not None:
        tell_late(row, made.level, made.at)


def tell_residents(row: Ticket, made: TicketAct, actor: Actor) -> None:
    """All whose ticket it is, but whoever did it."""
    # What a resident wrote reaches the workers; nobody looked at it yet, so no neighbour is sent it.
    note = "" if actor.kind is ActorKind.RESIDENT else made.note
    subject, body = for_residents(made.act, made.to_state, row.place, row.category.name_zh, note, made.level)
    me = actor.id if actor.kind is ActorKind.RESIDENT else None
    tell(
        [Recipient.resident(one) for one in listeners(row) if one != me],
        kind=f"tickets.{made.act}",
        subject=subject,
        body=body,
        link=f"/tickets/{row.id}",
        community_id=row.community_id,
        now=made.at,
    )


def tell_workers(row: Ticket, what: str, now: datetime) -> None:
    """Everybody of the community who may take it up."""
    tell_staff(row, what, _with(row, Permission.WORK_TICKET, now), now)


def tell_late(row: Ticket, level: Level, now: datetime) -> None:
    """The office that it went up to, and whoever is late with it; nobody twice."""
    above = _at(row, level, now)
    tell_staff(row, "超时了", above, now)
    late = [one for one in _workers(row, now) if one not in above]
    tell_staff(row, f"超时了，已经报给{level.name_zh}", late, now)


def tell_staff(row: Ticket, what: str, staff_ids: list[int], now: datetime) -> None:
    subject, body = for_staff(what, row.place, row.category.name_zh, row.state)
    tell(
        [Recipient.staff(one) for one in staff_ids],
        kind="tickets.to_do",
        subject=subject,
        body=body,
        link=f"/admin/communities/{row.community_id}/tickets/{row.id}",
        community_id=row.community_id,
        now=now,
    )


def _workers(row: Ticket, now: datetime) -> list[int]:
    """Whoever it was sent to; where that is nobody with an account, all who may take it up."""
    return [row.assignee_id] if row.assignee_id is not None else _with(row, Permission.WORK_TICKET, now)


def _with(row: Ticket, permission: Permission, now: datetime) -> list[int]:
    place = ledger.place(row.community_id)
    return identity.staff_with(permission, place, china_day(now)) if place else []


def _at(row: Ticket, level: Level, now: datetime) -> list[int]:
    place = ledger.place(row.community_id)
    return identity.staff_in(_ROLES[level], place, china_day(now)) if place else []
