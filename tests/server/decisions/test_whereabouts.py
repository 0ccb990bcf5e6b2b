"""One page of a community: what it says in each stage, in how many statements; and what plans claim, beside it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from server.ballots.rules.drafting import Kind, MotionText
from server.decisions import actions, queries
from server.decisions.models import Verdict, VerdictAnswer
from server.decisions.queries import Drawing, Recorded, Whereabouts
from server.decisions.rules.consent import Claim, Match
from server.decisions.rules.money import CostLine, FundingLine
from server.decisions.rules.parts import Stand
from server.decisions.rules.proposal import Course
from server.infra.db import db, unit_of_work
from server.kernel.actor import Actor
from server.kernel.errors import Conflict, Invalid, NotFound, Refused
from server.kernel.matters import Matter
from server.kernel.places import ScopeKind
from server.ledger.models import Community
from server.notices.models import Notice
from tests.factories import decisions as made
from tests.factories.ballots import CLERK, REVIEWER, make_announced
from tests.factories.catalogue import begin, consent, file, make_item, make_list
from tests.factories.ledger import make_community, make_flat
from tests.factories.policies import make_policy
from tests.factories.surveys import ANSWERS, CLOSES, WHOLE, answer, make_asked, make_open_survey

pytestmark = pytest.mark.usefixtures("app")

FUNDED = Recorded(
    costs=(CostLine("加装电梯", 100_000),),
    funding=(FundingLine("中央财政补助", 95_000),),
    claim=Claim(5, 6, "2026 年计划"),
    drawings=(Drawing("总平面图", "第 1 版"),),
)


def stands(at: Whereabouts) -> dict[str, Stand]:
    return {part.code: part.stand for part in at.proposal.parts}


def codes(at: Whereabouts) -> list[str]:
    return [step.code for step in at.steps]


def asked_and_decided(answers: int = 6) -> made.Counted:
    """A survey that closed, of a community whose vote was counted, hung and signed."""
    counted = made.make_counted(("for",) * 6)
    survey = make_open_survey(counted.community, WHOLE)
    for flat in counted.flats[:answers]:
        answer(survey, flat, ANSWERS)
    made.make_final(counted)
    return counted


def at_the_end(counted: made.Counted, recorded: Recorded = FUNDED) -> Whereabouts:
    return queries.whereabouts(counted.community.id, made.OVER, recorded)


def test_a_community_nobody_touched_says_what_to_do_first() -> None:
    community = make_community()
    found = queries.whereabouts(community.id, CLOSES)
    assert found.proposal.course is Course.ASK_AGAIN
    assert stands(found)["coverage"] is Stand.MISSING
    assert (found.heard, list(found.items), found.subsidy, found.verdict) == (None, [], None, None)
    assert "survey" in codes(found) and codes(found)[-2:] == ["money", "sign"]
    assert found.alarm.sentence == "计划里还没有登记同意的户数。"


def test_from_the_survey_to_the_signed_decision_every_part_speaks() -> None:
    found = at_the_end(asked_and_decided())
    assert found.heard is not None and found.heard.reached.text == "6 / 6 户（100.0%）"
    assert found.votes.signed == 1
    assert [one.item.title for one in found.items][:1] == ["加装电梯"]
    assert stands(found)["votes"] is Stand.FOR and stands(found)["consent"] is Stand.FOR
    assert found.money.gap_fen == 5_000
    assert found.needs[0].code == "T-01"
    assert not found.alarm.rings or found.alarm.rows[0].match is Match.DIFFERS


def test_the_consent_is_taken_of_the_base_that_the_division_names() -> None:
    counted = asked_and_decided(answers=3)
    here = counted.community.division_id
    all_of = {part.code: part for part in at_the_end(counted).proposal.parts}["consent"]
    assert all_of.figures == "3 / 6 户（50.0%）"
    make_policy("verdict.consent_base", "households_answered", division_id=here)
    answered = {part.code: part for part in at_the_end(counted).proposal.parts}["consent"]
    assert answered.figures == "3 / 3 户（100.0%）"
    make_policy("verdict.consent_base", "owners_278", division_id=here)
    owners = {part.code: part for part in at_the_end(counted).proposal.parts}["consent"]
    assert owners.figures == "6 / 6 人（100.0%），360.00 / 360.00 ㎡（100.0%）"


def test_a_survey_that_asks_for_consent_speaks_before_a_newer_one_that_does_not() -> None:
    survey, _ = make_asked(WHOLE)
    community = db.session.get_one(Community, survey.community_id)
    make_open_survey(community, title="没有问同意的一份")
    found = queries.whereabouts(survey.community_id, CLOSES)
    assert found.heard is not None and found.heard.survey_id == survey.id


def test_what_one_building_was_asked_does_not_speak_for_the_community() -> None:
    survey, flats = make_asked(WHOLE)
    community = db.session.get_one(Community, survey.community_id)
    make_open_survey(community, WHOLE, title="只问一栋", building_ids=(flats[0].building_id,))
    found = queries.whereabouts(community.id, CLOSES)
    assert found.heard is not None and found.heard.survey_id == survey.id


def test_a_void_vote_decides_nothing_and_a_running_one_is_waited_for() -> None:
    counted = made.make_counted(("for",) * 6)
    made.make_draft(counted)
    make_announced(counted.community)
    before = queries.whereabouts(counted.community.id, made.DRAFTED)
    assert (before.votes.unsigned, before.votes.running) == (1, 1)
    assert {"publish", "running"} <= set(codes(before))


def test_open_objections_stand_on_the_page_with_their_notice() -> None:
    counted = made.make_counted(("for",) * 6)
    row = made.make_published(counted)
    notice = queries.versions(row.id)[0].notice_id
    made.object_to(db.session.get_one(Notice, notice))
    found = queries.whereabouts(counted.community.id, made.PUBLISHED)
    (objection,) = found.objections
    assert (objection.notice_id, objection.text) == (notice, "我没有收到选票")
    assert [one.id for one in found.hanging] == [notice]
    assert stands(found)["objections"] is Stand.AGAINST and "answer" in codes(found)


def test_before_anything_hung_objections_are_missing_and_not_nought() -> None:
    found = queries.whereabouts(made.make_counted(("for",) * 6).community.id, made.DRAFTED)
    assert stands(found)["objections"] is Stand.MISSING
    assert "decide" in codes(found)


def test_a_community_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound):
        queries.whereabouts(987_654_321, CLOSES)


def statements(ask: Callable[[], object]) -> int:
    db.session.remove()
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        ask()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(seen)


def test_further_votes_and_decisions_cost_no_further_statements() -> None:
    counted = asked_and_decided()
    with_one = statements(lambda: queries.whereabouts(counted.community.id, made.OVER))
    for _ in range(3):
        make_announced(counted.community)
    assert statements(lambda: queries.whereabouts(counted.community.id, made.OVER)) == with_one <= 37


def priced_motion(title: str, scope: ScopeKind) -> MotionText:
    """An item of a list of the county's own, with a price for each household, put to the vote; the next list asks double."""
    first, second = make_list(), make_list()
    item = make_item(first, name=title, default_scope=scope)
    make_item(second, code=item.code, name=title, default_scope=scope, unit_cost=200_000)
    for version in (first, second):
        consent(version)
        file(version)
        begin(version)
    return MotionText(title, Kind.APPROVE, Matter.OTHER, catalogue_item_id=item.id)


