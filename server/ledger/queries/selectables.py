"""Where communities are and how many households they have, to be joined by rooms above."""

import sqlalchemy as sa

from server.ledger.models import Community, Flat, Household

#: id, name, code, division_id.
COMMUNITY_PLACES = sa.select(Community.id, Community.name, Community.code, Community.division_id).subquery(
    "community_places"
)

#: community_id, households: those that stand in the ledger now, vacant ones too. A community without one has no row.
#: Narrowed by community_id, only those communities are counted.
HOUSEHOLD_COUNTS = (
    sa.select(Flat.community_id, sa.func.count(Household.id).label("households"))
    .join(Household, Household.flat_id == Flat.id)
    .where(Household.closed_at.is_(None))
    .group_by(Flat.community_id)
    .subquery("household_counts")
)
