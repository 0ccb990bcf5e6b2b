"""What the tests of the ways to cheat ask: was it refused, and what does the audit tell of it afterwards."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from server.audit.models import AuditEntry
from server.infra.db import db
from server.kernel.errors import Forbidden, Invalid, NotFound, Refused


def refused(act: Callable[[], Any], *codes: str) -> None:
    with pytest.raises((Refused, Invalid, NotFound, Forbidden)) as refusal:
        act()
    if codes:
        assert refusal.value.code in codes


def audited(verb: str) -> list[AuditEntry]:
    return list(
        db.session.scalars(sa.select(AuditEntry).where(AuditEntry.verb == verb).order_by(AuditEntry.id))
    )