def test_what_was_voted_is_priced_by_the_list_it_was_voted_from() -> None:
    counted = made.make_counted(motions=[priced_motion("雨污分流", ScopeKind.COMMUNITY)])
    found = at_the_end(counted)
    (one,) = found.priced.items
    assert (one.title, one.is_adopted, one.cost_fen) == ("雨污分流", True, 100_000 * found.households)
    assert found.priced.gap_fen(found.money) == 100_000 * found.households - 95_000
    assert "工程预算是 1,000 元" in found.priced.sentence(found.money)
    assert found.money.gap_fen == 5_000


def test_an_entrances_item_is_priced_for_that_entrance() -> None:
    motion = priced_motion("楼道扶手", ScopeKind.ENTRANCE)
    counted = made.make_counted(motions=[motion], scope=ScopeKind.ENTRANCE)
    make_flat(counted.community, entrance="2")
    found = at_the_end(counted)
    (one,) = found.priced.items
    assert one.scope == "1 栋 1 单元" and found.households > len(counted.flats)
    assert one.cost_fen == 100_000 * len(counted.flats)


# ------------------------------------------------------------------ what plans claim


def test_a_claim_is_set_beside_the_survey_and_the_vote() -> None:
    counted = asked_and_decided(answers=3)
    found = at_the_end(counted).alarm
    assert [row.match for row in found.rows] == [Match.DIFFERS, Match.DIFFERS, Match.DIFFERS]
    assert found.rows[0].sentence == "计划写的高了 33.3 个百分点。"
    assert found.rings


def test_the_levels_above_read_many_claims_in_a_fixed_number_of_statements() -> None:
    one, other = asked_and_decided(answers=3), make_community()
    claims = {one.community.id: Claim(6, 6), other.id: Claim(9, 10), 987_654_321: Claim(1, 1)}
    found = queries.consent_alarms(claims, made.OVER)
    assert set(found) == {one.community.id, other.id}
    assert found[one.community.id].rings
    assert (
        found[one.community.id].rows
        == queries.whereabouts(one.community.id, made.OVER, Recorded(claim=Claim(6, 6))).alarm.rows
    )
    assert [row.match for row in found[other.id].rows] == [Match.NO_DATA] * 3
    few = statements(lambda: queries.consent_alarms(claims, made.OVER))
    many = claims | {make_community().id: Claim(1, 2) for _ in range(4)}
    assert statements(lambda: queries.consent_alarms(many, made.OVER)) == few


