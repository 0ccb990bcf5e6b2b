"""Bulletins: written from the figures, edited by a person, sent down. What was sent stays as it is."""

from datetime import date, datetime

from server.audit.actions import record
from server.divisions.models import Division
from server.infra import replay
from server.infra.db import db, lock_row
from server.kernel.actor import Actor
from server.kernel.chinatime import china_day
from server.kernel.errors import Conflict, NotFound
from server.messages.actions import tell
from server.messages.rules import Recipient
from server.reports.models import Bulletin
from server.reports.queries import bulletins as queries
from server.reports.rules import bulletins, returns


def draft_bulletin(of: Division, month: date, *, client_key: str, actor: Actor, now: datetime) -> Bulletin:
    """Write one from the figures as they stand."""
    digest = replay.digest(actor, of.id, month)
    row = replay.earlier(Bulletin, client_key, digest)
    if row is not None:
        return row
    returns.check_month(month, china_day(now))
    row = Bulletin(
        division_id=of.id,
        month=month,
        title=bulletins.title(of.name, month)[: bulletins.LONGEST_TITLE],
        text=bulletins.written(queries.told_of(of, month, now))[: bulletins.LONGEST_TEXT],
        drafted_by=actor.label,
        drafted_at=now,
        edited_by=actor.label,
        edited_at=now,
        client_key=client_key,
        client_digest=digest,
    )
    db.session.add(row)
    db.session.flush()
    record(actor, "reports.draft_bulletin", "bulletin", row.id, now=now, division_id=of.id, month=month)
    return row


def edit_bulletin(bulletin_id: int, *, title: str, text: str, actor: Actor, now: datetime) -> Bulletin:
    bulletins.check_words(title, text)
    row = _unsent(bulletin_id)
    row.title, row.text, row.edited_by, row.edited_at = title.strip(), text.strip(), actor.label, now
    db.session.flush()
    record(actor, "reports.edit_bulletin", "bulletin", row.id, now=now, division_id=row.division_id)
    return row


def send_bulletin(bulletin_id: int, of: Division, *, link: str, actor: Actor, now: datetime) -> Bulletin:
    """Tell everyone below who looks at reports. Sending it again changes nothing and tells nobody twice."""
    lock_row(Bulletin, bulletin_id)
    row = _known(bulletin_id)
    if row.sent_at is not None:
        return row
    row.told = tell(
        [Recipient.staff(one) for one in queries.readers_below(of.path, china_day(now))],
        kind="reports.bulletin",
        subject=row.title,
        body=f"{of.name}发来通报。打开看全文。",
        link=link,
        community_id=None,
        now=now,
    )
    row.sent_at, row.sent_by = now, actor.label
    db.session.flush()
    record(actor, "reports.send_bulletin", "bulletin", row.id, now=now, division_id=of.id, told=row.told)
    return row


def _known(bulletin_id: int) -> Bulletin:
    row = queries.bulletin(bulletin_id)
    if row is None:
        raise NotFound
    db.session.refresh(row)
    return row


def _unsent(bulletin_id: int) -> Bulletin:
    lock_row(Bulletin, bulletin_id)
    row = _known(bulletin_id)
    if row.sent_at is not None:
        raise Conflict("这份通报已经发出，不能再改。要更正，再写一份。", code="bulletin_sent")
    return row
