"""Schemes on a real database: written, handed in, guarded, confirmed by a second person; votes decide what may be in them."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from server.ballots import actions as voting
from server.ballots import queries as ballots
from server.decisions.actions import declare_void, scheme_drafts
from server.decisions.actions import schemes as actions
from server.decisions.models import SchemeAct, SchemeItem, SchemeVersion
from server.decisions.queries import decision_of_ballot, open_schemes
from server.decisions.queries import schemes as queries
from server.decisions.queries.adopted import adopted_works
from server.decisions.queries.scheme_views import VersionView
from server.decisions.rules import Fault
from server.decisions.rules.schemes import ROOT, State
from server.infra.db import db, unit_of_work
from server.kernel.errors import Conflict, Invalid, Refused
from server.kernel.places import ScopeKind
from server.ledger.models import Community
from server.policies.actions import set_policy
from server.policies.rules import Basis
from tests.factories import decisions as decided
from tests.factories import schemes as made
from tests.factories.ballots import CLERK, REVIEWER
from tests.factories.catalogue import get_item
from tests.factories.divisions import get_division
from tests.factories.ledger import make_community, make_flat, make_owner
from tests.factories.schemes import CHECKED, DRAWN
from tests.factories.surveys import form_of, make_open_survey, question

pytestmark = pytest.mark.usefixtures("app")
TOLD = 100_000_00
LATER = DRAWN + timedelta(days=60)


def view(row: SchemeVersion, community: Community, now: datetime = CHECKED) -> VersionView:
    return queries.view_of(queries.tree(community.id, now), row)


def codes(error: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [one.code for one in error.value.reasons] or [error.value.code]


def test_a_scheme_takes_effect_when_a_second_person_confirms_it() -> None:
    counted = made.make_voted()
    row = made.make_version(counted)
    assert view(row, counted.community).state is State.WAITING
    made.confirm(row, counted.community)
    found = view(row, counted.community)
    assert found.state is State.IN_FORCE
    assert found.cost_fen == TOLD
    assert {item for item, (ballot, _) in found.rests_on.items() if ballot == counted.ballot.id} == {
        "B06",
        "B11",
    }
    assert [line.quantity for line in found.lines] == [Decimal("12.50")] * 2


def test_who_wrote_a_scheme_does_not_confirm_it() -> None:
    counted = made.make_voted()
    row = made.make_version(counted)
    with pytest.raises(Refused) as error, unit_of_work():
        actions.confirm_version(row.id, community_id=counted.community.id, actor=CLERK, now=CHECKED)
    assert codes(error) == ["own_work"]


def test_confirming_twice_is_confirming_once() -> None:
    counted = made.make_voted()
    row = made.make_version(counted, is_confirmed=True)
    made.confirm(row, counted.community)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SchemeAct)) == 1


def test_handing_in_twice_makes_one_version() -> None:
    counted = made.make_voted()
    made.write(counted.community, {"B06": TOLD, "B11": 0})
    first = made.submit(counted.community, f"b{counted.ballot.id}", TOLD, client_key="k")
    again = made.submit(counted.community, f"b{counted.ballot.id}", TOLD, client_key="k")
    assert first.id == again.id
    with pytest.raises(Conflict):
        made.submit(counted.community, f"b{counted.ballot.id}", 1, client_key="k")


def test_what_was_rejected_cannot_be_adopted() -> None:
    counted = made.make_voted(("B06", "B11"), ("B11",))
    with pytest.raises(Refused) as error:
        made.write(counted.community, {"B11": 1})
    assert codes(error) == ["rejected"]


def test_what_takes_three_quarters_is_not_adopted_without_a_vote() -> None:
    counted = made.make_voted()
    with pytest.raises(Refused) as error:
        made.write(counted.community, {"W03": 1})
    assert codes(error) == ["not_voted"]


def test_what_a_recount_turned_down_does_not_take_effect() -> None:
    counted = made.make_voted(is_signed=False)
    row = made.make_version(counted)
    for flat in range(4):
        decided.void_vote(counted, flat)
    decided.recount(counted)
    found = queries.tree(counted.community.id, CHECKED)
    assert "items_changed" in [one.code for one in found.why_not_confirm(view(row, counted.community))]


def test_what_is_voided_and_counted_again_after_the_signature_decides_nothing() -> None:
    counted = made.make_voted(("B06", "B11"), ("B11",))
    signed = queries.tree(counted.community.id, CHECKED).voted.votes
    for flat in range(4):
        decided.void_vote(counted, flat, LATER)
    with unit_of_work():
        voting.count_ballot(counted.ballot.id, actor=CLERK, now=LATER)
    newest = ballots.result(counted.ballot.id)
    assert (newest.number, newest.results[0]["motions"][0]["verdict"]) == (2, "no_quorum")
    assert queries.tree(counted.community.id, LATER).voted.votes == signed
    assert {(vote.item, vote.outcome.value, vote.is_final) for vote in signed} == {
        ("B06", "adopted", True),
        ("B11", "rejected", True),
    }


def test_a_scheme_waits_for_the_signature_of_the_decision() -> None:
    counted = made.make_voted(is_signed=False)
    row = made.make_version(counted)
    with pytest.raises(Refused) as error:
        made.confirm(row, counted.community)
    assert codes(error) == ["not_final"]
    made.sign(counted)
    made.confirm(row, counted.community)


def test_a_scheme_in_force_loses_what_a_court_revoked_until_it_is_voted_anew() -> None:
    counted = made.make_voted()
    row = made.make_version(counted)
    made.confirm(row, counted.community)

    def held(now: datetime) -> list[tuple[bool, bool]]:
        lines = open_schemes.open_scheme(counted.community.id, ROOT, now).lines
        return [(one.holds, one.is_undone) for one in lines]

    assert held(CHECKED) == [(True, False)] * 2
    decision = decision_of_ballot(counted.ballot.id)
    decided.annul(decision, now=CHECKED)
    assert held(CHECKED) == [(False, True)] * 2
    assert adopted_works(counted.community.id, CHECKED) == []
    assert view(row, counted.community).state is State.IN_FORCE
    later = timedelta(days=60)
    made.vote_again(counted.community, counted.flats, ["B06"], later=later)
    assert held(CHECKED + later) == [(True, False), (False, True)]


def test_a_void_vote_is_no_ground() -> None:
    counted = made.make_voted(is_signed=False)
    row = made.make_version(counted)
    draft = decided.make_draft(counted)
    with unit_of_work():
        declare_void(
            draft.id,
            community_id=counted.community.id,
            fault=Fault.WRONG_ROLL,
            reason="名册错了",
            actor=REVIEWER,
            now=CHECKED,
        )
    found = view(row, counted.community)
    assert (found.state, found.departure) == (State.RESTING, None)
    assert [one.code for one in found.reopened] == ["consultation_void"]


@pytest.mark.parametrize(
    ("cost", "state"),
    [
        pytest.param(110_000_00, State.WAITING, id="exactly-a-tenth-more"),
        pytest.param(110_000_01, State.RESTING, id="a-fen-more-than-a-tenth"),
    ],
)
def test_a_dearer_scheme_rests_beyond_the_share(cost: int, state: State) -> None:
    counted = made.make_voted()
    row = made.make_version(counted, {"B06": cost, "B11": 0}, told=TOLD)
    assert view(row, counted.community).state is state


def test_a_county_may_set_another_share() -> None:
    counted = made.make_voted()
    with unit_of_work():
        set_policy(
            get_division("520102").id, "scheme.cost_share", 5, valid_from=DRAWN.date(), basis=Basis.DOCUMENT,
            basis_text="南明区住建局〔2026〕3 号", actor=CLERK, now=DRAWN - timedelta(days=1),
        )  # fmt: skip
    row = made.make_version(counted, {"B06": 105_000_01, "B11": 0}, told=TOLD)
    assert view(row, counted.community).state is State.RESTING


def test_a_version_that_departs_rests_and_is_not_confirmed() -> None:
    counted = made.make_voted()
    first = made.make_version(counted, is_confirmed=True)
    made.write(counted.community, {"B09": 1})
    row = made.submit(counted.community, f"b{counted.ballot.id}", TOLD, reason="加绿化")
    found = view(row, counted.community)
    assert found.state is State.RESTING
    assert found.departure is not None and found.departure.added == ("B09",)
    with pytest.raises(Refused) as error:
        made.confirm(row, counted.community)
    assert codes(error) == ["items_changed"]
    assert view(first, counted.community).state is State.IN_FORCE


def test_small_steps_are_measured_from_the_vote_and_do_not_add_up_unseen() -> None:
    counted = made.make_voted()
    source = f"b{counted.ballot.id}"
    made.make_version(counted, {"B06": 109_000_00, "B11": 0}, told=TOLD, is_confirmed=True)
    made.write(counted.community, {"B06": 115_000_00}, now=LATER)
    row = made.submit(counted.community, source, TOLD, reason="材料涨价", now=LATER)
    assert view(row, counted.community, LATER).state is State.RESTING


def test_what_people_were_told_is_said_once() -> None:
    counted = made.make_voted()
    made.make_version(counted, is_confirmed=True)
    made.write(counted.community, {"B06": 150_000_00}, now=LATER)
    with pytest.raises(Invalid) as error:
        made.submit(counted.community, f"b{counted.ballot.id}", 150_000_00, reason="改", now=LATER)
    assert set(error.value.fields) == {"told_cost"}


def test_a_newer_vote_lifts_a_version_from_its_rest() -> None:
    counted = made.make_voted()
    made.make_version(counted, is_confirmed=True)
    made.write(counted.community, {"B09": 9_000_00})
    row = made.submit(counted.community, f"b{counted.ballot.id}", TOLD, reason="加绿化")
    again = made.vote_again(counted.community, counted.flats, ["B09"], later=timedelta(days=60))
    now = DRAWN + timedelta(days=61)
    assert view(row, counted.community, now).state is State.RESTING
    name(row, counted.community, f"b{again.ballot.id}", 109_000_00, now)
    assert view(row, counted.community, now).state is State.WAITING
    made.confirm(row, counted.community, now=now)
    assert [one.state for one in queries.tree(counted.community.id, now).versions[ROOT]] == [
        State.REPLACED,
        State.IN_FORCE,
    ]


def test_an_older_vote_lifts_nothing() -> None:
    counted = made.make_voted()
    row = made.make_version(counted, {"B06": 200_000_00, "B11": 0})
    with pytest.raises(Invalid) as error:
        name(row, counted.community, f"b{counted.ballot.id}", 200_000_00, CHECKED)
    assert set(error.value.fields) == {"source"}


def test_a_survey_that_asked_settles_what_it_asked() -> None:
    counted = made.make_voted()
    made.make_version(counted, is_confirmed=True)
    made.write(counted.community, {"B12": 1})
    row = made.submit(counted.community, f"b{counted.ballot.id}", TOLD, reason="加光纤")
    survey = closed_survey(counted.community, "B12", DRAWN + timedelta(days=20))
    now = DRAWN + timedelta(days=21)
    name(row, counted.community, f"s{survey}", 100_000_01, now)
    found = view(row, counted.community, now)
    assert (found.state, found.departure and found.departure.base) == (State.WAITING, 3)


def test_an_older_ground_than_the_last_vote_is_not_taken() -> None:
    counted = made.make_voted()
    made.vote_again(counted.community, counted.flats, ["B09"], later=timedelta(days=10))
    with pytest.raises(Invalid) as error:
        made.make_version(counted, now=DRAWN + timedelta(days=20))
    assert set(error.value.fields) == {"source"}


def test_an_item_is_adopted_for_one_entrance_and_not_for_its_neighbour() -> None:
    community = make_community()
    flats = [make_flat(community, entrance=entrance, room="101") for entrance in ("1", "2")]
    for flat in flats:
        make_owner(flat)
    voted = made.vote_again(community, flats, ["B06", "B13"])
    one, two = (f"e{flat.entrance_id}" for flat in flats)
    made.make_version(voted, {"B06": TOLD, "B13": 0}, is_confirmed=True)
    made.make_version(voted, {"B13": None}, told=0, node=two)
    assert {held.line.item for held in queries.tree(community.id, CHECKED).holding(two) if held.holds} == {
        "B06",
        "B13",
    }
    found = queries.tree(community.id, CHECKED).versions[two][0]
    # Leaving out all that was voted for the entrance is for its people to say.
    assert found.state is State.RESTING
    again = made.vote_again(
        community, [flats[1]], ["B13"], ["B13"], scope=ScopeKind.ENTRANCE, later=timedelta(days=60),
        entrance_ids=[flats[1].entrance_id],
    )  # fmt: skip
    now = DRAWN + timedelta(days=61)
    name(found.row, community, f"b{again.ballot.id}", 0, now)
    made.confirm(found.row, community, now=now)
    of = queries.tree(community.id, now)
    assert {held.line.item for held in of.holding(two) if held.holds} == {"B06"}
    assert {held.line.item for held in of.holding(one) if held.holds} == {"B06", "B13"}


def test_what_one_entrance_rejected_does_not_come_down_to_it() -> None:
    community = make_community()
    flats = [make_flat(community, entrance=entrance, room="101") for entrance in ("1", "2")]
    for flat in flats:
        make_owner(flat)
    voted = made.vote_again(community, flats, ["B06"])
    made.make_version(voted, {"B06": TOLD}, is_confirmed=True)
    made.vote_again(
        community, [flats[1]], ["B06"], ["B06"], later=timedelta(days=60), entrance_ids=[flats[1].entrance_id]
    )
    of = queries.tree(community.id, DRAWN + timedelta(days=61))
    holds = [of.holding(f"e{flat.entrance_id}")[0].holds for flat in flats]
    assert holds == [True, False]


def test_one_version_at_a_time_waits() -> None:
    counted = made.make_voted()
    made.make_version(counted)
    with pytest.raises(Conflict), unit_of_work():
        scheme_drafts.begin_draft(counted.community.id, ROOT, actor=CLERK, now=DRAWN)


def test_a_withdrawn_version_stays_readable_and_the_next_may_be_written() -> None:
    counted = made.make_voted()
    row = made.make_version(counted)
    withdraw(row, counted.community, "算错了")
    found = view(row, counted.community)
    assert (found.state, found.act and found.act.reason) == (State.WITHDRAWN, "算错了")
    assert made.make_version(counted).number == 2
    with pytest.raises(Refused):
        withdraw(row, counted.community, "再撤一次")
    with pytest.raises(Refused):
        name(row, counted.community, f"b{counted.ballot.id}", TOLD, CHECKED)


def test_a_withdrawal_says_why() -> None:
    counted = made.make_voted()
    row = made.make_version(counted)
    with pytest.raises(Invalid):
        withdraw(row, counted.community, " ")


@pytest.mark.parametrize("table", ["scheme_versions", "scheme_items", "scheme_consultations", "scheme_acts"])
def test_what_was_handed_in_is_never_changed(table: str) -> None:
    made.make_version(made.make_voted(), is_confirmed=True)
    column = "number" if table == "scheme_versions" else "version_id"
    for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):  # noqa: S608
        with pytest.raises(sa.exc.DBAPIError, match="only grows"), unit_of_work():
            db.session.execute(sa.text(statement))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SchemeItem)) == 2


def closed_survey(community: Community, code: str, closes: datetime) -> int:
    """A survey that asked about this item, and closed then."""
    asked = question("items", "items", options=[{"value": code, "title": get_item(code).name}])
    survey = make_open_survey(community, form_of(asked), closes_at=closes)
    return survey.id


def name(row: SchemeVersion, community: Community, source: str, told: int, now: datetime) -> None:
    with unit_of_work():
        actions.name_consultation(
            row.id, community_id=community.id, source=source, told_cost_fen=told, client_key=made.key(),
            actor=CLERK, now=now,
        )  # fmt: skip


def withdraw(row: SchemeVersion, community: Community, reason: str) -> None:
    with unit_of_work():
        actions.withdraw_version(row.id, community_id=community.id, reason=reason, actor=CLERK, now=CHECKED)
