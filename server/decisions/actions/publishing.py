"""Publishing: a version freezes what the newest count says, and hangs as a notice."""

from datetime import datetime
from typing import Any

from server.audit.actions import record
from server.decisions import queries
from server.decisions.actions.drafting import locked
from server.decisions.actions.telling import tell_published, tell_withdrawn
from server.decisions.models import Decision, Item, Version
from server.decisions.queries import Paper
from server.decisions.rules import ItemResult, may_publish
from server.infra.db import db
from server.kernel.actor import Actor
from server.kernel.errors import Refused
from server.notices import actions as notices
from server.notices import queries as notices_standing
from server.notices.rules import NoticeKind

ABOUT = "decision"


def publish_decision(
    decision_id: int, *, community_id: int, client_key: str, actor: Actor, now: datetime
) -> Version:
    """Freeze the newest count as a version and hang it. The version before stays, readable; its notice comes down."""
    row = locked(decision_id, community_id)
    before = queries.versions(row.id)
    if before and _is_same_request(before[-1], client_key, actor):
        return before[-1]
    reasons = may_publish(queries.standing(row), now)
    if reasons:
        raise Refused("还不能公示，先处理下面几条。", code="obstacles", reasons=tuple(reasons))
    paper = queries.preview(row, now)
    if before:
        _take_down(before[-1], len(before) + 1, community_id, actor, now)
    notice = notices.post_notice(
        community_id,
        NoticeKind.DECISION,
        title=paper.title,
        body=paper.body(paper.shown_publicly()),
        client_key=client_key,
        actor=actor,
        now=now,
        about_kind=ABOUT,
        about_id=row.id,
    )
    held = _freeze(row, paper, len(before) + 1, notice.id, actor, now)
    record(
        actor, "decisions.publish", "decision", row.id, now=now, community_id=community_id,
        version=held.number, count=held.count_number, notice_id=notice.id, last_on=notice.last_on,
        outcomes={f"{item.motion} {item.scope}": item.outcome for item in paper.items},
    )  # fmt: skip
    tell_published(row, held.number, notice.last_on, now)
    return held


def withdraw_decision(
    decision_id: int, *, community_id: int, reason: str, actor: Actor, now: datetime
) -> Version:
    """Take the newest version's notice down to mend the words: a draft again, its period starts anew."""
    row = locked(decision_id, community_id)
    published = queries.versions(row.id)
    if not published:
        raise Refused("还没有公示，不用撤下。", code="not_published")
    if queries.ending(row.id) is not None:
        raise Refused("决定已经定案，不能再撤下。", code="ended")
    newest = published[-1]
    notices.withdraw_notice(newest.notice_id, community_id=community_id, reason=reason, actor=actor, now=now)
    record(
        actor, "decisions.withdraw", "decision", row.id, now=now, community_id=community_id,
        version=newest.number, reason=reason.strip(),
    )  # fmt: skip
    tell_withdrawn(row, reason.strip(), now)
    return newest


def _is_same_request(newest: Version, client_key: str, actor: Actor) -> bool:
    notice = notices_standing.notice(newest.notice_id)
    return notice is not None and notice.client_key == client_key and newest.published_by == actor.key


def _take_down(old: Version, next_number: int, community_id: int, actor: Actor, now: datetime) -> None:
    if not queries.hung(old.notice_id).is_withdrawn:
        notices.withdraw_notice(
            old.notice_id,
            community_id=community_id,
            reason=f"重新计票了，以第 {next_number} 版为准。这一版留着备查。",
            actor=actor,
            now=now,
        )


def _freeze(row: Decision, paper: Paper, number: int, notice_id: int, actor: Actor, now: datetime) -> Version:
    held = Version(
        decision_id=row.id,
        number=number,
        count_number=paper.facts.count_number,
        notice_id=notice_id,
        title=paper.title,
        note=paper.note,
        next_steps=paper.next_steps,
        facts=paper.facts.as_document(),
        drafters=list(row.drafters),
        published_at=now,
        published_by=actor.key,
    )
    db.session.add(held)
    db.session.flush()
    for position, item in enumerate(paper.items, 1):
        db.session.add(Item(decision_id=row.id, version=number, position=position, **_columns(item)))
    db.session.flush()
    return held


def _columns(item: ItemResult) -> dict[str, Any]:
    return {
        "motion": item.motion,
        "title": item.title,
        "scope": item.scope,
        "kind": item.kind,
        "matter": item.matter,
        "catalogue_item_id": item.catalogue_item_id,
        "subsidy_key": item.subsidy_key,
        "law": item.law,
        "basis": item.basis,
        "verdict": item.verdict,
        "outcome": item.outcome,
        "adopted_option": item.adopted_option,
        "roll_heads": item.heads["roll"],
        "roll_area": item.area["roll"],
        "heads": item.heads["participants"],
        "area": item.area["participants"],
        "sides": [
            {"choice": choice, "heads": item.heads[choice], "area": f"{item.area[choice]:.2f}"}
            for choice in item.choices
        ],
        "tests": [test.as_document() for test in item.tests],
        "is_exact": item.is_exact,
        "public_shares": dict(item.public_shares) if item.public_shares is not None else None,
        "missing_consents": item.missing_consents,
        "open_objections": item.open_objections,
    }
