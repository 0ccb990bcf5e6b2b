"""A flat sold while the vote runs: the roll stays as it was frozen, and the buyer casts for the seller's head.

A ballot that was cast stands (北京业主 APP 规则). One head stays one vote: of several flats that went to several buyers, one casts.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from datetime import date

import rfc8785

from server.kernel.errors import Invalid, Refused


def check_sale(
    *,
    casters: Collection[int],
    owners_now: Iterable[Collection[int]],
    buyers: Collection[int],
    is_waiting: bool,
) -> None:
    """`casters` cast for the head so far; `owners_now` are the owners of each of its flats today."""
    sets = [frozenset(one) for one in owners_now]
    if is_waiting:
        raise Refused("这一户已经登记了一次，等另一个人确认。", code="takeover_waits")
    if frozenset().union(*sets) & frozenset(casters):
        raise Refused(
            "台账里原业主还有这一户的房。先在台账里换业主；只卖了其中一套的，这一票还是原业主投。",
            code="still_owner",
        )
    if not buyers or frozenset(buyers) not in sets:
        sentence = "选台账里这户现在的业主。"
        raise Invalid(sentence, fields={"owner_ids": [sentence]})


def check_day(sold_on: date, *, opened_on: date, today: date) -> None:
    """Sold before the opening, the roll was wrong from the start: that is a correction, by which votes may fall."""
    if sold_on < opened_on:
        sentence = "开始投票以前就卖了的，是名册有错，请用“更正名册”。"
        raise Invalid(sentence, fields={"sold_on": [sentence]})
    if sold_on > today:
        sentence = "这一天还没到。过户以后再登记。"
        raise Invalid(sentence, fields={"sold_on": [sentence]})


def left_out(casters: Collection[int], owned_before: Collection[int], owned_after: Collection[int]) -> bool:
    """Whether somebody who casts for a head and owned one of its flats owns none after what the ledger was told."""
    return bool(frozenset(casters) & frozenset(owned_before) - frozenset(owned_after))


def takeover_hash(ballot: str, head: str, owner_ids: Sequence[int], sold_on: date, photo: str) -> str:
    """Ties a vote in the log to one sale and one picture, without naming anybody."""
    facts = {
        "ballot": ballot,
        "head": head,
        "owners": [str(id_) for id_ in owner_ids],
        "sold_on": sold_on.isoformat(),
        "photo": photo,
    }
    return hashlib.sha256(rfc8785.dumps(facts)).hexdigest()
