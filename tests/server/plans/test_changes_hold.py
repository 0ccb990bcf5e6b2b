"""The totals of a frozen plan move by exactly what was reported, whatever is changed in whatever order."""

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.infra.db import db, unit_of_work
from server.plans import queries
from server.plans.actions.changes import Proposed
from server.plans.models import AnnualPlan, PlanRow
from server.plans.rules.figures import Totals, summed
from server.plans.rules.words import ChangeKind, FundSource
from tests.factories.ledger import make_community
from tests.factories.plans import figures, make_frozen, make_reported, rows_in_force

STEPS = st.lists(
    st.tuples(
        st.sampled_from(ChangeKind),
        st.integers(0, 5),
        st.integers(1, 900),
        st.integers(0, 10**9),
    ),
    min_size=1,
    max_size=5,
)


def changed(plan: AnnualPlan, kind: ChangeKind, which: int, households: int, fen: int) -> bool:
    rows = rows_in_force(plan)
    if not rows:
        return False
    row = rows[which % len(rows)]
    new = figures(households, costs={FundSource.CITY: fen}, claimed_consenting=0, claimed_base=0)
    if kind is ChangeKind.WITHDRAW:
        proposed = Proposed(kind, "原因", "方案")
    elif kind is ChangeKind.REPLACE:
        proposed = Proposed(kind, "原因", "方案", make_community().id, new)
    elif new.as_json() == row.figures.as_json():
        return False
    else:
        proposed = Proposed(kind, "原因", "方案", None, new)
    make_reported(row, proposed)
    return True


@given(steps=STEPS)
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_the_rows_in_force_are_the_frozen_total_and_the_reported_differences(app: APIFlask, store, steps):
    store.restore()
    plan = make_frozen(120, 80, 45)
    line = queries.line_of(plan)
    assert line.frozen == line.totals == Totals(3, 245, 3 * 1_500_000_00)
    done = sum(changed(plan, *step) for step in steps)
    db.session.expire_all()
    effects = queries.effects_of(plan.id)
    assert len(effects) == done
    now_standing = queries.line_of(plan)
    assert now_standing.frozen is not None
    assert now_standing.totals == now_standing.frozen + summed(one.difference for one in effects)
    assert now_standing.frozen == line.frozen
    counted = db.session.execute(
        sa.select(sa.func.count(), sa.func.sum(queries.ROWS_IN_FORCE.c.households)).where(
            queries.ROWS_IN_FORCE.c.plan_id == plan.id
        )
    ).one()
    assert (counted[0], counted[1] or 0) == (now_standing.totals.communities, now_standing.totals.households)
    # Every row that ever stood can still be read, as it was.
    assert len(queries.rows(plan.id)) == 3 + sum(one.new_row_id is not None for one in effects)


@pytest.mark.parametrize(
    "statement",
    [
        sa.text("UPDATE plan_rows SET households = 1"),
        sa.text("DELETE FROM plan_rows"),
        sa.text("UPDATE annual_plans SET year = 2027"),
        sa.text("DELETE FROM plan_freezings"),
        sa.text("UPDATE plan_documents SET doc_no = 'x'"),
    ],
    ids=["a-row-changed", "rows-deleted", "the-plan-moved", "unfrozen", "the-document-changed"],
)
def test_the_database_itself_refuses_to_touch_a_frozen_plan(app: APIFlask, statement: sa.TextClause):
    make_frozen(120)
    with pytest.raises(sa.exc.DBAPIError), unit_of_work() as session:
        session.execute(statement)


def test_the_database_takes_no_row_into_a_frozen_plan_without_a_reported_change(app: APIFlask):
    plan = make_frozen(120)
    (row,) = rows_in_force(plan)
    stored = {name: getattr(row, name) for name in ("households", "costs", "cost_fen", "claimed_consenting")}
    for replaces in (None, row.id):
        with pytest.raises(sa.exc.DBAPIError, match="formal document"), unit_of_work() as session:
            session.add(
                PlanRow(
                    plan_id=plan.id, community_id=row.community_id, replaces_id=replaces, added_at=row.added_at,
                    claimed_base=row.claimed_base, contents=[], note="", **stored,
                )
            )  # fmt: skip
