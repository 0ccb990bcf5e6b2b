"""An agent on their own telephone: the owner grants online, or a second person gives out the code of a paper; claimed once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from server.attachments.actions import Photo, keep_photo
from server.ballots import queries
from server.ballots.actions.casting import THROTTLE, Receipt, append_vote, own_head, receipt_of
from server.ballots.actions.chain import lock_opened, nonce, tail_unless_sent
from server.ballots.actions.entering import capacity_of
from server.ballots.actions.proxies import (
    add,
    check_agent_for,
    check_named,
    check_silent,
    check_usable,
    keep_authorization,
    known_as_agent,
    known_authorization,
    record_act,
)
from server.ballots.actions.telling import tell_of_proxy
from server.ballots.models import Authorization, ProxyAct, ProxyCode, ProxyDeed
from server.ballots.queries import ProxyCard
from server.ballots.rules import casting as rules
from server.ballots.rules.casting import CastAs, Channel
from server.ballots.rules.drafting import china_text
from server.ballots.rules.proxies import (
    authorization_text,
    check_claim,
    check_vouched,
    checked_extent,
)
from server.ballots.rules.receipts import new_code, normalise
from server.identity.rules.proof import comparable_number
from server.infra import crypto, replay, throttle
from server.kernel.actor import Actor
from server.kernel.errors import NotFound


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
    check_named(agent, phone)
    asked = {one.key: one.title for one in ballot.document.asked}
    extent = checked_extent(list(asked), motions)
    capacity = rules.cast_as(card.on_roll, owner_id)
    standing = queries.standing_votes(ballot_id, card.head)
    by_representative = capacity is CastAs.REPRESENTATIVE
    check_silent(ballot_id, card.head, standing, by_representative=by_representative)
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
    row = keep_authorization(
        ballot,
        card,
        agent,
        phone,
        extent,
        (kept.id, kept.sha256),
        by_representative,
        actor,
        now,
        client_key,
        digest,
    )
    code = _give_code(row, client_key, actor, now, digest)
    tell_of_proxy(ballot, card, "你家在手机上委托了别人投票", now)
    return Granted(row, code)


def issue_proxy_code(
    ballot_id: int, authorization_id: int, *, client_key: str, actor: Actor, now: datetime
) -> str:
    """Another person than the registrar has seen the paper, and gives the code to the agent; an earlier code is worth no more."""
    digest = replay.digest(actor, "issue_proxy_code", ballot_id, authorization_id)
    ballot = lock_opened(ballot_id)
    if replay.earlier(ProxyCode, client_key, digest) is not None:
        return _code_of(client_key)
    rules.check_open(ballot.opened_at, ballot.closing_at, now)
    found = known_authorization(ballot_id, authorization_id)
    check_usable(found)
    check_vouched(
        registered_by=found.row.registered_by, by=actor.key, is_claimed=found.claimed_by is not None
    )
    code = _give_code(found.row, client_key, actor, now, digest)
    record_act(ballot, "ballots.issue_proxy_code", actor, now, authorization=authorization_id)
    return code


def _code_of(client_key: str) -> str:
    """Follows from the request and a key that is not in the database, so that the same request tells the same code."""
    return new_code(crypto.lookup("proxy.code.seed", client_key))


def _code_hash(code: str) -> bytes:
    return crypto.lookup("proxy.code", code)


def _give_code(row: Authorization, client_key: str, actor: Actor, now: datetime, digest: str) -> str:
    code = _code_of(client_key)
    add(
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
    found = known_authorization(ballot_id, authorization_id)
    check_claim(
        is_known=True,
        fits=found.row.agent_hash == known_as_agent(agent, phone),
        claimed_by=found.claimed_by,
        by=actor.key,
    )
    if found.claimed_by == actor.key:
        return found
    rules.check_open(ballot.opened_at, ballot.closing_at, now)
    check_usable(found)
    card = queries.known_head(ballot_id, found.row.head)
    check_agent_for(ballot, card, agent, actor, now)
    add(ProxyAct(authorization_id=authorization_id, deed=ProxyDeed.CLAIMED, acted_by=actor.key, acted_at=now))
    record_act(ballot, "ballots.claim_proxy", actor, now, head=card.head, authorization=authorization_id)
    tell_of_proxy(ballot, card, "受托人在手机上领了你家的委托", now)
    return known_authorization(ballot_id, authorization_id)


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
    check_usable(found)
    check_silent(ballot_id, card.head, end.standing, by_representative=found.row.by_representative)
    check_agent_for(ballot, card, found.row.agent, actor, now)
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
    add(
        ProxyAct(
            authorization_id=authorization_id,
            deed=ProxyDeed.CAST,
            seq=receipt.seq,
            acted_by=actor.key,
            acted_at=now,
        )
    )
    record_act(ballot, "ballots.cast_by_proxy", actor, now, seq=receipt.seq, authorization=authorization_id)
    tell_of_proxy(ballot, card, "受托人替你家投了票", now)
    return receipt
