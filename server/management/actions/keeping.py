"""What the other actions share: pictures beside a row."""

from collections.abc import Sequence

from server.infra.db import db
from server.management.models import About, ManagementEvidence


def keep_evidence(community_id: int, about: About, about_id: int, photos: Sequence[int]) -> None:
    """`photos`: ids of attachments. The same picture twice is one."""
    db.session.add_all(
        ManagementEvidence(community_id=community_id, about=about, about_id=about_id, attachment_id=one)
        for one in dict.fromkeys(photos)
    )
    db.session.flush()
