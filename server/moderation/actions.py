"""Putting forward what others will read, and deciding of it: pass it, pass it with words struck out, or refuse it."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from server.audit.actions import record, recording
from server.infra import crypto
from server.infra.db import Base, db, lock_row
from server.infra.statements import NewRow
from server.kernel.actor import Actor, ActorKind
from server.kernel.chinatime import china_day
from server.kernel.errors import Conflict, Invalid, NotFound
from server.ledger import queries as ledger
from server.moderation import queries
from server.moderation.models import ModerationAct, ModerationItem
from server.moderation.queries import LISTED
from server.moderation.rules.flags import find_flags, kept_flags
from server.moderation.rules.states import (
    LONGEST_CAPTION,
    Verdict,
    check_judge,
    checked_reason,
    checked_text,
    state_after,
)
from server.moderation.rules.striking import struck
from server.policies import queries as policies


def submit_text(
    about_kind: str,
    about_id: int,
    part: str = "",
    *,
    community_id: int,
    text: str,
    caption: str,
    actor: Actor,
    now: datetime,
) -> ModerationItem:
    """Put a text forward. The same text of the same subject again is the same item, with what was decided of it.

    Another text takes the earlier one's place: that one is not public any more, and waits no longer.
    """
    text = checked_text(text)
    row = ModerationItem(text=text, flags=kept_flags(find_flags(text, _listed_words(community_id, now))))
    return _submit(row, (about_kind, about_id, part), f"text:{text}", community_id, caption, actor, now)


def submit_photo(
    about_kind: str,
    about_id: int,
    part: str = "",
    *,
    community_id: int,
    attachment_id: int,
    caption: str,
    actor: Actor,
    now: datetime,
) -> ModerationItem:
    """Put a photo forward, as a text is. No word list looks into it: it waits for a person unmarked."""
    row = ModerationItem(attachment_id=attachment_id, flags=[])
    content = f"photo:{attachment_id}"
    return _submit(row, (about_kind, about_id, part), content, community_id, caption, actor, now)


@dataclass(frozen=True)
class Fresh:
    """A text or a photo of a subject that is made just now: nothing of it can have been put forward before."""

    #: Of the item, drawn for it (`fresh_items`).
    id: int
    about_kind: str
    about_id: int
    text: str | None = None
    attachment_id: int | None = None


def fresh_items(many: int) -> tuple[type[Base], ...]:
    """What the ids of so many items are drawn of."""
    return (ModerationItem,) * many


def submitting_fresh(
    things: Sequence[Fresh],
    *,
    community_id: int,
    listed: Sequence[str],
    caption: str,
    actor: Actor,
    now: datetime,
) -> list[NewRow]:
    """Put all forward together with what is made: the rows that say so. `listed`: the words that are marked there."""
    rows: list[NewRow] = []
    for one in things:
        text = checked_text(one.text) if one.text is not None else None
        marks = find_flags(text, listed) if text is not None else []
        content = f"photo:{one.attachment_id}" if text is None else f"text:{text}"
        about = (one.about_kind, one.about_id, "")
        row = {
            "id": one.id,
            "text": text,
            "attachment_id": one.attachment_id,
            "flags": kept_flags(marks),
            **_columns(about, content, community_id, caption, actor, now, is_flagged=bool(marks)),
        }
        told = _told(one.id, about, [flag.kind for flag in marks], community_id, now)
        rows += [(ModerationItem, row), recording(actor, **told)]
    return rows


def pass_text(
    item_id: int, *, community_id: int, acts_seen: int, actor: Actor, now: datetime
) -> ModerationAct:
    """Others may read it as it is. `acts_seen`: how many acts whoever decides knew of; 0 for the first."""
    row = _locked(item_id, community_id)
    return _judge(
        row, ModerationAct(verdict=Verdict.ALLOW, reason=""), "moderation.pass", acts_seen, actor, now
    )


def redact_text(
    item_id: int,
    *,
    community_id: int,
    marks: Collection[int],
    words: Sequence[str],
    acts_seen: int,
    actor: Actor,
    now: datetime,
) -> ModerationAct:
    """Others may read it without the marks of these numbers and without these words."""
    row = _locked(item_id, community_id)
    if row.text is None:
        raise Invalid("照片涂不了字。可以公开，或者不公开。")
    act = ModerationAct(verdict=Verdict.ALLOW, text=struck(row.text, row.marks, marks, words), reason="")
    return _judge(row, act, "moderation.redact", acts_seen, actor, now)


def refuse_text(
    item_id: int, *, community_id: int, reason: str, acts_seen: int, actor: Actor, now: datetime
) -> ModerationAct:
    """Others do not get to read it, for a reason. It stays, and can be passed later."""
    act = ModerationAct(verdict=Verdict.REFUSE, reason=checked_reason(reason))
    return _judge(_locked(item_id, community_id), act, "moderation.refuse", acts_seen, actor, now)


@dataclass(frozen=True)
class Judged:
    """How many were decided, and how many somebody else had decided of meanwhile."""

    done: int
    left: int


def judge_several(
    item_ids: Collection[int],
    *,
    community_id: int,
    verdict: Verdict,
    reason: str = "",
    actor: Actor,
    now: datetime,
) -> Judged:
    """One verdict for several that nobody decided of yet. Whatever somebody decided meanwhile stays as they have it."""
    done = 0
    for item_id in sorted(set(item_ids)):
        try:
            if verdict is Verdict.ALLOW:
                pass_text(item_id, community_id=community_id, acts_seen=0, actor=actor, now=now)
            else:
                refuse_text(
                    item_id, community_id=community_id, reason=reason, acts_seen=0, actor=actor, now=now
                )
        except Conflict:
            continue
        done += 1
    return Judged(done, len(set(item_ids)) - done)


def take_along(
    photo: tuple[str, int], to: tuple[str, int], *, community_id: int, actor: Actor, now: datetime
) -> ModerationAct | None:
    """The same picture, put forward of another subject too: what a person decided of it there holds here, in that
    person's name. While nobody decided of it there it waits here as well, and what was decided here stays.
    """
    there, here = _current(*photo, community_id), _current(*to, community_id)
    decided = queries.last_acts([there.id]).get(there.id) if there is not None else None
    if here is None or there is None or here.attachment_id != there.attachment_id or decided is None:
        return None
    lock_row(ModerationItem, here.id)
    db.session.refresh(here)
    if not here.state.is_waiting:
        return None
    act = ModerationAct(
        item_id=here.id, verdict=decided.verdict, reason=decided.reason,
        judged_by=decided.judged_by, judge=decided.judge, judged_at=decided.judged_at,
    )  # fmt: skip
    here.state = state_after(act.verdict, is_flagged=bool(here.flags))
    db.session.add(act)
    db.session.flush()
    record(
        actor, "moderation.take_along", "moderation_item", here.id, now=now, community_id=community_id,
        about_kind=here.about_kind, about_id=here.about_id, part=here.part, from_item=there.id,
    )  # fmt: skip
    return act


def _current(about_kind: str, about_id: int, community_id: int) -> ModerationItem | None:
    """The picture that this subject shows now, of that community."""
    found = sa.select(ModerationItem).where(
        ModerationItem.about_kind == about_kind,
        ModerationItem.about_id == about_id,
        ModerationItem.part == "",
        ModerationItem.attachment_id.is_not(None),
        ModerationItem.community_id == community_id,
        ModerationItem.is_current,
    )
    return db.session.scalar(found)


def _submit(
    row: ModerationItem,
    about: tuple[str, int, str],
    content: str,
    community_id: int,
    caption: str,
    actor: Actor,
    now: datetime,
) -> ModerationItem:
    columns = _columns(about, content, community_id, caption, actor, now, is_flagged=bool(row.flags))
    for name, value in columns.items():
        setattr(row, name, value)
    known = _brought_back(row)
    if known is not None:
        return known
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        # The same was put forward at the same instant: it stands by now.
        known = _brought_back(row)
        if known is None:
            raise Conflict("提交撞在一起了，没有记下。请再提交一次。", code="collided") from None
        return known
    record(actor, **_told(row.id, about, [flag.kind for flag in row.marks], community_id, now))
    return row


def _columns(
    about: tuple[str, int, str],
    content: str,
    community_id: int,
    caption: str,
    actor: Actor,
    now: datetime,
    *,
    is_flagged: bool,
) -> dict[str, Any]:
    """An item's columns beside its content."""
    kind, id_, part = about
    return {
        "about_kind": kind,
        "about_id": id_,
        "part": part,
        # Keyed, because a short text behind a plain hash is found by trying; hashed first, because a look-up folds case.
        "digest": crypto.lookup("moderation", hashlib.sha256(content.encode()).hexdigest()).hex(),
        "community_id": community_id,
        "caption": caption.strip()[:LONGEST_CAPTION],
        "state": state_after(None, is_flagged=is_flagged),
        "is_current": True,
        "submitted_by": actor.key,
        "submitted_at": now,
    }


