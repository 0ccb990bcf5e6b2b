"""The same questions in many communities of a division, each answered in a survey of its own."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from server.audit.actions import record
from server.infra import replay
from server.infra.db import db
from server.kernel.actor import Actor
from server.kernel.errors import Invalid, Refused
from server.ledger import queries as ledger
from server.surveys.actions.drafting import Heading, check_sound, draft_survey
from server.surveys.actions.running import open_survey
from server.surveys.models import Campaign
from server.surveys.rules.stages import check_closing


def start_campaign(
    division_id: int,
    community_ids: Sequence[int],
    heading: Heading,
    definition: Mapping[str, Any],
    *,
    closes_at: datetime,
    client_key: str,
    actor: Actor,
    now: datetime,
) -> Campaign:
    """Open the same survey in each of these communities, all or none."""
    chosen = sorted(set(community_ids))
    digest = replay.digest(actor, "start_campaign", division_id, chosen, heading, definition, closes_at)
    row = replay.earlier(Campaign, client_key, digest)
    if row is not None:
        return row
    if not chosen:
        raise Invalid("请至少选一个小区。", fields={"community_ids": ["至少选一个小区。"]})
    check_closing(closes_at, now)
    check_sound(definition)
    _check_households(chosen)
    row = Campaign(
        division_id=division_id,
        title=heading.title.strip(),
        intro=heading.intro.strip(),
        definition=dict(definition),
        closes_at=closes_at,
        started_by=actor.key,
        started_at=now,
        client_key=client_key,
        client_digest=digest,
    )
    db.session.add(row)
    db.session.flush()
    for community_id in chosen:
        survey = draft_survey(
            community_id,
            heading,
            definition,
            client_key=f"campaign-{row.id}-{community_id}",
            actor=actor,
            now=now,
            campaign_id=row.id,
        )
        open_survey(survey, closes_at=closes_at, actor=actor, now=now)
    record(
        actor, "surveys.start_campaign", "survey_campaign", row.id, now=now, title=row.title, communities=chosen
    )  # fmt: skip
    return row


def _check_households(community_ids: Sequence[int]) -> None:
    without = [
        place.name
        for community_id in community_ids
        if (place := ledger.community(community_id)) is not None and not ledger.household_count(community_id)
    ]
    if without:
        raise Refused(
            f"这些小区台账里还没有住户：{'、'.join(without)}。先导入台账，或不选它们。", code="nobody_asked"
        )
