"""The sheets of people: owners with their ownerships, and households, compared with what stands.

Who is the same owner: by identity number in the community; else by name among those of the same flat; else by name and
phone in the community (an organisation by its name). Personal values are sealed here and never seen again.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from server.infra import crypto
from server.kernel.masking import mask_name
from server.ledger.actions.importing.places_check import ONCE, TWICE, Values, changed_in
from server.ledger.actions.importing.problems import Findings
from server.ledger.actions.importing.resolving import FoundFlat, Misplaced, Places
from server.ledger.actions.importing.stage import Stage
from server.ledger.models.people import id_hash, name_hash, phone_hash
from server.ledger.rules.numbers import Wrong, credit_code, owner_name, person_id
from server.ledger.rules.words import FlatUse, HouseholdState, OwnerKind
from server.ledger.sheet import Heading

FIELDS = (("name", "named", "姓名"), ("phone", "phoned", "电话"), ("id_number", "numbered", "证件号码"))
HASHES = {"name": "name_hash", "phone": "phone_hash", "id_number": "id_hash"}


@dataclass(frozen=True)
class Person:
    kind: OwnerKind
    name: str
    phone: str | None
    id_number: str | None
    name_hash: bytes
    phone_hash: bytes | None
    id_hash: bytes | None

    @property
    def masked(self) -> str:
        return mask_name(self.name) if self.kind is OwnerKind.PERSON else self.name


class PeopleCheck:
    def __init__(self, stage: Stage, places: Places, findings: Findings) -> None:
        self._stage, self._places, self._findings = stage, places, findings

    # ------------------------------------------------------------------ owners

    def owner(self, values: Values, row: int) -> None:
        person = _person(values)
        flat = self._places.flat(values)
        known = self._known(flat, person)
        owner = self._new_owner(flat, person, row) if known is None else known["ord"]
        changed = known is not None and self._mend(known, person, row)
        self._ownership(flat, owner, person, values, row, changed)

    def _known(self, flat: FoundFlat, person: Person) -> sqlite3.Row | None:
        kind = person.kind.value
        if person.id_hash:
            found = self._stage.one(
                "SELECT * FROM owners WHERE community = ? AND id_hash = ? AND kind = ?",
                flat.community,
                person.id_hash,
                kind,
            )
            if found:
                return found
        free = "(o.id_hash IS NULL OR ? IS NULL)"
        found = self._stage.one(
            "SELECT o.* FROM ownerships s JOIN owners o ON o.ord = s.owner "  # noqa: S608 - no value is in it
            f"WHERE s.flat = ? AND o.kind = ? AND o.name_hash = ? AND {free} ORDER BY s.to_on IS NOT NULL LIMIT 1",
            flat.ord,
            kind,
            person.name_hash,
            person.id_hash,
        )
        if found or (person.kind is OwnerKind.PERSON and person.phone_hash is None):
            return found
        phone = "" if person.kind is not OwnerKind.PERSON else "AND o.phone_hash = ?"
        return self._stage.one(
            "SELECT * FROM owners o "  # noqa: S608 - no value is in it
            f"WHERE o.community = ? AND o.name_hash = ? AND o.kind = ? AND {free} {phone} ORDER BY ord LIMIT 1",
            flat.community,
            person.name_hash,
            kind,
            person.id_hash,
            *((person.phone_hash,) if phone else ()),
        )

    def _new_owner(self, flat: FoundFlat, person: Person, row: int) -> int:
        return self._stage.run(
            "INSERT INTO owners (no, row, community, kind, name, phone, id_number, name_hash, phone_hash, id_hash, "
            "named, phoned, numbered) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            self._stage.next_no("owners"),
            row,
            flat.community,
            person.kind.value,
            crypto.seal(person.name),
            crypto.seal(person.phone) if person.phone else None,
            crypto.seal(person.id_number) if person.id_number else None,
            person.name_hash,
            person.phone_hash,
            person.id_hash,
            row,
            row if person.phone else None,
            row if person.id_number else None,
        )

    def _mend(self, known: sqlite3.Row, person: Person, row: int) -> bool:
        """Write over what the ledger said; refuse where an earlier row of the file said something else."""
        sets: dict[str, Any] = {"row": row}
        for field, flag, title in FIELDS:
            given: bytes | None = getattr(person, HASHES[field])
            if given is None:
                continue
            if known[HASHES[field]] != given:
                if known[flag] is not None:
                    what = f"同一位业主在第 {known[flag]} 行写的{title}不一样"
                    raise Misplaced(field, what, "请核对，两行写成一样；不是同一个人就检查证件号码和电话")
                sets |= {
                    field: crypto.seal(getattr(person, field)),
                    HASHES[field]: given,
                    "change": 1,
                }
            sets[flag] = row
        self._stage.run(
            f"UPDATE owners SET {', '.join(f'{key} = ?' for key in sets)} WHERE ord = ?",  # noqa: S608 - ours
            *sets.values(),
            known["ord"],
        )
        return "change" in sets

    def _ownership(
        self, flat: FoundFlat, owner: int, person: Person, values: Values, row: int, changed: bool
    ) -> None:
        to_on = _iso(values["to_on"])
        found = self._stage.one(
            "SELECT * FROM ownerships WHERE flat = ? AND owner = ? AND (to_on IS NULL OR to_on = ?) "
            "ORDER BY (to_on IS ?) DESC LIMIT 1",
            flat.ord,
            owner,
            to_on,
            to_on,
        )
        chosen, share, from_on = values["is_representative"], values["share"], _iso(values["from_on"])
        _refuse_disorder(from_on or (found["from_on"] if found else None), to_on)
        if found is None:
            self._stage.run(
                "INSERT INTO ownerships (no, row, flat, owner, is_representative, chosen, share, from_on, to_on) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                self._stage.next_no("ownerships"),
                row,
                flat.ord,
                owner,
                int(bool(chosen)),
                chosen,
                share or "",
                from_on,
                to_on,
            )
            self._findings.of("业主").new += 1
            self._findings.sample("业主", f"{flat.label}：新增业主 {person.masked}")
            return
        if found["row"] is not None:
            raise Misplaced("name", TWICE.format(found["row"]), ONCE)
        given = {
            "is_representative": None if chosen is None else int(chosen),
            "share": share,
            "from_on": from_on,
        }
        sets = changed_in(given, found)
        is_end = to_on is not None and found["to_on"] is None
        if is_end:
            sets |= {"to_on": to_on, "ended": 1}
        self._stage.run(
            "UPDATE ownerships SET row = ?, chosen = ?, change = ?"  # noqa: S608 - names are ours
            f"{''.join(f', {key} = ?' for key in sets)} WHERE ord = ?",
            row,
            chosen,
            int(bool(sets)),
            *sets.values(),
            found["ord"],
        )
        self._tell(flat, person, is_end, changed or bool(sets))

    def _tell(self, flat: FoundFlat, person: Person, is_end: bool, is_changed: bool) -> None:
        counts = self._findings.of("业主")
        if is_end:
            counts.ended += 1
            self._findings.sample("业主", f"{flat.label}：{person.masked} 转出")
        elif is_changed:
            counts.changed += 1
            self._findings.sample("业主", f"{flat.label}：{person.masked} 的登记有改动")
        else:
            counts.same += 1

    def settle_owners(self, heading: Heading) -> None:
        """What only shows when all rows were read: one representative a flat, nobody left behind, unproven namesakes."""
        several = self._stage.all(
            "SELECT min(row) AS first, max(row) AS row FROM ownerships WHERE chosen = 1 AND to_on IS NULL "
            "GROUP BY flat HAVING count(*) > 1"
        )
        for found in several:
            what = f"同一套房写了两个共有人代表，另一个在第 {found['first']} 行"
            self._findings.problem(heading.problem(found["row"], "is_representative", what, "只留一个“是”"))
        self._stage.run(
            "UPDATE ownerships SET is_representative = 0, change = CASE WHEN id IS NULL THEN 0 ELSE 1 END "
            "WHERE is_representative = 1 AND to_on IS NULL AND coalesce(chosen, 0) = 0 AND flat IN "
            "(SELECT flat FROM ownerships WHERE chosen = 1 AND to_on IS NULL)"
        )
        left_behind = self._stage.all(
            "SELECT min(n.row) AS row FROM ownerships n WHERE n.no IS NOT NULL AND n.to_on IS NULL AND EXISTS "
            "(SELECT 1 FROM ownerships p WHERE p.flat = n.flat AND p.id IS NOT NULL AND p.row IS NULL "
            "AND p.to_on IS NULL) GROUP BY n.flat ORDER BY 1"
        )
        for found in left_behind:
            self._findings.problem(
                heading.problem(
                    found["row"],
                    "name",
                    "台账里这套房还有别的业主，表里没有写",
                    "房子转手了，就给原业主写一行并填转出日期；是共有人，就把他也写上",
                )
            )
        self._tell_namesakes()

    def _tell_namesakes(self) -> None:
        names = self._stage.number(
            "SELECT count(*) FROM (SELECT 1 FROM owners WHERE kind = ? AND phone_hash IS NULL AND id_hash IS NULL "
            "AND row IS NOT NULL GROUP BY community, name_hash HAVING count(*) > 1)",
            OwnerKind.PERSON.value,
        )
        if names:
            self._findings.notices.append(
                f"有 {names} 个姓名在几套房里出现，又没有电话和证件号码，先按不同的人登记。是同一个人就补上电话。"
            )

    # ------------------------------------------------------------------ households

    def household(self, values: Values, row: int) -> None:
        flat = self._places.flat(values)
        if flat.use != FlatUse.DWELLING:
            raise Misplaced("room", "这不是住宅，没有户", "请删掉这一行，或改正用途")
        number = values["number"] or 1
        found = self._stage.one("SELECT * FROM households WHERE flat = ? AND number = ?", flat.ord, number)
        state: HouseholdState | None = values["state"]
        if found is None:
            self._stage.run(
                "INSERT INTO households (no, row, flat, number, state, note, is_closed) VALUES (?, ?, ?, ?, ?, ?, 0)",
                self._stage.next_no("households"),
                row,
                flat.ord,
                number,
                (state or HouseholdState.OCCUPIED).value,
                values["note"] or "",
            )
            self._findings.of("住户").new += 1
            self._findings.sample("住户", f"新增 {flat.label} 第 {number} 户")
            return
        if found["row"] is not None:
            raise Misplaced("number", TWICE.format(found["row"]), ONCE)
        given = {"state": state.value if state else None, "note": values["note"], "is_closed": 0}
        sets = changed_in(given, found)
        self._stage.run(
            "UPDATE households SET row = ?, change = ?"  # noqa: S608 - names are ours
            f"{''.join(f', {key} = ?' for key in sets)} WHERE ord = ?",
            row,
            int(bool(sets)),
            *sets.values(),
            found["ord"],
        )
        counts = self._findings.of("住户")
        if sets:
            counts.changed += 1
            self._findings.sample("住户", f"{flat.label}：改状态或备注")
        else:
            counts.same += 1

    def add_first_households(self) -> None:
        """Every dwelling has its one household, also where no row speaks of it."""
        without = list(
            self._stage.tuples(
                "SELECT f.ord FROM flats f WHERE f.use = ? AND NOT EXISTS "
                "(SELECT 1 FROM households h WHERE h.flat = f.ord AND h.number = 1)",
                FlatUse.DWELLING.value,
            )
        )
        self._stage.fill(
            "households",
            ("no", "flat", "number", "state", "note", "is_closed"),
            (
                (self._stage.next_no("households"), flat, 1, HouseholdState.OCCUPIED.value, "", 0)
                for (flat,) in without
            ),
        )
        if without:
            self._findings.of("住户").new += len(without)


def _person(values: Values) -> Person:
    kind: OwnerKind = values["kind"] or OwnerKind.PERSON
    is_person = kind is OwnerKind.PERSON
    name = _in_column("name", lambda text: owner_name(text, is_person=is_person), values["name"])
    number = values["id_number"]
    if number is not None:
        number = _in_column("id_number", person_id if is_person else credit_code, number)
    return Person(
        kind, name, values["phone"], number, name_hash(name), phone_hash(values["phone"]), id_hash(number)
    )


def _in_column(column: str, read: Callable[[str], str], text: str) -> str:
    try:
        return read(text)
    except Wrong as wrong:
        raise Misplaced(column, wrong.what, wrong.mend) from None


def _refuse_disorder(from_on: str | None, to_on: str | None) -> None:
    if from_on and to_on and from_on > to_on:
        raise Misplaced("to_on", "转出日期早于取得日期", "请核对两个日期")


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
