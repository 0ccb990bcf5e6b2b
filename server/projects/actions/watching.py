"""Naming supervisors, walking a patrol, raising a point of the punch list, and what is said of one."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from server.audit.actions import record
from server.infra import replay
from server.infra.db import db, lock_row
from server.kernel.actor import Actor
from server.kernel.chinatime import china_day
from server.kernel.errors import Conflict, NotFound, Refused
from server.ledger import queries as ledger
from server.moderation import actions as moderation
from server.projects.actions.keeping import check_member, keep_evidence, locked
from server.projects.models import Evidence, Patrol, PunchAct, PunchPoint, Supervisor
from server.projects.models.works import About
from server.projects.queries import (
    ABOUT_PATROL,
    ABOUT_PHOTO,
    ABOUT_POINT,
    checklist,
    counted_dates,
    item,
    point,
    supervises,
    supervisor,
)
from server.projects.rules.acts import EventKind
from server.projects.rules.points import (
    LONGEST_PLACE,
    LONGEST_WORDS,
    Mark,
    PointAct,
    bad_lines,
    check_patrol,
    check_point,
    check_point_act,
)


def name_supervisor(
    project_id: int, *, community_id: int, flat_id: int, client_key: str, actor: Actor, now: datetime
) -> Supervisor:
    """A household watches the works: whoever is bound to the flat may walk patrols. No name is kept."""
    locked(project_id)
    digest = replay.digest(actor, "name_supervisor", project_id, community_id, flat_id)
    earlier = replay.earlier(Supervisor, client_key, digest)
    if earlier is not None:
        return earlier
    check_member(project_id, community_id)
    if ledger.flat(flat_id, community_id) is None:
        raise NotFound
    if any(one.project_id == project_id for one in supervises([flat_id])):
        raise Conflict("这一户已经是监督员了。", code="supervisor_there")
    row = Supervisor(
        project_id=project_id,
        community_id=community_id,
        flat_id=flat_id,
        named_by=actor.key,
        named_name=actor.label,
        named_at=now,
        client_key=client_key,
        client_digest=digest,
    )
    db.session.add(row)
    db.session.flush()
    record(
        actor, "projects.name_supervisor", "supervisor", row.id, now=now, community_id=community_id,
        project_id=project_id, flat_id=flat_id,
    )  # fmt: skip
    return row


def end_supervisor(supervisor_id: int, *, community_id: int, actor: Actor, now: datetime) -> None:
    """Twice changes nothing."""
    row = supervisor(supervisor_id, community_id)
    if row.ended_at is not None:
        return
    row.ended_at = now
    db.session.flush()
    record(actor, "projects.end_supervisor", "supervisor", row.id, now=now, community_id=community_id)


def walk_patrol(
    project_id: int,
    *,
    flat_id: int,
    place: str,
    marks: Mapping[str, Mark],
    words: str,
    photos: Sequence[int],
    client_key: str,
    actor: Actor,
    now: datetime,
) -> Patrol:
    """What a supervisor saw. What is not as it should be goes on the punch list at once."""
    locked(project_id)
    digest = replay.digest(actor, "walk_patrol", project_id, flat_id, place, sorted(marks.items()), words)
    earlier = replay.earlier(Patrol, client_key, digest)
    if earlier is not None:
        return earlier
    named = next((one for one in supervises([flat_id]) if one.project_id == project_id), None)
    if named is None:
        raise Refused("巡查由监督员来做。想当监督员，找居委会。", code="no_supervisor")
    _check_list_is_open(project_id)
    answers = check_patrol(checklist(named.community_id, china_day(now)), marks, place, pictures=len(photos))
    row = Patrol(
        project_id=project_id,
        community_id=named.community_id,
        flat_id=flat_id,
        place=place.strip()[:LONGEST_PLACE],
        answers=answers,
        words=words.strip()[:LONGEST_WORDS],
        walked_by=actor.key,
        walked_at=now,
        client_key=client_key,
        client_digest=digest,
    )
    db.session.add(row)
    db.session.flush()
    kept = keep_evidence(project_id, About.PATROL, row.id, photos)
    if row.words:
        moderation.submit_text(
            ABOUT_PATROL, row.id, community_id=row.community_id, text=f"{row.place}：{row.words}",
            caption="监督员巡查写的话", actor=actor, now=now,
        )  # fmt: skip
    put_forward(kept, row.community_id, "监督员巡查拍的照片", actor, now)
    record(
        actor, "projects.walk_patrol", "patrol", row.id, now=now, community_id=row.community_id,
        project_id=project_id, bad=len(bad_lines(answers)), photos=len(photos),
    )  # fmt: skip
    for line in bad_lines(answers):
        _raise(
            row.project_id,
            row.community_id,
            None,
            flat_id,
            row.id,
            row.place,
            f"不合格：{line}",
            None,
            actor,
            now,
        )
    return row


def raise_point(
    project_id: int,
    *,
    community_id: int,
    flat_id: int | None,
    item_id: int | None,
    place: str,
    words: str,
    photos: Sequence[int],
    client_key: str,
    actor: Actor,
    now: datetime,
) -> PunchPoint:
    """Something that must be put right before the works are complete. A household raises it, or the committee."""
    locked(project_id)
    digest = replay.digest(actor, "raise_point", project_id, community_id, flat_id, item_id, place, words)
    earlier = replay.earlier(PunchPoint, client_key, digest)
    if earlier is not None:
        return earlier
    check_member(project_id, community_id)
    if flat_id is not None and ledger.flat(flat_id, community_id) is None:
        raise NotFound
    if item_id is not None and item(item_id, project_id).item.community_id != community_id:
        raise NotFound
    _check_list_is_open(project_id)
    check_point(place, words)
    row = _raise(
        project_id, community_id, item_id, flat_id, None, place, words, (client_key, digest), actor, now
    )
    kept = keep_evidence(project_id, About.POINT, row.id, photos)
    put_forward(kept, community_id, "整改清单的照片", actor, now)
    return row


def act_on_point(
    point_id: int,
    *,
    community_id: int,
    kind: PointAct,
    words: str,
    photos: Sequence[int],
    client_key: str,
    actor: Actor,
    now: datetime,
) -> PunchAct:
    """Put right, looked at, or found to be none of these works."""
    digest = replay.digest(actor, "act_on_point", point_id, kind, words)
    earlier = replay.earlier(PunchAct, client_key, digest)
    if earlier is not None:
        return earlier
    lock_row(PunchPoint, point_id)
    card = point(point_id, community_id)
    check_point_act(
        kind,
        card.state,
        words=words,
        raised_by=card.point.raised_by,
        worked_off_by=card.worked_off_by,
        actor_key=actor.key,
    )
    row = PunchAct(
        point_id=point_id,
        kind=kind,
        words=words.strip()[:LONGEST_WORDS],
        acted_by=actor.key,
        acted_name=actor.label,
        acted_at=now,
        client_key=client_key,
        client_digest=digest,
    )
    db.session.add(row)
    db.session.flush()
    keep_evidence(card.point.project_id, About.POINT_ACT, row.id, photos)
    record(
        actor, "projects.act_on_point", "punch_point", point_id, now=now, community_id=community_id,
        project_id=card.point.project_id, before=card.state, kind=kind, photos=len(photos),
    )  # fmt: skip
    return row


def _check_list_is_open(project_id: int) -> None:
    """Once the works are accepted nothing is left to be put right before that: what goes wrong then is reported."""
    if EventKind.ACCEPTED in counted_dates(project_id):
        raise Refused("工程已经验收，整改清单关了。还有问题请报修，保修期内由施工单位管。", code="accepted")


def put_forward(
    rows: Sequence[Evidence], community_id: int, caption: str, actor: Actor, now: datetime
) -> None:
    """Pictures that others may see once somebody has looked at them."""
    for row in rows:
        moderation.submit_photo(
            ABOUT_PHOTO,
            row.id,
            community_id=community_id,
            attachment_id=row.attachment_id,
            caption=caption,
            actor=actor,
            now=now,
        )


def _raise(
    project_id: int,
    community_id: int,
    item_id: int | None,
    flat_id: int | None,
    patrol_id: int | None,
    place: str,
    words: str,
    keys: tuple[str, str] | None,
    actor: Actor,
    now: datetime,
) -> PunchPoint:
    row = PunchPoint(
        project_id=project_id,
        community_id=community_id,
        item_id=item_id,
        flat_id=flat_id,
        patrol_id=patrol_id,
        place=place.strip()[:LONGEST_PLACE],
        words=words.strip()[:LONGEST_WORDS],
        raised_by=actor.key,
        raised_at=now,
        client_key=keys[0] if keys else None,
        client_digest=keys[1] if keys else None,
    )
    db.session.add(row)
    db.session.flush()
    moderation.submit_text(
        ABOUT_POINT,
        row.id,
        community_id=community_id,
        text=f"{row.place}：{row.words}",
        caption="整改清单",
        actor=actor,
        now=now,
    )
    record(
        actor, "projects.raise_point", "punch_point", row.id, now=now, community_id=community_id,
        project_id=project_id, item_id=item_id, patrol_id=patrol_id,
    )  # fmt: skip
    return row
