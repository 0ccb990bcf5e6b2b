"""The plan of a lift: what it costs, who pays what by floor, who looks after it later."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from server.decisions.actions.lifts import (
    LONGEST_WORDS,
    MOST_FEN,
    Said,
    add,
    check_day,
    locked,
    put_on_record,
)
from server.decisions.models import LiftAct
from server.decisions.rules.lifts import ActKind
from server.infra import replay
from server.kernel.actor import Actor
from server.kernel.errors import Invalid

MOST_FLOORS, MOST_PARTS = 60, 10_000


@dataclass(frozen=True)
class Plan:
    """What the owners of the entrance agreed on."""

    on: date
    floors: int
    cost_fen: int
    #: Parts by floor: {1: 0, 2: 1, 3: 2}.
    parts: Mapping[int, int] = field(default_factory=dict)
    upkeep: str = ""
    who: str = ""


def enter_plan(
    case_id: int,
    plan: Plan,
    *,
    community_id: int,
    attachment_id: int | None = None,
    client_key: str,
    actor: Actor,
    now: datetime,
) -> LiftAct:
    """What it costs, who pays what by floor, and who looks after it. A later plan takes its place; the earlier stays."""
    digest = replay.digest(actor, "enter_lift_plan", community_id, case_id, *vars(plan).values())
    earlier = replay.earlier(LiftAct, client_key, digest)
    if earlier is not None:
        return earlier
    row = locked(case_id, community_id)
    _check_plan(plan, now)
    said = Said(ActKind.PLAN, plan.on, who=plan.who)
    act = add(row, said, actor, now, attachment_id, (client_key, digest), _written(plan))
    put_on_record(act, row, actor, now)
    return act


def _written(plan: Plan) -> dict[str, object]:
    return {
        "floors": plan.floors,
        "cost_fen": plan.cost_fen,
        "parts": {str(floor): parts for floor, parts in sorted(plan.parts.items())},
        "upkeep": plan.upkeep.strip(),
    }


def _check_plan(plan: Plan, now: datetime) -> None:
    check_day(plan.on, now)
    fields: dict[str, list[str]] = {}
    if not 1 < plan.floors <= MOST_FLOORS:
        fields["floors"] = [f"层数填 2 到 {MOST_FLOORS} 的整数。"]
    if not 0 < plan.cost_fen <= MOST_FEN:
        fields["cost"] = ["填总造价，例如 480000.00。"]
    is_sound = all(
        1 <= floor <= plan.floors and 0 <= parts <= MOST_PARTS for floor, parts in plan.parts.items()
    )
    if not is_sound or not any(plan.parts.values()):
        fields["parts"] = ["每层一行，写“楼层 份数”，例如“2 1”。至少一层要出钱。"]
    if not plan.upkeep.strip() or len(plan.upkeep) > LONGEST_WORDS:
        fields["upkeep"] = [f"写上以后谁维护、钱从哪里来，最多 {LONGEST_WORDS} 个字。"]
    if fields:
        raise Invalid("有几处要改一下。", fields=fields)
