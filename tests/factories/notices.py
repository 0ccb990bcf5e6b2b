"""Notices and objections for tests, made through the room's own actions."""

import secrets
from datetime import UTC, date, datetime
from typing import Any

from server.infra.db import unit_of_work
from server.kernel.actor import COMMAND
from server.ledger.models import Community
from server.notices import actions
from server.notices.models import Notice, Objection
from server.notices.rules import Channel, NoticeKind
from tests.factories.ledger import make_community
from tests.kept import kept

#: Monday, 2 March 2026, 09:00 in China.
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
BODY = [{"kind": "text", "text": "屋顶要修，雨季前完工。"}]


@kept
def make_notice(
    community: Community | None = None,
    *,
    kind: NoticeKind = NoticeKind.DECISION,
    title: str = "屋顶维修公示",
    body: list[dict[str, Any]] | None = None,
    opens_on: date | None = None,
    now: datetime = NOW,
    **facts: Any,
) -> Notice:
    community = community or make_community()
    facts = {"client_key": secrets.token_urlsafe(12), **facts}
    with unit_of_work():
        return actions.post_notice(
            community.id,
            kind,
            title=title,
            body=body or BODY,
            opens_on=opens_on,
            actor=COMMAND,
            now=now,
            **facts,
        )


@kept
def make_objection(
    notice: Notice,
    text: str = "工期太长",
    *,
    received_at: datetime = NOW,
    now: datetime | None = None,
    **facts: Any,
) -> Objection:
    """One that came on paper."""
    facts = {"channel": Channel.PAPER, "author_name": "", "flat_id": None, **facts}
    with unit_of_work():
        return actions.enter_objection(
            notice.id,
            community_id=notice.community_id,
            text=text,
            received_at=received_at,
            client_key=secrets.token_urlsafe(12),
            actor=COMMAND,
            now=now or received_at,
            **facts,
        )
