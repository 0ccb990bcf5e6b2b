"""A vote is held again as another vote: a draft with the same text, its own notice, roll and log. The earlier one stays as it is."""

from dataclasses import replace
from datetime import datetime

from server.ballots import queries
from server.ballots.actions.drafting import draft_ballot, draft_of
from server.ballots.models import Ballot
from server.ballots.rules.drafting import Stage
from server.ballots.rules.wording import again_intro, again_title
from server.kernel.actor import Actor
from server.kernel.errors import Refused


def repeat_ballot(
    ballot_id: int, *, became: str = "", client_key: str, actor: Actor, now: datetime
) -> Ballot:
    """Draft it anew, once it was counted; the same client key again gives the same draft. Its dates are still to be set.

    `became`: what became of the earlier vote where its result stands no more; that is known above this room.
    """
    earlier = queries.known(ballot_id)
    if queries.stage(earlier, now) is not Stage.COUNTED:
        raise Refused("这次投票还没有计票。计票以后，才能重新表决。", code="not_counted")
    draft = replace(
        draft_of(earlier),
        title=again_title(earlier.title),
        intro=again_intro(earlier.title, earlier.closing_at or now, earlier.intro, became),
        opens_at=None,
        closes_at=None,
    )
    return draft_ballot(
        earlier.community_id, draft, client_key=client_key, actor=actor, now=now, earlier=draft.motions
    )
