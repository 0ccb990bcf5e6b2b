"""Where a matter went, for the staff: the rooms above that this door knows, each by a follower of its own."""

from collections.abc import Collection, Mapping
from typing import Any

from flask import url_for

from admin.guard import holds
from server.ballots import queries as ballots
from server.contributions import queries as contributions
from server.identity.rules import Permission
from server.infra.clock import now
from server.matters import queries
from server.matters.rules.links import Follower, LinkKind, Whereabouts
from server.projects.queries import Reach
from server.surveys import queries as surveys
from server.tickets import queries as tickets
from server.tickets.queries import Selected

#: Of tickets and contributions there may be many; older ones are behind the newest.
MOST_OFFERED = 50


def _page(permission: Permission, endpoint: str, community_id: int, **ids: Any) -> str:
    """Its address, where this reader may open it: a company reads where a matter went, and has no page of some of it."""
    return url_for(endpoint, community_id=community_id, **ids) if holds(permission, community_id) else ""


def follow_surveys(target_ids: Collection[int], community_id: int) -> Mapping[int, Whereabouts]:
    return {
        one.id: Whereabouts(
            one.title,
            surveys.stage(one, now()).name_zh,
            href=_page(Permission.SEE_SURVEYS, "admin.surveys.show_survey", community_id, survey_id=one.id),
        )
        for one in surveys.surveys_of(community_id)
        if one.id in target_ids
    }


def follow_ballots(target_ids: Collection[int], community_id: int) -> Mapping[int, Whereabouts]:
    return {
        one.ballot.id: Whereabouts(
            one.ballot.title,
            one.stage.name_zh,
            href=_page(
                Permission.SEE_BALLOT, "admin.ballots.show_ballot", community_id, ballot_id=one.ballot.id
            ),
        )
        for one in ballots.staged_ballots(community_id, now())
        if one.ballot.id in target_ids
    }


def follow_tickets(target_ids: Collection[int], community_id: int) -> Mapping[int, Whereabouts]:
    found = (tickets.ticket(one, community_id) for one in target_ids)
    return {
        one.id: Whereabouts(
            f"{one.id} 号，{one.place}，{one.category.name_zh}",
            one.state.name_zh,
            one.state.tone,
            _page(Permission.SEE_TICKETS, "admin.tickets.show_ticket", community_id, ticket_id=one.id),
        )
        for one in found
        if one is not None
    }


def follow_contributions(target_ids: Collection[int], community_id: int) -> Mapping[int, Whereabouts]:
    """Which home gives is for those who read contributions; everybody else reads what the giver lets be read."""
    may_see = holds(Permission.SEE_CONTRIBUTIONS, community_id)
    return {
        card.pledge.id: Whereabouts(
            f"{card.place if may_see else card.giver}，{card.pledge.kind.name_zh}",
            *card.standing_zh,
            href=_page(
                Permission.SEE_CONTRIBUTIONS,
                "admin.contributions.pledge_page",
                community_id,
                pledge_id=card.pledge.id,
            ),
        )
        for card in contributions.pledges_among(target_ids, community_id)
    }


FOLLOWERS: dict[LinkKind, Follower] = {
    LinkKind.SURVEY: follow_surveys,
    LinkKind.BALLOT: follow_ballots,
    LinkKind.TICKET: follow_tickets,
    LinkKind.CONTRIBUTION: follow_contributions,
}


def where_it_went(matter_id: int, community_id: int) -> list[tuple[LinkKind, Whereabouts]]:
    """In the order it was linked; of a kind that this door does not know nothing is told."""
    found = []
    for link in queries.links_of(matter_id):
        follow = FOLLOWERS.get(link.kind)
        where = follow([link.target_id], community_id).get(link.target_id) if follow else None
        if where is not None:
            found.append((link.kind, where))
    return found


def targets(community_id: int) -> list[tuple[str, str]]:
    """What a matter may be linked to here, of what this reader sees: ("survey:7", "问卷：…")."""
    may_see = holds(Permission.SEE_CONTRIBUTIONS, community_id)
    return [
        *((f"{LinkKind.SURVEY}:{one.id}", f"问卷：{one.title}") for one in surveys.surveys_of(community_id)),
        *((f"{LinkKind.BALLOT}:{one.id}", f"表决：{one.title}") for one in ballots.ballots_of(community_id)),
        *(
            (f"{LinkKind.TICKET}:{one.id}", f"工单：{one.id} 号，{one.place}，{one.category.name_zh}")
            for one in tickets.tickets(Selected(Reach([], [community_id])), now(), size=MOST_OFFERED).items
        ),
        *(
            (f"{LinkKind.CONTRIBUTION}:{one.pledge.id}", f"共建：{one.place}，{one.pledge.kind.name_zh}")
            for one in (contributions.pledges(community_id, size=MOST_OFFERED).items if may_see else [])
        ),
    ]
