"""Making a survey: its questions change in place until somebody has answered; after that see correcting.py."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from server.audit.actions import record
from server.catalogue import queries as catalogue
from server.infra import replay
from server.infra.db import db, lock_row
from server.kernel.actor import Actor
from server.kernel.errors import Conflict, Invalid, Reason, Refused
from server.surveys import queries
from server.surveys.models import Survey, SurveyVersion
from server.surveys.rules.definition import read_definition
from server.surveys.rules.packages import package_questions, with_costs
from server.surveys.rules.soundness import check_definition
from server.surveys.rules.stages import Stage

LONGEST_TITLE = 60
LONGEST_INTRO = 1000


@dataclass(frozen=True)
class Heading:
    """What stands before the questions, and who is asked."""

    title: str
    intro: str = ""
    building_ids: Sequence[int] = ()
    entrance_ids: Sequence[int] = ()


def draft_survey(
    community_id: int,
    heading: Heading,
    definition: Mapping[str, Any],
    *,
    client_key: str,
    actor: Actor,
    now: datetime,
    campaign_id: int | None = None,
) -> Survey:
    """A new draft: from a template, a copy of another survey, a form that was imported, or from nothing."""
    digest = replay.digest(actor, "draft_survey", community_id, heading, definition, campaign_id)
    row = replay.earlier(Survey, client_key, digest)
    if row is not None:
        return row
    row = Survey(
        community_id=community_id,
        campaign_id=campaign_id,
        version_number=1,
        drafted_by=actor.key,
        drafted_at=now,
        client_key=client_key,
        client_digest=digest,
    )
    _head(row, heading)
    db.session.add(row)
    db.session.flush()
    add_version(row, 1, definition, actor=actor, now=now)
    record(actor, "surveys.draft", "survey", row.id, now=now, community_id=community_id, title=row.title)
    return row


def change_heading(of: Survey, heading: Heading, *, actor: Actor, now: datetime) -> None:
    """Title, introduction and scope, until it is opened."""
    lock_row(Survey, of.id)
    check_is_draft(of, now)
    _head(of, heading)
    record(
        actor, "surveys.change_heading", "survey", of.id, now=now,
        community_id=of.community_id, title=of.title, building_ids=of.building_ids, entrance_ids=of.entrance_ids,
    )  # fmt: skip


def change_questions(
    of: Survey, definition: Mapping[str, Any], *, seen: str, actor: Actor, now: datetime
) -> SurveyVersion:
    """Write the questions anew. `seen` is the fingerprint of what the editor showed.

    Raises Refused once somebody has answered, Conflict where another person changed them meanwhile.
    """
    lock_row(Survey, of.id)
    db.session.refresh(of)
    check_not_over(of, now)
    if queries.is_answered(of.id):
        raise Refused(
            "已经有人填了，问题不能直接改。要改错，请用“更正问题”，会做成新的一版。", code="answered"
        )
    row = queries.version(of.id, of.version_number)
    check_seen(row.fingerprint, seen)
    if of.opened_at is not None:
        check_sound(definition)
        definition = priced(of, definition, is_anew=False)
    _write(row, definition)
    row.made_by, row.made_at = actor.key, now
    record(
        actor, "surveys.change_questions", "survey", of.id, now=now,
        community_id=of.community_id, before=seen, after=row.fingerprint,
    )  # fmt: skip
    return row


def discard_survey(of: Survey, *, actor: Actor, now: datetime) -> None:
    """Put a draft aside for good. It stays readable in the audit."""
    lock_row(Survey, of.id)
    check_is_draft(of, now)
    of.discarded_at = now
    record(actor, "surveys.discard", "survey", of.id, now=now, community_id=of.community_id, title=of.title)


def check_seen(held: str, seen: str) -> None:
    """Raises Conflict where another person changed the questions since they were shown."""
    if held != seen:
        raise Conflict(
            "别人刚刚改过这份问卷。你的改动没有存。请刷新页面，看过再改。", code="changed_meanwhile"
        )


def check_sound(definition: Mapping[str, Any]) -> None:
    """Raises Refused with everything that stands in the way of asking these questions."""
    problems = check_definition(read_definition(definition))
    if problems:
        reasons = tuple(Reason("question", one.message, one.where) for one in problems)
        raise Refused("问题还没有写好，改好下面几处再来。", code="unsound", reasons=reasons)


def check_is_draft(of: Survey, now: datetime) -> None:
    db.session.refresh(of)
    if of.discarded_at is not None:
        raise Refused("这份问卷已经作废。请重新做一份。", code="discarded")
    if queries.stage(of, now) is not Stage.DRAFT:
        raise Refused("问卷已经开始，这里不能再改。", code="opened")


def check_not_over(of: Survey, now: datetime) -> None:
    if queries.stage(of, now) in {Stage.CLOSED, Stage.DISCARDED}:
        raise Refused("问卷已经结束，问题不能再改。可以照它再做一份。", code="over")


def _head(row: Survey, heading: Heading) -> None:
    title = heading.title.strip()
    if not title or len(title) > LONGEST_TITLE:
        raise Invalid("请写问卷的名字，最多 60 个字。", fields={"title": ["写一个名字，最多 60 个字。"]})
    if len(heading.intro) > LONGEST_INTRO:
        raise Invalid("开头的话太长，最多 1000 个字。", fields={"intro": ["最多 1000 个字。"]})
    row.title, row.intro = title, heading.intro.strip()
    row.building_ids = sorted(set(heading.building_ids))
    row.entrance_ids = sorted(set(heading.entrance_ids))


def add_version(
    of: Survey, number: int, definition: Mapping[str, Any], *, actor: Actor, now: datetime, reason: str = ""
) -> SurveyVersion:
    row = SurveyVersion(survey_id=of.id, number=number, reason=reason, made_by=actor.key, made_at=now)
    _write(row, definition)
    db.session.add(row)
    db.session.flush()
    return row


def fix_costs(of: Survey) -> None:
    """At the opening: what the packages of the version in force cost stands from now on."""
    row = queries.version(of.id, of.version_number)
    _write(row, priced(of, row.definition, is_anew=True))


def priced(of: Survey, definition: Mapping[str, Any], *, is_anew: bool) -> Mapping[str, Any]:
    """The definition with what its packages cost this community; as it is where it asks for none."""
    read = read_definition(definition)
    if not package_questions(read):
        return definition
    return with_costs(read, catalogue.ground(of.community_id), is_anew=is_anew).as_json()


def _write(row: SurveyVersion, definition: Mapping[str, Any]) -> None:
    """Kept in canonical form, so that the same questions have the same fingerprint."""
    row.definition = read_definition(definition).as_json()
    row.fingerprint = queries.fingerprint_of(row.definition)
