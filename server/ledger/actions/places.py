"""Communities, buildings, entrances, flats and facilities: entered and mended by hand."""

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from server.audit.actions import record
from server.infra import replay
from server.infra.db import db, lock_row
from server.kernel.actor import Actor
from server.kernel.errors import Conflict, Invalid, NotFound, Refused
from server.ledger.actions.counting import count_entrance
from server.ledger.models import Building, Community, Entrance, Facility, Flat, Household, Ownership
from server.ledger.rules import names, numbers
from server.ledger.rules.numbers import Wrong
from server.ledger.rules.words import AreaSource, FacilityKind, FlatUse, LocationType

LONGEST_COMMUNITY = 60
LONGEST_CODE = 40


def touch(community_id: int) -> Community:
    """Lock the community against other writers and count the change. Every write of its ledger begins so."""
    lock_row(Community, community_id)
    community = db.session.get(Community, community_id, populate_existing=True)
    if community is None:
        raise NotFound
    community.revision += 1
    return community


def lock_community(community_id: int) -> None:
    """Make others who would number or open something of this community wait until this unit of work is over."""
    lock_row(Community, community_id)


def create_community(
    *,
    division_id: int,
    name: str,
    location_type: LocationType,
    client_key: str,
    actor: Actor,
    now: datetime,
    **facts: Any,
) -> Community:
    """`facts` are further columns of Community."""
    digest = replay.digest(actor, division_id, name, location_type, facts)
    earlier = replay.earlier(Community, client_key, digest)
    if earlier:
        return earlier
    name = _community_name(name)
    _free_name(division_id, name)
    _known_facts(facts)
    _free_code(division_id, facts.get("code"))
    community = Community(
        division_id=division_id,
        name=name,
        location_type=location_type,
        client_key=client_key,
        client_digest=digest,
        **facts,
    )
    db.session.add(community)
    db.session.flush()
    record(
        actor,
        "ledger.create_community",
        "community",
        community.id,
        now=now,
        community_id=community.id,
        name=name,
        division_id=division_id,
    )
    return community


def change_community(community_id: int, *, actor: Actor, now: datetime, **facts: Any) -> Community:
    """Set the given columns; what stays the same is not written, and not told in the audit."""
    community = touch(community_id)
    _known_facts(facts)
    if "pool" in facts:
        raise TypeError("a community changes its pool by a logged move, and by nothing else")
    if "name" in facts:
        facts["name"] = _community_name(facts["name"])
        if facts["name"] != community.name:
            _free_name(community.division_id, facts["name"])
    if facts.get("code") != community.code:
        _free_code(community.division_id, facts.get("code"))
    changed = _set(community, facts)
    if changed:
        record(
            actor,
            "ledger.change_community",
            "community",
            community_id,
            now=now,
            community_id=community_id,
            changed=changed,
        )
    return community


def _known_facts(facts: dict[str, Any]) -> None:
    fixed = {"id", "division_id", "revision", "client_key", "client_digest"}
    unknown = set(facts) - ({column.key for column in sa.inspect(Community).columns} - fixed)
    if unknown:
        raise TypeError(f"no such facts of a community: {sorted(unknown)}")
    if facts.get("code") is not None:
        facts["code"] = _plain(facts["code"], "code", LONGEST_CODE)
    if facts.get("floor_area") is not None:
        facts["floor_area"] = _checked(numbers.floor_area, facts["floor_area"], "floor_area")


def _community_name(text: str) -> str:
    name = _plain(text, "name", LONGEST_COMMUNITY)
    if not name:
        raise Invalid("请填写小区名称。", fields={"name": ["请填写小区名称。"]})
    return name


def _plain(text: str, field: str, longest: int) -> str:
    """In its one spelling, which may be longer than what was typed: ㎡ becomes m2."""
    plain = names.plain(text)
    if len(plain) > longest:
        sentence = f"最多 {longest} 个字。"
        raise Invalid(sentence, fields={field: [sentence]})
    return plain


def _free_name(division_id: int, name: str) -> None:
    taken = sa.select(Community.id).where(Community.division_id == division_id, Community.name == name)
    if db.session.scalar(taken) is not None:
        raise Conflict("这个社区里已经有同名的小区。请换个名字，或直接打开原来的小区。", code="name_taken")


