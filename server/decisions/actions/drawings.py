"""Acts on the drawing set: a new version, a second person's confirmation, a withdrawal. Nothing is deleted."""

from dataclasses import astuple, dataclass
from datetime import date, datetime

from server.audit.actions import record
from server.decisions.models import Drawing, DrawingAct
from server.decisions.queries import drawings as queries
from server.decisions.rules import drawings as rules
from server.infra import replay
from server.infra.db import db
from server.kernel.actor import Actor
from server.kernel.chinatime import china_day
from server.kernel.errors import Invalid, Refused
from server.ledger.actions.places import lock_community

LONGEST_TEXT = 2000


@dataclass(frozen=True)
class Sheets:
    """A version of the set as it is entered."""

    title: str
    drawn_by: str
    drawn_on: date
    #: What was, what is now, why, who agreed and when: asked for from the second version on.
    before: str = ""
    after: str = ""
    reason: str = ""
    agreed_by: str = ""
    agreed_on: date | None = None


def enter_drawing(
    community_id: int,
    sheets: Sheets,
    *,
    attachment_id: int | None,
    client_key: str,
    actor: Actor,
    now: datetime,
) -> Drawing:
    """Enter the next version of the community's one set; it is in force once another person has confirmed it."""
    # The photo is left out of the digest: sent again it is another attachment of the same picture.
    digest = replay.digest(actor, "enter_drawing", community_id, *astuple(sheets))
    earlier = replay.earlier(Drawing, client_key, digest)
    if earlier is not None:
        return earlier
    lock_community(community_id)
    known = queries.drawings(community_id)
    reasons = rules.why_not_enter([view.sheet for view in known])
    if reasons:
        raise Refused(reasons[0].message, code=reasons[0].code, reasons=tuple(reasons))
    in_force = queries.drawing_in_force(community_id)
    _check(sheets, is_change=in_force is not None, has_paper=attachment_id is not None, now=now)
    row = Drawing(
        community_id=community_id,
        number=known[0].row.number + 1 if known else 1,
        title=sheets.title.strip(),
        drawn_by=sheets.drawn_by.strip(),
        drawn_on=sheets.drawn_on,
        before=sheets.before.strip(),
        after=sheets.after.strip(),
        reason=sheets.reason.strip(),
        agreed_by=sheets.agreed_by.strip(),
        agreed_on=sheets.agreed_on,
        attachment_id=attachment_id,
        entered_by=actor.key,
        entered_at=now,
        client_key=client_key,
        client_digest=digest,
    )
    db.session.add(row)
    db.session.flush()
    record(
        actor, "decisions.enter_drawing", "drawing", row.id, now=now, community_id=community_id,
        number=row.number, attachment_id=attachment_id,
    )  # fmt: skip
    return row


def confirm_drawing(drawing_id: int, *, community_id: int, actor: Actor, now: datetime) -> DrawingAct:
    """A second person puts the version in force; the one before stays readable."""
    lock_community(community_id)
    view = queries.drawing(drawing_id, community_id)
    if view.act is not None and (view.act.kind, view.act.acted_by) == ("confirmed", actor.key):
        return view.act
    reasons = view.why_not_confirm(actor.key)
    if reasons:
        raise Refused(reasons[0].message, code=reasons[0].code, reasons=tuple(reasons))
    return _end(view.row, DrawingAct(kind="confirmed", reason=""), actor, now)


def withdraw_drawing(
    drawing_id: int, *, community_id: int, reason: str, actor: Actor, now: datetime
) -> DrawingAct:
    """Take a version that waits back; it stays on record with the reason."""
    lock_community(community_id)
    view = queries.drawing(drawing_id, community_id)
    if view.act is not None:
        raise Refused("这一版已经处理过了。", code="ended")
    if not reason.strip() or len(reason.strip()) > LONGEST_TEXT:
        sentence = f"写上为什么撤回，最多 {LONGEST_TEXT} 个字。"
        raise Invalid(sentence, fields={"reason": [sentence]})
    return _end(view.row, DrawingAct(kind="withdrawn", reason=reason.strip()), actor, now)


def _end(row: Drawing, act: DrawingAct, actor: Actor, now: datetime) -> DrawingAct:
    act.drawing_id = row.id
    act.acted_by, act.acted_by_label, act.acted_at = actor.key, actor.label, now
    db.session.add(act)
    db.session.flush()
    verb = {"confirmed": "decisions.confirm_drawing", "withdrawn": "decisions.withdraw_drawing"}[act.kind]
    record(
        actor, verb, "drawing", row.id, now=now, community_id=row.community_id, number=row.number,
        reason=act.reason,
    )  # fmt: skip
    return act


def _check(sheets: Sheets, *, is_change: bool, has_paper: bool, now: datetime) -> None:
    asked = {"title": (sheets.title, "写上图纸叫什么。"), "drawn_by": (sheets.drawn_by, "写上谁画的。")}
    if is_change:
        asked |= {
            "before": (sheets.before, "写上原来是怎样的。"),
            "after": (sheets.after, "写上改成怎样。"),
            "reason": (sheets.reason, "写上为什么改。"),
            "agreed_by": (sheets.agreed_by, "写上谁同意的：业主大会、居委会、设计单位……"),
        }
    fields = {name: [sentence] for name, (text, sentence) in asked.items() if not text.strip()}
    today = china_day(now)
    if sheets.drawn_on > today:
        fields["drawn_on"] = ["画图的日期不能晚于今天。"]
    if sheets.agreed_on is not None and sheets.agreed_on > today:
        fields["agreed_on"] = ["同意的日期不能晚于今天。"]
    if is_change and sheets.agreed_on is None:
        fields["agreed_on"] = ["写上哪天同意的。"]
    if not has_paper:
        fields["photo"] = ["附上图纸的照片或扫描图。"]
    if fields:
        raise Invalid("有几处要改一下。", fields=fields)
