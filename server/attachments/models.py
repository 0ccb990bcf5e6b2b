"""What is kept of each photo; the bytes stand in infra.files under their SHA-256."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.db import Base, BigId, Instant


class Attachment(Base):
    """One photo, kept once however often it comes. Never changed."""

    __tablename__ = "attachments"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    #: Of the bytes as they are kept, after they were drawn anew.
    sha256: Mapped[str] = mapped_column(sa.String(64), unique=True)
    media_type: Mapped[str] = mapped_column(sa.String(40))
    width: Mapped[int] = mapped_column(sa.Integer)
    height: Mapped[int] = mapped_column(sa.Integer)
    size: Mapped[int] = mapped_column(sa.Integer)
    #: Who brought it first: "staff:3", "resident:17".
    kept_by: Mapped[str] = mapped_column(sa.String(40))
    kept_at: Mapped[datetime] = mapped_column(Instant)
