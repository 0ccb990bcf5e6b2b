"""Many rows made at once are what an insert of each would have made."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from server.audit.models import AuditEntry
from server.infra.db import db, unit_of_work
from server.infra.statements import COPIED_FROM, insert_for_ids, insert_rows
from server.infra.throttle import ThrottleCount
from server.policies.models import Policy
from server.policies.rules import Basis

AT = datetime(2026, 3, 2, 9, tzinfo=timezone(timedelta(hours=8)))
#: A few are inserted, many are copied.
NUMBERS = pytest.mark.parametrize("number", [0, 1, COPIED_FROM - 1, COPIED_FROM, 3 * COPIED_FROM])


def entries(number: int) -> list[dict[str, Any]]:
    return [
        {
            "at": AT + timedelta(minutes=place),
            "actor": f"system:{place}",
            "actor_label": "制表\t换行\n反斜线\\N 引号\"'",
            "verb": "t.t",
            "object_kind": "t",
            "object_id": None if place % 2 else place,
            "facts": {"names": ["甲", None, 1.5], "place": place},
        }
        for place in range(number)
    ]


def kept() -> list[dict[str, Any]]:
    rows = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id))
    return [{name: getattr(row, name) for name in (*entries(1)[0], "community_id")} for row in rows]


@NUMBERS
def test_rows_come_back_as_they_went_in(app, number):
    with unit_of_work():
        insert_rows(AuditEntry, entries(number))
    assert kept() == [row | {"community_id": None} for row in entries(number)]
    assert all(row["at"].utcoffset() == timedelta(0) for row in kept())


@NUMBERS
def test_ids_are_told_in_the_order_of_the_rows_and_the_next_row_gets_another(app, number):
    with unit_of_work() as session:
        ids = insert_for_ids(AuditEntry, entries(number))
        session.add(AuditEntry(**entries(1)[0]))
    assert len(set(ids)) == number
    for place, id_ in enumerate(ids):
        assert db.session.get_one(AuditEntry, id_).facts["place"] == place
    assert len(kept()) == number + 1


@NUMBERS
def test_what_a_row_does_not_say_is_as_the_model_has_it(app, number):
    said = {
        "key": "ballots.announcement_period",
        "value": {"days": 7},
        "valid_from": date(2026, 1, 1),
        "basis": Basis.HOUSE,
        "basis_text": "t",
        "set_by": "system:0",
        "set_at": AT,
    }
    with unit_of_work():
        insert_rows(Policy, [said for _ in range(number)])
    rows = db.session.scalars(sa.select(Policy)).all()
    assert [(row.is_ended, row.basis, row.value, row.division_id) for row in rows] == [
        (False, Basis.HOUSE, {"days": 7}, None)
    ] * number


@pytest.mark.parametrize("number", [2, COPIED_FROM])
def test_one_that_the_table_refuses_lets_none_stand(app, number):
    same = {"key": "t", "count": 1, "expires_at": datetime(2026, 3, 2, tzinfo=UTC)}
    with pytest.raises(IntegrityError) as refused, unit_of_work():
        insert_rows(ThrottleCount, [same for _ in range(number)])
    assert "2026" not in str(refused.value)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ThrottleCount)) == 0
