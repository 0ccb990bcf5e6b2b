"""The count of households kept beside each entrance is the count of the households."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.infra.db import db, unit_of_work
from server.kernel.actor import COMMAND
from server.ledger import queries
from server.ledger.actions import counting, households, places
from server.ledger.models import Community, Entrance, Flat, Household
from server.ledger.rules.words import FlatUse
from tests.factories.ledger import make_community, make_flat, make_household
from tests.factories.sheets import small_ledger, workbook
from tests.server.ledger.importing import Importer, the_community

NOW = datetime(2026, 3, 1, 1, 0, tzinfo=UTC)
ACTS = ("add", "shop", "split", "close", "to_shop", "to_dwelling", "remove")


def counted_anew(community_id: int) -> int:
    living = sa.select(sa.func.count(Household.id)).join(Flat, Flat.id == Household.flat_id)
    return (
        db.session.scalar(living.where(Flat.community_id == community_id, Household.closed_at.is_(None))) or 0
    )


def do(act: str, community: Community, number: int) -> None:
    """One change of the ledger; one that is not possible now changes nothing."""
    flats = list(
        db.session.scalars(sa.select(Flat).where(Flat.community_id == community.id).order_by(Flat.id))
    )
    if act in {"add", "shop"} or not flats:
        use = FlatUse.SHOP if act == "shop" else FlatUse.DWELLING
        make_flat(community, entrance=str(1 + number % 2), use=use)
        return
    flat = flats[number % len(flats)]
    mine = sa.select(Household).where(Household.flat_id == flat.id, Household.closed_at.is_(None))
    living = list(db.session.scalars(mine.order_by(Household.number)))
    if act == "split" and 0 < len(living) < 4:
        make_household(flat)
    if act == "close" and len(living) > 1:
        with unit_of_work():
            households.close_household(community.id, living[-1].id, actor=COMMAND, now=NOW)
    if act in {"to_shop", "to_dwelling"}:
        use = FlatUse.SHOP if act == "to_shop" else FlatUse.DWELLING
        with unit_of_work():
            places.change_flat(
                flat.id,
                community.id,
                use=use,
                floor=None,
                area=None,
                area_source=None,
                actor=COMMAND,
                now=NOW,
            )
    if act == "remove":
        with unit_of_work():
            places.remove_flat(flat.id, community.id, actor=COMMAND, now=NOW)


@pytest.mark.usefixtures("app")
@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(acts=st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 5)), min_size=1, max_size=12))
def test_after_any_acts_the_kept_count_is_the_count(acts: list[tuple[str, int]]) -> None:
    community = make_community()
    for act, number in acts:
        do(act, community, number)
    assert queries.household_count(community.id) == counted_anew(community.id)
    with unit_of_work():
        assert counting.recompute_households() == 0


def test_a_wrong_count_is_found_and_mended_by_the_command(app: APIFlask) -> None:
    community = make_community()
    make_flat(community)
    with unit_of_work():
        db.session.execute(sa.update(Entrance).values(households=7))
    db.session.rollback()
    told = app.test_cli_runner().invoke(args=["ledger", "recompute"])
    assert told.exit_code == 0 and "1 个单元" in told.output
    assert queries.household_count(community.id) == 1
    assert "没有出入" in app.test_cli_runner().invoke(args=["ledger", "recompute"]).output


def test_an_import_counts_what_it_brought(look: Importer) -> None:
    look(workbook(small_ledger()), apply=True)
    community = the_community()
    assert 0 < queries.household_count(community.id) == counted_anew(community.id)
