"""Texts and photos put forward for tests, through the room's own actions."""

import io
from datetime import UTC, datetime

from PIL import Image

from server.attachments.actions import keep_photo
from server.infra.db import unit_of_work
from server.kernel.actor import Actor, ActorKind
from server.ledger.models import Community
from server.moderation import actions
from server.moderation.models import ModerationItem
from tests.kept import kept

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
RESIDENT = Actor(ActorKind.RESIDENT, 17, "居民")


@kept
def make_item(
    community: Community,
    text: str = "希望多装几盏路灯",
    *,
    about_id: int = 1,
    part: str = "",
    about_kind: str = "tests.text",
    caption: str = "入户调查：其他建议",
    actor: Actor = RESIDENT,
    now: datetime = NOW,
) -> ModerationItem:
    with unit_of_work():
        return actions.submit_text(
            about_kind, about_id, part, community_id=community.id, text=text, caption=caption,
            actor=actor, now=now,
        )  # fmt: skip


@kept
def make_photo_item(
    community: Community,
    *,
    about_id: int = 1,
    colour: str = "green",
    actor: Actor = RESIDENT,
    now: datetime = NOW,
) -> ModerationItem:
    out = io.BytesIO()
    Image.new("RGB", (320, 240), colour).save(out, "JPEG")
    with unit_of_work():
        photo = keep_photo(out.getvalue(), actor=actor, now=now)
        return actions.submit_photo(
            "tests.photo", about_id, community_id=community.id, attachment_id=photo.id, caption="现场照片",
            actor=actor, now=now,
        )  # fmt: skip
