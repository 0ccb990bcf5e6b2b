"""Reading what is kept."""

import sqlalchemy as sa

from server.attachments.models import Attachment
from server.infra import files
from server.infra.db import db


def attachment(attachment_id: int) -> Attachment | None:
    return db.session.get(Attachment, attachment_id)


def known(sha256: str) -> Attachment:
    """The one that is kept under this name."""
    return db.session.scalars(sa.select(Attachment).where(Attachment.sha256 == sha256)).one()


def content(attachment_id: int) -> bytes:
    """The bytes of the picture. Raises LookupError where there is no such attachment."""
    row = attachment(attachment_id)
    if row is None:
        raise LookupError(attachment_id)
    return files.read(row.sha256)
