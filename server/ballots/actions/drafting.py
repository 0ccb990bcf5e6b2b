"""Drafting: what is asked, of whom, when. All of it may change until it is announced."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from server.audit.actions import record
from server.ballots import queries
from server.ballots.models import Ballot, Motion
from server.ballots.rules.drafting import MotionText, Precedence, Unreturned, motion_faults
from server.infra import replay
from server.infra.db import db, lock_row
from server.kernel.actor import Actor
from server.kernel.chinatime import china_day
from server.kernel.errors import Invalid, Refused
from server.kernel.places import ScopeKind

#: The notice's title holds it and a few words more.
LONGEST_TITLE = 60
#: An agent for more owners than this would be a second committee.
MOST_PRINCIPALS = 20


@dataclass(frozen=True)
class Draft:
    """What the committee fills in. A setting left at None is the one of the community's place."""

    title: str
    scope: ScopeKind = ScopeKind.COMMUNITY
    motions: Sequence[MotionText] = ()
    intro: str = ""
    building_ids: Sequence[int] = ()
    entrance_ids: Sequence[int] = ()
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    precedence: Precedence | None = None
    unreturned: Unreturned | None = None
    clause: str = ""
    may_change: bool | None = None
    proxy_limit: int | None = None


def draft_of(row: Ballot) -> Draft:
    """As it stands, to be changed in part or drafted again."""
    return Draft(
        title=row.title,
        scope=row.scope,
        motions=queries.motion_texts(row),
        intro=row.intro,
        building_ids=tuple(row.building_ids),
        entrance_ids=tuple(row.entrance_ids),
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        precedence=row.precedence,
        unreturned=row.unreturned,
        clause=row.clause,
        may_change=row.may_change,
        proxy_limit=row.proxy_limit,
    )


def draft_ballot(
    community_id: int,
    draft: Draft,
    *,
    client_key: str,
    actor: Actor,
    now: datetime,
    earlier: Sequence[MotionText] = (),
) -> Ballot:
    """A new draft; the same client key again gives the same one. `earlier`: motions taken over as another vote had them."""
    digest = replay.digest(actor, "draft_ballot", community_id, _asked(draft))
    row = replay.earlier(Ballot, client_key, digest)
    if row is not None:
        return row
    row = Ballot(
        community_id=community_id,
        drafted_by=actor.key,
        drafted_at=now,
        client_key=client_key,
        client_digest=digest,
    )
    _fill(row, draft, now, earlier)
    db.session.add(row)
    db.session.flush()
    record(actor, "ballots.draft", "ballot", row.id, now=now, community_id=community_id, title=row.title)
    return row


def change_draft(ballot: Ballot, draft: Draft, *, actor: Actor, now: datetime) -> None:
    """Write the draft anew. What was announced is frozen: withdraw it first."""
    lock_row(Ballot, ballot.id)
    _check_is_draft(ballot)
    before = queries.text_hash(queries.canonical(queries.present_text(ballot)))
    earlier = queries.motion_texts(ballot)
    ballot.motions.clear()
    db.session.flush()
    _fill(ballot, draft, now, earlier)
    db.session.flush()
    after = queries.text_hash(queries.canonical(queries.present_text(ballot)))
    record(
        actor,
        "ballots.change_draft",
        "ballot",
        ballot.id,
        now=now,
        community_id=ballot.community_id,
        text_before=before,
        text_after=after,
    )


def discard_draft(ballot: Ballot, *, actor: Actor, now: datetime) -> None:
    """Put a draft aside for good. It stays readable in the audit."""
    lock_row(Ballot, ballot.id)
    _check_is_draft(ballot)
    ballot.discarded_at = now
    record(
        actor,
        "ballots.discard",
        "ballot",
        ballot.id,
        now=now,
        community_id=ballot.community_id,
        title=ballot.title,
    )


def _check_is_draft(ballot: Ballot) -> None:
    db.session.refresh(ballot)
    if ballot.discarded_at is not None:
        raise Refused("这份草稿已经作废。请重新起草一份。", code="discarded")
    if ballot.opened_at is not None:
        raise Refused("投票已经开始，内容不能再改。", code="opened")
    if ballot.announced_number is not None:
        raise Refused(
            "内容已经公告，不能直接改。先撤回公告，改好后重新公告，公告期重新算。", code="announced"
        )


def _fill(row: Ballot, draft: Draft, now: datetime, earlier: Sequence[MotionText]) -> None:
    _check(draft, earlier)
    usual = queries.rules_for(row.community_id, china_day(now))
    row.title = draft.title.strip()
    row.intro = draft.intro.strip()
    row.scope = draft.scope
    row.building_ids = sorted(set(draft.building_ids))
    row.entrance_ids = sorted(set(draft.entrance_ids))
    row.opens_at = draft.opens_at
    row.closes_at = draft.closes_at
    row.precedence = draft.precedence or Precedence(usual.precedence)
    row.unreturned = draft.unreturned or Unreturned(usual.unreturned)
    row.clause = draft.clause.strip()
    row.may_change = usual.may_change if draft.may_change is None else draft.may_change
    row.proxy_limit = usual.proxy_limit if draft.proxy_limit is None else draft.proxy_limit
    row.motions = [_motion(number, motion) for number, motion in enumerate(draft.motions, 1)]


def _motion(position: int, text: MotionText) -> Motion:
    return Motion(
        position=position,
        catalogue_item_id=text.catalogue_item_id,
        title=text.title.strip(),
        description=text.description.strip(),
        kind=text.kind,
        matter=text.matter,
        rule=dict(text.rule) if text.rule else None,
        options=[option.strip() for option in text.options],
        meanings={choice: meaning for choice, meaning in text.meanings.items() if meaning.strip()},
    )


def _check(draft: Draft, earlier: Sequence[MotionText]) -> None:
    """Raises Invalid by field. A motion that was fit under the rules of its day bars no other change; it bars announcing."""
    wrong: dict[str, list[str]] = {}
    if not draft.title.strip():
        wrong["title"] = ["写上投票的名称。"]
    if len(draft.title.strip()) > LONGEST_TITLE:
        wrong["title"] = [f"名称最多 {LONGEST_TITLE} 个字。"]
    wrong |= _settings_faults(draft)
    for number, motion in enumerate(draft.motions, 1):
        faults = motion_faults(motion)
        if faults and motion not in earlier:
            wrong[f"motion-{number}"] = faults
    if wrong:
        raise Invalid("有几处要改一下，请看标红的地方。", fields=wrong)


def _settings_faults(draft: Draft) -> dict[str, list[str]]:
    wrong: dict[str, list[str]] = {}
    if draft.opens_at and draft.closes_at and draft.closes_at <= draft.opens_at:
        wrong["closes_at"] = ["截止时间要在开始时间之后。"]
    if draft.building_ids and draft.entrance_ids:
        wrong["entrance_ids"] = ["按楼栋选，或按单元选，不能两样都选。"]
    if draft.proxy_limit is not None and not 0 <= draft.proxy_limit <= MOST_PRINCIPALS:
        wrong["proxy_limit"] = [f"写 0 到 {MOST_PRINCIPALS} 之间的整数，0 是不接受委托。"]
    return wrong


def _asked(draft: Draft) -> dict[str, object]:
    return {name: repr(value) for name, value in vars(draft).items()}