def _free_code(division_id: int, code: str | None) -> None:
    taken = sa.select(Community.id).where(Community.division_id == division_id, Community.code == code)
    if code is not None and db.session.scalar(taken) is not None:
        raise Conflict("这个编号已经给了这里的另一个小区。请核对编号。", code="code_taken")


def add_building(
    community_id: int,
    *,
    name: str,
    entrances: Sequence[str] = (),
    floors: int | None = None,
    actor: Actor,
    now: datetime,
) -> Building:
    """A building with its entrances; one that stands already only gains the entrances it lacks."""
    touch(community_id)
    name = _name(names.building_name(name), "name")
    building = db.session.scalar(
        sa.select(Building).where(Building.community_id == community_id, Building.name == name)
    )
    if building is None:
        building = Building(
            community_id=community_id, name=name, sort_key=names.sort_key(name), floors=floors
        )
        db.session.add(building)
        db.session.flush()
    standing = set(db.session.scalars(sa.select(Entrance.name).where(Entrance.building_id == building.id)))
    wanted = [_name(names.entrance_name(one), "entrances") for one in entrances or ([] if standing else [""])]
    added = [one for one in dict.fromkeys(wanted) if one not in standing]
    for one in added:
        db.session.add(Entrance(building_id=building.id, name=one, sort_key=names.sort_key(one)))
    db.session.flush()
    record(
        actor,
        "ledger.add_building",
        "building",
        building.id,
        now=now,
        community_id=community_id,
        name=name,
        entrances=added,
    )
    return building


def add_flat(
    community_id: int,
    *,
    entrance_id: int,
    room: str,
    use: FlatUse = FlatUse.DWELLING,
    area: Decimal | None = None,
    area_source: AreaSource | None = None,
    floor: int | None = None,
    client_key: str,
    actor: Actor,
    now: datetime,
) -> Flat:
    """A dwelling gets its one household at once."""
    digest = replay.digest(actor, community_id, entrance_id, room, use, area, area_source, floor)
    earlier = replay.earlier(Flat, client_key, digest)
    if earlier:
        return earlier
    touch(community_id)
    where = db.session.execute(
        sa.select(Building.id, Building.name, Entrance.name.label("entrance"))
        .join(Entrance, Entrance.building_id == Building.id)
        .where(Entrance.id == entrance_id, Building.community_id == community_id)
    ).first()
    if where is None:
        raise NotFound
    room = _name(names.room_name(room), "room")
    taken = sa.select(Flat.id).where(Flat.entrance_id == entrance_id, Flat.room == room)
    if db.session.scalar(taken) is not None:
        raise Conflict("这个单元里已经有这个房号。请检查房号。", code="room_taken")
    flat = Flat(
        community_id=community_id,
        building_id=where.id,
        entrance_id=entrance_id,
        room=room,
        sort_key=names.flat_sort_key(where.name, where.entrance, room),
        floor=floor,
        use=use,
        client_key=client_key,
        client_digest=digest,
        **_area(area, area_source),
    )
    db.session.add(flat)
    db.session.flush()
    if use is FlatUse.DWELLING:
        db.session.add(Household(flat_id=flat.id, number=1))
        count_entrance(flat.entrance_id)
    record(
        actor,
        "ledger.add_flat",
        "flat",
        flat.id,
        now=now,
        community_id=community_id,
        room=room,
        use=use,
        area=area,
        area_source=area_source,
    )
    return flat


def change_flat(
    flat_id: int,
    community_id: int,
    *,
    area: Decimal | None,
    area_source: AreaSource | None,
    use: FlatUse,
    floor: int | None,
    actor: Actor,
    now: datetime,
) -> Flat:
    """Mend the facts of a flat. A running vote does not see it: its roll was frozen when it opened."""
    touch(community_id)
    flat = _flat(flat_id, community_id)
    changed = _set(flat, {"use": use, "floor": floor, **_area(area, area_source)})
    if "use" in changed:
        _follow_use(flat, now)
        count_entrance(flat.entrance_id)
    if changed:
        record(
            actor, "ledger.change_flat", "flat", flat_id, now=now, community_id=community_id, changed=changed
        )
    return flat


