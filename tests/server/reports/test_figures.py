"""Figures that are kept say what computing says; they follow what happens below, and stay in their own subtree."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from server.ballots import actions as ballots
from server.ballots.rules.drafting import Kind, MotionText
from server.catalogue.rules import SubsidyKey
from server.decisions.actions import sign_decision
from server.infra.db import db, unit_of_work
from server.jobs.reports import reports_commands
from server.kernel.matters import Matter
from server.ledger.rules.words import PropertyMode
from server.reports import actions, queries
from server.reports.models import CommunityFigures
from server.reports.rules.facts import Eligible
from tests.factories import ballots as votes
from tests.factories import decisions as decided
from tests.factories.catalogue import begin, consent, file, make_item, make_list
from tests.factories.divisions import get_division
from tests.factories.ledger import make_community, make_flat
from tests.factories.notices import make_notice, make_objection
from tests.factories.reports import NOW, YUNYAN_STREET, make_place, recompute, set_facts
from tests.factories.surveys import (
    ANSWERS,
    ASKING,
    CLOSES,
    OPENED,
    WHOLE,
    answer,
    form_of,
    make_open_survey,
    question,
)

pytestmark = pytest.mark.usefixtures("clock")
LATER = CLOSES + timedelta(days=60)


def kept(community_id: int):
    db.session.expire_all()
    return queries.facts_of([community_id])[community_id]


def look(now=NOW) -> int:
    with unit_of_work():
        return actions.recompute_due(now)


def test_of_an_untouched_community_only_the_ledger_is_known():
    community = make_place(flats=3, property_mode=PropertyMode.NONE)
    facts = kept(community.id)
    assert (facts.households, facts.buildings, facts.eligible, facts.is_managed) == (
        3,
        1,
        Eligible.YES,
        False,
    )
    assert (facts.asked, facts.roll_heads, facts.objections, facts.plan_year, facts.steps) == (None,) * 5


def test_a_survey_is_counted_by_households_and_its_consent_by_its_own_question():
    community = make_place(flats=0)
    flats = [make_flat(community, room=f"{n}01") for n in range(1, 5)]
    survey = make_open_survey(
        community, form_of(question("agree", "stance", title="同意吗", is_consent=True))
    )
    for flat, said in zip(flats, ("agree", "agree", "disagree"), strict=False):
        answer(survey, flat, {"agree": said})
    recompute(community.id, now=ASKING)
    facts = kept(community.id)
    assert (facts.asked, facts.answered, facts.consent_answered, facts.agreed) == (4, 3, 3, 2)
    assert facts.surveyed_on is None
    recompute(community.id, now=CLOSES)
    assert kept(community.id).surveyed_on == date(2026, 3, 20)


def test_the_survey_that_asked_for_consent_speaks_here_as_it_does_where_it_is_decided():
    community = make_place(flats=0)
    flats = [make_flat(community, room=f"{number}01") for number in range(3)]
    first = make_open_survey(community, WHOLE)
    for flat in flats[:2]:
        answer(first, flat, ANSWERS)
    make_open_survey(community, form_of(question()), closes_at=CLOSES + timedelta(days=9))
    recompute(community.id, now=CLOSES + timedelta(hours=1))
    facts = kept(community.id)
    assert (facts.survey_id, facts.answered) == (first.id, 2)
    assert (facts.surveyed_on, facts.consent_answered, facts.agreed) == (date(2026, 3, 20), 2, 2)


def test_a_counted_vote_and_its_signed_decision_are_counted():
    decision = decided.make_final(decided.make_counted(("for", "for", "for", "for", "for", "")))
    recompute(now=LATER)
    facts = kept(decision.community_id)
    assert (facts.roll_heads, facts.heads) == (6, 5)
    assert (facts.roll_area, facts.area) == (Decimal("360.00"), Decimal("300.00"))
    assert (facts.motions, facts.passed, facts.undecided) == (2, 1, 0)
    assert (facts.decision_id, facts.decided_on) == (decision.id, decision.ending.decided_on)
    assert facts.is_subsidised is False


def network(name: str, key: SubsidyKey) -> MotionText:
    """An item of a list in force that counts for the subsidy, put to the vote."""
    version = make_list()
    item = make_item(version, name=name, subsidy_key=key)
    consent(version)
    file(version)
    begin(version)
    return MotionText(name, Kind.APPROVE, Matter.OTHER, catalogue_item_id=item.id)


def test_a_further_vote_adds_to_what_was_voted_and_takes_nothing_from_the_months_before():
    first = decided.make_counted(motions=[network("雨污分流", SubsidyKey.WATER)])
    decided.make_final(first)
    later = votes.make_opened(
        first.community,
        motions=(network("强电入地", SubsidyKey.POWER), votes.LIFT),
        closes_at=votes.CLOSES + timedelta(days=1),
    )
    for voter in first.voters:
        votes.cast(later, voter, "for")
    with unit_of_work():
        ballots.count_ballot(later.id, actor=votes.CLERK, now=decided.COUNTED + timedelta(days=1))
    recompute(first.community.id, now=LATER)
    facts = kept(first.community.id)
    assert (facts.motions, facts.passed, facts.undecided) == (3, 2, 0)
    assert (facts.ballot_id, facts.first_voted_on, facts.voted_on) == (
        later.id,
        date(2026, 3, 31),
        date(2026, 4, 1),
    )
    assert (facts.first_decided_on, facts.is_subsidised) == (facts.decided_on, False)
    second = decided.make_draft(replace(first, ballot=later), now=decided.OVER)
    decided.publish(second, now=decided.OVER)
    with unit_of_work():
        sign_decision(
            second.id,
            1,
            community_id=first.community.id,
            actor=decided.REVIEWER,
            now=decided.OVER + timedelta(days=15),
        )
    recompute(first.community.id, now=LATER)
    both = kept(first.community.id)
    assert both.first_decided_on == facts.decided_on < both.decided_on
    assert both.is_subsidised is True


def test_a_vote_that_was_declared_void_never_was_one():
    from server.decisions import actions as decisions  # noqa: PLC0415
    from server.decisions.rules import Fault  # noqa: PLC0415

    decision = decided.make_published()
    with unit_of_work():
        decisions.declare_void(
            decision.id,
            fault=Fault.WRONG_ROLL,
            reason="名册里漏了一整栋楼",
            community_id=decision.community_id,
            actor=decided.REVIEWER,
            now=decided.OVER,
        )
    recompute(now=LATER)
    assert kept(decision.community_id).ballot_id is None


def test_a_decision_that_a_court_revoked_never_was_one():
    decision = decided.make_final()
    recompute(now=LATER)
    facts = kept(decision.community_id)
    assert (facts.motions, facts.first_decided_on, facts.is_subsidised) == (2, facts.decided_on, False)
    judgment = decided.enter_annulment(decision)
    recompute(now=LATER)
    assert kept(decision.community_id).decision_id == decision.id
    decided.confirm_annulment(decision, judgment)
    assert look(now=LATER) == 1
    facts = kept(decision.community_id)
    assert (facts.motions, facts.passed, facts.ballot_id) == (None, None, None)
    assert (facts.decision_id, facts.decided_on, facts.first_decided_on) == (None, None, None)
    assert facts.is_subsidised is None


def test_objections_are_counted_where_something_hung_that_takes_them():
    community = make_place()
    assert kept(community.id).objections is None
    notice = make_notice(community)
    make_objection(notice)
    recompute(community.id, now=LATER)
    facts = kept(community.id)
    assert (facts.objections, facts.objections_open) == (1, 1)


def test_what_is_kept_equals_what_is_computed_after_the_clock_looked():
    community, other = make_place(), make_place()
    look()
    look()
    survey = make_open_survey(community)
    answer(survey, make_flat(community), {"wants": "a"})
    make_notice(other)
    look(LATER)
    assert list(queries.facts_of([community.id, other.id]).values()) == list(
        queries.computed([community.id, other.id], LATER)
    )
    assert recompute(now=LATER) == 0


def test_the_clock_computes_a_new_community_and_then_rests():
    community = make_community()
    assert look() == 1
    look()
    assert kept(community.id).households == 0
    assert look() == 0


def test_what_was_touched_is_looked_at_by_two_looks():
    community = make_place()
    look()
    look()
    look()
    make_flat(community, room="901")
    assert look() == 1
    assert look() == 1
    assert look() == 0


def test_an_answer_touches_its_community_though_no_audit_names_it():
    community = make_place()
    survey = make_open_survey(community)
    for _ in range(3):
        look(OPENED)
    flat = make_flat(community, room="902")
    for _ in range(3):
        look(OPENED)
    answer(survey, flat, {"wants": "a"})
    assert look(ASKING.replace(minute=1)) >= 1
    assert kept(community.id).answered == 1


def test_old_figures_are_made_anew_an_hour_later():
    community = make_place()
    for _ in range(3):
        look()
    set_facts(community, households=99)
    assert look(NOW + timedelta(minutes=59)) == 0
    assert look(NOW + timedelta(minutes=60)) == 1
    assert kept(community.id).households == 2


def test_recomputing_at_the_command_line_mends_and_says_so(app):
    community = make_place()
    set_facts(community, households=99)
    runner = app.test_cli_runner()
    assert "1 个的数有出入" in runner.invoke(reports_commands, ["recompute"]).output
    assert "数都对" in runner.invoke(reports_commands, ["recompute"]).output


def test_a_subtree_holds_its_own_communities_and_none_beside_it():
    mine, beside = make_place(), make_place(YUNYAN_STREET)
    nanming, guiyang = get_division("520102"), get_division("5201")
    assert [row.community_id for row in queries.facts_under(nanming.path)] == [mine.id]
    both = queries.facts_under(guiyang.path)
    assert {row.community_id for row in both} == {mine.id, beside.id}
    assert [part.division.name for part in queries.parts(guiyang, both)] == ["南明区", "云岩区"]
    assert [part.division.name for part in queries.parts(get_division("52"), both)] == ["贵阳市"]


def test_a_community_that_was_never_computed_is_counted_as_missing():
    make_place()
    make_community()
    found = queries.freshness(get_division("52").path)
    assert found.missing == 1
    assert found.oldest_at == NOW


def test_moving_a_community_moves_its_figures():
    community = make_place()
    with unit_of_work():
        community.division_id = get_division(YUNYAN_STREET).id
        db.session.add(community)
    recompute(community.id)
    assert queries.facts_under(get_division("520102").path) == []
    assert db.session.query(CommunityFigures).count() == 1
