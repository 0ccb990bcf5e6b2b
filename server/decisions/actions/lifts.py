"""Acts in a lift's case: opening it, and every consent, objection, settlement, plan and check that follows. Nothing is changed after."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from server.audit.actions import record
from server.decisions.models import LiftAct, LiftCase
from server.decisions.queries import lifts as queries
from server.decisions.rules import lifts as rules
from server.decisions.rules.lifts import ABOUT_OBJECTION, NEEDS_PAPER, ActKind
from server.infra import replay
from server.infra.db import db, lock_row
from server.kernel.actor import Actor
from server.kernel.chinatime import china_day
from server.kernel.errors import Conflict, Invalid, NotFound, Refused
from server.ledger import queries as ledger
from server.ledger.actions.places import lock_community

MOST_FEN = 10**13
LONGEST_WORDS = 2000
#: What needs a flat, and of these which flat may lie outside the entrance: neighbours suffer too.
NEEDS_FLAT = frozenset(
    {ActKind.TAKEN, ActKind.RELEASED, ActKind.CONSENT, ActKind.CONSENT_WITHDRAWN, ActKind.OBJECTION}
)
NEEDS_WORDS = {
    ActKind.OBJECTION: "写上他反对什么、受什么影响。",
    ActKind.RELEASED: "写上为什么不再占这一户。",
    ActKind.CONSENT_WITHDRAWN: "写上他为什么撤回。",
    ActKind.NEGOTIATION: "写上谈了什么、结果怎样。",
    ActKind.MEDIATION: "写上怎么调解的、结果怎样。",
    ActKind.SETTLED: "写上怎么了结的。",
    ActKind.OBJECTION_WITHDRAWN: "写上他怎么说的。",
}


@dataclass(frozen=True)
class Said:
    """One act as it is entered."""

    kind: ActKind
    on: date
    flat_id: int | None = None
    objection_id: int | None = None
    #: Who did it or was there.
    who: str = ""
    words: str = ""
    amount_fen: int = 0
    is_agreed: bool | None = None


def open_case(
    community_id: int,
    entrance_id: int,
    *,
    taken: Collection[int],
    on: date,
    client_key: str,
    actor: Actor,
    now: datetime,
) -> LiftCase:
    """Open the case of an entrance with the flats whose exclusive part the lift takes; that may be none."""
    digest = replay.digest(actor, "open_lift", community_id, entrance_id, sorted(taken), on)
    earlier = replay.earlier(LiftCase, client_key, digest)
    if earlier is not None:
        return earlier
    if entrance_id not in {one.id for one in ledger.entrances(community_id)}:
        raise NotFound
    lock_community(community_id)
    if queries.case_of_entrance(entrance_id) is not None:
        raise Conflict("这个单元已经有加装电梯的档案。请打开那一份接着记。", code="already_open")
    check_day(on, now)
    row = LiftCase(
        community_id=community_id,
        entrance_id=entrance_id,
        opened_by=actor.key,
        opened_at=now,
        client_key=client_key,
        client_digest=digest,
    )
    db.session.add(row)
    db.session.flush()
    record(
        actor, "decisions.open_lift", "lift_case", row.id, now=now, community_id=community_id,
        entrance_id=entrance_id, taken=len(taken),
    )  # fmt: skip
    for flat_id in sorted(taken):
        said = Said(ActKind.TAKEN, on, flat_id)
        _check_flat(row, said)
        add(row, said, actor, now)
    return row


def enter_act(
    case_id: int,
    said: Said,
    *,
    community_id: int,
    attachment_id: int | None = None,
    client_key: str,
    actor: Actor,
    now: datetime,
) -> LiftAct:
    """Enter one act. A consent and a settlement bring their paper, and count once another person has looked at it."""
    # The photo is left out of the digest: sent again it is another attachment of the same picture.
    digest = replay.digest(actor, "enter_lift_act", community_id, case_id, *vars(said).values())
    earlier = replay.earlier(LiftAct, client_key, digest)
    if earlier is not None:
        return earlier
    row = locked(case_id, community_id)
    if said.kind in {ActKind.PLAN, ActKind.CHECKED}:
        raise Invalid("这件事在别处记。", fields={"kind": ["选一件可以记的事。"]})
    _check_flat(row, said)
    _check_said(said, has_paper=attachment_id is not None, now=now)
    case = queries.lift_view(row).case
    reasons = rules.why_not(said.kind, case, flat_id=said.flat_id, objection_id=said.objection_id)
    if reasons:
        raise Refused(reasons[0].message, code=reasons[0].code, reasons=tuple(reasons))
    act = add(row, said, actor, now, attachment_id, (client_key, digest))
    put_on_record(act, row, actor, now)
    return act


def check_papers(case_id: int, *, community_id: int, seen: int, actor: Actor, now: datetime) -> LiftAct:
    """A second person has looked at every paper up to the act `seen`; what came since is looked at another time."""
    row = locked(case_id, community_id)
    view = queries.lift_view(row)
    last = view.acts[-1] if view.acts else None
    if last is not None and (last.kind, last.entered_by) == (ActKind.CHECKED, actor.key):
        return last
    reasons = rules.why_not_check(view.case, actor.key)
    if reasons:
        raise Refused(reasons[0].message, code=reasons[0].code, reasons=tuple(reasons))
    if last is None or last.id != seen:
        raise Conflict("你看过以后又记了新的事。请刷新页面，看完再复核。", code="changed_since")
    act = add(row, Said(ActKind.CHECKED, china_day(now)), actor, now)
    put_on_record(act, row, actor, now)
    return act


def lock_cases(community_id: int) -> None:
    """Make acts in the community's lifts wait until this unit of work is over; before what rests on them is made final."""
    found = sa.select(LiftCase.id).where(LiftCase.community_id == community_id).order_by(LiftCase.id)
    for case_id in db.session.scalars(found).all():
        lock_row(LiftCase, case_id)


