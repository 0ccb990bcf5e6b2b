"""Votes by an agent: authorized on paper, with its picture, or by the owner on the telephone; revoked until cast.

Cast at the desk here; on the agent's own telephone, see `agents`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from server.attachments import queries as attachments
from server.audit.actions import record
from server.ballots import queries
from server.ballots.actions.casting import Receipt, receipt_of
from server.ballots.actions.chain import (
    Locked,
    check_known,
    earlier_entry,
    lock_opened,
)
from server.ballots.actions.entering import Entry, enter_vote
from server.ballots.actions.telling import tell_of_proxy
from server.ballots.models import Authorization, ProxyAct, ProxyDeed
from server.ballots.queries import HeadCard, ProxyCard
from server.ballots.queries.corrections import owners_today
from server.ballots.queries.keying import heads_with_paper_back
from server.ballots.rules import casting as rules
from server.ballots.rules.casting import Channel, EarlierVote
from server.ballots.rules.desk import keyed
from server.ballots.rules.keying import Read
from server.ballots.rules.proxies import (
    authorization_hash,
    check_agent,
    check_extent_free,
    check_limit,
    check_not_sold,
    check_principal_silent,
    check_standing,
    checked_extent,
    own_votes,
)
from server.identity import queries as identity
from server.identity.rules.proof import comparable_name, comparable_number
from server.infra import crypto, replay
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
    check_named(agent, phone)
    extent = checked_extent([one.key for one in ballot.document.asked], motions)
    standing = queries.standing_votes(ballot_id, head)
    check_silent(ballot_id, head, standing, by_representative=by_representative)
    if photo is None:
        check_known(False, "photo", "拍一张业主签名的委托书。")
        raise NotFound
    row = keep_authorization(
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


def check_named(agent: str, phone: str) -> None:
    check_known(bool(comparable_name(agent)), "agent", "写上受托人的姓名。")
    check_known(len(comparable_number(phone)) == MOBILE_LENGTH, "phone", "写上受托人的 11 位手机号。")


def known_as_agent(agent: str, phone: str) -> bytes:
    return crypto.lookup("proxy", f"{comparable_name(agent)}\0{comparable_number(phone)}")


def keep_authorization(
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
    known_as = known_as_agent(agent, phone)
    check_agent_for(ballot, card, agent, actor, now)
    standing = [one for one in queries.proxies(ballot.id) if not one.is_ended]
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
    add(row)
    record_act(
        ballot,
        "ballots.register_proxy",
        actor,
        now,
        head=card.head,
        motions=list(extent),
        authorization=row.id,
    )
    return row


def check_agent_for(ballot: Locked, card: HeadCard, agent: str, actor: Actor, now: datetime) -> None:
    place = ledger.place(ballot.community_id)
    if place is None:
        raise NotFound
    name, day = comparable_name(agent), china_day(now)
    staff = identity.property_staff_names(Place(place.division_path, ballot.community_id), day)
    cards = ledger.owners_of_flats(card.flat_ids, day).values()
    owners = {one.name for some in cards for one in some}
    check_agent(
        is_property_staff=name in {comparable_name(one) for one in staff},
        is_clerk=name == comparable_name(actor.label),
        is_owner=name in {comparable_name(one) for one in owners},
    )
    persons = ledger.persons(ballot.community_id)
    check_not_sold(
        {persons.get(id_, id_) for id_ in card.owner_ids},
        [id_ for row in owners_today(ballot.community_id, card.flat_ids, now).values() for id_ in row.owners],
    )


def revoke_proxy(ballot_id: int, authorization_id: int, *, actor: Actor, now: datetime) -> ProxyAct | None:
    """The principal takes it back, until a vote was cast by it. Taken back or sold already, nothing happens.

    On the telephone whoever may vote for the head may take it back, also what was registered on paper.
    """
    ballot = lock_opened(ballot_id)
    found = known_authorization(ballot_id, authorization_id)
    if actor.kind is ActorKind.RESIDENT:
        held = queries.rights(ballot_id, ballot.community_id, actor.id, now).rights
        if found.row.head not in {one.card.head for one in held}:
            raise NotFound
    if found.is_ended:
        return None
    check_standing(is_revoked=False, is_cast=found.is_cast)
    row = ProxyAct(
        authorization_id=authorization_id, deed=ProxyDeed.REVOKED, acted_by=actor.key, acted_at=now
    )
    add(row)
    record_act(
        ballot, "ballots.revoke_proxy", actor, now, head=found.row.head, authorization=authorization_id
    )
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
    found = known_authorization(ballot_id, authorization_id)
    check_usable(found)
    asked = [one for one in ballot.document.asked if one.key in found.row.motions]
    marks = keyed(asked, read)
    card = queries.known_head(ballot_id, found.row.head)
    standing = queries.standing_votes(ballot_id, card.head)
    check_silent(ballot_id, card.head, standing, by_representative=found.row.by_representative)
    check_agent_for(ballot, card, found.row.agent, actor, now)
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
    add(
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


def check_usable(found: ProxyCard) -> None:
    check_standing(is_revoked=found.is_revoked, is_cast=found.is_cast, is_sold=found.is_sold)


def check_silent(
    ballot_id: int, head: str, standing: Sequence[EarlierVote], *, by_representative: bool
) -> None:
    """Whether the principal has not voted in person. A paper that came back and is not keyed yet is a vote too."""
    by_agents = {seq for one in queries.proxies_of_heads(ballot_id, [head]) for seq in one.seqs}
    is_paper_back = not by_representative and head in heads_with_paper_back(ballot_id)
    in_person = own_votes(standing, by_agents, by_representative=by_representative)
    check_principal_silent(is_paper_back or bool(in_person))


def known_authorization(ballot_id: int, authorization_id: int) -> ProxyCard:
    found = queries.proxy(ballot_id, authorization_id)
    if found is None:
        raise NotFound
    return found


def add(row: Any) -> None:
    db.session.add(row)
    db.session.flush()


def record_act(ballot: Locked, verb: str, actor: Actor, now: datetime, **facts: Any) -> None:
    record(actor, verb, "ballot", ballot.id, now=now, community_id=ballot.community_id, **facts)
