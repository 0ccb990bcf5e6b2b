"""Posting and withdrawing notices, objecting and answering, and recording that the paper was put up."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from server.audit.actions import record
from server.infra import replay
from server.infra.db import db, lock_row
from server.kernel.actor import Actor
from server.kernel.chinatime import Period, china_day
from server.kernel.errors import Conflict, Invalid, NotFound
from server.ledger import queries as ledger
from server.notices.models import Notice, NoticePosting, Objection
from server.notices.queries import notice, objection, planned_span, term
from server.notices.rules import Channel, Contact, NoticeKind, check_objection, check_sheet, check_span

LONGEST_OBJECTION = 2000


def post_notice(
    community_id: int,
    kind: NoticeKind,
    *,
    title: str,
    body: Sequence[Mapping[str, Any]],
    client_key: str,
    actor: Actor,
    now: datetime,
    about_kind: str = "",
    about_id: int | None = None,
    opens_on: date | None = None,
    period: Period | None = None,
    issuer: str = "",
) -> Notice:
    """Hang a notice from `opens_on` (today) for the configured period, or a longer one. Its dates never move again."""
    digest = replay.digest(
        actor, community_id, kind, title, body, about_kind, about_id, opens_on, period, issuer
    )
    row = replay.earlier(Notice, client_key, digest)
    if row is not None:
        return row
    today = china_day(now)
    opens_on = opens_on or today
    contact = Contact(*ledger.contact(community_id))
    issuer = issuer.strip() or contact.name
    check_sheet(title, body, contact, issuer, kind)
    configured = term(community_id, kind, opens_on)
    hangs = planned_span(community_id, kind, opens_on, period)
    check_span(hangs, planned_span(community_id, kind, opens_on), today)
    row = Notice(
        community_id=community_id,
        kind=kind,
        year=opens_on.year,
        number=_next_number(community_id, opens_on.year),
        title=title.strip(),
        body=[dict(block) for block in body],
        about_kind=about_kind,
        about_id=about_id,
        opens_on=opens_on,
        period_length=(period or configured.period).length,
        in_workdays=(period or configured.period).in_workdays,
        period_origin=configured.origin_zh,
        last_on=hangs.last_on,
        ends_at=hangs.ends_at,
        is_provisional=hangs.is_provisional,
        contact_name=contact.name,
        contact_phone=contact.phone,
        contact_place=contact.place,
        issuer=issuer,
        posted_by=actor.label,
        posted_at=now,
        client_key=client_key,
        client_digest=digest,
    )
    db.session.add(row)
    db.session.flush()
    record(
        actor, "notices.post", "notice", row.id, now=now, community_id=community_id,
        kind=kind, number=row.number_text, title=row.title, last_on=row.last_on, about_kind=about_kind, about_id=about_id,
    )  # fmt: skip
    return row


def withdraw_notice(
    notice_id: int, *, reason: str, actor: Actor, now: datetime, community_id: int | None = None
) -> Notice:
    """Take a notice down, for a reason everyone can read. A mended text is a new notice with a new period."""
    row = _locked(notice_id, community_id)
    if row.is_withdrawn:
        raise Conflict(f"这份{row.kind.name_zh}已经撤下了。")
    _require("reason", reason, "写上为什么撤下，居民会看到。")
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_reason = now, actor.label, reason.strip()
    db.session.flush()
    record(
        actor,
        "notices.withdraw",
        "notice",
        row.id,
        now=now,
        community_id=community_id,
        reason=row.withdrawn_reason,
    )
    return row


def raise_objection(
    notice_id: int,
    *,
    text: str,
    resident_id: int,
    flat_id: int | None,
    client_key: str,
    actor: Actor,
    now: datetime,
    community_id: int | None = None,
) -> Objection:
    """A resident objects, before the end of the period."""
    digest = replay.digest(actor, notice_id, text, resident_id, flat_id)
    earlier = replay.earlier(Objection, client_key, digest)
    if earlier is not None:
        return earlier
    row = Objection(
        resident_id=resident_id,
        flat_id=flat_id,
        channel=Channel.ONLINE,
        raised_at=now,
        recorded_at=now,
        entered_by="",
    )
    return _object(row, notice_id, community_id, text, (client_key, digest), actor, now)


def enter_objection(
    notice_id: int,
    *,
    community_id: int,
    text: str,
    channel: Channel,
    received_at: datetime,
    author_name: str,
    flat_id: int | None,
    client_key: str,
    actor: Actor,
    now: datetime,
) -> Objection:
    """A clerk enters what came on paper, by phone or in person. What counts is when it was received."""
    digest = replay.digest(actor, notice_id, text, channel, received_at, author_name, flat_id)
    earlier = replay.earlier(Objection, client_key, digest)
    if earlier is not None:
        return earlier
    if channel is Channel.ONLINE:
        raise Invalid("手机提的由居民自己提交。", fields={"channel": ["选书面、电话或当面。"]})
    if received_at > now:
        raise Invalid("收到的时间不能晚于现在。", fields={"received_at": ["收到的时间不能晚于现在。"]})
    if flat_id is not None and ledger.flat(flat_id, community_id) is None:
        raise NotFound
    row = Objection(
        resident_id=None,
        flat_id=flat_id,
        channel=channel,
        author_name=author_name.strip() or None,
        raised_at=received_at,
        recorded_at=now,
        entered_by=actor.label,
    )
    return _object(row, notice_id, community_id, text, (client_key, digest), actor, now)


def answer_objection(
    objection_id: int, *, community_id: int, answer: str, is_upheld: bool, actor: Actor, now: datetime
) -> Objection:
    """Answer once, upheld or not. Telling whoever objected is for the door that calls."""
    row = objection(objection_id, community_id)
    if row is None:
        raise NotFound
    lock_row(Objection, row.id)
    db.session.refresh(row)
    if not row.is_open:
        raise Conflict("这条异议已经答复过了。刷新页面看答复。")
    _require("answer", answer, "写上答复。提的人会看到。")
    row.answer, row.is_upheld, row.answered_at, row.answered_by = answer.strip(), is_upheld, now, actor.label
    db.session.flush()
    record(
        actor, "notices.answer_objection", "objection", row.id, now=now, community_id=community_id,
        notice_id=row.notice_id, is_upheld=is_upheld,
    )  # fmt: skip
    return row


def record_posting(
    notice_id: int,
    *,
    community_id: int,
    place: str,
    posted_at: datetime,
    client_key: str,
    actor: Actor,
    now: datetime,
    attachment_id: int | None = None,
) -> NoticePosting:
    """The paper hangs: where and since when, with a photo if there is one."""
    # The photo is left out of the digest: sent again it is another attachment of the same picture.
    digest = replay.digest(actor, notice_id, place, posted_at)
    earlier = replay.earlier(NoticePosting, client_key, digest)
    if earlier is not None:
        return earlier
    found = notice(notice_id, community_id)
    if found is None:
        raise NotFound
    _require("place", place, "写上贴在哪里，例如“3 栋门厅”。")
    if posted_at > now:
        raise Invalid("张贴的时间不能晚于现在。", fields={"posted_at": ["张贴的时间不能晚于现在。"]})
    row = NoticePosting(
        notice_id=found.id,
        place=place.strip(),
        posted_at=posted_at,
        attachment_id=attachment_id,
        posted_by=actor.label,
        recorded_at=now,
        client_key=client_key,
        client_digest=digest,
    )
    db.session.add(row)
    db.session.flush()
    record(
        actor, "notices.record_posting", "notice", found.id, now=now, community_id=community_id,
        place=row.place, posted_at=posted_at, attachment_id=attachment_id,
    )  # fmt: skip
    return row


def _object(
    row: Objection,
    notice_id: int,
    community_id: int | None,
    text: str,
    keys: tuple[str, str],
    actor: Actor,
    now: datetime,
) -> Objection:
    # The notice is locked, so that whoever makes the thing final waits for an objection under way, or is seen by it.
    found = _locked(notice_id, community_id)
    check_objection(found.hanging, text, row.raised_at)
    if len(text.strip()) > LONGEST_OBJECTION:
        sentence = f"最多 {LONGEST_OBJECTION} 个字。更长的请写成书面材料交到居委会。"
        raise Invalid(sentence, fields={"text": [sentence]})
    row.notice_id, row.text = found.id, text.strip()
    row.client_key, row.client_digest = keys
    db.session.add(row)
    db.session.flush()
    record(
        actor, "notices.raise_objection", "objection", row.id, now=now, community_id=found.community_id,
        notice_id=found.id, channel=row.channel, raised_at=row.raised_at,
    )  # fmt: skip
    return row


def lock_notice(notice_id: int) -> None:
    """Make objections wait until this unit of work is over; before anything about the notice is made final."""
    lock_row(Notice, notice_id)


def _locked(notice_id: int, community_id: int | None) -> Notice:
    lock_row(Notice, notice_id)
    row = notice(notice_id, community_id)
    if row is None:
        raise NotFound
    db.session.refresh(row)
    return row


def _next_number(community_id: int, year: int) -> int:
    if db.engine.dialect.name == "postgresql":
        # Two postings at once would take the same number; posting is rare, so the second one waits.
        db.session.execute(sa.text("LOCK TABLE notices IN SHARE ROW EXCLUSIVE MODE"))
    last = sa.select(sa.func.max(Notice.number)).where(
        Notice.community_id == community_id, Notice.year == year
    )
    return (db.session.scalar(last) or 0) + 1


def _require(field: str, text: str, sentence: str) -> None:
    if not text.strip():
        raise Invalid(sentence, fields={field: [sentence]})
