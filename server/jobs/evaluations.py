"""Rounds of judging as their days come: what was promised to a community is asked of decisions, and handed down."""

from datetime import datetime

from server.catalogue import queries as catalogue
from server.decisions import queries as decisions
from server.evaluations import actions
from server.evaluations.actions import Promised


def follow_rounds(now: datetime) -> int:
    return actions.follow_rounds(now, promised)


def promised(community_id: int) -> list[Promised]:
    """The renovation contents that signed decisions adopted, each once, however many buildings it was decided for."""
    adopted = decisions.adopted_items(community_id)
    ids = [one.catalogue_item_id for one in adopted if one.catalogue_item_id is not None]
    listed = catalogue.items_by_ids(ids)
    codes = {listed[one].code: listed[one].name for one in ids}
    return [Promised(code, name) for code, name in codes.items()]
