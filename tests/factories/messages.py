"""Messages for tests, told through the room's own action."""

from datetime import UTC, datetime

from server.infra.db import unit_of_work
from server.messages.actions import tell
from server.messages.rules import Recipient
from tests.kept import kept

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@kept
def make_message(
    *to: Recipient,
    subject: str = "要投票了",
    body: str = "3 月 20 日开始。",
    link: str = "",
    community_id: int | None = None,
    now: datetime = NOW,
) -> None:
    with unit_of_work():
        tell(to, kind="tests.told", subject=subject, body=body, link=link, community_id=community_id, now=now)
