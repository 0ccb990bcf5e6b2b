"""Ballots in each stage for tests, made through the room's own actions; residents proven for their flats."""

import io
import itertools
import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from PIL import Image

from server.attachments.actions import keep_photo
from server.ballots import actions, exports, queries
from server.ballots.actions import Draft, Receipt
from server.ballots.models import Ballot, LogEntry
from server.ballots.rules.drafting import Kind, MotionText
from server.identity.models import Binding, Resident
from server.identity.models.codes import Slip
from server.identity.models.residents import Means
from server.identity.rules import Level
from server.infra.db import db, unit_of_work
from server.kernel.actor import COMMAND, Actor, ActorKind
from server.kernel.matters import Matter
from server.kernel.places import ScopeKind
from server.ledger.models import Community, Flat, Ownership
from tests.factories.ledger import make_community, make_homes
from tests.kept import kept

CLERK = Actor(ActorKind.STAFF, 9001, "经办人")
REVIEWER = Actor(ActorKind.STAFF, 9002, "复核人")
#: Keys each paper after the clerk.
SECOND = Actor(ActorKind.STAFF, 9003, "第二录票人")
#: Monday, 2 March 2026, 09:00 in China; the notice's 15 days end with 17 March.
ANNOUNCED = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
OPENS = datetime(2026, 3, 18, 1, 0, tzinfo=UTC)
CLOSES = datetime(2026, 3, 31, 10, 0, tzinfo=UTC)
VOTING = OPENS + timedelta(days=2)
LIFT = MotionText("加装电梯", Kind.APPROVE, Matter.REBUILD, "每个单元装一部。")
PAINT = MotionText("外墙颜色", Kind.CHOOSE_ONE, Matter.OTHER, options=("米白", "浅灰"))
_count = itertools.count(1)


def key() -> str:
    return secrets.token_urlsafe(12)


def draft(**facts: Any) -> Draft:
    """A draft that may be announced at ANNOUNCED: two motions, dates that leave the notice its period."""
    values = {
        "title": "小区改造表决",
        "motions": (LIFT, PAINT),
        "opens_at": OPENS,
        "closes_at": CLOSES,
        **facts,
    }
    return Draft(**values)


@kept
def make_draft(community: Community, *, now: datetime = ANNOUNCED, **facts: Any) -> Ballot:
    with unit_of_work():
        return actions.draft_ballot(community.id, draft(**facts), client_key=key(), actor=CLERK, now=now)


@kept
def make_announced(community: Community, *, now: datetime = ANNOUNCED, **facts: Any) -> Ballot:
    ballot = make_draft(community, now=now, **facts)
    with unit_of_work():
        actions.announce_ballot(ballot, client_key=key(), actor=CLERK, now=now)
    return ballot


@kept
def make_opened(community: Community, *, now: datetime = OPENS, **facts: Any) -> Ballot:
    """Announced at ANNOUNCED, opened at OPENS, closes at CLOSES."""
    ballot = make_announced(community, **facts)
    with unit_of_work():
        actions.open_ballot(ballot, actor=CLERK, now=now)
    return ballot


@kept
def make_electorate(areas: Sequence[str] = ("60.00",) * 6, **facts: Any) -> tuple[Community, list[Flat]]:
    """A community of one building and entrance, each flat with an owner of its own and this area."""
    community = make_community(**facts)
    return community, make_homes(community, {str(101 + place): area for place, area in enumerate(areas)})


@kept
def make_vote(
    areas: Sequence[str] = ("60.00",) * 6, *, scope: ScopeKind = ScopeKind.COMMUNITY, **facts: Any
) -> tuple[Ballot, list[Flat]]:
    """An opened ballot and its flats, one owner each."""
    community, flats = make_electorate(areas)
    return make_opened(community, scope=scope, **facts), flats


def owners_of(flat: Flat) -> list[int]:
    rows = sa.select(Ownership.owner_id).where(Ownership.flat_id == flat.id).order_by(Ownership.id)
    return list(db.session.scalars(rows))


