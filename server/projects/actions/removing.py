"""Recording an illegal structure, and that it was ordered to be removed, or is gone."""

from collections.abc import Sequence
from datetime import date, datetime

from server.audit.actions import record
from server.infra import replay
from server.infra.db import db
from server.kernel.actor import Actor
from server.kernel.chinatime import china_day
from server.kernel.errors import NotFound
from server.projects.actions.keeping import keep_entry, locked
from server.projects.models import IllegalStructure, StructureAct
from server.projects.models.works import About
from server.projects.queries import members, structure
from server.projects.rules.structures import Step, StructureState, check_place, check_state


def enter_structure(
    project_id: int,
    *,
    community_id: int,
    place: str,
    happened_on: date,
    photos: Sequence[int],
    client_key: str,
    actor: Actor,
    now: datetime,
) -> IllegalStructure:
    """Where it stands and what it is, with a picture; never whose."""
    row = locked(project_id)
    digest = replay.digest(actor, "enter_structure", project_id, community_id, place, happened_on)
    earlier = replay.earlier(IllegalStructure, client_key, digest)
    if earlier is not None:
        return earlier
    if community_id not in {one.id for one in members([row.id])[row.id]}:
        raise NotFound
    kept = check_place(place)
    check_state(
        StructureState.FOUND,
        happened_on,
        before=None,
        has_picture=bool(photos),
        document="",
        today=china_day(now),
    )
    found = IllegalStructure(
        project_id=row.id,
        community_id=community_id,
        place=kept,
        entered_by=actor.key,
        entered_at=now,
        client_key=client_key,
        client_digest=digest,
    )
    db.session.add(found)
    db.session.flush()
    _act(found, StructureState.FOUND, happened_on, "", photos, (None, None), actor, now)
    return found


def move_structure(
    project_id: int,
    structure_id: int,
    *,
    state: StructureState,
    happened_on: date,
    document: str,
    photos: Sequence[int],
    client_key: str,
    actor: Actor,
    now: datetime,
) -> StructureAct:
    """It was ordered to be removed, or is gone."""
    row = locked(project_id)
    digest = replay.digest(actor, "move_structure", project_id, structure_id, state, happened_on, document)
    earlier = replay.earlier(StructureAct, client_key, digest)
    if earlier is not None:
        return earlier
    card = structure(structure_id, row.id)
    if card is None:
        raise NotFound
    last = card.acts[-1]
    check_state(
        state,
        happened_on,
        before=Step(last.state, last.happened_on),
        has_picture=bool(photos),
        document=document,
        today=china_day(now),
    )
    return _act(
        card.structure, state, happened_on, document.strip(), photos, (client_key, digest), actor, now
    )


def _act(
    of: IllegalStructure,
    state: StructureState,
    happened_on: date,
    document: str,
    photos: Sequence[int],
    keys: tuple[str | None, str | None],
    actor: Actor,
    now: datetime,
) -> StructureAct:
    act = StructureAct(
        structure_id=of.id,
        state=state,
        happened_on=happened_on,
        document=document,
        entered_by=actor.key,
        entered_name=actor.label,
        entered_at=now,
        client_key=keys[0],
        client_digest=keys[1],
    )
    keep_entry(of.project_id, About.STRUCTURE, act, photos)
    record(
        actor, "projects.record_structure", "illegal_structure", of.id, now=now, community_id=of.community_id,
        project_id=of.project_id, place=of.place, state=state, happened_on=happened_on, document=document,
    )  # fmt: skip
    return act
