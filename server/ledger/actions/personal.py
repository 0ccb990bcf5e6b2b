"""Personal values, shown in full as an audited act with a purpose."""

from datetime import datetime

from server.audit.actions import record
from server.kernel.actor import Actor
from server.kernel.chinatime import china_day
from server.kernel.errors import Invalid, NotFound
from server.ledger.queries import OwnerCard, flat, owners_of_flat

LEAST_PURPOSE = 4


def show_owners(
    community_id: int, flat_id: int, *, purpose: str, actor: Actor, now: datetime
) -> list[OwnerCard]:
    """The owners of a flat in full. Who looked, when and what for is kept for good."""
    purpose = checked_purpose(purpose)
    if flat(flat_id, community_id) is None:
        raise NotFound
    cards = owners_of_flat(flat_id, china_day(now))
    record(
        actor,
        "ledger.show_owners",
        "flat",
        flat_id,
        now=now,
        community_id=community_id,
        purpose=purpose,
        owners=[card.id for card in cards],
    )
    return cards


def checked_purpose(purpose: str) -> str:
    purpose = " ".join(purpose.split())
    if len(purpose) < LEAST_PURPOSE:
        sentence = f"请写明用途，至少 {LEAST_PURPOSE} 个字，例如“电话通知开会”。"
        raise Invalid(sentence, fields={"purpose": [sentence]})
    return purpose[:200]
