"""A flat sold while the vote runs: who casts for the seller's head, noted with its paper by one person, confirmed by another."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime

from server.attachments import queries as attachments
from server.audit.actions import record
from server.ballots import queries
from server.ballots.actions.chain import check_known, lock_opened, tail
from server.ballots.actions.correcting import check_second
from server.ballots.actions.telling import tell_of_ledger_sale, tell_of_sale
from server.ballots.models import Ballot, Takeover, TakeoverAnswer
from server.ballots.models.corrections import second_word
from server.ballots.queries import HeadCard
from server.ballots.queries.corrections import (
    HeadOwners,
    known_sale,
    open_in,
    owners_by_head,
    owners_today,
    waiting_sale,
)
from server.ballots.rules import casting
from server.ballots.rules.takeovers import check_day, check_sale, left_out, takeover_hash
from server.infra import replay
from server.infra.db import db
from server.kernel.actor import Actor
from server.kernel.chinatime import china_day
from server.kernel.errors import NotFound, Refused
from server.ledger import queries as ledger

LONGEST_NOTE = 300


@contextmanager
def telling_of_sales(community_ids: Sequence[int], *, now: datetime) -> Iterator[list[HeadCard]]:
    """Around whatever writes owners into the ledger, in its transaction: a sale stops the seller's vote on the telephone,
    and one person alone wrote it, so the homes hear of it at once. The same written again changes nothing and tells nobody.

    Hands out the list in which afterwards the heads are whose homes were told.
    """
    before = [(ballot, owners_by_head(ballot)) for ballot in open_in(community_ids, now)]
    told: list[HeadCard] = []
    yield told
    for ballot, was in before:
        told += _tell_left_out(ballot, was, owners_by_head(ballot), now)


def tell_of_sales_reached(of: Ballot, before: datetime, now: datetime) -> None:
    """After a closing was moved: a sale that was dated after it now falls into the vote, and its homes hear of it."""
    _tell_left_out(of, owners_by_head(of, before), owners_by_head(of), now)


def _tell_left_out(
    ballot: Ballot, before: dict[str, HeadOwners], after: dict[str, HeadOwners], now: datetime
) -> list[HeadCard]:
    """Whose homes were told."""
    told = []
    for head, was in before.items():
        now_ = after[head]
        if left_out(now_.casters, was.owners, now_.owners):
            tell_of_ledger_sale(ballot, was.card, is_left_to_others=bool(now_.casters & now_.owners), now=now)
            told.append(was.card)
    return told


def note_sale(
    ballot_id: int,
    *,
    head: str,
    owner_ids: Sequence[int],
    sold_on: date,
    note: str,
    photo_id: int | None,
    client_key: str,
    actor: Actor,
    now: datetime,
) -> Takeover:
    """`owner_ids` are the buyers, as the ledger has them. Nothing changes before another person confirmed it."""
    # The photo is left out of the digest: sent again it is another attachment of the same picture.
    digest = replay.digest(actor, "note_sale", ballot_id, head, sorted(owner_ids), sold_on, note)
    ballot = lock_opened(ballot_id)
    row = replay.earlier(Takeover, client_key, digest)
    if row is not None:
        return row
    casting.check_open(ballot.opened_at, ballot.closing_at, now)
    card = queries.known_head(ballot_id, head)
    casting.check_on_roll(card.is_on_roll)
    today, persons = (
        owners_today(ballot.community_id, card.flat_ids, now),
        ledger.persons(ballot.community_id),
    )
    buyers = sorted(set(owner_ids))
    check_sale(
        # Merged since, a seller still is the seller.
        casters={persons.get(id_, id_) for id_ in card.owner_ids},
        owners_now=[one.owners for one in today.values()],
        buyers=buyers,
        is_waiting=waiting_sale(ballot_id, head),
    )
    check_day(sold_on, opened_on=china_day(ballot.opened_at), today=china_day(now))
    check_known(len(note.strip()) <= LONGEST_NOTE, "note", f"最多 {LONGEST_NOTE} 个字。")
    photo = attachments.attachment(photo_id) if photo_id is not None else None
    if photo is None:
        check_known(False, "photo", "拍一张过户的证明，例如新的不动产权证。")
        raise NotFound
    theirs = next(one for one in today.values() if list(one.owners) == buyers)
    row = Takeover(
        ballot_id=ballot_id,
        head=head,
        owner_ids=buyers,
        aliases={str(id_): to for one in today.values() for id_, to in one.aliases.items() if to in buyers},
        representative_id=theirs.representative_id,
        sold_on=sold_on,
        note=note.strip(),
        photo_id=photo.id,
        digest=takeover_hash(str(ballot_id), head, buyers, sold_on, photo.sha256),
        proposed_by=actor.key,
        proposed_at=now,
        client_key=client_key,
        client_digest=digest,
    )
    db.session.add(row)
    db.session.flush()
    record(
        actor, "ballots.note_sale", "ballot", ballot_id, now=now, community_id=ballot.community_id,
        takeover=row.id, head=head, owners=buyers, sold_on=sold_on,
    )  # fmt: skip
    return row


def answer_sale(
    takeover_id: int, *, ballot_id: int, is_confirmed: bool, reason: str, actor: Actor, now: datetime
) -> TakeoverAnswer:
    """The second person's word, once. Confirmed, the seller casts no more and the buyer does; a vote that was cast stands."""
    ballot = lock_opened(ballot_id)
    row = known_sale(takeover_id, ballot_id)
    db.session.refresh(row)
    standing = row.answer
    if standing is not None and (standing.answered_by, standing.is_confirmed) == (actor.key, is_confirmed):
        return standing
    check_second(row.proposed_by, actor, reason, is_answered=standing is not None, is_confirmed=is_confirmed)
    card = queries.known_head(ballot_id, row.head)
    if is_confirmed:
        casting.check_open(ballot.opened_at, ballot.closing_at, now)
        casting.check_on_roll(card.is_on_roll)
        today = owners_today(ballot.community_id, card.flat_ids, now)
        if not any(list(one.owners) == row.owner_ids for one in today.values()):
            raise Refused("台账里这户的业主又变了。请退回，重新登记。", code="moved_on")
    answer = TakeoverAnswer(
        takeover_id=row.id,
        **second_word(actor, now, is_confirmed=is_confirmed, reason=reason, seq=tail(ballot).seq),
    )
    db.session.add(answer)
    db.session.flush()
    db.session.expire(row, ["answer"])
    record(
        actor, "ballots.answer_sale", "ballot", ballot_id, now=now, community_id=ballot.community_id,
        takeover=row.id, is_confirmed=is_confirmed, reason=answer.reason, proposed_by=row.proposed_by,
    )  # fmt: skip
    if is_confirmed:
        tell_of_sale(ballot, card, now)
    return answer
