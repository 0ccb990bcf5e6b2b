"""Pilots: entering a candidate's score sheet, choosing it, and writing down what was learnt."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from server.audit.actions import record
from server.infra import replay
from server.infra.db import db, lock_row
from server.kernel.actor import Actor
from server.kernel.chinatime import china_day
from server.kernel.errors import Conflict, Invalid, NotFound, Refused
from server.ledger import queries as ledger
from server.plans import queries
from server.plans.actions.keeping import keep
from server.plans.models import PilotCandidate, PilotLesson
from server.plans.rules.pilots import SheetFacts, Will, check_sheet
from server.plans.rules.words import System

LONGEST_LESSON_TITLE, LONGEST_LESSON = 80, 4000


def enter_pilot(
    row_id: int,
    *,
    will: Will | None,
    systems: Mapping[System, str],
    merged_with: Sequence[int],
    client_key: str,
    actor: Actor,
    now: datetime,
) -> PilotCandidate:
    """Score a community of a frozen plan. Entered again before it is chosen, the sheet is made anew.

    `will` is handed in by whoever counted it; nobody types it.
    """
    digest = replay.digest(actor, row_id, will and asdict(will), systems, list(merged_with))
    earlier = replay.earlier(PilotCandidate, client_key, digest)
    if earlier is not None:
        return earlier
    row = queries.row(row_id)
    if row is None or not queries.is_in_force(row_id):
        raise NotFound
    plan, place = queries.plan(row.plan_id), ledger.place(row.community_id)
    if plan is None or place is None:
        raise NotFound
    today = china_day(now)
    neighbours = _neighbours(row.community_id, merged_with, queries.seat(plan.division_id).path)
    items = queries.items_by_class(row.contents, place.division_path, today)
    check_sheet(SheetFacts(will, items, systems, len(neighbours)))
    scale = queries.scale_at(place.division_path, today)
    pilot = queries.pilot_of(row.community_id, plan.year)
    if pilot is None:
        pilot = PilotCandidate(community_id=row.community_id, year=plan.year)
    elif pilot.chosen_at is not None:
        raise Conflict("这个小区已经定为试点，评分表不再改。")
    pilot.row_id = row_id
    pilot.will_agreeing, pilot.will_base = (will.agreeing, will.base) if will is not None else (0, 0)
    pilot.will_source = will.source if will is not None else ""
    pilot.items = items
    pilot.systems = {system.value: note.strip() for system, note in systems.items()}
    pilot.merged_with = neighbours
    pilot.scale = asdict(scale)
    pilot.scored_on = today
    pilot.entered_by, pilot.entered_label = actor.key, actor.label
    pilot.client_key, pilot.client_digest = client_key, digest
    keep(pilot)
    record(
        actor, "plans.enter_pilot", "pilot", pilot.id, now=now, community_id=row.community_id, year=plan.year,
        will_agreeing=pilot.will_agreeing, will_base=pilot.will_base,
        systems=list(pilot.systems), merged_with=neighbours,
    )  # fmt: skip
    return pilot


def choose_pilot(pilot_id: int, *, actor: Actor, now: datetime) -> PilotCandidate:
    """The city makes a candidate a pilot; whoever entered the sheet does not."""
    pilot = _locked(pilot_id)
    if pilot.chosen_at is not None:
        raise Conflict("这个小区已经定为试点。")
    if pilot.entered_by == actor.key:
        raise Refused("这份评分表是你填的，请另一位同事来定。", code="same_person")
    pilot.chosen_by, pilot.chosen_at = actor.label, now
    db.session.flush()
    record(
        actor, "plans.choose_pilot", "pilot", pilot.id, now=now, community_id=pilot.community_id,
        year=pilot.year,
    )  # fmt: skip
    return pilot


def add_lesson(
    pilot_id: int, *, title: str, text: str, advice: str, client_key: str, actor: Actor, now: datetime
) -> PilotLesson:
    """One thing learnt in a pilot, for others."""
    digest = replay.digest(actor, pilot_id, title, text, advice)
    earlier = replay.earlier(PilotLesson, client_key, digest)
    if earlier is not None:
        return earlier
    pilot = _locked(pilot_id)
    if pilot.chosen_at is None:
        raise Refused("还没有定为试点，先不写经验。", code="not_chosen")
    _check_lesson(title, text, advice)
    row = PilotLesson(
        pilot_id=pilot_id,
        title=title.strip(),
        text=text.strip(),
        advice=advice.strip(),
        written_by=actor.label,
        written_at=now,
        client_key=client_key,
        client_digest=digest,
    )
    keep(row)
    record(
        actor, "plans.add_lesson", "pilot", pilot.id, now=now, community_id=pilot.community_id,
        title=row.title,
    )  # fmt: skip
    return row


def _check_lesson(title: str, text: str, advice: str) -> None:
    fields: dict[str, list[str]] = {}
    if not title.strip() or len(title.strip()) > LONGEST_LESSON_TITLE:
        fields["title"] = [f"写一句话的题目，最多 {LONGEST_LESSON_TITLE} 个字。"]
    for name, words, sentence in (
        ("text", text, "写上做了什么、结果怎样。"),
        ("advice", advice, "写上别处可以怎么做。"),
    ):
        if not words.strip():
            fields[name] = [sentence]
        elif len(words) > LONGEST_LESSON:
            fields[name] = [f"最多 {LONGEST_LESSON} 个字。"]
    if fields:
        raise Invalid("有几处要改一下，请看标红的地方。", fields=fields)


def _neighbours(community_id: int, merged_with: Sequence[int], division_path: str) -> list[int]:
    """Other communities of the same county, each once."""
    ids = sorted(set(merged_with) - {community_id})
    places = ledger.places(ids)
    if any(one not in places or not places[one].is_under(division_path) for one in ids):
        sentence = "合并的小区要在同一个县（市、区）。重新选一遍。"
        raise Invalid(sentence, fields={"merged_with": [sentence]})
    return ids


def _locked(pilot_id: int) -> PilotCandidate:
    row = queries.pilot(pilot_id)
    if row is None:
        raise NotFound
    lock_row(PilotCandidate, row.id)
    db.session.refresh(row)
    return row
