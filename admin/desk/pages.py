"""What the desk's pages share: the blueprint and finding an opened ballot."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint
from werkzeug.wrappers import Response

from admin.session import me
from server.ballots import queries
from server.ballots.models import Ballot
from server.ballots.queries import Document
from server.ballots.rules.casting import AskedMotion
from server.ballots.rules.desk import key_legend
from server.identity import queries as identity
from server.identity.rules import ALLOWED, Permission, Role
from server.infra.clock import now
from server.kernel.actor import ActorKind
from server.kernel.chinatime import china_day
from server.kernel.errors import Invalid, NotFound, Problem
from server.kernel.places import Place

desk = Blueprint("desk", __name__, url_prefix="/communities/<int:community_id>/ballots/<int:ballot_id>")

Page = str | Response | tuple[str, int]


def opened_ballot(community_id: int, ballot_id: int) -> Ballot:
    """The ballot of this community, opened; before the opening there is no desk."""
    found = queries.ballot(ballot_id, community_id)
    if found is None or found.opened_at is None:
        raise NotFound
    return found


def frozen(ballot: Ballot) -> Document:
    found = queries.document(ballot.id)
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class ToSettle:
    """A paper that two read differently, and whose turn it is."""

    number: int
    labels: list[str]
    is_mine: bool
    #: Who may settle it; empty where the committee has to be given another person first.
    whom: list[str]


def to_settle(ballot: Ballot) -> list[ToSettle]:
    waiting = queries.to_settle(ballot.id)
    keyers = queries.keyers_of_differing(ballot.id) if waiting else {}
    return [
        ToSettle(
            one.number,
            one.labels,
            me().actor.key in keyers[one.number],
            whom_to_ask(Permission.SETTLE_PAPER, ballot.community_id, keyers[one.number]),
        )
        for one in waiting
    ]


def legends(asked: Iterable[AskedMotion]) -> list[dict[str, Any]]:
    """For each motion its keys, in the order of the paper."""
    return [
        {"number": number, "title": motion.title, "keys": key_legend(motion)}
        for number, motion in enumerate(asked, 1)
    ]


def whom_to_ask(permission: Permission, community_id: int, but: Collection[str]) -> list[str]:
    """Names and roles of those who may do this there and are none of `but`; for a page that has to say whose turn it is."""
    place, today = Place(queries.place_path(community_id), community_id), china_day(now())
    roles: dict[int, Role] = {}
    for role in Role:
        if role in ALLOWED[permission]:
            roles |= {one: role for one in identity.staff_in({role}, place, today) if one not in roles}
    free = {one: role for one, role in roles.items() if f"{ActorKind.STAFF}:{one}" not in but}
    names = identity.staff_names(free)
    return [f"{names[one]}（{role.name_zh}）" for one, role in free.items()]


def fields_of(error: Problem, otherwise: str) -> dict[str, list[str]]:
    fields = error.fields if isinstance(error, Invalid) else {}
    return fields or {otherwise: [error.message]}
