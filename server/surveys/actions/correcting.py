"""Correcting questions of a survey that has begun: on a copy, which becomes a new version with a reason."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from server.audit.actions import record
from server.infra.db import db, lock_row
from server.kernel.actor import Actor
from server.kernel.errors import Invalid, Reason, Refused
from server.surveys import queries
from server.surveys.actions.drafting import add_version, check_not_over, check_seen, check_sound, priced
from server.surveys.models import Survey, SurveyCorrection, SurveyVersion
from server.surveys.rules.definition import Definition, read_definition
from server.surveys.rules.stages import Stage

LONGEST_REASON = 300


def begin_correction(of: Survey, *, actor: Actor, now: datetime) -> SurveyCorrection:
    """A copy of the version in force to work on; the one that was begun already, where there is one."""
    lock_row(Survey, of.id)
    db.session.refresh(of)
    check_not_over(of, now)
    if queries.stage(of, now) is Stage.DRAFT:
        raise Refused("问卷还没有开始，问题可以直接改。", code="not_opened")
    held = queries.correction(of.id)
    if held is not None:
        return held
    version = queries.version(of.id, of.version_number)
    row = SurveyCorrection(
        survey_id=of.id,
        definition=version.definition,
        fingerprint=version.fingerprint,
        based_on=version.fingerprint,
        changed_by=actor.key,
        changed_at=now,
    )
    db.session.add(row)
    db.session.flush()
    record(
        actor, "surveys.begin_correction", "survey", of.id, now=now, community_id=of.community_id, number=version.number
    )  # fmt: skip
    return row


def change_correction(
    of: Survey, definition: Mapping[str, Any], *, seen: str, actor: Actor, now: datetime
) -> SurveyCorrection:
    """Write the copy anew. Nobody who answers sees it yet. `seen` is the fingerprint of what the editor showed."""
    row = _locked(of, now)
    check_seen(row.fingerprint, seen)
    row.definition = read_definition(definition).as_json()
    row.fingerprint = queries.fingerprint_of(row.definition)
    row.changed_by, row.changed_at = actor.key, now
    record(
        actor, "surveys.change_correction", "survey", of.id, now=now,
        community_id=of.community_id, before=seen, after=row.fingerprint,
    )  # fmt: skip
    return row


def drop_correction(of: Survey, *, actor: Actor, now: datetime) -> None:
    """Leave the questions as they are. Where nothing was begun there is nothing to do."""
    lock_row(Survey, of.id)
    row = queries.correction(of.id)
    if row is None:
        return
    db.session.delete(row)
    record(actor, "surveys.drop_correction", "survey", of.id, now=now, community_id=of.community_id)


def finish_correction(of: Survey, *, reason: str, seen: str, actor: Actor, now: datetime) -> SurveyVersion:
    """The copy becomes the version in force: exactly the one that was seen."""
    row = _locked(of, now)
    check_seen(row.fingerprint, seen)
    version = correct_questions(of, row.definition, reason=reason, seen=row.based_on, actor=actor, now=now)
    db.session.delete(row)
    return version


def correct_questions(
    of: Survey, definition: Mapping[str, Any], *, reason: str, seen: str, actor: Actor, now: datetime
) -> SurveyVersion:
    """A new version after somebody has answered. Earlier answers stay with the version they were given to."""
    lock_row(Survey, of.id)
    db.session.refresh(of)
    check_not_over(of, now)
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise Invalid("请写清为什么要更正，最多 300 个字。", fields={"reason": ["写清为什么要更正。"]})
    held = queries.version(of.id, of.version_number)
    check_seen(held.fingerprint, seen)
    check_sound(definition)
    corrected = read_definition(definition)
    if queries.fingerprint_of(corrected.as_json()) == held.fingerprint:
        raise Refused("和现在的一版一样，没有要更正的。", code="nothing_changed")
    _check_comparable(queries.definition_of(held), corrected)
    definition = priced(of, definition, is_anew=False)
    row = add_version(of, held.number + 1, definition, actor=actor, now=now, reason=reason.strip())
    of.version_number = row.number
    record(
        actor, "surveys.correct_questions", "survey", of.id, now=now,
        community_id=of.community_id, number=row.number, reason=row.reason,
    )  # fmt: skip
    return row


def _check_comparable(held: Definition, definition: Definition) -> None:
    """Answers of all versions are counted together, so the same question stays of the same kind."""
    reasons = tuple(
        Reason("kind", f"“{one.title[:30]}”换了题型。请删掉它，另加一道新题。", one.key)
        for one in definition.questions
        if one.key in held.by_key and held.by_key[one.key].kind is not one.kind
    )
    if reasons:
        raise Refused("已经有人答过的题，不能换题型。", code="other_kind", reasons=reasons)


def _locked(of: Survey, now: datetime) -> SurveyCorrection:
    lock_row(Survey, of.id)
    db.session.refresh(of)
    check_not_over(of, now)
    row = queries.correction(of.id)
    if row is None:
        raise Refused("没有正在改的更正，可能别人已经存好或放弃了。请到问卷里看看。", code="no_correction")
    db.session.refresh(row)
    return row