@kept
def make_voter(*flats: Flat, owner_id: int | None = None, level: Level = Level.OWNER) -> Actor:
    """A resident bound to these flats: as the proven owner of each, unless the level says otherwise."""
    is_owner = level is Level.OWNER
    (voter,) = _bound(
        [[(flat, (owner_id or owners_of(flat)[0]) if is_owner else None) for flat in flats]], level
    )
    return voter


@kept
def make_voters(flats: Sequence[Flat]) -> list[Actor]:
    """The first owner of each flat, as `make_voter` would make one after the other."""
    return _bound([[(flat, owners_of(flat)[0])] for flat in flats], Level.OWNER)


def _bound(homes: Sequence[Sequence[tuple[Flat, int | None]]], level: Level) -> list[Actor]:
    """A resident for each of these: bound to the flats, and proven as the owner that stands beside each."""
    with unit_of_work() as session:
        residents = [Resident(created_at=ANNOUNCED, session_version=1) for _ in homes]
        slips = [[_old_slip(flat) for flat, _ in held] for held in homes]
        session.add_all([*residents, *itertools.chain.from_iterable(slips)])
        session.flush()
        session.add_all(
            _binding(resident, slip, level=level, owner_id=proven)
            for resident, held, own in zip(residents, homes, slips, strict=True)
            for (_, proven), slip in zip(held, own, strict=True)
        )
    return [Actor(ActorKind.RESIDENT, resident.id, "居民") for resident in residents]


def _old_slip(flat: Flat) -> Slip:
    """An old code of the flat: bindings outlive the slip they came by."""
    return Slip(
        community_id=flat.community_id,
        flat_id=flat.id,
        code=key(),
        code_hash=secrets.token_bytes(32),
        issued_at=ANNOUNCED,
        revoked_at=ANNOUNCED,
    )


def _binding(resident: Resident, slip: Slip, *, level: Level, owner_id: int | None) -> Binding:
    return Binding(
        resident_id=resident.id,
        community_id=slip.community_id,
        flat_id=slip.flat_id,
        slip_id=slip.id,
        level=level,
        owner_id=owner_id,
        means=Means.SLIP,
        bound_at=ANNOUNCED,
    )


def cast(
    ballot: Ballot,
    voter: Actor,
    choices: Mapping[str, str] | str = "for",
    *,
    now: datetime = VOTING,
    client_key: str = "",
    flat: Flat | None = None,
) -> Receipt:
    """An online vote; one word votes that on the first motion and abstains on the others.

    Not kept: a vote counts as a try, and tries are forgotten by the true clock.
    """
    with unit_of_work():
        return actions.cast_vote(
            ballot.id,
            full(ballot, choices),
            client_key=client_key or key(),
            actor=voter,
            now=now,
            flat_id=flat.id if flat else None,
        )


def full(ballot: Ballot, choices: Mapping[str, str] | str) -> dict[str, str]:
    if not isinstance(choices, str):
        return dict(choices)
    first, *others = (f"m{number}" for number in range(1, len(ballot.motions) + 1))
    return {first: choices, **dict.fromkeys(others, "abstain")}


