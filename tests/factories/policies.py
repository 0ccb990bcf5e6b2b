"""Settings and days for tests, made through the room's own actions."""

from datetime import UTC, date, datetime
from typing import Any

from server.infra.db import unit_of_work
from server.kernel.actor import COMMAND
from server.policies import actions
from server.policies.models import Policy
from server.policies.rules import Basis
from tests.kept import kept

BEFORE = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)


@kept
def make_policy(
    key: str,
    value: Any,
    *,
    division_id: int | None = None,
    valid_from: date = date(2026, 1, 5),
    basis_text: str = "测试文件〔2026〕1 号",
    now: datetime = BEFORE,
) -> Policy:
    with unit_of_work():
        return actions.set_policy(
            division_id, key, value, valid_from=valid_from, basis=Basis.DOCUMENT, basis_text=basis_text,
            actor=COMMAND, now=now,
        )  # fmt: skip
