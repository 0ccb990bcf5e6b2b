"""Where communities are and how many households they have, to be joined by rooms above."""

import sqlalchemy as sa

from server.ledger.models import Building, Community, Entrance

#: id, name, code, division_id.
COMMUNITY_PLACES = sa.select(Community.id, Community.name, Community.code, Community.division_id).subquery(
    "community_places"
)

#: community_id, households: those that stand in the ledger now, vacant ones too, by the counts kept beside the
#: entrances. A community without buildings has no row. Narrowed by community_id, only those communities are summed.
HOUSEHOLD_COUNTS = (
    sa.select(Building.community_id, sa.func.sum(Entrance.households).label("households"))
    .join(Entrance, Entrance.building_id == Building.id)
    .group_by(Building.community_id)
    .subquery("household_counts")
)
