"""Quoting what somebody wrote: it waits for the check that all words wait for which others will read."""

from datetime import datetime

from server.audit.actions import record
from server.infra.db import db
from server.kernel.actor import Actor
from server.kernel.errors import NotFound
from server.moderation import actions as moderation
from server.surveys import queries
from server.surveys.models import Survey, SurveyQuote
from server.surveys.queries.texts import ABOUT_TEXT


def quote_text(of: Survey, text_id: int, *, actor: Actor, now: datetime) -> None:
    """Put a text forward to be quoted; a second time changes nothing."""
    row = queries.text(text_id, of.id)
    if row is None:
        raise NotFound
    if db.session.get(SurveyQuote, text_id) is not None:
        return
    db.session.add(SurveyQuote(text_id=text_id, survey_id=of.id, chosen_by=actor.key, chosen_at=now))
    moderation.submit_text(
        ABOUT_TEXT,
        text_id,
        community_id=of.community_id,
        text=row.text,
        caption=f"{of.title}：住户写的话",
        actor=actor,
        now=now,
    )
    record(
        actor, "surveys.quote_text", "survey", of.id, now=now, community_id=of.community_id, text_id=text_id
    )
