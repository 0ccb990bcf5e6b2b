"""The first page of the back office: what waits for this person today, and where their communities stand."""

from datetime import datetime

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from admin.guard import needs, signed_in_only
from admin.session import StaffMember, me
from admin.stations import next_step, stations
from admin.waiting import read_today, tasks
from server.ballots import queries as ballots
from server.ballots.rules.drafting import Stage
from server.identity.rules import ALLOWED, Permission
from server.infra.clock import now
from server.infra.web.addresses import page_asked
from server.kernel.errors import NotFound
from server.kernel.pages import Page
from server.ledger import queries as ledger
from server.ledger.queries import CommunityCard

home = Blueprint("home", __name__)
#: So many communities fit on one page of the list.
LISTED = 20


@home.get("/")
@signed_in_only
def first_page() -> str | Response:
    """One community: straight to its day. Several: the list of them."""
    listed = _reached(me(), page_asked())
    if listed.total == 1:
        return redirect(url_for("admin.home.community_today", community_id=listed.items[0].id))
    instant = now()
    stages = {card.id: _newest(card.id, instant) for card in listed.items}
    return render_template("office/home/communities.html", listed=listed, stages=stages)


@home.get("/communities/<int:community_id>/today")
@needs(Permission.SEE_COMMUNITY)
def community_today(community_id: int) -> str:
    """What waits in one community, and the strip of six."""
    community = ledger.community(community_id)
    if community is None:
        raise NotFound
    today = read_today(community_id, me().actor.key, now())
    strip = stations(today)
    return render_template(
        "office/home/today.html",
        community=community,
        tasks=tasks(today),
        stations=strip,
        next_step=next_step(strip),
        running=[(one, ballots.turnout(one)) for one in today.votes_at(Stage.OPEN)],
    )


def _reached(staff: StaffMember, page: int) -> Page[CommunityCard]:
    """The communities this person may see."""
    grants = [grant for grant in staff.grants if grant.role in ALLOWED[Permission.SEE_COMMUNITY]]
    paths = [grant.division_path for grant in grants if grant.community_id is None]
    ids = [grant.community_id for grant in grants if grant.community_id is not None]
    return ledger.communities_under(*paths, community_ids=ids, page=max(1, page), size=LISTED)


def _newest(community_id: int, instant: datetime) -> tuple[str, str]:
    """Title and stage of the newest vote there that was announced."""
    for one in ballots.staged_ballots(community_id, instant):
        if one.ballot.announced_number is not None:
            return one.ballot.title, one.stage.name_zh
    return "", ""
