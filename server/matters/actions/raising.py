"""Raising a matter, and standing behind one."""

from collections.abc import Sequence
from datetime import datetime
from math import ceil

from server.audit.actions import record
from server.infra import replay
from server.infra.db import db
from server.kernel.actor import Actor
from server.kernel.chinatime import china_day, end_of, last_day_of, start_of
from server.kernel.errors import Conflict, Forbidden, Refused, Throttled
from server.ledger.actions.places import lock_community
from server.matters import queries
from server.matters.actions.keeping import locked_matter, number, path_of
from server.matters.models import Matter, MatterPhoto, Support
from server.matters.queries.standing import support_of
from server.matters.rules.raised import Kind, Voice, check_photos, check_support, checked_matter, put_together
from server.moderation import actions as moderation
from server.policies import queries as policies


def raise_matter(
    community_id: int,
    *,
    kind: Kind,
    voice: Voice,
    title: str,
    text: str,
    resident_id: int | None = None,
    flat_id: int | None = None,
    photos: Sequence[int] = (),
    client_key: str,
    actor: Actor,
    now: datetime,
) -> Matter:
    """It is owed an answer from now on; others read it, and see its pictures, once somebody has looked at them.

    `photos`: ids of attachments. They are left out of the digest: sent again they are other attachments of the same ones.
    """
    lock_community(community_id)
    digest = replay.digest(actor, "raise_matter", community_id, kind, voice, title, text, flat_id)
    earlier = replay.earlier(Matter, client_key, digest)
    if earlier is not None:
        return earlier
    kept, words = checked_matter(title, text)
    check_photos(len(set(photos)))
    today, path = china_day(now), path_of(community_id)
    if resident_id is not None:
        _check_pace(community_id, resident_id, now)
    period = policies.period("matters.answer_period", path, today)
    due_on = last_day_of(today, period, policies.work_calendar(today))
    row = Matter(
        community_id=community_id, kind=kind, voice=voice, title=kept, text=words,
        resident_id=resident_id, flat_id=flat_id, raised_by=actor.key, raised_at=now,
        due_on=due_on, due_at=end_of(due_on), client_key=client_key, client_digest=digest,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    moderation.submit_text(
        queries.ABOUT, row.id, community_id=community_id, text=put_together(kept, words),
        caption=f"议事会：{voice.name_zh}提的{kind.name_zh}", actor=actor, now=now,
    )  # fmt: skip
    for one in dict.fromkeys(photos):
        _keep_photo(row, one, actor, now)
    record(
        actor, "matters.raise", "matter", row.id, now=now, community_id=community_id,
        kind=kind, voice=voice, due_on=due_on, photos=len(set(photos)),
    )  # fmt: skip
    return row


def add_photo(
    matter_id: int, *, community_id: int, attachment_id: int, actor: Actor, now: datetime
) -> MatterPhoto:
    """One more picture from whoever raised it, until it was answered or met about. The same one again changes nothing."""
    card = locked_matter(matter_id, community_id, now)
    if card.matter.raised_by != actor.key:
        raise Forbidden("这件不是你提的，照片要由提的人来加。")
    there = queries.photos_of(matter_id, only_public=False)
    known = next((one for one in there if one.attachment_id == attachment_id), None)
    if known is not None:
        return known
    if not card.state.is_owed:
        raise Refused(f"这件事{card.state.name_zh}，不能再加照片。", code="matter_settled")
    check_photos(len(there) + 1)
    row = _keep_photo(card.matter, attachment_id, actor, now)
    record(actor, "matters.add_photo", "matter", matter_id, now=now, community_id=community_id)
    return row


def support(
    matter_id: int, *, community_id: int, flat_id: int, resident_id: int, actor: Actor, now: datetime
) -> Support:
    """The home stands behind it. A home counts once, whoever of it speaks; said again it changes nothing."""
    card = locked_matter(matter_id, community_id, now)
    known = support_of(matter_id, flat_id)
    if known is not None and known.withdrawn_at is None:
        if known.resident_id != resident_id:
            raise Conflict("你家已经有人支持过了，一户算一次。", code="home_supports")
        return known
    check_support(is_own=card.matter.flat_id == flat_id, is_public=card.is_public, state=card.state)
    row = known or Support(matter_id=matter_id, flat_id=flat_id)
    row.resident_id, row.supported_at, row.withdrawn_at = resident_id, now, None
    db.session.add(row)
    db.session.flush()
    record(actor, "matters.support", "matter", matter_id, now=now, community_id=community_id)
    return row


def withdraw_support(
    matter_id: int, *, community_id: int, flat_id: int, resident_id: int, actor: Actor, now: datetime
) -> None:
    """Taken back by whoever gave it. Where there is none it changes nothing."""
    locked_matter(matter_id, community_id, now)
    known = support_of(matter_id, flat_id)
    if known is None or known.withdrawn_at is not None:
        return
    if known.resident_id != resident_id:
        raise Conflict("这是你家另一个人支持的，要由他来收回。", code="support_of_another")
    known.withdrawn_at = now
    db.session.flush()
    record(actor, "matters.withdraw_support", "matter", matter_id, now=now, community_id=community_id)


def _keep_photo(row: Matter, attachment_id: int, actor: Actor, now: datetime) -> MatterPhoto:
    made = MatterPhoto(matter_id=row.id, attachment_id=attachment_id, added_at=now)
    db.session.add(made)
    db.session.flush()
    moderation.submit_photo(
        queries.ABOUT_PHOTO, made.id, community_id=row.community_id, attachment_id=attachment_id,
        caption=f"议事会：{row.voice.name_zh}提的{row.kind.name_zh}的照片", actor=actor, now=now,
    )  # fmt: skip
    return made


def _check_pace(community_id: int, resident_id: int, now: datetime) -> None:
    """A bound on how many one person raises in a day of China: tomorrow begins at its midnight. Raises Throttled."""
    today = china_day(now)
    most = number("matters.most_a_day", community_id, today)
    if queries.raised_since(resident_id, start_of(today)) >= most:
        sentence = f"一天最多提 {most} 件。明天再提，或者急事打居委会电话。"
        raise Throttled(
            sentence, retry_after=ceil((end_of(today) - now).total_seconds()), code="too_many_matters"
        )
