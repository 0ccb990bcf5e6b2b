"""Drafting: a decision begins from a counted ballot, and only its words are written. Figures are the count's."""

from datetime import datetime

from server.audit.actions import record
from server.ballots import queries as ballots
from server.decisions import queries
from server.decisions.models import Decision
from server.decisions.rules import may_publish
from server.decisions.rules.sheet import title_of
from server.infra import replay
from server.infra.db import db, lock_row
from server.kernel.actor import Actor
from server.kernel.errors import Conflict, Invalid, Refused

LONGEST_TITLE = 80
LONGEST_TEXT = 4000


def draft_decision(
    ballot_id: int, *, community_id: int, client_key: str, actor: Actor, now: datetime
) -> Decision:
    """Begin the decision on a counted ballot of this community. One ballot has one decision."""
    digest = replay.digest(actor, "draft_decision", community_id, ballot_id)
    earlier = replay.earlier(Decision, client_key, digest)
    if earlier is not None:
        return earlier
    ballot = ballots.known(ballot_id, community_id)
    if queries.decision_of_ballot(ballot_id) is not None:
        raise Conflict("这次表决已经有一份决定。请打开那一份接着做。", code="already_drafted")
    count = queries.newest_count(ballot_id)
    row = Decision(
        community_id=community_id,
        ballot_id=ballot_id,
        title=title_of(ballot.title),
        note="",
        next_steps="",
        drafted_by=actor.key,
        drafted_at=now,
        edited_at=now,
        drafters=[actor.key],
        client_key=client_key,
        client_digest=digest,
    )
    db.session.add(row)
    db.session.flush()
    record(
        actor, "decisions.draft", "decision", row.id, now=now, community_id=community_id,
        ballot_id=ballot_id, count=count.number,
    )  # fmt: skip
    return row


def edit_decision(
    decision_id: int,
    *,
    community_id: int,
    title: str,
    note: str,
    next_steps: str,
    actor: Actor,
    now: datetime,
) -> Decision:
    """Word the draft. What hangs is not reworded: it is withdrawn first, and its period starts anew."""
    row = locked(decision_id, community_id)
    standing = queries.standing(row)
    if standing.version and not standing.is_notice_withdrawn and may_publish(standing, now):
        raise Refused("这一版已经公示，文字不能改。要改，先撤下公示，公示期重新算。", code="already_hangs")
    if standing.ended:
        raise Refused("决定已经定案，不能再改。", code="ended")
    _check(title, note, next_steps)
    before = {"title": row.title, "note": row.note, "next_steps": row.next_steps}
    row.title, row.note, row.next_steps = title.strip(), note.strip(), next_steps.strip()
    row.edited_at = now
    row.drafters = sorted({*row.drafters, actor.key})
    db.session.flush()
    record(actor, "decisions.edit", "decision", row.id, now=now, community_id=community_id, before=before)
    return row


def locked(decision_id: int, community_id: int) -> Decision:
    """The decision as it stands now, with others who would act on it waiting. Raises NotFound."""
    lock_row(Decision, decision_id)
    row = queries.known(decision_id, community_id)
    db.session.refresh(row)
    return row


def _check(title: str, note: str, next_steps: str) -> None:
    fields: dict[str, list[str]] = {}
    if not title.strip() or len(title.strip()) > LONGEST_TITLE:
        fields["title"] = [f"写一个标题，最多 {LONGEST_TITLE} 个字。"]
    for name, text in (("note", note), ("next_steps", next_steps)):
        if len(text) > LONGEST_TEXT:
            fields[name] = [f"最多 {LONGEST_TEXT} 个字。"]
    if fields:
        raise Invalid("有几处要改一下。", fields=fields)
