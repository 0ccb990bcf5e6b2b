"""Drafting a list, wording its items, and the steps that bring it in force."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from server.audit.actions import record
from server.catalogue import queries
from server.catalogue.models import CatalogueItem, CatalogueVersion
from server.catalogue.rules.items import MOST_ITEMS, ItemText, check_item
from server.catalogue.rules.versions import (
    Stage,
    check_consent,
    check_discard,
    check_end,
    check_filing,
    check_force,
    check_open,
    check_return,
)
from server.catalogue.rules.words import ItemClass
from server.divisions.queries import division
from server.infra import replay
from server.infra.db import db, lock_row
from server.kernel.actor import Actor
from server.kernel.chinatime import china_day
from server.kernel.errors import Invalid, NotFound, Refused

#: The classes stand in this order in every list.
CLASS_ORDER = {one: place for place, one in enumerate(ItemClass)}
#: The columns that hold the words of an item; who pays stands in three of its own.
WORDED = [field.name for field in fields(ItemText) if field.name != "payers"]
#: What a copied item takes along.
COPIED = [*WORDED, "position", "picture_id", "government_share", "owners_share", "others_share"]


def draft_version(
    division_id: int,
    *,
    name: str,
    source: str,
    based_on_id: int | None,
    client_key: str,
    actor: Actor,
    now: datetime,
) -> CatalogueVersion:
    """A list of this division, begun by copying another or empty."""
    digest = replay.digest(actor, division_id, name, source, based_on_id)
    row = replay.earlier(CatalogueVersion, client_key, digest)
    if row is not None:
        return row
    owner = division(division_id)
    if owner is None:
        raise NotFound
    if owner.level not in queries.LISTING_LEVELS:
        raise Refused("清单由省、市（州）、县（市、区）来定。这里用上一级的。", code="catalogue_level")
    original = queries.version_by_id(based_on_id) if based_on_id is not None else None
    if based_on_id is not None and original is None:
        raise NotFound
    name, source = _heading(division_id, name, source, None)
    row = CatalogueVersion(
        division_id=division_id, name=name, source=source, based_on_id=based_on_id,
        price_source=original.price_source if original else "",
        drafted_by=actor.label, drafted_at=now, client_key=client_key, client_digest=digest,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    copied = _copy(original.id, row.id) if original else 0
    _record(
        row, "catalogue.draft", actor, now, division_id=division_id, based_on_id=based_on_id, items=copied
    )
    return row


def change_heading(
    version_id: int, *, name: str, source: str, price_source: str, actor: Actor, now: datetime
) -> CatalogueVersion:
    row = _open_draft(version_id, now)
    row.name, row.source = _heading(row.division_id, name, source, row.id)
    row.price_source = price_source.strip()
    db.session.flush()
    _record(row, "catalogue.change_heading", actor, now, name=row.name, source=row.source)
    return row


def add_item(
    version_id: int, text: ItemText, *, picture_id: int | None, client_key: str, actor: Actor, now: datetime
) -> CatalogueItem:
    """A further content at the end of its class."""
    digest = replay.digest(actor, version_id, _facts(text), picture_id)
    earlier = replay.earlier(CatalogueItem, client_key, digest)
    if earlier is not None:
        return earlier
    version = _open_draft(version_id, now)
    if len(queries.items_of(version_id)) >= MOST_ITEMS:
        raise Refused(f"一份清单最多 {MOST_ITEMS} 样。", code="catalogue_full")
    row = CatalogueItem(
        version_id=version_id, position=MOST_ITEMS + 1, picture_id=picture_id,
        client_key=client_key, client_digest=digest,
    )  # fmt: skip
    _write(row, text)
    db.session.add(row)
    db.session.flush()
    _renumber(version_id)
    _record(version, "catalogue.add_item", actor, now, **_facts(text))
    return row


def change_item(
    version_id: int, item_id: int, text: ItemText, *, picture_id: int | None, actor: Actor, now: datetime
) -> CatalogueItem:
    """The item says this from now on, with this picture or none."""
    version = _open_draft(version_id, now)
    row = _item(version_id, item_id)
    before = _facts(row.text)
    _write(row, text)
    row.picture_id = picture_id
    db.session.flush()
    _renumber(version_id)
    after = _facts(row.text)
    changed = {key: [before[key], value] for key, value in after.items() if before[key] != value}
    _record(version, "catalogue.change_item", actor, now, code=row.code, changed=changed)
    return row


def remove_item(version_id: int, item_id: int, *, actor: Actor, now: datetime) -> None:
    """Out of the draft; the lists it was copied from keep theirs."""
    version = _open_draft(version_id, now)
    row = _item(version_id, item_id)
    db.session.delete(row)
    db.session.flush()
    _renumber(version_id)
    _record(version, "catalogue.remove_item", actor, now, code=row.code, name=row.name)


def record_consent(
    version_id: int, *, approved_by: str, approved_on: date, actor: Actor, now: datetime
) -> CatalogueVersion:
    """The government of the same level consented."""
    row, stage = _locked(version_id, now)
    today = china_day(now)
    check_consent(stage, queries.is_local(row), queries.lacking_of(row), approved_on, today)
    row.approved_by, row.approved_on = (
        _required("approved_by", approved_by, "写上哪一级政府同意的。"),
        approved_on,
    )
    db.session.flush()
    _record(row, "catalogue.record_consent", actor, now, approved_by=row.approved_by, approved_on=approved_on)
    return row


def record_filing(
    version_id: int, *, filed_no: str, filed_on: date, actor: Actor, now: datetime
) -> CatalogueVersion:
    """The provincial housing department has it on file."""
    row, stage = _locked(version_id, now)
    check_filing(stage, queries.is_local(row), row.approved_on, filed_on, china_day(now))
    row.filed_no, row.filed_on = _required("filed_no", filed_no, "写上备案号。"), filed_on
    db.session.flush()
    _record(row, "catalogue.record_filing", actor, now, filed_no=row.filed_no, filed_on=filed_on)
    return row


def put_in_force(version_id: int, *, valid_from: date, actor: Actor, now: datetime) -> CatalogueVersion:
    """From this day on the communities there use it."""
    row, stage = _locked(version_id, now)
    check_force(
        stage,
        is_local=queries.is_local(row),
        lacking=queries.lacking_of(row),
        valid_from=valid_from,
        today=china_day(now),
    )
    row.valid_from = valid_from
    db.session.flush()
    _record(row, "catalogue.put_in_force", actor, now, valid_from=valid_from)
    return row


def end_version(
    version_id: int, *, ends_on: date, reason: str, actor: Actor, now: datetime
) -> CatalogueVersion:
    """From this day on the communities there use the list above again. What was asked and voted by it stands."""
    row, stage = _locked(version_id, now)
    check_end(
        stage, is_local=queries.is_local(row), ends_on=ends_on, already=row.ends_on, today=china_day(now)
    )
    row.ends_on, row.ended_reason = ends_on, _required("reason", reason, "写上为什么停用。")
    db.session.flush()
    _record(row, "catalogue.end", actor, now, ends_on=ends_on, reason=row.ended_reason)
    return row


def return_to_draft(version_id: int, *, reason: str, actor: Actor, now: datetime) -> CatalogueVersion:
    """Consent and filing fall away, because what they were given to changes."""
    row, stage = _locked(version_id, now)
    check_return(stage)
    why = _required("reason", reason, "写上为什么退回。")
    before = {"approved_by": row.approved_by, "approved_on": row.approved_on, "filed_no": row.filed_no}
    row.approved_by, row.approved_on, row.filed_no, row.filed_on = "", None, "", None
    db.session.flush()
    _record(row, "catalogue.return_to_draft", actor, now, reason=why, before=before)
    return row


def discard_version(version_id: int, *, actor: Actor, now: datetime) -> CatalogueVersion:
    row, stage = _locked(version_id, now)
    check_discard(stage)
    row.discarded_at = now
    db.session.flush()
    _record(row, "catalogue.discard", actor, now)
    return row


# ------------------------------------------------------------------ what the verbs stand on


def _locked(version_id: int, now: datetime) -> tuple[CatalogueVersion, Stage]:
    lock_row(CatalogueVersion, version_id)
    row = queries.version_by_id(version_id)
    if row is None:
        raise NotFound
    return row, queries.stage_of(row, china_day(now))


def _open_draft(version_id: int, now: datetime) -> CatalogueVersion:
    row, stage = _locked(version_id, now)
    check_open(stage)
    return row


def _item(version_id: int, item_id: int) -> CatalogueItem:
    row = queries.item_in(version_id, item_id)
    if row is None:
        raise NotFound
    return row


def _heading(division_id: int, name: str, source: str, own_id: int | None) -> tuple[str, str]:
    """Name and document; the name is the division's only one."""
    name = _required("name", name, "写上这份清单叫什么。")
    taken = sa.select(CatalogueVersion.id).where(
        CatalogueVersion.division_id == division_id, CatalogueVersion.name == name
    )
    if db.session.scalar(taken) not in {None, own_id}:
        sentence = "这里已经有一份同名的清单。换个名字，例如加上年份。"
        raise Invalid(sentence, fields={"name": [sentence]})
    return name, _required("source", source, "写上出自哪份文件；还没有文号的，写“起草稿”。")