def make_photo(now: datetime = VOTING) -> int:
    """A small picture of its own, kept; inside a unit of work."""
    out = io.BytesIO()
    number = next(_count)
    Image.new("RGB", (8, 8), (number % 256, number // 256 % 256, 7)).save(out, "PNG")
    return keep_photo(out.getvalue(), actor=CLERK, now=now).id


@kept
def make_papers(ballot: Ballot, *, now: datetime = VOTING) -> None:
    with unit_of_work():
        actions.issue_papers(ballot.id, actor=CLERK, now=now)


def serial_of(ballot: Ballot, flat: Flat) -> str:
    """The serial of the paper in use for the head of this flat."""
    (card,) = queries.heads_of_flats(ballot.id, [flat.id])
    return next(
        row.serial for row in queries.papers(ballot.id) if row.head == card.head and row.spoiled_at is None
    )


@kept
def take_in(
    ballot: Ballot,
    flat: Flat,
    *,
    received_at: datetime = VOTING,
    now: datetime = VOTING,
    actor: Actor = CLERK,
) -> str:
    """A paper that came back, with its picture. Returns its serial."""
    if flat.id not in {id_ for card in _with_paper(ballot) for id_ in card.flat_ids}:
        make_papers(ballot, now=min(now, VOTING))
    serial = serial_of(ballot, flat)
    with unit_of_work():
        actions.take_in_paper(
            ballot.id,
            serial=serial,
            received_at=received_at,
            photo_id=make_photo(now),
            client_key=key(),
            actor=actor,
            now=now,
        )
    return serial


@kept
def key_in(
    ballot: Ballot,
    serial: str,
    read: Mapping[str, str] | str = "for",
    *,
    actor: Actor = CLERK,
    now: datetime = VOTING,
    is_signed: bool = True,
    by_representative: bool = False,
    client_key: str = "",
) -> actions.Outcome:
    """What one person keys of a paper that came back."""
    with unit_of_work():
        return actions.key_paper(
            ballot.id,
            serial=serial,
            read=full(ballot, read),
            is_signed=is_signed,
            by_representative=by_representative,
            client_key=client_key or key(),
            actor=actor,
            now=now,
        )


@kept
def enter(
    ballot: Ballot,
    flat: Flat,
    read: Mapping[str, str] | str = "for",
    *,
    received_at: datetime = VOTING,
    now: datetime = VOTING,
    actor: Actor = CLERK,
    **facts: Any,
) -> Receipt:
    """A paper that came back, and that two people keyed alike."""
    serial = take_in(ballot, flat, received_at=received_at, now=now)
    outcomes = [key_in(ballot, serial, read, actor=who, now=now, **facts) for who in (actor, SECOND)]
    receipt = outcomes[-1].receipt
    assert receipt is not None
    return receipt


@kept
def assist(
    ballot: Ballot,
    flat: Flat,
    read: Mapping[str, str] | str = "for",
    *,
    now: datetime = VOTING,
    actor: Actor = CLERK,
    by_representative: bool = False,
) -> Receipt:
    """A vote that the clerk alone keys for an owner who is here in person."""
    (card,) = queries.heads_of_flats(ballot.id, [flat.id])
    with unit_of_work():
        return actions.enter_assisted(
            ballot.id,
            head=card.head,
            read=full(ballot, read),
            photo_id=make_photo(now),
            by_representative=by_representative,
            client_key=key(),
            actor=actor,
            now=now,
        )


@kept
def explain_papers(ballot: Ballot, *, now: datetime) -> None:
    """Two people tell where the papers are that did not come back."""
    if not queries.paper_sums(ballot.id).out:
        return
    with unit_of_work():
        told = actions.explain_papers(ballot.id, "没有交回", client_key=key(), actor=CLERK, now=now)
        actions.confirm_papers(ballot.id, told.id, actor=REVIEWER, now=now)


def _with_paper(ballot: Ballot) -> list[queries.HeadCard]:
    supplied = queries.heads_with_paper(ballot.id)
    return [card for card in queries.heads_of(ballot.id) if card.head in supplied]


@kept
def bundle_text(ballot: Ballot, *, now: datetime) -> str:
    """The bundle as it leaves after the closing."""
    with unit_of_work():
        known = actions.disclose(ballot.id, reason="核对", actor=COMMAND, now=now)
        return "".join(exports.bundle_lines(known))


def log_of(ballot: Ballot) -> list[dict[str, Any]]:
    """The events as written, for tests that look inside."""
    rows = sa.select(LogEntry.body).where(LogEntry.ballot_id == ballot.id).order_by(LogEntry.seq)
    return [json.loads(body) for body in db.session.scalars(rows)]
