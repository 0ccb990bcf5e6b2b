"""The county's side of a change: what is proposed, and the papers that bear it out."""

from dataclasses import dataclass
from datetime import datetime

from server.audit.actions import record
from server.infra import replay
from server.infra.db import lock_row
from server.kernel.actor import Actor
from server.kernel.chinatime import china_day
from server.kernel.errors import Conflict, Invalid, NotFound
from server.plans import queries
from server.plans.actions.annual import check_community, known_codes, locked_plan, refuse
from server.plans.actions.keeping import keep
from server.plans.models import ChangeEvidence, ChangeProposal, PlanChange, PlanRow
from server.plans.queries import Whole
from server.plans.rules.changes import Proposal, check_proposal, may_edit
from server.plans.rules.figures import RowFigures, check_figures
from server.plans.rules.words import ChangeKind

LONGEST_CAPTION = 120


@dataclass(frozen=True)
class Proposed:
    """What the county asks for."""

    kind: ChangeKind
    reason: str
    scheme: str
    new_community_id: int | None = None
    figures: RowFigures | None = None


def enter_change(
    row_id: int, proposed: Proposed, *, client_key: str, actor: Actor, now: datetime
) -> PlanChange:
    """Begin a change of a row in force. One row has one open change at a time."""
    digest = replay.digest(actor, row_id, *_asked(proposed))
    earlier = replay.earlier(PlanChange, client_key, digest)
    if earlier is not None:
        return earlier
    row = queries.row(row_id)
    if row is None:
        raise NotFound
    locked_plan(row.plan_id)
    if not queries.is_in_force(row_id):
        raise Conflict("这一行已经被一次调整换掉了。请从现在有效的那一行提出。", code="row_superseded")
    if queries.open_change_of(row_id) is not None:
        raise Conflict("这个小区已经有一份调整在办。办完再提下一份。", code="change_open")
    check(row, proposed, now)
    change = PlanChange(
        plan_id=row.plan_id, row_id=row_id, begun_at=now, client_key=client_key, client_digest=digest
    )
    keep(change)
    _propose(change, proposed, 1, actor, now)
    return change


def revise_change(
    change_id: int, proposed: Proposed, *, client_key: str, actor: Actor, now: datetime
) -> ChangeProposal:
    """Before submitting, or after the city returned it. What was proposed before stays on record."""
    digest = replay.digest(actor, change_id, *_asked(proposed))
    earlier = replay.earlier(ChangeProposal, client_key, digest)
    if earlier is not None:
        return earlier
    whole = locked_change(change_id)
    refuse(may_edit(whole.standing))
    check(whole.row, proposed, now, change_id)
    return _propose(whole.change, proposed, whole.newest.number + 1, actor, now, (client_key, digest))


def add_evidence(
    change_id: int, *, caption: str, attachment_id: int, client_key: str, actor: Actor, now: datetime
) -> ChangeEvidence:
    """One more paper; none is ever taken away."""
    # The file is left out of the digest: sent again it is another attachment of the same paper.
    digest = replay.digest(actor, change_id, caption)
    earlier = replay.earlier(ChangeEvidence, client_key, digest)
    if earlier is not None:
        return earlier
    whole = locked_change(change_id)
    refuse(may_edit(whole.standing))
    if not caption.strip() or len(caption.strip()) > LONGEST_CAPTION:
        sentence = f"写上这是什么材料，最多 {LONGEST_CAPTION} 个字。"
        raise Invalid(sentence, fields={"caption": [sentence]})
    row = ChangeEvidence(
        change_id=change_id,
        caption=caption.strip(),
        attachment_id=attachment_id,
        added_by=actor.label,
        added_at=now,
        client_key=client_key,
        client_digest=digest,
    )
    keep(row)
    record(
        actor, "plans.add_evidence", "plan_change", change_id, now=now,
        community_id=whole.row.community_id, attachment_id=attachment_id, caption=row.caption,
    )  # fmt: skip
    return row


def check(row: PlanRow, proposed: Proposed, now: datetime, change_id: int | None = None) -> None:
    """What is proposed is whole, and may stand in the plan where the old row stands."""
    today = china_day(now)
    check_proposal(
        Proposal(
            proposed.kind, proposed.reason, proposed.scheme, 0, proposed.new_community_id, proposed.figures
        ),
        row.figures,
        row.community_id,
    )
    community_id = proposed.new_community_id or row.community_id
    if proposed.new_community_id is not None:
        plan = queries.plan(row.plan_id)
        if plan is None:
            raise NotFound
        check_community(plan, proposed.new_community_id, is_there=False, on=today)
        if queries.coming(proposed.new_community_id, plan.year) - {change_id}:
            sentence = "另一份在办的调整也要把这个小区换进来。换一个小区，或等那一份办完。"
            raise Invalid(sentence, fields={"new_community_id": [sentence]})
    if proposed.figures is not None:
        check_figures(proposed.figures, known_codes(community_id, today))


def locked_change(change_id: int) -> Whole:
    """The change with all that belongs to it, while nobody else acts on its plan. Raises NotFound."""
    change = queries.change(change_id)
    if change is None:
        raise NotFound
    locked_plan(change.plan_id)
    lock_row(PlanChange, change.id)
    return queries.known_change(change)


def _propose(
    change: PlanChange,
    proposed: Proposed,
    number: int,
    actor: Actor,
    now: datetime,
    keys: tuple[str | None, str | None] = (None, None),
) -> ChangeProposal:
    row = ChangeProposal(
        change_id=change.id,
        number=number,
        kind=proposed.kind,
        new_community_id=proposed.new_community_id,
        figures=proposed.figures.as_json() if proposed.figures is not None else None,
        reason=proposed.reason.strip(),
        scheme=proposed.scheme.strip(),
        entered_by=actor.key,
        entered_label=actor.label,
        entered_at=now,
        client_key=keys[0],
        client_digest=keys[1],
    )
    keep(row)
    record(
        actor, "plans.enter_change", "plan_change", change.id, now=now, plan_id=change.plan_id,
        row_id=change.row_id, number=number, kind=proposed.kind, reason=row.reason,
    )  # fmt: skip
    return row


def _asked(proposed: Proposed) -> tuple[object, ...]:
    figures = proposed.figures.as_json() if proposed.figures is not None else None
    return (proposed.kind, proposed.reason, proposed.scheme, proposed.new_community_id, figures)