def _required(field: str, text: str, sentence: str) -> str:
    if not text.strip():
        raise Invalid(sentence, fields={field: [sentence]})
    return text.strip()


def _write(row: CatalogueItem, text: ItemText) -> None:
    check_item(text)
    same = sa.select(CatalogueItem.id).where(
        CatalogueItem.version_id == row.version_id, CatalogueItem.code == text.code
    )
    with db.session.no_autoflush:
        taken = db.session.scalar(same)
    if taken not in {None, row.id}:
        sentence = f"清单里已经有编号 {text.code}。"
        raise Invalid(sentence, fields={"code": [sentence]})
    for name in WORDED:
        setattr(row, name, getattr(text, name))
    shares = text.payers.shares if text.payers else (None, None, None)
    row.government_share, row.owners_share, row.others_share = shares


def _copy(from_id: int, to_id: int) -> int:
    rows = queries.items_of(from_id)
    db.session.add_all(
        CatalogueItem(version_id=to_id, **{name: getattr(row, name) for name in COPIED}) for row in rows
    )
    db.session.flush()
    return len(rows)


def _renumber(version_id: int) -> None:
    """Class by class, each in the order it had."""
    rows = queries.items_of(version_id)
    rows.sort(key=lambda row: (CLASS_ORDER[row.item_class], row.position, row.id))
    for position, row in enumerate(rows, 1):
        row.position = position
    db.session.flush()


def _facts(text: ItemText) -> dict[str, Any]:
    facts = {field.name: getattr(text, field.name) for field in fields(text)}
    return facts | {"payers": text.payers.words_zh if text.payers else ""}


def _record(version: CatalogueVersion, verb: str, actor: Actor, now: datetime, **facts: Any) -> None:
    record(actor, verb, "catalogue_version", version.id, now=now, **_stated(version, facts))


def _stated(version: CatalogueVersion, facts: Mapping[str, Any]) -> dict[str, Any]:
    return {"list": version.name, **facts}
