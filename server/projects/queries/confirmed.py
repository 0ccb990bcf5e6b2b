"""What became of something entered: a second person's word on it, and whether two persons withdrew it afterwards."""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from server.infra.db import db
from server.infra.second import Looked
from server.projects.models import SecondLook
from server.projects.models.items import Second
from server.projects.models.works import Withdrawal


@dataclass(frozen=True, kw_only=True)
class Confirmed:
    """It counts while it is confirmed and not withdrawn."""

    review: Looked | None
    #: The newest request that it should not stand, with what a second person said of that.
    withdrawal: Withdrawal | None = None
    look: SecondLook | None = None

    @property
    def is_waiting(self) -> bool:
        return self.review is None

    @property
    def is_withdrawn(self) -> bool:
        return self.look is not None and self.look.is_confirmed

    @property
    def is_withdrawal_waiting(self) -> bool:
        return self.withdrawal is not None and self.look is None

    @property
    def is_counted(self) -> bool:
        return self.review is not None and self.review.is_confirmed and not self.is_withdrawn

    @property
    def state_zh(self) -> str:
        if self.is_waiting:
            return "等人确认"
        if self.is_withdrawn:
            return "已撤回"
        if self.is_withdrawal_waiting:
            return "撤回待确认"
        return "已确认" if self.is_counted else "已退回"

    @property
    def tone(self) -> str:
        if self.is_waiting or self.is_withdrawal_waiting:
            return "wait"
        return "go" if self.is_counted else "quiet"


def second_looks(about: Second, about_ids: Collection[int]) -> dict[int, SecondLook]:
    rows = sa.select(SecondLook).where(SecondLook.about == about, SecondLook.about_id.in_(about_ids))
    return {row.about_id: row for row in db.session.scalars(rows)}
