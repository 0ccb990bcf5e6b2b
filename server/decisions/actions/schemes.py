"""Acts on a version of a scheme: handing it in, naming what it rests on, confirming, withdrawing."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import date, datetime

from server.audit.actions import record
from server.decisions.actions.lifts import lock_cases
from server.decisions.actions.scheme_drafts import check_nothing_open, locked_draft
from server.decisions.models import Consultation, Scheme, SchemeAct, SchemeItem, SchemeVersion
from server.decisions.queries import schemes as queries
from server.decisions.queries.scheme_views import VersionView
from server.decisions.queries.schemes import Tree, tree
from server.decisions.queries.voted import Source
from server.decisions.rules import guard
from server.decisions.rules.outcome import Outcome
from server.decisions.rules.schemes import Line, lines_in_the_way, vote_on
from server.infra import replay
from server.infra.db import db, lock_row
from server.kernel.actor import Actor
from server.kernel.chinatime import china_day
from server.kernel.errors import Invalid, NotFound, Refused

MOST_FEN = 10**13
LONGEST_REASON = 2000


@dataclass(frozen=True)
class Handed:
    """What is said of a version when it is handed in."""

    #: The office that drew it up.
    drawn_by: str
    drawn_on: date
    #: What changed, and why; asked for from the second version on.
    reason: str
    #: "b12" or "s5": the vote or survey it rests on, and the cost that people were told then.
    source: str
    told_cost_fen: int


def submit_version(
    community_id: int, node: str, handed: Handed, *, client_key: str, actor: Actor, now: datetime
) -> SchemeVersion:
    """Hand the draft in as the next version: for the reviewer, or (departing too far) to rest until people are asked anew."""
    digest = replay.digest(actor, "submit_version", community_id, node, *astuple(handed))
    earlier = replay.earlier(SchemeVersion, client_key, digest)
    if earlier is not None:
        return earlier
    draft = locked_draft(community_id, node)
    of = tree(community_id, now)
    check_nothing_open(of, node)
    lines = queries.draft_lines(draft)
    source = _source(of, node, handed.source)
    _check_handed(of, node, handed, now)
    _check_lines(of, node, [line for _, line in lines])
    _check_told(of, node, source, handed.told_cost_fen)
    row = SchemeVersion(
        scheme_id=draft.scheme_id,
        number=len(of.versions.get(node, ())) + 1,
        drawn_by=handed.drawn_by.strip(),
        drawn_on=handed.drawn_on,
        reason=handed.reason.strip(),
        drafters=sorted({*draft.drafters, actor.key}),
        submitted_by=actor.key,
        submitted_at=now,
        client_key=client_key,
        client_digest=digest,
    )
    db.session.add(row)
    db.session.flush()
    _keep_items(row, lines, of, node)
    _name(row, source, handed.told_cost_fen, actor, now)
    db.session.delete(draft)
    db.session.flush()
    record(
        actor, "decisions.submit_scheme", "scheme_version", row.id, now=now, community_id=community_id,
        node=node, number=row.number, source=source.key, told_cost_fen=handed.told_cost_fen,
        reopened=[one.code for one in _view(row, community_id, now)[1].reopened],
    )  # fmt: skip
    return row


def name_consultation(
    version_id: int,
    *,
    community_id: int,
    source: str,
    told_cost_fen: int,
    client_key: str,
    actor: Actor,
    now: datetime,
) -> Consultation:
    """Let a resting version rest on a newer vote or survey."""
    digest = replay.digest(actor, "name_consultation", community_id, version_id, source, told_cost_fen)
    earlier = replay.earlier(Consultation, client_key, digest)
    if earlier is not None:
        return earlier
    row = _locked_version(version_id, community_id)
    of, view = _view(row, community_id, now)
    if view.act is not None:
        raise Refused("这一版已经处理过了，不能再改依据。", code="ended")
    found = _source(of, view.place.key, source)
    before = view.consultation.source
    if not guard.is_newer(found.closes_at, before.closes_at if before else None, row.submitted_at):
        raise _wrong("source", "要选这一版交上来以后才截止的投票或调查。以前的那几次，大家没有看到这一版。")
    _check_told(of, view.place.key, found, told_cost_fen)
    named = _name(row, found, told_cost_fen, actor, now, (client_key, digest))
    record(
        actor, "decisions.name_consultation", "scheme_version", row.id, now=now, community_id=community_id,
        source=found.key, told_cost_fen=told_cost_fen,
    )  # fmt: skip
    return named


def confirm_version(version_id: int, *, community_id: int, actor: Actor, now: datetime) -> SchemeAct:
    """A second person lets the version take effect. Raises Refused with all that stands in the way, whoever asks."""
    row = _locked_version(version_id, community_id)
    # A consent that is being taken back is waited for, and then seen.
    lock_cases(community_id)
    of, view = _view(row, community_id, now)
    if view.act is not None and (view.act.kind, view.act.acted_by) == ("confirmed", actor.key):
        return view.act
    reasons = of.why_not_confirm(view, actor.key)
    if reasons:
        raise Refused("这一版还不能生效，先处理下面几条。", code="obstacles", reasons=tuple(reasons))
    if view.departure is None:
        raise NotFound
    kept = {
        "departure": view.departure.as_document(),
        "item_limit": str(of.limits.items),
        "cost_limit": str(of.limits.cost),
    }
    act = _end(row, SchemeAct(kind="confirmed", reason="", guard=kept), actor, now)
    record(
        actor, "decisions.confirm_scheme", "scheme_version", row.id, now=now, community_id=community_id,
        node=view.place.key, number=row.number, cost_fen=view.cost_fen, **kept,
    )  # fmt: skip
    return act


def withdraw_version(
    version_id: int, *, community_id: int, reason: str, actor: Actor, now: datetime
) -> SchemeAct:
    """Take a version that waits or rests back. It stays readable; what was in force stays in force."""
    row = _locked_version(version_id, community_id)
    _, view = _view(row, community_id, now)
    if view.act is not None:
        raise Refused("这一版已经处理过了。", code="ended")
    if not reason.strip() or len(reason.strip()) > LONGEST_REASON:
        raise _wrong("reason", f"写上为什么撤回，最多 {LONGEST_REASON} 个字。")
    act = _end(row, SchemeAct(kind="withdrawn", reason=reason.strip()), actor, now)
    record(
        actor, "decisions.withdraw_scheme", "scheme_version", row.id, now=now, community_id=community_id,
        node=view.place.key, number=row.number, reason=act.reason,
    )  # fmt: skip
    return act


# ------------------------------------------------------------------ the parts of the above


def _locked_version(version_id: int, community_id: int) -> SchemeVersion:
    row = queries.version(version_id, community_id)
    lock_row(Scheme, row.scheme_id)
    return row


def _view(row: SchemeVersion, community_id: int, now: datetime) -> tuple[Tree, VersionView]:
    of = tree(community_id, now)
    return of, queries.view_of(of, row)


def _source(of: Tree, node: str, key: str) -> Source:
    found = next((one for one in of.sources_for(node) if one.key == key), None)
    if found is None:
        raise _wrong("source", "选一次已经计票的投票，或已经截止的调查，要问过这个范围的人。")
    if guard.is_outdated(found.closes_at, node, of.voted.votes):
        raise _wrong("source", "在那以后，这个范围的业主又投过票。请选最近的那一次。")
    return found


def _check_handed(of: Tree, node: str, handed: Handed, now: datetime) -> None:
    fields: dict[str, list[str]] = {}
    if not handed.drawn_by.strip():
        fields["drawn_by"] = ["写上谁编的方案。"]
    if handed.drawn_on > china_day(now):
        fields["drawn_on"] = ["编制的日期不能晚于今天。"]
    if of.in_force(node) is not None and not handed.reason.strip():
        fields["reason"] = ["写上改了什么、为什么改。"]
    if fields:
        raise Invalid("有几处要改一下。", fields=fields)


def _check_lines(of: Tree, node: str, lines: Sequence[Line]) -> None:
    if not lines:
        raise Refused("方案里还没有内容。先加上要做的项目。", code="empty")
    reasons = lines_in_the_way(lines, of.place(node).path, of.voted.votes, of.known)
    if reasons:
        raise Refused("有几项现在不能采用。", code="obstacles", reasons=tuple(reasons))


def _check_told(of: Tree, node: str, source: Source, told_cost_fen: int) -> None:
    """What people were told is said once; another figure later would move the line the guard measures from."""
    if not 0 <= told_cost_fen <= MOST_FEN:
        raise _wrong("told_cost", "公布的造价填 0 到 1000 亿元之间的数。")
    said = of.told_cost(node, source.key)
    if said is not None and said != told_cost_fen:
        amount = f"{said // 100:,}.{said % 100:02d}"
        raise _wrong("told_cost", f"这一次公布的造价已经记为 {amount} 元，不能换一个数。")


def _keep_items(row: SchemeVersion, lines: Sequence[tuple[int, Line]], of: Tree, node: str) -> None:
    for position, (item_id, line) in enumerate(sorted(lines, key=lambda one: one[1].item), 1):
        vote = vote_on(line.item, of.place(node).path, of.voted.votes)
        is_ground = vote is not None and vote.outcome is Outcome.ADOPTED
        db.session.add(
            SchemeItem(
                version_id=row.id,
                position=position,
                catalogue_item_id=item_id,
                take=line.take,
                quantity=line.quantity,
                unit=line.unit,
                cost_fen=line.cost_fen,
                ballot_id=vote.ballot_id if vote and is_ground else None,
                motion=vote.motion if vote and is_ground else None,
            )
        )


def _name(
    row: SchemeVersion,
    source: Source,
    told_cost_fen: int,
    actor: Actor,
    now: datetime,
    keys: tuple[str | None, str | None] = (None, None),
) -> Consultation:
    named = Consultation(
        version_id=row.id,
        ballot_id=source.ballot_id,
        survey_id=source.survey_id,
        told_cost_fen=told_cost_fen,
        named_by=actor.key,
        named_at=now,
        client_key=keys[0],
        client_digest=keys[1],
    )
    db.session.add(named)
    db.session.flush()
    return named


def _end(row: SchemeVersion, act: SchemeAct, actor: Actor, now: datetime) -> SchemeAct:
    act.version_id = row.id
    act.acted_by, act.acted_by_label, act.acted_at = actor.key, actor.label, now
    db.session.add(act)
    db.session.flush()
    return act


def _wrong(name: str, sentence: str) -> Invalid:
    return Invalid(sentence, fields={name: [sentence]})
