"""Lift cases on a real database, and how they hold back a vote that passed."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from server.decisions import queries as decisions
from server.decisions.actions import lifts as actions
from server.decisions.models import LiftAct, LiftCase
from server.decisions.queries import lifts as queries
from server.decisions.queries import schemes
from server.decisions.rules import Outcome
from server.decisions.rules.lifts import ActKind, CaseState
from server.infra.db import db, unit_of_work
from server.kernel.chinatime import china_day
from server.kernel.errors import Conflict, Invalid, NotFound, Refused
from server.kernel.places import ScopeKind
from server.policies.actions import set_policy
from server.policies.rules import Basis
from tests.factories import decisions as decided
from tests.factories import schemes as made
from tests.factories.ballots import CLERK, REVIEWER, make_electorate
from tests.factories.decisions import Counted
from tests.factories.divisions import get_division
from tests.factories.ledger import make_flat
from tests.factories.schemes import CHECKED, DRAWN, act, check, make_case, plan

pytestmark = pytest.mark.usefixtures("app")
K = ActKind


def state(case: LiftCase) -> CaseState:
    return queries.lift_view(case).state


def outcome(counted: Counted) -> tuple[Outcome, int, int]:
    count = decisions.newest_count(counted.ballot.id)
    (item,) = decisions.items_counted(count)
    return item.outcome, item.missing_consents, item.open_objections


def make_lift_vote(**facts: bool) -> Counted:
    return made.make_voted(["W02"], scope=ScopeKind.ENTRANCE, **facts)


def test_from_the_opening_to_all_there() -> None:
    _, flats = make_electorate()
    case = make_case(flats, flats[:1])
    assert state(case) is CaseState.LACKING
    act(case, K.CONSENT, flats[0])
    objection = act(case, K.OBJECTION, flats[1], words="挡光")
    assert state(case) is CaseState.OBJECTED
    act(case, K.NEGOTIATION, about=objection)
    act(case, K.MEDIATION, about=objection, is_agreed=True)
    act(case, K.COMPENSATION, about=objection, amount_fen=5_000_00)
    act(case, K.SETTLED, about=objection)
    assert state(case) is CaseState.UNCHECKED
    check(case)
    assert state(case) is CaseState.PLANLESS
    plan(case)
    assert state(case) is CaseState.COMPLETE
    (one,) = queries.lift_view(case).case.objections
    assert (one.compensation_fen, len(one.acts)) == (5_000_00, 4)
    act(case, K.CONSENT_WITHDRAWN, flats[0])
    assert state(case) is CaseState.LACKING


def test_what_is_missing_is_named_by_room_and_flat() -> None:
    _, flats = make_electorate()
    case = make_case(flats, flats[:2])
    act(case, K.CONSENT, flats[0])
    act(case, K.OBJECTION, flats[2])
    assert queries.lift_view(case).missing == [
        "1 栋 1 单元 101 的同意（同意书等复核）",
        "1 栋 1 单元 102 的同意（还没同意）",
        "1 栋 1 单元 103 的异议（还没协商）",
    ]


def test_a_passed_lift_is_held_back_until_nothing_is_missing() -> None:
    counted = make_lift_vote(is_signed=False)
    assert outcome(counted) == (Outcome.ADOPTED, 0, 0)
    case = make_case(counted.flats, counted.flats[:1])
    objection = act(case, K.OBJECTION, counted.flats[1])
    assert outcome(counted) == (Outcome.BLOCKED, 1, 1)
    act(case, K.CONSENT, counted.flats[0])
    act(case, K.SETTLED, about=objection)
    assert outcome(counted) == (Outcome.BLOCKED, 1, 1)
    check(case)
    assert outcome(counted) == (Outcome.ADOPTED, 0, 0)


def test_a_rejected_lift_stays_rejected_whatever_is_missing() -> None:
    counted = made.make_voted(["W02"], ["W02"], scope=ScopeKind.ENTRANCE, is_signed=False)
    make_case(counted.flats, counted.flats[:1])
    assert outcome(counted)[0] is Outcome.REJECTED


def test_another_item_waits_for_no_lift() -> None:
    counted = made.make_voted(["B11"], scope=ScopeKind.ENTRANCE, is_signed=False)
    make_case(counted.flats, counted.flats[:1])
    assert outcome(counted) == (Outcome.ADOPTED, 0, 0)


def test_the_lift_of_another_entrance_holds_nothing_back() -> None:
    counted = make_lift_vote(is_signed=False)
    beside = make_flat(counted.community, entrance="2")
    make_case([beside], [beside])
    assert outcome(counted) == (Outcome.ADOPTED, 0, 0)


def test_a_signed_decision_counts_from_the_day_on_which_nothing_is_missing() -> None:
    counted = make_lift_vote(is_signed=False)
    case = make_case(counted.flats, counted.flats[:1], now=decided.COUNTED)
    made.sign(counted)
    row = decisions.decision_of_ballot(counted.ballot.id)
    assert row is not None
    (item,) = decisions.paper(row, CHECKED).items
    assert (item.outcome, item.missing_consents) == (Outcome.BLOCKED, 1)
    assert "还没同意的业主 1 户" in " ".join(decisions.paper(row, CHECKED).shown_publicly()[0].tests)
    assert decisions.adopted_items(counted.community.id) == []
    act(case, K.CONSENT, counted.flats[0])
    check(case)
    assert [one.motion for one in decisions.adopted_items(counted.community.id)] == ["m1"]
    act(case, K.CONSENT_WITHDRAWN, counted.flats[0])
    assert decisions.adopted_items(counted.community.id) == []


def test_a_scheme_takes_a_held_back_lift_only_when_nothing_is_missing() -> None:
    counted = make_lift_vote()
    case = make_case(counted.flats, counted.flats[:1])
    node = f"e{counted.flats[0].entrance_id}"
    with pytest.raises(Refused) as error:
        made.write(counted.community, {"W02": 480_000_00}, node=node)
    assert "101 的同意" in error.value.message
    act(case, K.CONSENT, counted.flats[0])
    check(case)
    row = made.make_version(counted, {"W02": 480_000_00}, told=480_000_00, node=node)
    act(case, K.CONSENT_WITHDRAWN, counted.flats[0])
    with pytest.raises(Refused) as error:
        made.confirm(row, counted.community)
    assert "blocked" in [one.code for one in error.value.reasons]
    of = schemes.tree(counted.community.id, CHECKED)
    assert of.voted.votes[0].missing == ("1 栋 1 单元 101 的同意（撤回了同意）",)


def test_where_the_place_says_so_a_failed_mediation_blocks_nothing() -> None:
    _, flats = make_electorate()
    with unit_of_work():
        set_policy(
            get_division("520102").id, "lift.failed_mediation_blocks", False, valid_from=china_day(DRAWN),
            basis=Basis.DOCUMENT, basis_text="南明区〔2026〕5 号", actor=CLERK, now=DRAWN - timedelta(days=1),
        )  # fmt: skip
    case = make_case(flats)
    objection = act(case, K.OBJECTION, flats[0])
    assert queries.lift_view(case).case.open_objections
    act(case, K.MEDIATION, about=objection, is_agreed=False)
    assert not queries.lift_view(case).case.open_objections


def test_a_case_goes_by_what_was_set_when_it_was_opened() -> None:
    _, flats = make_electorate()
    case = make_case(flats)
    with unit_of_work():
        set_policy(
            get_division("520102").id, "lift.failed_mediation_blocks", False,
            valid_from=china_day(DRAWN) + timedelta(days=1),
            basis=Basis.DOCUMENT, basis_text="南明区〔2026〕5 号", actor=CLERK, now=DRAWN,
        )  # fmt: skip
    assert queries.failed_blocks(case)


def test_who_entered_the_papers_does_not_check_them() -> None:
    _, flats = make_electorate()
    case = make_case(flats, flats[:1])
    act(case, K.CONSENT, flats[0])
    with pytest.raises(Refused, match="录入的人"):
        check(case, actor=CLERK)


def test_what_came_after_the_look_is_looked_at_another_time() -> None:
    _, flats = make_electorate()
    case = make_case(flats, flats[:1])
    seen = act(case, K.CONSENT, flats[0]).id
    act(case, K.OBJECTION, flats[1])
    with pytest.raises(Conflict, match="刷新"), unit_of_work():
        actions.check_papers(case.id, community_id=case.community_id, seen=seen, actor=REVIEWER, now=CHECKED)


def test_checking_twice_is_checking_once() -> None:
    _, flats = make_electorate()
    case = make_case(flats, flats[:1])
    act(case, K.CONSENT, flats[0])
    assert check(case).id == check(case).id
    with pytest.raises(Refused, match="没有等复核"):
        check(make_case(flats := make_electorate()[1], flats[:1]))


def test_an_entrance_has_one_case() -> None:
    _, flats = make_electorate()
    make_case(flats)
    with pytest.raises(Conflict):
        make_case(flats)


def test_opening_twice_with_one_key_opens_once() -> None:
    community, flats = make_electorate()
    with unit_of_work():
        facts = {
            "taken": [flats[0].id],
            "on": china_day(DRAWN),
            "client_key": "k",
            "actor": CLERK,
            "now": DRAWN,
        }
        first = actions.open_case(community.id, flats[0].entrance_id, **facts)  # type: ignore[arg-type]
        assert actions.open_case(community.id, flats[0].entrance_id, **facts).id == first.id  # type: ignore[arg-type]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(LiftAct)) == 1


def test_entering_twice_with_one_key_enters_once() -> None:
    _, flats = make_electorate()
    case = make_case(flats, flats[:1])
    assert (
        act(case, K.CONSENT, flats[0], client_key="k").id == act(case, K.CONSENT, flats[0], client_key="k").id
    )
    with pytest.raises(Refused):
        act(case, K.CONSENT, flats[0])


def test_an_entrance_of_another_community_is_not_found() -> None:
    community, _ = make_electorate()
    _, theirs = make_electorate()
    with pytest.raises(NotFound), unit_of_work():
        actions.open_case(
            community.id, theirs[0].entrance_id, taken=[], on=china_day(DRAWN), client_key="k", actor=CLERK,
            now=DRAWN,
        )  # fmt: skip
    with pytest.raises(NotFound):
        queries.known(make_case(theirs).id, community.id)


@pytest.mark.parametrize(
    ("kind", "facts", "field"),
    [
        pytest.param(K.CONSENT, {"paper": False}, "photo", id="a-consent-without-its-paper"),
        pytest.param(K.OBJECTION, {"words": " "}, "words", id="an-objection-without-words"),
        pytest.param(K.OBJECTION, {"words": "长" * 2001}, "words", id="too-many-words"),
        pytest.param(K.CONSENT, {"on": china_day(DRAWN) + timedelta(days=1)}, "on", id="tomorrow"),
    ],
)
def test_an_act_brings_what_it_needs(kind: ActKind, facts: dict[str, object], field: str) -> None:
    _, flats = make_electorate()
    case = make_case(flats, flats[:1])
    with pytest.raises(Invalid) as error:
        act(case, kind, flats[0], **facts)  # type: ignore[arg-type]
    assert set(error.value.fields) == {field}


@pytest.mark.parametrize(
    ("kind", "facts", "field"),
    [
        pytest.param(K.MEDIATION, {}, "is_agreed", id="a-mediation-without-its-end"),
        pytest.param(K.NEGOTIATION, {"who": ""}, "who", id="a-talk-of-nobody"),
        pytest.param(K.COMPENSATION, {"amount_fen": 0}, "amount", id="no-money"),
        pytest.param(K.SETTLED, {"paper": False}, "photo", id="a-settlement-without-its-paper"),
    ],
)
def test_an_act_about_an_objection_brings_what_it_needs(
    kind: ActKind, facts: dict[str, object], field: str
) -> None:
    _, flats = make_electorate()
    case = make_case(flats)
    objection = act(case, K.OBJECTION, flats[0])
    with pytest.raises(Invalid) as error:
        act(case, kind, about=objection, **facts)  # type: ignore[arg-type]
    assert set(error.value.fields) == {field}


def test_consent_is_asked_only_of_flats_of_the_entrance_and_neighbours_may_object() -> None:
    community, flats = make_electorate()
    beside = make_flat(community, entrance="2")
    case = make_case(flats)
    with pytest.raises(Invalid):
        act(case, K.TAKEN, beside)
    with pytest.raises(Invalid):
        act(case, K.TAKEN, make_electorate()[1][0])
    with pytest.raises(Invalid):
        act(case, K.CHECKED)
    assert act(case, K.OBJECTION, beside).flat_id == beside.id


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"floors": 1, "parts": {1: 1}}, "floors"),
        ({"cost_fen": 0}, "cost"),
        ({"parts": {}}, "parts"),
        ({"parts": {7: 1}}, "parts"),
        ({"parts": {2: -1}}, "parts"),
        ({"upkeep": " "}, "upkeep"),
        ({"on": china_day(DRAWN) + timedelta(days=1)}, "on"),
    ],
)
def test_a_plan_says_all_it_must(facts: dict[str, object], field: str) -> None:
    _, flats = make_electorate()
    case = make_case(flats)
    with pytest.raises(Invalid) as error:
        plan(case, **facts)
    assert set(error.value.fields) == {field}


def test_what_people_said_is_not_written_into_the_audit() -> None:
    _, flats = make_electorate()
    case = make_case(flats)
    act(case, K.OBJECTION, flats[0], words="我家有病人怕吵")
    facts = db.session.scalars(sa.text("SELECT facts FROM audit_entries")).all()
    assert facts and "病人" not in str(facts)


@pytest.mark.parametrize("statement", ["UPDATE lift_acts SET words = ''", "DELETE FROM lift_acts"])
def test_the_log_only_grows(statement: str) -> None:
    _, flats = make_electorate()
    make_case(flats, flats[:1])
    with pytest.raises(sa.exc.DBAPIError, match="only grows"), unit_of_work():
        db.session.execute(sa.text(statement))
