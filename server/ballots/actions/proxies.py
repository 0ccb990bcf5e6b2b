"""Votes by an agent: authorized on paper, with its picture, or by the owner on the telephone; revoked until cast.

Cast at the desk, or on the agent's own telephone with a code that another person than the registrar gave out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from server.attachments import queries as attachments
from server.attachments.actions import Photo, keep_photo
from server.audit.actions import record
from server.ballots import queries
from server.ballots.actions.casting import THROTTLE, Receipt, append_vote, own_head, receipt_of
from server.ballots.actions.chain import (
    Locked,
    check_known,
    earlier_entry,
    lock_opened,
    nonce,
    tail_unless_sent,
)
from server.ballots.actions.entering import Entry, capacity_of, enter_vote
from server.ballots.actions.telling import tell_of_proxy
from server.ballots.models import Authorization, ProxyAct, ProxyCode, ProxyDeed
from server.ballots.queries import HeadCard, ProxyCard
from server.ballots.rules import casting as rules
from server.ballots.rules.casting import CastAs, Channel, EarlierVote
from server.ballots.rules.desk import keyed
from server.ballots.rules.drafting import china_text
from server.ballots.rules.keying import Read
from server.ballots.rules.proxies import (
    authorization_hash,
    authorization_text,
    check_agent,
    check_claim,
    check_extent_free,
    check_limit,
    check_principal_silent,
    check_standing,
    check_vouched,
    checked_extent,
)
from server.ballots.rules.receipts import new_code, normalise
from server.identity import queries as identity
from server.identity.rules.proof import comparable_name, comparable_number
from server.infra import crypto, replay, throttle
from server.infra.db import db
from server.kernel.actor import Actor, ActorKind
from server.kernel.chinatime import china_day
from server.kernel.errors import NotFound
from server.kernel.places import Place
from server.ledger import queries as ledger

MOBILE_LENGTH = 11


def register_proxy(
    ballot_id: int,
    *,
    head: str,
    agent: str,
    phone: str,
    motions: Sequence[str],
    photo_id: int | None,
    client_key: str,
    actor: Actor,
    now: datetime,
    by_representative: bool = False,
) -> Authorization:
    """Keep a written authorization, signed by an owner of this head. Its homes are told."""
    asked = (head, agent, phone, list(motions), photo_id, by_representative)
    digest = replay.digest(actor, "register_proxy", ballot_id, *asked)
    ballot = lock_opened(ballot_id)
    row = replay.earlier(Authorization, client_key, digest)
    if row is not None:
        return row
    rules.check_open(ballot.opened_at, ballot.closing_at, now)
    card = queries.known_head(ballot_id, head)
    photo = attachments.attachment(photo_id) if photo_id is not None else None
    _check_named(agent, phone)
    extent = checked_extent([one.key for one in ballot.document.asked], motions)
    if photo is None:
        check_known(False, "photo", "拍一张业主签名的委托书。")
        raise NotFound
    row = _keep(
        ballot,
        card,
        agent,
        phone,
        extent,
        (photo.id, photo.sha256),
        by_representative,
        actor,
        now,
        client_key,
        digest,
    )
    tell_of_proxy(ballot, card, "有人替你家投票，登记了委托", now)
    return row


@dataclass(frozen=True)
class Granted:
    """What the owner passes on to the agent: the code, told once more to whoever sends the same again."""

    row: Authorization
    code: str


def grant_proxy(
    ballot_id: int,
    *,
    agent: str,
    phone: str,
    motions: Sequence[str],
    client_key: str,
    actor: Actor,
    now: datetime,
    flat_id: int | None = None,
) -> Granted:
    """A proven owner authorizes on the telephone: the words of it are kept, and stand for the signed paper.

    An agent grants nothing on: only whoever may vote themselves gives the vote away.
    """
    digest = replay.digest(actor, "grant_proxy", ballot_id, agent, phone, list(motions), flat_id)
    ballot = lock_opened(ballot_id)
    row = replay.earlier(Authorization, client_key, digest)
    if row is not None:
        return Granted(row, _code_of(client_key))
    held = queries.rights(ballot_id, ballot.community_id, actor.id, now, flat_id)
    card, owner_id = own_head(held, actor)
    rules.check_open(ballot.opened_at, ballot.closing_at, now)
    _check_named(agent, phone)
    asked = {one.key: one.title for one in ballot.document.asked}
    extent = checked_extent(list(asked), motions)
    capacity = rules.cast_as(card.on_roll, owner_id)
    standing = queries.standing_votes(ballot_id, card.head)
    check_principal_silent(bool(_own(ballot_id, card.head, standing)))
    words = authorization_text(
        title=ballot.document.raw["title"],
        ballot=queries.ballot_name(ballot_id),
        homes=card.labels,
        agent=agent.strip(),
        phone=comparable_number(phone),
        motions=[asked[key] for key in extent],
        at=china_text(now),
    )
    kept = keep_photo(Photo(words.encode(), 0, 0, "text/plain"), actor=actor, now=now)
    row = _keep(
        ballot,
        card,
        agent,
        phone,
        extent,
        (kept.id, kept.sha256),
        capacity is CastAs.REPRESENTATIVE,
        actor,
        now,
        client_key,
        digest,
    )
    code = _give_code(row, client_key, actor, now, digest)
    tell_of_proxy(ballot, card, "你家在手机上委托了别人投票", now)
    return Granted(row, code)


def _check_named(agent: str, phone: str) -> None:
    check_known(bool(comparable_name(agent)), "agent", "写上受托人的姓名。")
    check_known(len(comparable_number(phone)) == MOBILE_LENGTH, "phone", "写上受托人的 11 位手机号。")


def _known_as(agent: str, phone: str) -> bytes:
    return crypto.lookup("proxy", f"{comparable_name(agent)}\0{comparable_number(phone)}")


def _keep(
    ballot: Locked,
    card: HeadCard,
    agent: str,
    phone: str,
    extent: Sequence[str],
    paper: tuple[int, str],
    by_representative: bool,
    actor: Actor,
    now: datetime,
    client_key: str,
    digest: str,
) -> Authorization:
    """Whoever registers it: the same agents are refused, the same number is the most, no motion goes to two.

    `paper` is the attachment that holds it, with its hash.
    """
    rules.check_on_roll(card.is_on_roll)
    known_as = _known_as(agent, phone)
    _check_agent(ballot, card, agent, actor, now)
    standing = [one for one in queries.proxies(ballot.id) if not one.is_revoked]
    others = {one.row.head for one in standing if one.row.agent_hash == known_as} - {card.head}
    check_limit(len(others), int(ballot.document.raw.get("proxy_limit", 0)))
    check_extent_free(
        [key for one in standing if one.row.head == card.head for key in one.row.motions], extent
    )
    row = Authorization(
        ballot_id=ballot.id,
        head=card.head,
        agent=agent.strip(),
        agent_phone=comparable_number(phone),
        agent_hash=known_as,
        motions=list(extent),
        by_representative=by_representative,
        photo_id=paper[0],
        digest=authorization_hash(str(ballot.id), card.head, extent, paper[1], known_as.hex()),
        registered_by=actor.key,
        registered_at=now,
        client_key=client_key,
        client_digest=digest,
    )
    _add(row)
    _record(
        ballot,
        "ballots.register_proxy",
        actor,
        now,
        head=card.head,
        motions=list(extent),
        authorization=row.id,
    )
    return row


# ------------------------------------------------------------------ on the agent's telephone


def issue_proxy_code(
    ballot_id: int, authorization_id: int, *, client_key: str, actor: Actor, now: datetime
) -> str:
    """Another person than the registrar has seen the paper, and gives the code to the agent; an earlier code is worth no more."""
    digest = replay.digest(actor, "issue_proxy_code", ballot_id, authorization_id)
    ballot = lock_opened(ballot_id)
    if replay.earlier(ProxyCode, client_key, digest) is not None:
        return _code_of(client_key)
    rules.check_open(ballot.opened_at, ballot.closing_at, now)
    found = _known(ballot_id, authorization_id)
    check_standing(is_revoked=found.is_revoked, is_cast=found.is_cast)
    check_vouched(
        registered_by=found.row.registered_by, by=actor.key, is_claimed=found.claimed_by is not None
    )
    code = _give_code(found.row, client_key, actor, now, digest)
    _record(ballot, "ballots.issue_proxy_code", actor, now, authorization=authorization_id)
    return code


def _code_of(client_key: str) -> str:
    """Follows from the request and a key that is not in the database, so that the same request tells the same code."""
    return new_code(crypto.lookup("proxy.code.seed", client_key))


def _code_hash(code: str) -> bytes:
    return crypto.lookup("proxy.code", code)


def _give_code(row: Authorization, client_key: str, actor: Actor, now: datetime, digest: str) -> str:
    code = _code_of(client_key)
    _add(
        ProxyCode(
            authorization_id=row.id,
            code_hash=_code_hash(code),
            issued_by=actor.key,
            issued_at=now,
            client_key=client_key,
            client_digest=digest,
        )
    )
    return code


def claim_proxy(code: str, *, agent: str, phone: str, actor: Actor, now: datetime) -> ProxyCard:
    """The agent takes the authorization onto their telephone; from then on it is nobody else's. A second time changes nothing."""
    found_at = queries.proxy_by_code(_code_hash(normalise(code)))
    if found_at is None:
        check_claim(is_known=False, fits=False, claimed_by=None, by=actor.key)
        raise NotFound
    ballot_id, authorization_id = found_at
    ballot = lock_opened(ballot_id)
    found = _known(ballot_id, authorization_id)
    check_claim(
        is_known=True,
        fits=found.row.agent_hash == _known_as(agent, phone),
        claimed_by=found.claimed_by,
        by=actor.key,
    )
    if found.claimed_by == actor.key:
        return found
    rules.check_open(ballot.opened_at, ballot.closing_at, now)
    check_standing(is_revoked=found.is_revoked, is_cast=found.is_cast)
    card = queries.known_head(ballot_id, found.row.head)
    _check_agent(ballot, card, agent, actor, now)
    _add(
        ProxyAct(authorization_id=authorization_id, deed=ProxyDeed.CLAIMED, acted_by=actor.key, acted_at=now)
    )
    _record(ballot, "ballots.claim_proxy", actor, now, head=card.head, authorization=authorization_id)
    tell_of_proxy(ballot, card, "受托人在手机上领了你家的委托", now)
    return _known(ballot_id, authorization_id)


