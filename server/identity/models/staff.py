"""Staff, their second factor, and the dated grants that say who is what where."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.identity.rules import Grant, Role
from server.infra.db import Base, BigId, Instant, Keyed, Personal, Word


class Staff(Keyed, Base):
    __tablename__ = "staff"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    #: Always lower case.
    username: Mapped[str] = mapped_column(sa.String(60), unique=True)
    name: Mapped[str] = mapped_column(sa.String(60))
    password_hash: Mapped[str] = mapped_column(sa.String(200))
    #: Whoever made the account knows the first password, so the owner of the account must replace it.
    must_change_password: Mapped[bool] = mapped_column(sa.Boolean)
    #: Raised by a new password and by disabling: signed-in browsers with an older one are signed out.
    session_version: Mapped[int] = mapped_column(sa.Integer)
    totp_secret: Mapped[str | None] = mapped_column(Personal)
    #: The 30-second step of the last code used: a code is good once.
    totp_step: Mapped[int | None] = mapped_column(sa.BigInteger)
    created_at: Mapped[datetime] = mapped_column(Instant)
    disabled_at: Mapped[datetime | None] = mapped_column(Instant)


class RecoveryCode(Base):
    """A way in for whoever lost the telephone with the second factor; each is good once."""

    __tablename__ = "recovery_codes"
    __table_args__ = (sa.UniqueConstraint("staff_id", "code_hash"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    code_hash: Mapped[bytes] = mapped_column(sa.LargeBinary)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class RoleGrant(Keyed, Base):
    """A role over a division with all below it, or over one community, from a day to a day."""

    __tablename__ = "grants"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), index=True)
    role: Mapped[Role] = mapped_column(Word(Role))
    division_id: Mapped[int] = mapped_column(sa.ForeignKey("divisions.id"))
    #: Path of that division when the role was given.
    division_path: Mapped[str] = mapped_column(sa.String(200), index=True)
    community_id: Mapped[int | None] = mapped_column(sa.ForeignKey("communities.id"), index=True)
    valid_from: Mapped[date] = mapped_column(sa.Date)
    #: The last day it holds; None where no end was set.
    valid_to: Mapped[date | None] = mapped_column(sa.Date)
    granted_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)

    @property
    def grant(self) -> Grant:
        return Grant(self.role, self.division_path, self.community_id)
