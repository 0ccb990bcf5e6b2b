"""The end of a vote: moving the closing later, counting, and letting choices be seen for the first time."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from server.audit.actions import record
from server.ballots import queries
from server.ballots.actions.chain import Locked, append, check_known, earlier_entry, lock_opened, tail
from server.ballots.actions.selling import tell_of_sales_reached
from server.ballots.actions.telling import tell_committee, tell_flats
from server.ballots.models import Ballot, Count, LogEntry
from server.ballots.rules import casting
from server.ballots.rules.drafting import china_text
from server.ballots.rules.outcome import outcome
from server.ballots.rules.wording import extension_blocks
from server.infra import replay
from server.infra.db import db
from server.kernel.actor import CLOCK, Actor
from server.kernel.chinatime import china_day, end_zh
from server.kernel.errors import Refused
from server.notices import actions as notices
from server.notices import queries as notice_queries
from server.notices.rules import NoticeKind


def extend_closing(
    ballot_id: int, closes_at: datetime, *, reason: str, client_key: str, actor: Actor, now: datetime
) -> LogEntry:
    """Move the closing later, before it has come, within the longest length of a vote. Votes cast stay."""
    digest = replay.digest(actor, "extend_closing", ballot_id, closes_at, reason)
    ballot = lock_opened(ballot_id)
    row = earlier_entry(client_key, digest)
    if row is not None:
        return row
    end = tail(ballot)
    moment = max(now, end.recorded_at)
    # Nor may an extension that waited while the count was made open the vote again.
    casting.check_open(ballot.opened_at, ballot.closing_at, max(moment, ballot.disclosed_at or moment))
    check_known(bool(reason.strip()), "reason", "写明为什么延期，居民会看到。")
    check_known(closes_at > ballot.closing_at, "closes_at", "新的截止时间要比原来的晚。")
    longest = queries.rules_for(ballot.community_id, china_day(now)).longest_days
    check_known(
        closes_at - ballot.opened_at <= timedelta(days=longest),
        "closes_at",
        f"投票连同延期，最多 {longest} 天。",
    )
    event = {
        "kind": "extension",
        "closes_at": china_text(closes_at),
        "reason": reason.strip(),
        "by": actor.key,
    }
    row = append(
        ballot, end, event, now=now, entered_by=actor.key, client_key=client_key, client_digest=digest
    )
    known = queries.known(ballot_id)
    db.session.refresh(known)
    known.closing_at = closes_at
    notice_id = _post_extension(known, ballot.closing_at, reason.strip(), client_key, actor, now)
    record(
        actor,
        "ballots.extend",
        "ballot",
        ballot_id,
        now=now,
        community_id=ballot.community_id,
        before=ballot.closing_at,
        after=closes_at,
        reason=reason.strip(),
        notice_id=notice_id,
    )
    body = f"截止时间改到 {end_zh(closes_at)}。原因：{reason.strip()}。已经投的票都算数，不用重投。"
    tell_flats(
        known, queries.flat_ids_of(ballot_id), "ballots.extended", f"投票延期了：{known.title}", body, now
    )
    tell_of_sales_reached(known, ballot.closing_at, now)
    return row


def _post_extension(
    of: Ballot, before: datetime, reason: str, client_key: str, actor: Actor, now: datetime
) -> int:
    """The paper for those whom no message reaches: it hangs until the new closing. Returns the id of the notice."""
    today, closes_at = china_day(now), of.closing_at or before
    announced = queries.announcement(of)
    earlier = notice_queries.notice(announced.notice_id) if announced else None
    row = notices.post_notice(
        of.community_id,
        NoticeKind.BALLOT_EXTENSION,
        title=f"{of.title}投票延期公告",
        body=extension_blocks(reason, before, closes_at),
        about_kind="ballot",
        about_id=of.id,
        period=notice_queries.longest_period(
            of.community_id, NoticeKind.BALLOT_EXTENSION, today, china_day(closes_at)
        ),
        issuer=earlier.issuer if earlier else "",
        client_key=client_key,
        actor=actor,
        now=now,
    )
    return row.id


def count_ballot(ballot_id: int, *, actor: Actor, now: datetime) -> Count:
    """Count the log as it stands. Nothing new since the last count: that one stays; else it is superseded, and kept.

    Raises Refused with what must be done before.
    """
    ballot = lock_opened(ballot_id)
    reasons = queries.count_obstacles(ballot_id, ballot.closing_at, now)
    if reasons:
        raise Refused("还不能计票，先处理下面几条。", code="obstacles", reasons=tuple(reasons))
    events, head_hash = queries.head_hash(ballot_id)
    last = queries.last_count(ballot_id)
    if last is not None and last.head_hash == head_hash:
        return last
    settings = queries.rules_for(ballot.community_id, china_day(now))
    row = Count(
        ballot_id=ballot_id,
        number=last.number + 1 if last else 1,
        counted_at=now,
        counted_by=actor.key,
        closes_at=ballot.closing_at,
        head_hash=head_hash,
        events=events,
        outcome={
            **outcome(queries.log_state(ballot_id), settings.least_heads, settings.least_side),
            "papers": _papers(ballot),
        },
    )
    db.session.add(row)
    db.session.flush()
    known = queries.known(ballot_id)
    _disclose(known, now)
    record(
        actor,
        "ballots.count",
        "ballot",
        ballot_id,
        now=now,
        community_id=ballot.community_id,
        number=row.number,
        head_hash=head_hash,
        events=events,
    )
    subject = f"计票完成：{known.title}" if row.number == 1 else f"重新计票完成：{known.title}"
    tell_committee(known, "ballots.counted", subject, "打开看每一项的结果，然后起草决定。", now)
    return row


def count_due(now: datetime) -> int:
    """Count what has closed, waits for no review, and whose papers reconcile."""
    counted = 0
    for ballot_id in queries.due_to_count(now):
        ballot = lock_opened(ballot_id)
        if not queries.count_obstacles(ballot_id, ballot.closing_at, now):
            count_ballot(ballot_id, actor=CLOCK, now=now)
            counted += 1
    return counted


def disclose(ballot_id: int, *, reason: str, actor: Actor, now: datetime) -> Ballot:
    """Let the witness bundle leave, after the closing in force; from now on no vote is entered.

    It tells which flat chose what, so each download is audited with what it is for.
    """
    ballot = lock_opened(ballot_id)
    known = queries.known(ballot_id)
    check_known(bool(reason.strip()), "reason", "写上选票包给谁、做什么用，会记下来。")
    if now < ballot.closing_at:
        raise Refused(
            f"还没到开票时间，选票不能导出。投票 {end_zh(ballot.closing_at)} 截止。",
            code="not_closed",
        )
    sums = queries.paper_sums(ballot_id)
    if sums.unkeyed or sums.differing:
        # From now on none is keyed: those that came back in time would be lost.
        raise Refused("收回的纸票还没有录完，选票不能导出。先由两个人录完。", code="papers_unkeyed")
    _disclose(known, now)
    events, head_hash = queries.head_hash(ballot_id)
    record(
        actor,
        "ballots.export",
        "ballot",
        ballot_id,
        now=now,
        community_id=ballot.community_id,
        head_hash=head_hash,
        events=events,
        reason=reason.strip(),
    )
    return known


def _disclose(known: Ballot, now: datetime) -> None:
    db.session.execute(
        sa.update(Ballot).where(Ballot.id == known.id, Ballot.disclosed_at.is_(None)).values(disclosed_at=now)
    )
    db.session.refresh(known)


# ------------------------------------------------------------------ how the papers stood


def _papers(ballot: Locked) -> dict[str, Any]:
    """How the papers stood when they were counted, and who stands for those that did not come back."""
    sums = queries.paper_sums(ballot.id)
    told = queries.statement(ballot.id, sums, ballot.closing_at)
    return {
        "issued": sums.issued,
        "spoiled": sums.spoiled,
        "returned": sums.returned,
        "entered": sums.entered,
        "out": sums.out,
        "text": told.text if told else "",
        "stated_by": told.stated_by if told else "",
        "confirmed_by": (told.confirmed_by or "") if told else "",
    }
