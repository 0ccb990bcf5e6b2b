"""Matters for tests, made through the room's own actions."""

from datetime import datetime, timedelta
from typing import Any

from server.infra.db import unit_of_work
from server.kernel.actor import Actor, ActorKind
from server.ledger.models import Community, Flat
from server.matters import actions, queries
from server.matters.models import Matter, Meeting, Minutes
from server.matters.rules.meetings import Group
from server.matters.rules.raised import Kind, Voice
from server.moderation import actions as moderation
from server.moderation import queries as looked
from tests.factories.projects import CONFIRMS, ENTERS, NOW, key
from tests.kept import kept

#: Ten working days after Monday, 2 March 2026.
LATER = NOW + timedelta(days=7)


def resident_actor(resident_id: int) -> Actor:
    return Actor(ActorKind.RESIDENT, resident_id, "居民")


@kept
def look_at(matter: Matter, *, passes: bool = True, now: datetime = NOW) -> None:
    """Somebody lets it through, or does not."""
    (item,) = [
        one
        for one in looked.waiting(matter.community_id, size=500).items
        if (one.about_kind, one.about_id) == (queries.ABOUT, matter.id)
    ]
    with unit_of_work():
        if passes:
            moderation.pass_text(
                item.id, community_id=matter.community_id, acts_seen=0, actor=CONFIRMS, now=now
            )
        else:
            moderation.refuse_text(
                item.id,
                community_id=matter.community_id,
                reason="写了别人的名字",
                acts_seen=0,
                actor=CONFIRMS,
                now=now,
            )


@kept
def make_matter(
    community: Community,
    title: str = "3 栋门口的灯不亮",
    *,
    flat: Flat | None = None,
    resident_id: int | None = None,
    is_public: bool = True,
    now: datetime = NOW,
    **facts: Any,
) -> Matter:
    """Of a resident of this flat, or of the committee."""
    actor = resident_actor(resident_id) if resident_id else ENTERS
    facts = {
        "kind": Kind.REQUEST, "voice": Voice.RESIDENT if resident_id else Voice.COMMITTEE,
        "text": "晚上看不见台阶，老人摔过。", "client_key": key(), "actor": actor, **facts,
    }  # fmt: skip
    with unit_of_work():
        row = actions.raise_matter(
            community.id,
            title=title,
            resident_id=resident_id,
            flat_id=flat.id if flat else None,
            now=now,
            **facts,
        )
    if is_public:
        look_at(row, now=now)
    return row


@kept
def make_meeting(
    community: Community,
    *matters: Matter,
    starts_at: datetime = LATER,
    is_announced: bool = True,
    now: datetime = NOW,
) -> Meeting:
    with unit_of_work():
        row = actions.prepare_meeting(
            community.id, title="三月议事会", place="居委会二楼", starts_at=starts_at, client_key=key(),
            actor=ENTERS, now=now,
        )  # fmt: skip
        for one in matters:
            actions.plan_point(
                row.id, community_id=community.id, matter_id=one.id, words="", actor=ENTERS, now=now
            )
        if not matters:
            actions.plan_point(
                row.id, community_id=community.id, matter_id=None, words="门禁怎么管", actor=ENTERS, now=now
            )
        if is_announced:
            actions.announce_meeting(row.id, community_id=community.id, actor=ENTERS, now=now)
    return row


@kept
def make_minutes(meeting: Meeting, *, now: datetime = LATER) -> Minutes:
    with unit_of_work():
        return actions.write_minutes(
            meeting.id, community_id=meeting.community_id, text="大家同意装灯。",
            came={Group.RESIDENTS: 12, Group.NEIGHBOURHOOD: 2}, sheet_id=None, client_key=key(), actor=ENTERS, now=now,
        )  # fmt: skip


def state_of(matter: Matter, now: datetime = NOW) -> str:
    card = queries.card(matter.id, matter.community_id, now)
    assert card is not None
    return card.state.value