# ------------------------------------------------------------------ the parts of the above


def locked(case_id: int, community_id: int) -> LiftCase:
    row = queries.known(case_id, community_id)
    lock_row(LiftCase, row.id)
    return row


def add(
    row: LiftCase,
    said: Said,
    actor: Actor,
    now: datetime,
    attachment_id: int | None = None,
    keys: tuple[str | None, str | None] = (None, None),
    plan: dict[str, object] | None = None,
) -> LiftAct:
    act = LiftAct(
        case_id=row.id,
        kind=said.kind,
        on_day=said.on,
        flat_id=said.flat_id if said.kind in NEEDS_FLAT else None,
        objection_id=said.objection_id if said.kind in ABOUT_OBJECTION else None,
        who=said.who.strip(),
        words=said.words.strip(),
        amount_fen=said.amount_fen if said.kind is ActKind.COMPENSATION else 0,
        is_agreed=said.is_agreed if said.kind is ActKind.MEDIATION else None,
        plan=plan,
        attachment_id=attachment_id,
        entered_by=actor.key,
        entered_by_label=actor.label,
        entered_at=now,
        client_key=keys[0],
        client_digest=keys[1],
    )
    db.session.add(act)
    db.session.flush()
    return act


def put_on_record(act: LiftAct, row: LiftCase, actor: Actor, now: datetime) -> None:
    """Which act, never what was said in it."""
    verb = {ActKind.PLAN: "decisions.enter_lift_plan", ActKind.CHECKED: "decisions.check_lift"}
    record(
        actor, verb.get(act.kind, "decisions.enter_lift_act"), "lift_case", row.id, now=now,
        community_id=row.community_id, kind=act.kind, act_id=act.id, flat_id=act.flat_id,
        objection_id=act.objection_id, on_day=act.on_day, attachment_id=act.attachment_id,
    )  # fmt: skip


def _check_flat(row: LiftCase, said: Said) -> None:
    if said.kind not in NEEDS_FLAT:
        return
    flat = ledger.flat(said.flat_id, row.community_id) if said.flat_id else None
    if flat is None:
        raise _wrong("flat_id", "选一户。")
    if said.kind is not ActKind.OBJECTION and flat.entrance_id != row.entrance_id:
        raise _wrong("flat_id", "选这个单元里的一户。")


def check_day(on: date, now: datetime) -> None:
    if on > china_day(now):
        raise _wrong("on", "日期不能晚于今天。")


def _check_said(said: Said, *, has_paper: bool, now: datetime) -> None:
    check_day(said.on, now)
    fields: dict[str, list[str]] = {}
    if said.kind in NEEDS_WORDS and not said.words.strip():
        fields["words"] = [NEEDS_WORDS[said.kind]]
    if len(said.words) > LONGEST_WORDS:
        fields["words"] = [f"最多 {LONGEST_WORDS} 个字。"]
    if said.kind in {ActKind.NEGOTIATION, ActKind.MEDIATION} and not said.who.strip():
        fields["who"] = ["写上谁主持、谁在场。"]
    if said.kind is ActKind.MEDIATION and said.is_agreed is None:
        fields["is_agreed"] = ["选调解成了没有。"]
    if said.kind is ActKind.COMPENSATION and not 0 < said.amount_fen <= MOST_FEN:
        fields["amount"] = ["填约定的补偿，例如 5000.00。"]
    if said.kind in NEEDS_PAPER and not has_paper:
        fields["photo"] = ["附上签了字的书面材料的照片。"]
    if fields:
        raise Invalid("有几处要改一下。", fields=fields)


def _wrong(name: str, sentence: str) -> Invalid:
    return Invalid(sentence, fields={name: [sentence]})