def cast_by_proxy(
    ballot_id: int,
    authorization_id: int,
    choices: Mapping[str, str],
    *,
    client_key: str,
    actor: Actor,
    now: datetime,
) -> Receipt:
    """The agent votes on their own telephone, for the motions of the authorization and no others; the owner is told."""
    digest = replay.digest(actor, "cast_by_proxy", ballot_id, authorization_id, dict(choices))
    ballot = lock_opened(ballot_id)
    found = queries.proxy(ballot_id, authorization_id)
    if found is None or found.claimed_by != actor.key:
        raise NotFound
    card = queries.known_head(ballot_id, found.row.head)
    end, sent = tail_unless_sent(ballot, card.head, client_key, digest)
    if sent is not None:
        return receipt_of(sent)
    throttle.hit(THROTTLE, "cast_vote", actor.key)
    moment = max(now, end.recorded_at)
    rules.check_open(ballot.opened_at, ballot.closing_at, max(moment, ballot.disclosed_at or moment))
    check_standing(is_revoked=found.is_revoked, is_cast=found.is_cast)
    check_principal_silent(bool(_own(ballot_id, card.head, end.standing)))
    _check_agent(ballot, card, found.row.agent, actor, now)
    asked = [one for one in ballot.document.asked if one.key in found.row.motions]
    event: dict[str, object] = {
        "kind": "vote",
        "received_at": china_text(moment),
        "head": card.head,
        "channel": Channel.ASSISTED.value,
        "choices": rules.full_choices(asked, choices),
        "nonce": nonce(),
        "by": [actor.key],
        "motions": list(found.row.motions),
        "proxy": {"id": authorization_id, "hash": found.row.digest},
    }
    receipt = append_vote(
        ballot,
        end,
        card,
        event,
        capacity=capacity_of(card, found.row.by_representative),
        actor=actor,
        now=now,
        # Whoever gave the code out has seen the paper; of a vote nobody else keyed there is nothing more to look at.
        seconded_by=found.vouched_by,
        client_key=client_key,
        client_digest=digest,
    )
    _add(
        ProxyAct(
            authorization_id=authorization_id,
            deed=ProxyDeed.CAST,
            seq=receipt.seq,
            acted_by=actor.key,
            acted_at=now,
        )
    )
    _record(ballot, "ballots.cast_by_proxy", actor, now, seq=receipt.seq, authorization=authorization_id)
    tell_of_proxy(ballot, card, "受托人替你家投了票", now)
    return receipt


