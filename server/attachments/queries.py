"""Reading what is kept."""

import sqlalchemy as sa

from server.attachments.models import Attachment
from server.infra import files
from server.infra.db import db


def attachment(attachment_id: int) -> Attachment | None:
    return db.session.get(Attachment, attachment_id)


def attachment_of(sha256: str) -> Attachment | None:
    return db.session.scalar(sa.select(Attachment).where(Attachment.sha256 == sha256))


def content(attachment_id: int) -> bytes:
    """The bytes of the picture. Raises LookupError where there is no such attachment."""
    row = attachment(attachment_id)
    if row is None:
        raise LookupError(attachment_id)
    return files.read(row.sha256)
