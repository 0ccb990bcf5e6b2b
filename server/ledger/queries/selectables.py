"""Where communities are and how many households they have, to be joined by rooms above."""

import sqlalchemy as sa

from server.ledger.models import Community, Flat, Household

#: id, name, code, division_id.
COMMUNITY_PLACES = sa.select(Community.id, Community.name, Community.code, Community.division_id).subquery(
    "community_places"
)


def households_of(community_id: sa.ColumnElement[int]) -> sa.ScalarSelect[int]:
    """How many households stand in the ledger now in the community of this column, vacant ones too.

    Counted for each community that is read, not for all beside it: one project's page must not count a province.
    """
    return (
        sa.select(sa.func.count(Household.id))
        .join(Flat, Flat.id == Household.flat_id)
        .where(Flat.community_id == community_id, Household.closed_at.is_(None))
        .scalar_subquery()
    )
