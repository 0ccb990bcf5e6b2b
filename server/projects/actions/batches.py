"""Many items of the works at once, done already: what is brought over from elsewhere, or made for an example.

By the rules that hold for one by one, in few statements for all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from server.audit.actions import entry_of, record_all
from server.infra.second import looked
from server.infra.statements import insert_for_ids, insert_rows
from server.kernel.actor import Actor
from server.kernel.chinatime import china_day
from server.kernel.second import check_second
from server.projects.actions.working import adopt_items
from server.projects.models import SecondLook, WorkCompletion, WorkItem, WorkWindow
from server.projects.models.items import Second
from server.projects.queries import open_points
from server.projects.rules.items import Adopted, check_done, check_window


@dataclass(frozen=True)
class DoneWork:
    """An adopted item with who did it, from when to when; its last day is that of its completion."""

    what: Adopted
    contractor: str
    starts_on: date
    ends_on: date


def enter_done(
    project_id: int, works: Sequence[DoneWork], *, document: str, actor: Actor, second: Actor, now: datetime
) -> list[WorkItem]:
    """`actor` says of all of them that they are done, `second` confirms it. Items that are there already are left as they
    are. Raises what the first that may not be so raises; then nothing is entered.
    """
    today, open_ = china_day(now), open_points(project_id)
    for one in works:
        check_window(one.contractor, one.starts_on, one.ends_on, is_done=False, is_moved=False, reason="")
        check_done(
            one.ends_on, today, starts_on=one.starts_on, is_done=False, is_waiting=False, open_points=open_
        )
    check_second(actor.key, second.key, is_looked=False, is_confirmed=True, reason="", code="completion")
    rows = adopt_items(project_id, items=[one.what for one in works], actor=actor, now=now) if works else []
    by_place = {one.what.place: one for one in works}
    done = [(row, by_place[row.community_id, row.building_id, row.entrance_id, row.title]) for row in rows]
    insert_rows(
        WorkWindow,
        [
            {
                "item_id": row.id, "contractor": one.contractor.strip(), "starts_on": one.starts_on,
                "ends_on": one.ends_on, "reason": "", "planned_by": actor.key, "planned_name": actor.label,
                "planned_at": now,
            }
            for row, one in done
        ],
    )  # fmt: skip
    completions = insert_for_ids(
        WorkCompletion,
        [
            {
                "item_id": row.id, "completed_on": one.ends_on, "document": document.strip(),
                "entered_by": actor.key, "entered_name": actor.label, "entered_at": now,
            }
            for row, one in done
        ],
    )  # fmt: skip
    word = looked(second, now, is_confirmed=True, reason="")
    insert_rows(SecondLook, [{"about": Second.COMPLETION, "about_id": one, **word} for one in completions])
    record_all(
        [
            entry_of(
                who, verb, "project", project_id, now=now, community_id=row.community_id, item_id=row.id,
                completed_on=one.ends_on,
            )
            for row, one in done
            for who, verb in ((actor, "projects.complete_item"), (second, "projects.review_completion"))
        ]
    )  # fmt: skip
    return rows