def _told(
    item_id: int, about: tuple[str, int, str], flags: list[str], community_id: int, now: datetime
) -> dict[str, Any]:
    """What the audit is told of putting forward."""
    kind, id_, part = about
    return {
        "verb": "moderation.submit", "object_kind": "moderation_item", "object_id": item_id, "now": now,
        "community_id": community_id, "about_kind": kind, "about_id": id_, "part": part, "flags": flags,
    }  # fmt: skip


def _brought_back(row: ModerationItem) -> ModerationItem | None:
    """The item of this content where it stands already, made the current one; whatever else was current is so no more."""
    found = sa.select(ModerationItem).where(
        ModerationItem.about_kind == row.about_kind,
        ModerationItem.about_id == row.about_id,
        ModerationItem.part == row.part,
        sa.or_(ModerationItem.is_current, ModerationItem.digest == row.digest),
    )
    known = None
    for one in list(db.session.scalars(found)):
        if one.digest == row.digest:
            known = one
        else:
            one.is_current = False
    db.session.flush()
    if known is not None:
        known.is_current = True
        db.session.flush()
    return known


def _listed_words(community_id: int, now: datetime) -> list[str]:
    place = ledger.place(community_id)
    if place is None:
        raise NotFound
    words: list[str] = policies.values_of([LISTED], place.division_path, china_day(now))[LISTED]
    return words