def _own(ballot_id: int, head: str, standing: Sequence[EarlierVote]) -> list[int]:
    """The head's votes that no agent cast."""
    by_agents = {seq for one in queries.proxies_of_heads(ballot_id, [head]) for seq in one.seqs}
    return [vote.seq for vote in standing if vote.seq not in by_agents]


def _check_agent(ballot: Locked, card: HeadCard, agent: str, actor: Actor, now: datetime) -> None:
    place = ledger.place(ballot.community_id)
    if place is None:
        raise NotFound
    name, day = comparable_name(agent), china_day(now)
    staff = identity.property_staff_names(Place(place.division_path, ballot.community_id), day)
    owners = {
        one.name for flat_id in card.flat_ids for one in ledger.owners_of_flats([flat_id], day)[flat_id]
    }
    check_agent(
        is_property_staff=name in {comparable_name(one) for one in staff},
        is_clerk=name == comparable_name(actor.label),
        is_owner=name in {comparable_name(one) for one in owners},
    )


def revoke_proxy(ballot_id: int, authorization_id: int, *, actor: Actor, now: datetime) -> ProxyAct | None:
    """The principal takes it back, until a vote was cast by it. Taken back already, nothing happens.

    On the telephone whoever may vote for the head may take it back, also what was registered on paper.
    """
    ballot = lock_opened(ballot_id)
    found = _known(ballot_id, authorization_id)
    if actor.kind is ActorKind.RESIDENT:
        held = queries.rights(ballot_id, ballot.community_id, actor.id, now).rights
        if found.row.head not in {one.card.head for one in held}:
            raise NotFound
    if found.is_revoked:
        return None
    check_standing(is_revoked=False, is_cast=found.is_cast)
    row = ProxyAct(
        authorization_id=authorization_id, deed=ProxyDeed.REVOKED, acted_by=actor.key, acted_at=now
    )
    _add(row)
    _record(ballot, "ballots.revoke_proxy", actor, now, head=found.row.head, authorization=authorization_id)
    tell_of_proxy(ballot, queries.known_head(ballot_id, found.row.head), "你家的投票委托撤回了", now)
    return row