def remove_flat(flat_id: int, community_id: int, *, actor: Actor, now: datetime) -> None:
    """Take out a flat that was entered by mistake. One that ever had an owner stays: end the ownership instead."""
    touch(community_id)
    flat = _flat(flat_id, community_id)
    if db.session.scalar(sa.select(Ownership.id).where(Ownership.flat_id == flat_id).limit(1)) is not None:
        raise Refused("这套房登记过业主，不能删除。请改正用途、面积或业主。")
    room, entrance_id = flat.room, flat.entrance_id
    try:
        with db.session.begin_nested():
            db.session.execute(sa.delete(Household).where(Household.flat_id == flat_id))
            db.session.delete(flat)
    except sa.exc.IntegrityError:
        # Slips, bindings or votes name it: what happened to it must stay readable.
        raise Refused("这套房已经印过纸条、有人绑定或进过投票，不能删除。请改正房屋资料。") from None
    count_entrance(entrance_id)
    record(actor, "ledger.remove_flat", "flat", flat_id, now=now, community_id=community_id, room=room)


def save_facility(
    community_id: int,
    *,
    code: str,
    kind: FacilityKind,
    name: str,
    place: str = "",
    building_id: int | None = None,
    client_key: str,
    actor: Actor,
    now: datetime,
) -> Facility:
    """Enter a facility, or mend the one that has this code."""
    digest = replay.digest(actor, community_id, code, kind, name, place, building_id)
    earlier = replay.earlier(Facility, client_key, digest)
    if earlier:
        return earlier
    touch(community_id)
    code = names.plain(code)
    if not code or not names.plain(name):
        raise Invalid("请填写设施的编号和名称。", fields={"code": ["请填写编号和名称。"]})
    _building_here(building_id, community_id)
    facts = {"kind": kind, "name": names.plain(name), "place": names.plain(place), "building_id": building_id}
    facility = db.session.scalar(
        sa.select(Facility).where(Facility.community_id == community_id, Facility.code == code)
    )
    if facility is None:
        facility = Facility(
            community_id=community_id, code=code, client_key=client_key, client_digest=digest, **facts
        )
        db.session.add(facility)
        db.session.flush()
        changed: dict[str, Any] = {"code": [None, code]}
    else:
        changed = _set(facility, facts)
    record(
        actor,
        "ledger.save_facility",
        "facility",
        facility.id,
        now=now,
        community_id=community_id,
        changed=changed,
    )
    return facility


def _building_here(building_id: int | None, community_id: int) -> None:
    if building_id is None:
        return
    building = db.session.get(Building, building_id)
    if building is None or building.community_id != community_id:
        raise NotFound


def _flat(flat_id: int, community_id: int) -> Flat:
    flat = db.session.get(Flat, flat_id, populate_existing=True)
    if flat is None or flat.community_id != community_id:
        raise NotFound
    return flat


def _follow_use(flat: Flat, now: datetime) -> None:
    """A dwelling has at least one household, nothing else has one. Closed ones stay: surveys may name them."""
    of_flat = sa.update(Household).where(Household.flat_id == flat.id)
    if flat.use is not FlatUse.DWELLING:
        db.session.execute(of_flat.where(Household.closed_at.is_(None)).values(closed_at=now))
        return
    first = sa.select(Household.id).where(Household.flat_id == flat.id, Household.number == 1)
    if db.session.scalar(first) is None:
        db.session.add(Household(flat_id=flat.id, number=1))
    else:
        db.session.execute(of_flat.where(Household.number == 1).values(closed_at=None))


def _area(area: Decimal | None, source: AreaSource | None) -> dict[str, Any]:
    if area is None:
        return {"area": None, "area_source": None}
    area = _checked(numbers.area, area, "area")
    if source is None:
        raise Invalid("请选择面积的来源。", fields={"area_source": ["请选择面积的来源。"]})
    return {"area": area, "area_source": source}


def _checked(rule: Callable[[str], Decimal], value: Decimal, field: str) -> Decimal:
    try:
        return rule(str(value))
    except Wrong as wrong:
        raise Invalid(f"{wrong}", fields={field: [str(wrong)]}) from None


def _name(name: str, field: str) -> str:
    if not name or len(name) > names.LONGEST_NAME:
        sentence = f"名称要有 1 到 {names.LONGEST_NAME} 个字。"
        raise Invalid(sentence, fields={field: [sentence]})
    return name


def _set(row: Any, facts: dict[str, Any]) -> dict[str, list[Any]]:
    """Set what differs; {name: [before, after]}."""
    changed = {
        name: [getattr(row, name), value] for name, value in facts.items() if getattr(row, name) != value
    }
    for name, (_, after) in changed.items():
        setattr(row, name, after)
    return changed