def _locked(item_id: int, community_id: int) -> ModerationItem:
    lock_row(ModerationItem, item_id)
    row = queries.item(item_id, community_id)
    if row is None:
        raise NotFound
    db.session.refresh(row)
    return row


def _judge(
    row: ModerationItem, act: ModerationAct, verb: str, acts_seen: int, actor: Actor, now: datetime
) -> ModerationAct:
    before = queries.acts(row.id)
    act.item_id, act.judged_by, act.judge, act.judged_at = row.id, actor.key, actor.label, now
    if len(before) == acts_seen + 1 and _is_same(before[-1], act):
        return before[-1]
    if len(before) != acts_seen:
        raise Conflict("刚才有人看过这一条，已经有了结论。看看结论，要改再改。", code="judged_meanwhile")
    if not row.is_current:
        raise Conflict("原文后来改过，这一条不用看了。看新的那一条。", code="superseded")
    check_judge(row.state, is_person=actor.kind is not ActorKind.SYSTEM)
    row.state = state_after(act.verdict, is_flagged=bool(row.flags))
    db.session.add(act)
    db.session.flush()
    record(
        actor, verb, "moderation_item", row.id, now=now, community_id=row.community_id,
        about_kind=row.about_kind, about_id=row.about_id, part=row.part, reason=act.reason,
    )  # fmt: skip
    return act


def _is_same(one: ModerationAct, other: ModerationAct) -> bool:
    """Whether it is the same request sent again."""
    return (one.verdict, one.text, one.reason, one.judged_by) == (
        other.verdict,
        other.text,
        other.reason,
        other.judged_by,
    )
