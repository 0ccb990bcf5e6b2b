"""Setting a project up, and changing its name, its implementing body, its row of the plan, or which communities it takes in."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from server.divisions import queries as divisions
from server.divisions.rules import DivisionLevel
from server.infra import replay
from server.infra.db import db
from server.kernel.actor import Actor
from server.kernel.chinatime import china_day
from server.kernel.errors import Conflict, NotFound
from server.ledger import queries as ledger
from server.plans import queries as plans
from server.projects.actions.keeping import locked, project_record
from server.projects.models import Project, ProjectCommunity
from server.projects.queries import communities_with_structures, counted_dates, members, taken
from server.projects.rules.acts import EventKind
from server.projects.rules.facts import (
    Member,
    PlannedRow,
    check_change,
    check_communities,
    check_facts,
    check_plan_row,
    code_text,
)

#: What lies below a county.
BELOW_COUNTY = {DivisionLevel.TOWNSHIP, DivisionLevel.COMMITTEE}


def create_project(
    *,
    name: str,
    plan_year: int,
    body_name: str,
    community_ids: Sequence[int],
    client_key: str,
    actor: Actor,
    now: datetime,
    code: str = "",
    plan_row_id: int | None = None,
) -> Project:
    """A project of a plan year over these communities; without a number of its own it gets the county's next."""
    digest = replay.digest(
        actor, "create_project", name, plan_year, body_name, sorted(community_ids), code, plan_row_id
    )
    _one_at_a_time()
    earlier = replay.earlier(Project, client_key, digest)
    if earlier is not None:
        return earlier
    check_facts(name, body_name, plan_year, china_day(now).year)
    wanted = _members(community_ids)
    county_id = check_communities(wanted, taken([one.id for one in wanted], plan_year))
    _check_plan_row(plan_row_id, [one.id for one in wanted], plan_year)
    row = Project(
        division_id=county_id,
        code=_code(county_id, plan_year, code),
        name=name.strip(),
        plan_year=plan_year,
        body_name=body_name.strip(),
        plan_row_id=plan_row_id,
        created_by=actor.key,
        created_at=now,
        client_key=client_key,
        client_digest=digest,
    )
    db.session.add(row)
    db.session.flush()
    _add(row, [one.id for one in wanted])
    project_record(
        actor, "projects.create", row.id, now=now, code=row.code, name=row.name, plan_year=plan_year,
        body_name=row.body_name, plan_row_id=plan_row_id, community_ids=sorted(one.id for one in wanted),
    )  # fmt: skip
    return row


def change_project(
    project_id: int,
    *,
    name: str,
    body_name: str,
    community_ids: Sequence[int],
    plan_row_id: int | None,
    actor: Actor,
    now: datetime,
) -> Project:
    """Put the name, the body, the communities or the row of the plan right. Which communities: only until the start is confirmed."""
    _one_at_a_time()
    row = locked(project_id)
    check_facts(name, body_name, row.plan_year, china_day(now).year)
    before = {one.id for one in members([row.id])[row.id]}
    wanted = _members(community_ids)
    check_communities(wanted, taken([one.id for one in wanted], row.plan_year, besides=row.id))
    after = {one.id for one in wanted}
    check_change(
        before,
        after,
        is_started=EventKind.STARTED in counted_dates(row.id),
        with_structures=communities_with_structures(row.id),
    )
    if plan_row_id != row.plan_row_id or before != after:
        _check_plan_row(plan_row_id, sorted(after), row.plan_year)
    facts: dict[str, list[Any]] = {
        "name": [row.name, name.strip()],
        "body_name": [row.body_name, body_name.strip()],
        "community_ids": [sorted(before), sorted(after)],
        "plan_row_id": [row.plan_row_id, plan_row_id],
    }
    changed = {key: pair for key, pair in facts.items() if pair[0] != pair[1]}
    if not changed:
        return row
    row.name, row.body_name, row.plan_row_id = name.strip(), body_name.strip(), plan_row_id
    row.division_id = wanted[0].county_id
    _take_out(row, before - after)
    _add(row, after - before)
    project_record(actor, "projects.change", row.id, now=now, besides=before - after, **changed)
    return row


def _check_plan_row(row_id: int | None, community_ids: Sequence[int], plan_year: int) -> None:
    """None: it carries out no row of a plan, or nobody has said which."""
    if row_id is None:
        return
    row = plans.row(row_id)
    named = None
    if row is not None:
        plan = plans.plan(row.plan_id)
        named = PlannedRow(row.community_id, plan.year if plan else 0, plans.is_in_force(row_id))
    check_plan_row(named, community_ids, plan_year)


def _members(community_ids: Sequence[int]) -> list[Member]:
    """The communities, each once, in the order given. Raises NotFound where one does not exist."""
    found = []
    for one in dict.fromkeys(community_ids):
        community, place = ledger.community(one), ledger.place(one)
        if community is None or place is None:
            raise NotFound
        found.append(Member(one, community.name, county_of(place.division_path)))
    return found


def county_of(division_path: str) -> int:
    """Whose plan a place is in: its county, or whatever stands above its streets where there is none."""
    line = divisions.ancestors(division_path)
    return next((one.id for one in reversed(line) if one.level not in BELOW_COUNTY), line[0].id)


def _code(county_id: int, plan_year: int, typed: str) -> str:
    county = divisions.division(county_id)
    known = set(db.session.scalars(sa.select(Project.code).where(Project.division_id == county_id)))
    if typed.strip():
        if typed.strip() in known:
            raise Conflict("这个编号已经用了。换一个，或者留空由系统编。", code="code_taken")
        return typed.strip()
    head = (county.code if county else None) or str(county_id)
    codes = (code_text(head, plan_year, number) for number in range(1, len(known) + 2))
    return next(one for one in codes if one not in known)


def _add(row: Project, community_ids: Iterable[int]) -> None:
    db.session.add_all(
        ProjectCommunity(project_id=row.id, community_id=one, plan_year=row.plan_year)
        for one in sorted(community_ids)
    )
    db.session.flush()


def _take_out(row: Project, community_ids: Iterable[int]) -> None:
    db.session.execute(
        sa.delete(ProjectCommunity).where(
            ProjectCommunity.project_id == row.id, ProjectCommunity.community_id.in_(list(community_ids))
        )
    )


def _one_at_a_time() -> None:
    """Two at once would take the same number, or the same community for one year; this is rare, so the second waits."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(sa.text("LOCK TABLE project_communities IN SHARE ROW EXCLUSIVE MODE"))
