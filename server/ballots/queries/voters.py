"""A resident and a ballot: for which heads they may vote, what became of their votes. Never a choice."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa

from server.ballots.models import Ballot, LogEntry
from server.ballots.queries.asked import document, stage
from server.ballots.queries.desk import HOUSE, KEYED_BY_STAFF
from server.ballots.queries.heads import HeadCard, heads_of_flats
from server.ballots.queries.turnout import areas_of
from server.ballots.rules import casting as rules
from server.ballots.rules.casting import Channel
from server.ballots.rules.drafting import Stage
from server.ballots.rules.events import Review, RollChange, Vote, event_from_document
from server.ballots.rules.heads import flat_name
from server.ballots.rules.log import LogState
from server.ballots.rules.receipts import is_valid, normalise
from server.ballots.rules.roll import Flat, Head, Roll
from server.ballots.rules.standing import Standing, vote_standings
from server.ballots.rules.terms import BallotTerms
from server.identity import queries as identity
from server.identity.queries import Holding
from server.infra.db import asked_once, db
from server.kernel.chinatime import china_day
from server.kernel.errors import Refused
from server.kernel.places import ScopeKind

# ------------------------------------------------------------------ who may cast


@dataclass(frozen=True)
class Right:
    """A head that the resident may cast for, and as which owner."""

    card: HeadCard
    owner_id: int


@dataclass(frozen=True)
class Rights:
    """`is_stranger`: nothing binds them to the community, so the ballot is not theirs to know of."""

    rights: tuple[Right, ...] = ()
    is_stranger: bool = False
    #: Why there is none.
    message: str = ""

    @property
    def head(self) -> str | None:
        """The head they mean, where it is clear."""
        return self.rights[0].card.head if len(self.rights) == 1 else None


NOT_PROVEN = "投票要先核实你是业主。请在“我的房屋”里核实，或带证件到居委会办。租户和家人可以看，不能代投。"
CHANGED_HANDS = (
    "台账里这套房在投票开始后换过业主，或你只买了其中一部分。新业主请带过户的证明到居委会登记，两个人核对以后由你投。"
    "没有卖房的，请马上联系居委会。"
)
OUT_OF_SCOPE = "你的房屋不在这次投票的范围里。范围写在公告上。"


def rights(
    ballot_id: int, community_id: int, resident_id: int, now: datetime, flat_id: int | None = None
) -> Rights:
    """For which heads of an opened ballot this resident may cast; with `flat_id`, for the head of that flat only."""
    held = holdings(resident_id, now)
    return rights_among(heads_of_flats(ballot_id, proven_flats(held, flat_id)), held, community_id, flat_id)


def holdings(resident_id: int, now: datetime) -> list[Holding]:
    """What a resident stands for and owns, in any community."""
    return identity.holdings(resident_id, china_day(now))


def proven_flats(held: Sequence[Holding], flat_id: int | None) -> list[int]:
    """The flats that they are proven to own; with `flat_id`, that one at most."""
    return [one.flat.flat_id for one in _asked(held, flat_id) if one.flat.owner_id is not None]


def rights_among(
    cards: Sequence[HeadCard], held: Sequence[Holding], community_id: int, flat_id: int | None
) -> Rights:
    """The same of what was read already. `cards` are the heads of the proven flats."""
    bound = [one for one in held if one.flat.community_id == community_id]
    if not bound:
        return Rights(is_stranger=True)
    bound = _asked(bound, flat_id)
    proven = {one.flat.flat_id: one for one in bound if one.flat.owner_id is not None}
    found = tuple(Right(card, owner_id) for card in cards if (owner_id := _caster(card, proven)) is not None)
    if found:
        return Rights(found)
    if not bound:
        return Rights(message="这套房没有绑定在你名下。请回到投票页重新选。")
    if not proven:
        return Rights(message=NOT_PROVEN)
    return Rights(message=CHANGED_HANDS if cards else OUT_OF_SCOPE)


def _asked(held: Sequence[Holding], flat_id: int | None) -> list[Holding]:
    return [one for one in held if flat_id is None or one.flat.flat_id == flat_id]


def _caster(card: HeadCard, proven: Mapping[int, Holding]) -> int | None:
    """As which of the owners they are proven to be they may cast for this head; the representative first."""
    mine = {
        card.person(one.flat.owner_id): one.owned
        for flat_id in card.flat_ids
        if (one := proven.get(flat_id)) is not None and one.flat.owner_id is not None
    }
    for owner_id in sorted(mine, key=lambda id_: (id_ != card.representative_id, id_)):
        if rules.may_cast(card.on_roll, owner_id, mine[owner_id]):
            return owner_id
    return None


def scopes_of_owner(of: Ballot, resident_id: int) -> frozenset[str]:
    """The scopes whose exact areas this proven owner may see: where a flat of theirs is counted."""
    frozen = document(of.id)
    if frozen is None:
        return frozenset()
    owned = {flat.flat_id for flat in identity.flats_of(resident_id) if flat.owner_id is not None}
    kind = ScopeKind(frozen.raw["scope"])
    found: set[str] = set()
    for card in heads_of_flats(of.id, owned):
        own = tuple(flat for flat in card.flats if flat[0] in owned)
        found |= areas_of(kind, HeadCard(card.head, "", (), None, own)).keys()
    return frozenset(found)


# ------------------------------------------------------------------ what became of a vote


@dataclass(frozen=True)
class ReceiptStatus:
    """All that a receipt tells."""

    code: str
    ballot_id: int
    seq: int
    recorded_at: datetime
    channel: Channel
    standing: Standing
    #: Keyed by staff, and no second person has looked at it yet.
    awaits_review: bool

    @property
    def name_zh(self) -> str:
        if self.standing is Standing.INCLUDED and self.awaits_review:
            return "已收到，等待复核"
        return self.standing.name_zh

    @property
    def tone(self) -> str:
        if self.standing is Standing.INCLUDED:
            return "wait" if self.awaits_review else "go"
        return "quiet" if self.standing is Standing.SUPERSEDED else "stop"


def receipt(code: str) -> ReceiptStatus | None:
    """What became of the vote with this receipt; None for a code that no vote has. Never the choice."""
    plain = normalise(code)
    if not is_valid(plain):
        return None
    row = db.session.scalar(sa.select(LogEntry).where(LogEntry.receipt == plain))
    if row is None or row.head is None:
        return None
    return next(one for one in _statuses(row.ballot_id, row.head) if one.seq == row.seq)


def _statuses(ballot_id: int, name: str) -> list[ReceiptStatus]:
    frozen = document(ballot_id)
    if frozen is None:
        return []
    rows = _entries_of(ballot_id, name)
    standings = vote_standings(_state_of_head(frozen.raw, name, rows))
    looked_at = {row.of_seq for row in rows if row.kind == "review" and row.entered_by != HOUSE}
    return [
        ReceiptStatus(
            row.receipt or "",
            ballot_id,
            row.seq,
            row.recorded_at,
            Channel(row.channel or ""),
            standings[row.seq],
            row.channel in KEYED_BY_STAFF and row.seconded_by is None and row.seq not in looked_at,
        )
        for row in rows
        if row.kind == "vote"
    ]


def _entries_of(ballot_id: int, name: str) -> list[LogEntry]:
    """What the log holds of one head, in order."""
    rows = sa.select(LogEntry).where(LogEntry.ballot_id == ballot_id, LogEntry.head == name)
    return asked_once(
        ("entries_of", ballot_id, name), lambda: list(db.session.scalars(rows.order_by(LogEntry.seq)))
    )


def _state_of_head(raw: Mapping[str, object], name: str, rows: Sequence[LogEntry]) -> LogState:
    """The log as far as it concerns one head; standing never depends on others."""
    # The flat stands for all of the head's: what became of a vote does not depend on areas.
    flat = Flat(flat_name(0), "1", "1", Decimal(1))
    state = LogState(BallotTerms.from_document(raw), Roll.of([Head(name, (flat,))]))
    for row in rows:
        event = event_from_document(json.loads(row.body))
        if isinstance(event, Vote):
            state.votes[event.seq] = event
        elif isinstance(event, Review):
            state.reviews.append(event)
        elif isinstance(event, RollChange):
            state.roll.replace(event.head, event.flats)
    return state


# ------------------------------------------------------------------ the voter's page


@dataclass(frozen=True)
class VoterState:
    """What the page of a ballot tells this resident; the same answer as casting would give."""

    may_vote: bool
    #: Why not: not_open, closed, no_vote, vote_stands, representative_voted; empty where they may.
    code: str
    message: str
    #: The heads they may cast for now.
    heads: tuple[HeadCard, ...]
    #: All votes of the heads they stand for, newest first.
    receipts: tuple[ReceiptStatus, ...]

    @property
    def has_voted(self) -> bool:
        return any(one.standing is Standing.INCLUDED for one in self.receipts)


def voter(of: Ballot, resident_id: int, now: datetime) -> VoterState:
    """Whether this resident may vote now, for which heads, and what became of their votes."""
    frozen = document(of.id)
    if frozen is None or of.closing_at is None:
        return VoterState(False, "not_open", "投票还没开始。开始时间请看公告。", (), ())
    held = rights(of.id, of.community_id, resident_id, now)
    if not held.rights:
        return VoterState(False, "no_vote", held.message or OUT_OF_SCOPE, (), ())
    votes = {one.card.head: _statuses(of.id, one.card.head) for one in held.rights}
    receipts = tuple(
        sorted((r for some in votes.values() for r in some), key=lambda one: one.seq, reverse=True)
    )
    if stage(of, now) is not Stage.OPEN:
        return VoterState(False, "closed", "投票已经截止。", (), receipts)
    refused: tuple[str, str] | None = None
    free = []
    for one in held.rights:
        why = _refusal(of.id, one, may_change=frozen.may_change)
        if why is None:
            free.append(one.card)
        else:
            refused = refused or why
    if free or refused is None:
        return VoterState(True, "", "", tuple(free), receipts)
    return VoterState(False, *refused, (), receipts)


def _refusal(ballot_id: int, one: Right, *, may_change: bool) -> tuple[str, str] | None:
    """Why casting would be refused for a head with votes, asked of the same rules."""
    try:
        standing = standing_votes(ballot_id, one.card.head)
        own = [vote for vote in standing if vote.seq > one.card.since]
        replaced = rules.superseded_by(rules.cast_as(one.card.on_roll, one.owner_id), own)
        rules.check_change(standing, replaced, may_change=may_change)
    except Refused as problem:
        return problem.code, problem.message
    return None


def standing_votes(ballot_id: int, name: str) -> list[rules.EarlierVote]:
    """A head's votes that are not void."""
    votes: dict[int, str | None] = {}
    void: dict[int, bool] = {}
    for row in _entries_of(ballot_id, name):
        if row.kind == "vote":
            votes[row.seq] = row.cast_as
        elif row.kind == "review" and row.of_seq is not None:
            void[row.of_seq] = row.verdict == "void"
    return [rules.EarlierVote(seq, cast_as) for seq, cast_as in votes.items() if not void.get(seq)]
