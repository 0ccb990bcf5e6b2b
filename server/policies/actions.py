"""Setting a policy from a day on, and entering what the State Council announced of a year."""

from datetime import date, datetime
from typing import Any

from server.audit.actions import record
from server.divisions.queries import division
from server.infra.db import db
from server.kernel.actor import Actor
from server.kernel.chinatime import SATURDAY, china_day
from server.kernel.errors import Invalid, NotFound
from server.policies.models import AnnouncedYear, Holiday, Policy
from server.policies.queries import history
from server.policies.rules import Basis, check_start, checked_value, spec_of


def set_policy(
    division_id: int | None,
    key: str,
    value: Any,
    *,
    valid_from: date,
    basis: Basis,
    basis_text: str,
    actor: Actor,
    now: datetime,
) -> Policy:
    """From `valid_from` on the division (None: the whole platform) has this value."""
    spec = spec_of(key)
    _check(division_id, basis_text, valid_from, now)
    return _add(
        division_id, key, checked_value(spec, value), valid_from, basis, basis_text.strip(), actor, now
    )


def end_policy(
    division_id: int | None, key: str, *, valid_from: date, basis_text: str, actor: Actor, now: datetime
) -> Policy:
    """From `valid_from` on the division has no value of its own any more: what stands above it holds."""
    spec_of(key)
    _check(division_id, basis_text, valid_from, now)
    return _add(
        division_id, key, None, valid_from, Basis.DOCUMENT, basis_text.strip(), actor, now, is_ended=True
    )


def set_holiday(
    day: date, *, is_workday: bool | None, name: str, source: str, actor: Actor, now: datetime
) -> Holiday:
    """Enter a holiday (False), a worked weekend (True), or take an earlier entry back (None)."""
    if is_workday and day.weekday() < SATURDAY:
        sentence = "周一到周五本来就上班，不用填调休。"
        raise Invalid(sentence, fields={"day": [sentence]})
    _require("name", name, "写上是什么日子，例如“春节”。")
    _require("source", source, "写上依据，例如国办发明电的文号。")
    row = Holiday(
        day=day,
        is_workday=is_workday,
        name=name.strip(),
        source=source.strip(),
        set_by=actor.label,
        set_at=now,
    )
    db.session.add(row)
    db.session.flush()
    record(
        actor,
        "policies.set_holiday",
        "holiday",
        row.id,
        now=now,
        day=day,
        is_workday=is_workday,
        source=row.source,
    )
    return row


def announce_year(
    year: int, *, is_announced: bool = True, source: str, actor: Actor, now: datetime
) -> AnnouncedYear:
    """The State Council's arrangement for a year is entered in full; from now on nothing in it is provisional."""
    _require("source", source, "写上依据，例如国办发明电的文号。")
    row = AnnouncedYear(
        year=year, is_announced=is_announced, source=source.strip(), set_by=actor.label, set_at=now
    )
    db.session.add(row)
    db.session.flush()
    record(
        actor,
        "policies.announce_year",
        "announced_year",
        row.id,
        now=now,
        year=year,
        is_announced=is_announced,
    )
    return row


def _check(division_id: int | None, basis_text: str, valid_from: date, now: datetime) -> None:
    if division_id is not None and division(division_id) is None:
        raise NotFound
    _require("basis_text", basis_text, "写上依据，例如文件名和文号。")
    check_start(valid_from, china_day(now))


def _add(
    division_id: int | None,
    key: str,
    value: Any,
    valid_from: date,
    basis: Basis,
    basis_text: str,
    actor: Actor,
    now: datetime,
    *,
    is_ended: bool = False,
) -> Policy:
    before = next((row for row in history(division_id, key) if row.valid_from <= valid_from), None)
    row = Policy(
        division_id=division_id,
        key=key,
        value=value,
        valid_from=valid_from,
        is_ended=is_ended,
        basis=basis,
        basis_text=basis_text,
        set_by=actor.label,
        set_at=now,
    )
    db.session.add(row)
    db.session.flush()
    record(
        actor,
        "policies.end" if is_ended else "policies.set",
        "policy",
        row.id,
        now=now,
        division_id=division_id,
        key=key,
        before=before.value if before else None,
        after=value,
        valid_from=valid_from,
        basis=basis_text,
    )
    return row


def _require(field: str, text: str, sentence: str) -> None:
    if not text.strip():
        raise Invalid(sentence, fields={field: [sentence]})