def test_the_line_of_the_division_decides_what_rings() -> None:
    counted = asked_and_decided(answers=6)
    here = counted.community.division_id
    claim = Recorded(claim=Claim(9, 10))
    assert queries.whereabouts(counted.community.id, made.OVER, claim).alarm.rings
    make_policy("consent.alarm", "1/5", division_id=here)
    assert not queries.whereabouts(counted.community.id, made.OVER, claim).alarm.rings
    assert not queries.consent_alarms({counted.community.id: Claim(9, 10)}, made.OVER)[
        counted.community.id
    ].rings


# ------------------------------------------------------------------ the signed course


def sign(
    at: Whereabouts, course: Course | None = None, reason: str = "", *, key: str = "", seen: str = ""
) -> Verdict:
    with unit_of_work():
        return actions.sign_course(
            at,
            course or at.proposal.course,
            reason=reason,
            seen_facts=seen or actions.seen(at.proposal),
            client_key=key or made.key(),
            actor=CLERK,
            now=made.OVER,
        )


def answered(
    row: Verdict, *, is_confirmed: bool = True, reason: str = "", actor: Actor = REVIEWER
) -> VerdictAnswer:
    with unit_of_work():
        return actions.answer_course(
            row.id,
            community_id=row.community_id,
            is_confirmed=is_confirmed,
            reason=reason,
            actor=actor,
            now=made.OVER,
        )


def test_a_course_is_signed_with_the_facts_as_they_stood_and_confirmed_by_another() -> None:
    counted = asked_and_decided()
    row = sign(at_the_end(counted))
    assert row.number == 1 and row.facts["course"] == row.proposed.value
    assert len(row.facts["parts"]) == 7 and row.facts["rule"]
    assert "confirm" in codes(at_the_end(counted))
    answered(row)
    assert queries.settled([counted.community.id])[counted.community.id].id == row.id
    after = at_the_end(counted)
    assert "confirm" not in codes(after) and "sign" not in codes(after)


def test_to_differ_from_the_proposal_takes_a_reason() -> None:
    at = at_the_end(asked_and_decided())
    other = Course.RESERVE if at.proposal.course is not Course.RESERVE else Course.WAIT
    with pytest.raises(Invalid, match="写上为什么"):
        sign(at, other, "  ")
    assert sign(at, other, "拆迁有新安排，先放一放。").reason == "拆迁有新安排，先放一放。"


def test_nobody_signs_on_figures_that_have_changed() -> None:
    at = at_the_end(asked_and_decided())
    with pytest.raises(Conflict, match="数字变了"):
        sign(at, seen="another")


def test_the_same_request_twice_signs_once() -> None:
    at = at_the_end(asked_and_decided())
    assert sign(at, key="twice").id == sign(at, key="twice").id
    assert len(queries.verdicts_of(at.community_id)) == 1
    with pytest.raises(Conflict):
        sign(at, Course.RESERVE, "别的", key="twice")


def test_the_signer_never_confirms_and_an_answer_is_given_once() -> None:
    row = sign(at_the_end(asked_and_decided()))
    with pytest.raises(Refused, match="不能自己确认"):
        answered(row, actor=CLERK)
    with pytest.raises(Invalid, match="退回要写清楚"):
        answered(row, is_confirmed=False)
    first = answered(row, is_confirmed=False, reason="缺口要写明。")
    assert answered(row, is_confirmed=False, reason="缺口要写明。").verdict_id == first.verdict_id
    with pytest.raises(Refused, match="已经有人"):
        answered(row)
    assert queries.settled([row.community_id]) == {}


def test_only_the_newest_course_is_answered_and_the_older_stays_readable() -> None:
    at = at_the_end(asked_and_decided())
    old = sign(at)
    new = sign(at, reason="补一句。")
    with pytest.raises(Refused, match="后一份为准"):
        answered(old)
    answered(new)
    assert [row.number for row in queries.verdicts_of(at.community_id)] == [2, 1]


def test_a_course_of_another_community_is_not_found() -> None:
    row, other = sign(at_the_end(asked_and_decided())), make_community()
    with pytest.raises(NotFound), unit_of_work():
        actions.answer_course(
            row.id,
            community_id=other.id,
            is_confirmed=True,
            reason="",
            actor=REVIEWER,
            now=made.OVER,
        )


def test_the_database_itself_refuses_to_change_what_was_signed() -> None:
    row = sign(at_the_end(asked_and_decided()))
    answered(row)
    for table in (Verdict, VerdictAnswer):
        for statement in (sa.update(table).values(reason="别的"), sa.delete(table)):
            with pytest.raises(sa.exc.DBAPIError, match="only grows"), unit_of_work():
                db.session.execute(statement)


def test_nothing_recorded_is_told_as_such() -> None:
    late = made.OVER + timedelta(days=1)
    found = queries.whereabouts(make_community().id, late)
    assert found.money.sentence == "花多少钱：还没有登记。"
