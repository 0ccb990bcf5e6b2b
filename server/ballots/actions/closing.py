"""The end of a vote: moving the closing later, counting, and letting choices be seen for the first time."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from server.audit.actions import record
from server.ballots import queries
from server.ballots.actions.chain import Locked, append, check_known, earlier_entry, lock_opened, tail
from server.ballots.actions.telling import tell_committee, tell_flats
from server.ballots.models import Ballot, Count, LogEntry
from server.ballots.rules import casting as rules
from server.ballots.rules import tally
from server.ballots.rules.disclosure import Cast, public_shares
from server.ballots.rules.drafting import china_text
from server.ballots.rules.log import LogState
from server.ballots.rules.standing import effective_votes
from server.ballots.rules.wording import extension_blocks
from server.infra import replay
from server.infra.db import db
from server.kernel.actor import CLOCK, Actor
from server.kernel.chinatime import china_day
from server.kernel.disclosure import may_show_exact_areas
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
    rules.check_open(ballot.opened_at, ballot.closing_at, max(moment, ballot.disclosed_at or moment))
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
    body = (
        f"截止时间改到 {queries.long_time(closes_at)}。原因：{reason.strip()}。已经投的票都算数，不用重投。"
    )
    tell_flats(
        known, queries.flat_ids_of(ballot_id), "ballots.extended", f"投票延期了：{known.title}", body, now
    )
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
    row = Count(
        ballot_id=ballot_id,
        number=last.number + 1 if last else 1,
        counted_at=now,
        counted_by=actor.key,
        closes_at=ballot.closing_at,
        head_hash=head_hash,
        events=events,
        outcome={**_outcome(ballot, now), "papers": _papers(ballot)},
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


def disclose(ballot_id: int, *, actor: Actor, now: datetime) -> Ballot:
    """Let a bundle leave, after the closing in force; from now on no vote is entered. The download is audited."""
    ballot = lock_opened(ballot_id)
    known = queries.known(ballot_id)
    if now < ballot.closing_at:
        raise Refused(
            f"还没到开票时间，选票不能导出。投票 {queries.long_time(ballot.closing_at)} 截止。",
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
    )
    return known


def _disclose(known: Ballot, now: datetime) -> None:
    db.session.execute(
        sa.update(Ballot).where(Ballot.id == known.id, Ballot.disclosed_at.is_(None)).values(disclosed_at=now)
    )
    db.session.refresh(known)


# ------------------------------------------------------------------ the outcome, as it is kept


def _outcome(ballot: Locked, now: datetime) -> dict[str, Any]:
    state = queries.log_state(ballot.id)
    count = tally.count_state(state)
    least = queries.rules_for(ballot.community_id, china_day(now)).least_heads
    found = {
        **count.as_recount_document(),
        "details": [_scope(scope, state, least) for scope in count.scopes],
    }
    plain = tally.count_without_silence(state)
    if plain is not None:
        found["without_silence"] = plain.as_recount_document()["results"]
    return found


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


def _scope(scope: tally.ScopeCount, state: LogState, least: int) -> dict[str, Any]:
    shares = tally.spots(state)[scope.spot]
    is_exact = may_show_exact_areas(len(shares), least)
    return {
        "scope": scope.name,
        "name_zh": scope.name_zh,
        "is_exact": is_exact,
        "motions": [_motion(motion, state, shares, is_exact=is_exact) for motion in scope.motions],
    }


def _motion(
    motion: tally.MotionCount, state: LogState, shares: Mapping[str, Decimal], *, is_exact: bool
) -> dict[str, Any]:
    return {
        "id": motion.motion.id,
        "title": motion.motion.title,
        "kind": motion.motion.kind.value,
        "basis_zh": motion.requirement.basis_zh,
        "is_special": motion.requirement.is_special,
        "lacking_zh": motion.lacking_zh,
        "followers": {"heads": motion.followers.heads, "area": f"{motion.followers.area:.2f}"},
        "followed": motion.followed,
        "checks": [_check(check) for check in motion.checks],
        "shares": None if is_exact else public_shares(motion, _casts(motion, state, shares)),
    }


def _check(check: tally.Check) -> dict[str, Any]:
    return {
        "kind": check.kind,
        "side": check.side,
        "name_zh": check.name_zh,
        "demand_zh": check.demand_zh,
        "threshold": check.demand.threshold.written,
        "part": {"heads": check.part.heads, "area": f"{check.part.area:.2f}"},
        "whole": {"heads": check.whole.heads, "area": f"{check.whole.area:.2f}"},
        "heads": check.is_met_by_heads,
        "area": check.is_met_by_area,
        "lacking_zh": check.lacking_zh,
    }


def _casts(motion: tally.MotionCount, state: LogState, shares: Mapping[str, Decimal]) -> list[Cast]:
    votes = effective_votes(state)[motion.motion.id]

    def choice(head: str) -> str:
        if head not in votes:
            return ""
        chosen = votes[head].choices.get(motion.motion.id, tally.ABSTAIN)
        return chosen if chosen in motion.motion.sides else tally.ABSTAIN

    return [Cast(head, area, choice(head)) for head, area in shares.items()]
