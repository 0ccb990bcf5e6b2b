"""By which account of WeChat a resident is known, in the mini program and in the official account apart."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.identity.rules import WeChatApp
from server.infra.db import Base, BigId, Instant, Personal, Word


class WeChatAccount(Base):
    """WeChat names the same person differently in each app of ours; deleted when the resident takes the consent back."""

    __tablename__ = "wechat_accounts"
    __table_args__ = (sa.UniqueConstraint("resident_id", "app"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    resident_id: Mapped[int] = mapped_column(sa.ForeignKey("residents.id"))
    app: Mapped[WeChatApp] = mapped_column(Word(WeChatApp))
    #: Sealed, with the keyed hash it is found by: the database alone tells nobody's WeChat.
    openid: Mapped[str] = mapped_column(Personal)
    openid_hash: Mapped[bytes] = mapped_column(sa.LargeBinary, unique=True)
    bound_at: Mapped[datetime] = mapped_column(Instant)
    #: WeChat checks words only of people who were active there lately.
    last_seen_at: Mapped[datetime] = mapped_column(Instant)