def enter_by_proxy(
    ballot_id: int,
    authorization_id: int,
    *,
    read: Mapping[str, str],
    photo_id: int | None,
    client_key: str,
    actor: Actor,
    now: datetime,
) -> Receipt:
    """The agent is here and says how to vote, for the motions of the authorization and no others; reviewed like paper."""
    digest = replay.digest(actor, "enter_by_proxy", ballot_id, authorization_id, dict(read), photo_id)
    ballot = lock_opened(ballot_id)
    entry = earlier_entry(client_key, digest)
    if entry is not None:
        return receipt_of(entry)
    rules.check_open(ballot.opened_at, ballot.closing_at, now)
    found = _known(ballot_id, authorization_id)
    check_standing(is_revoked=found.is_revoked, is_cast=found.is_cast)
    asked = [one for one in ballot.document.asked if one.key in found.row.motions]
    marks = keyed(asked, read)
    card = queries.known_head(ballot_id, found.row.head)
    receipt = enter_vote(
        ballot,
        card,
        Entry(
            Channel.ASSISTED,
            Read(marks.choices, marks.marks, True, found.row.by_representative),
            now,
            photo_id,
            motions=tuple(found.row.motions),
            proxy={"id": authorization_id, "hash": found.row.digest},
        ),
        by=[actor.key],
        actor=actor,
        now=now,
        client_key=client_key,
        client_digest=digest,
    )
    _add(
        ProxyAct(
            authorization_id=authorization_id,
            deed=ProxyDeed.CAST,
            seq=receipt.seq,
            acted_by=actor.key,
            acted_at=now,
        )
    )
    tell_of_proxy(ballot, card, "受托人替你家投了票", now)
    return receipt


def _known(ballot_id: int, authorization_id: int) -> ProxyCard:
    found = queries.proxy(ballot_id, authorization_id)
    if found is None:
        raise NotFound
    return found


def _add(row: Any) -> None:
    db.session.add(row)
    db.session.flush()


def _record(ballot: Locked, verb: str, actor: Actor, now: datetime, **facts: Any) -> None:
    record(actor, verb, "ballot", ballot.id, now=now, community_id=ballot.community_id, **facts)
