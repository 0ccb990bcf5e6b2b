"""Where a matter went, for residents: only what they may open, each room above by a follower of its own."""

from collections.abc import Collection, Mapping

from flask import url_for

from server.ballots import queries as ballots
from server.ballots.rules.drafting import Stage as BallotStage
from server.contributions import queries as contributions
from server.infra.clock import now
from server.matters import queries
from server.matters.rules.links import Follower, LinkKind, Whereabouts
from server.surveys import queries as surveys
from server.surveys.rules.stages import Stage as SurveyStage
from server.tickets import queries as tickets

#: What is being drafted has no page for residents yet: they are told that it is.
DRAFTED = "正在起草"


def follow_surveys(target_ids: Collection[int], community_id: int) -> Mapping[int, Whereabouts]:
    found = {}
    for one in surveys.surveys_of(community_id):
        stage = surveys.stage(one, now())
        if one.id not in target_ids or stage is SurveyStage.DISCARDED:
            continue
        if stage is SurveyStage.DRAFT:
            found[one.id] = Whereabouts("问卷", DRAFTED, "quiet")
        else:
            href = url_for("mobile.survey_pages.survey_page", survey_id=one.id)
            found[one.id] = Whereabouts(one.title, stage.name_zh, href=href)
    return found


def follow_ballots(target_ids: Collection[int], community_id: int) -> Mapping[int, Whereabouts]:
    found = {}
    for one in ballots.staged_ballots(community_id, now()):
        if one.ballot.id not in target_ids:
            continue
        if one.stage is BallotStage.DRAFT:
            found[one.ballot.id] = Whereabouts("表决", DRAFTED, "quiet")
        else:
            page = "result_page" if one.stage is BallotStage.COUNTED else "ballot_page"
            href = url_for(f"mobile.ballot_pages.{page}", ballot_id=one.ballot.id)
            found[one.ballot.id] = Whereabouts(one.ballot.title, one.stage.name_zh, href=href)
    return found


def follow_tickets(target_ids: Collection[int], community_id: int) -> Mapping[int, Whereabouts]:
    """What is inside a home has no page for neighbours; they are told how far it is and not where."""
    found = {}
    for one in (tickets.ticket(target, community_id) for target in target_ids):
        if one is None:
            continue
        if one.flat_id is not None:
            found[one.id] = Whereabouts(one.category.name_zh, one.state.name_zh, one.state.tone)
        else:
            href = url_for("mobile.ticket_pages.ticket_page", ticket_id=one.id)
            title = f"{one.place}，{one.category.name_zh}"
            found[one.id] = Whereabouts(title, one.state.name_zh, one.state.tone, href)
    return found


def follow_contributions(target_ids: Collection[int], community_id: int) -> Mapping[int, Whereabouts]:
    """As the giver wishes to be shown; what was taken back is gone."""
    return {
        card.pledge.id: Whereabouts(
            f"{card.giver}，{card.pledge.kind.name_zh}",
            *card.standing_zh,
            href=url_for("mobile.site_pages.money_page", community_id=community_id),
        )
        for card in contributions.pledges_among(target_ids, community_id)
        if card.pledge.taken_back_at is None
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
