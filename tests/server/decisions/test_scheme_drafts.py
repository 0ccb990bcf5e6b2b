"""Writing a scheme line by line: what a draft takes, what it refuses, what becomes of it."""

from datetime import timedelta
from decimal import Decimal

import pytest

from server.decisions.actions import scheme_drafts
from server.decisions.queries import schemes as queries
from server.decisions.rules.schemes import ROOT, Take
from server.infra.db import unit_of_work
from server.kernel.errors import Invalid, NotFound, Refused
from server.ledger.models import Community
from tests.factories import schemes as made
from tests.factories.ballots import CLERK
from tests.factories.catalogue import get_item
from tests.factories.ledger import make_community, make_flat
from tests.factories.schemes import DRAWN

pytestmark = pytest.mark.usefixtures("app")
TOLD = 100_000_00
LATER = DRAWN + timedelta(days=60)


def codes(error: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [one.code for one in error.value.reasons] or [error.value.code]


def test_the_next_version_begins_from_the_one_in_force() -> None:
    counted = made.make_voted()
    made.make_version(counted, is_confirmed=True)
    with unit_of_work():
        draft = scheme_drafts.begin_draft(counted.community.id, ROOT, actor=CLERK, now=LATER)
        again = scheme_drafts.begin_draft(counted.community.id, ROOT, actor=CLERK, now=LATER)
    assert draft is again
    assert [(line.item, line.cost_fen) for _, line in queries.draft_lines(draft)] == [
        ("B06", 60_000_00),
        ("B11", 40_000_00),
    ]


def test_a_line_is_replaced_and_dropped() -> None:
    counted = made.make_voted()
    made.write(counted.community, {"B06": 1, "B11": 2})
    made.write(counted.community, {"B06": 3})
    drop(counted.community, "B11")
    drop(counted.community, "B11")
    draft = queries.draft(queries.tree(counted.community.id, DRAWN).by_node[ROOT].id)
    assert draft is not None
    assert [(line.item, line.cost_fen) for _, line in queries.draft_lines(draft)] == [("B06", 3)]


def test_a_discarded_draft_is_gone() -> None:
    counted = made.make_voted()
    made.write(counted.community, {"B06": 1})
    with unit_of_work():
        scheme_drafts.discard_draft(counted.community.id, ROOT, actor=CLERK, now=DRAWN)
    with pytest.raises(Refused, match="还没有开始写"):
        drop(counted.community, "B06")


def test_an_empty_scheme_is_not_handed_in() -> None:
    counted = made.make_voted()
    made.write(counted.community, {})
    with pytest.raises(Refused) as error:
        made.submit(counted.community, f"b{counted.ballot.id}", TOLD)
    assert codes(error) == ["empty"]


def test_a_change_says_why() -> None:
    counted = made.make_voted()
    made.make_version(counted, is_confirmed=True)
    made.write(counted.community, {"B06": 1})
    with pytest.raises(Invalid) as error:
        made.submit(counted.community, f"b{counted.ballot.id}", TOLD)
    assert set(error.value.fields) == {"reason"}


@pytest.mark.parametrize("figures", [{"quantity": Decimal(-1)}, {"cost_fen": -1}, {"cost_fen": 10**14}])
def test_impossible_figures_are_refused(figures: dict[str, object]) -> None:
    counted = made.make_voted()
    made.write(counted.community, {})
    with pytest.raises(Invalid), unit_of_work():
        scheme_drafts.put_line(
            counted.community.id, ROOT, catalogue_item_id=get_item("B06").id, take=Take.ADOPT, actor=CLERK,
            now=DRAWN, **figures,  # type: ignore[arg-type]
        )  # fmt: skip


def test_only_items_of_the_list_are_taken() -> None:
    counted = made.make_voted()
    made.write(counted.community, {})
    with pytest.raises(Invalid), unit_of_work():
        scheme_drafts.put_line(
            counted.community.id, ROOT, catalogue_item_id=987_654, take=Take.ADOPT, actor=CLERK, now=DRAWN
        )


def test_a_node_of_another_community_is_not_found() -> None:
    counted, other = made.make_voted(), make_flat(make_community())
    with pytest.raises(NotFound), unit_of_work():
        scheme_drafts.begin_draft(counted.community.id, f"e{other.entrance_id}", actor=CLERK, now=DRAWN)
    with pytest.raises(NotFound):
        queries.version(987_654, counted.community.id)


def drop(community: Community, code: str) -> None:
    with unit_of_work():
        scheme_drafts.drop_line(
            community.id, ROOT, catalogue_item_id=get_item(code).id, actor=CLERK, now=DRAWN
        )
