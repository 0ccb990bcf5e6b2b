"""Drafting, publishing, objecting, recounting, signing, voiding: on a vote that was really cast, on a real database."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from server.audit import queries as audit
from server.decisions import actions, queries
from server.decisions.models import Decision, Ending, Item
from server.decisions.rules import Fault, Outcome, Stage
from server.infra.db import db, unit_of_work
from server.kernel.actor import Actor, ActorKind
from server.kernel.errors import Conflict, Invalid, NotFound, Refused
from server.kernel.places import ScopeKind
from server.messages import queries as messages
from server.notices import actions as notice_actions
from server.notices import queries as notices
from tests.factories import decisions as made
from tests.factories.ballots import CLERK, REVIEWER, make_vote
from tests.factories.ledger import make_community

pytestmark = pytest.mark.usefixtures("app")
OTHER_REVIEWER = Actor(ActorKind.STAFF, 9003, "另一位复核人")


def reasons_of(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [reason.code for reason in refused.value.reasons]


def told(counted: made.Counted, since: datetime) -> dict[int, list[str]]:
    """What each home was told since then."""
    homes = messages.printable(counted.community.id, since)
    return {home.flat_id: [letter.subject for letter in home.letters] for home in homes}


def answer(objection_id: int, community_id: int, *, is_upheld: bool) -> None:
    with unit_of_work():
        notice_actions.answer_objection(
            objection_id,
            community_id=community_id,
            answer="查过了。",
            is_upheld=is_upheld,
            actor=CLERK,
            now=made.UPHELD,
        )


def test_a_draft_takes_its_figures_from_the_count() -> None:
    row = made.make_draft()
    paper = queries.preview(row, made.DRAFTED)
    lift, paint = paper.items
    assert (lift.outcome, lift.heads["for"], lift.heads["roll"]) == (Outcome.ADOPTED, 5, 6)
    assert paint.outcome is Outcome.REJECTED
    assert paper.facts.channels == {"online": 6}
    assert paper.facts.subsidy_kept is False
    assert paper.facts.announced is not None
    assert queries.stage(row, made.DRAFTED) is Stage.DRAFT


def test_what_has_not_been_counted_cannot_be_drafted_from() -> None:
    ballot, _ = make_vote()
    with pytest.raises(Refused) as refused, unit_of_work():
        actions.draft_decision(
            ballot.id, community_id=ballot.community_id, client_key=made.key(), actor=CLERK, now=made.DRAFTED
        )
    assert refused.value.code == "not_counted"


def test_a_ballot_has_one_decision_and_another_community_has_none_of_it() -> None:
    counted = made.make_counted()
    row = made.make_draft(counted)
    with pytest.raises(Conflict), unit_of_work():
        actions.draft_decision(
            counted.ballot.id,
            community_id=counted.community.id,
            client_key=made.key(),
            actor=CLERK,
            now=made.DRAFTED,
        )
    elsewhere = make_community()
    with pytest.raises(NotFound), unit_of_work():
        actions.draft_decision(
            counted.ballot.id, community_id=elsewhere.id, client_key=made.key(), actor=CLERK, now=made.DRAFTED
        )
    with pytest.raises(NotFound), unit_of_work():
        actions.publish_decision(
            row.id, community_id=elsewhere.id, client_key=made.key(), actor=CLERK, now=made.PUBLISHED
        )


def test_the_same_request_drafts_once() -> None:
    counted = made.make_counted()
    key = made.key()
    rows = []
    for _ in range(2):
        with unit_of_work():
            rows.append(
                actions.draft_decision(
                    counted.ballot.id,
                    community_id=counted.community.id,
                    client_key=key,
                    actor=CLERK,
                    now=made.DRAFTED,
                )
            )
    assert rows[0].id == rows[1].id


def test_a_version_hangs_as_a_notice_and_every_home_is_told() -> None:
    counted = made.make_counted()
    row = made.make_published(counted)
    (line,) = queries.public_lines(counted.community.id, made.PUBLISHED)
    assert line.stage is Stage.HANGING
    (notice,) = notices.of("decision", row.id)
    assert notice.title == row.title
    assert told(counted, made.PUBLISHED) == {flat.id: [f"结果公示了：{row.title}"] for flat in counted.flats}
    assert audit.entries_about("decision", row.id)[-1].verb == "decisions.publish"


def test_publishing_twice_with_one_key_is_publishing_once() -> None:
    row = made.make_draft()
    key = made.key()
    numbers = []
    for _ in range(2):
        with unit_of_work():
            held = actions.publish_decision(
                row.id, community_id=row.community_id, client_key=key, actor=CLERK, now=made.PUBLISHED
            )
            numbers.append(held.number)
    assert numbers == [1, 1]
    with pytest.raises(Refused) as refused:
        made.publish(row)
    assert reasons_of(refused) == ["already_hangs"]


def test_what_hangs_is_not_reworded() -> None:
    row = made.make_published()
    with pytest.raises(Refused) as refused, unit_of_work():
        actions.edit_decision(
            row.id,
            community_id=row.community_id,
            title="改了",
            note="",
            next_steps="",
            actor=CLERK,
            now=made.PUBLISHED,
        )
    assert refused.value.code == "already_hangs"


def test_a_title_is_asked_for() -> None:
    row = made.make_draft()
    with pytest.raises(Invalid) as refused, unit_of_work():
        actions.edit_decision(
            row.id,
            community_id=row.community_id,
            title=" ",
            note="",
            next_steps="",
            actor=CLERK,
            now=made.DRAFTED,
        )
    assert set(refused.value.fields) == {"title"}


def test_it_is_final_only_after_its_period_and_by_another_person() -> None:
    row = made.make_published()
    with pytest.raises(Refused) as early:
        made.sign(row, now=made.PUBLISHED + timedelta(days=1))
    assert reasons_of(early) == ["period_not_over"]
    with pytest.raises(Refused) as own:
        made.sign(row, actor=CLERK)
    assert reasons_of(own) == ["drafter_signs"]
    act = made.sign(row)
    assert act.code is not None
    found = queries.decision_by_code(act.code)
    assert found is not None and found.id == row.id
    assert queries.stage(row, made.OVER) is Stage.FINAL
    assert made.sign(row).code == act.code
    with pytest.raises(Refused) as again:
        made.sign(row, actor=OTHER_REVIEWER)
    assert reasons_of(again) == ["is_final"]


def test_whoever_edited_the_text_does_not_sign_it() -> None:
    row = made.make_draft()
    with unit_of_work():
        actions.edit_decision(
            row.id,
            community_id=row.community_id,
            title=row.title,
            note="改了一句。",
            next_steps="",
            actor=REVIEWER,
            now=made.DRAFTED,
        )
    made.publish(row)
    with pytest.raises(Refused) as own:
        made.sign(row)
    assert reasons_of(own) == ["drafter_signs"]
    assert made.sign(row, actor=OTHER_REVIEWER).code


def test_an_open_objection_keeps_it_from_being_final_and_a_refuted_one_does_not() -> None:
    row = made.make_published()
    (notice,) = notices.of("decision", row.id)
    objection = made.object_to(notice)
    with pytest.raises(Refused) as refused:
        made.sign(row)
    assert reasons_of(refused) == ["open_objections"]
    answer(objection.id, row.community_id, is_upheld=False)
    assert made.sign(row).code


def test_an_upheld_objection_leads_to_a_recount_a_new_version_and_only_then_to_a_final_decision() -> None:
    counted = made.make_counted()
    row = made.make_published(counted)
    (first,) = notices.of("decision", row.id)
    objection = made.object_to(first)
    answer(objection.id, row.community_id, is_upheld=True)
    with pytest.raises(Refused) as refused:
        made.sign(row)
    assert reasons_of(refused) == ["recount_due"]
    made.void_vote(counted, 0)
    made.void_vote(counted, 1)
    made.recount(counted)
    with pytest.raises(Refused) as refused:
        made.sign(row)
    assert reasons_of(refused) == ["count_superseded"]
    held = made.publish(row, now=made.RECOUNTED)
    assert held.number == 2 and held.count_number == 2
    old, new = queries.paper(row, made.RECOUNTED, 1), queries.paper(row, made.RECOUNTED)
    assert old.items[0].heads["for"] == 5 and new.items[0].heads["for"] == 3
    assert old.items[0].outcome is Outcome.ADOPTED
    assert new.facts.voided == 2
    assert [one.number for one in new.facts.earlier_counts] == [1]
    assert old.notice is not None and old.notice.is_withdrawn
    with pytest.raises(Refused) as early:
        made.sign(row, 2, now=made.RECOUNTED)
    assert reasons_of(early) == ["period_not_over"]
    with pytest.raises(Refused) as stale:
        made.sign(row, 1)
    assert stale.value.code == "old_version"
    act = made.sign(row, 2)
    assert act.version == 2


def test_a_recount_can_turn_a_pass_into_no_quorum_and_nobody_can_turn_it_back() -> None:
    counted = made.make_counted(("for", "for", "for", "for", "", ""))
    row = made.make_published(counted)
    assert queries.paper(row, made.PUBLISHED).items[0].outcome is Outcome.ADOPTED
    made.void_vote(counted, 0)
    with pytest.raises(Refused) as stale:
        made.sign(row)
    assert reasons_of(stale) == ["count_stale"]
    made.recount(counted)
    made.publish(row, now=made.RECOUNTED)
    made.sign(row, 2)
    assert queries.paper(row, made.OVER).items[0].outcome is Outcome.NO_QUORUM
    assert queries.adopted_items(row.community_id) == []


def test_only_what_a_signed_decision_adopted_is_handed_on() -> None:
    row = made.make_published()
    assert queries.adopted_items(row.community_id) == []
    made.sign(row)
    assert [item.title for item in queries.adopted_items(row.community_id)] == ["加装电梯"]


def test_withdrawing_the_notice_makes_it_a_draft_again_and_its_period_starts_anew() -> None:
    row = made.make_published()
    with unit_of_work():
        actions.withdraw_decision(
            row.id, community_id=row.community_id, reason="写错了楼号", actor=CLERK, now=made.UPHELD
        )
    (notice,) = notices.of("decision", row.id)
    assert notice.withdrawn_reason == "写错了楼号"
    assert queries.stage(row, made.UPHELD) is Stage.DRAFT
    with pytest.raises(Refused) as refused:
        made.sign(row)
    assert reasons_of(refused) == ["notice_withdrawn"]
    made.publish(row, now=made.UPHELD)
    assert made.sign(row, 2).code


def test_a_vote_is_declared_void_for_a_named_fault_by_another_person() -> None:
    counted = made.make_counted()
    row = made.make_published(counted)
    with pytest.raises(Refused), unit_of_work():
        actions.declare_void(
            row.id,
            community_id=row.community_id,
            fault=Fault.PRESSURE,
            reason="查实",
            actor=CLERK,
            now=made.UPHELD,
        )
    with unit_of_work():
        act = actions.declare_void(
            row.id, community_id=row.community_id, fault=Fault.PRESSURE, reason="查实有人冒名。", actor=REVIEWER,
            now=made.UPHELD,
        )  # fmt: skip
    assert act.code is None
    assert queries.stage(row, made.UPHELD) is Stage.VOID
    (notice,) = notices.of("decision", row.id)
    assert notice.is_withdrawn
    with pytest.raises(Refused) as refused:
        made.sign(row)
    assert reasons_of(refused) == ["is_void"]
    assert told(counted, made.UPHELD)[counted.flats[0].id] == [f"表决作废：{row.title}"]


def test_of_a_building_with_few_owners_the_notice_holds_no_exact_area() -> None:
    counted = made.make_counted(
        ("for", "for", "for", "against"),
        scope=ScopeKind.BUILDING,
        areas=("61.37", "77.71", "93.19", "58.03"),
    )
    row = made.make_published(counted)
    (notice,) = notices.of("decision", row.id)
    text = str(notice.body)
    for number in ("61.37", "77.71", "93.19", "58.03", "232.27", "290.30"):
        assert number not in text
    assert "4 人" in text
    (item, _) = queries.paper(row, made.PUBLISHED).shown()
    assert item.roll_area is not None and str(item.roll_area) == "290.30"


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("UPDATE decision_items SET outcome = 'adopted'", id="an-outcome"),
        pytest.param("UPDATE decision_versions SET title = 'x'", id="a-version"),
        pytest.param("DELETE FROM decision_endings", id="a-signature"),
        pytest.param("UPDATE decision_endings SET code = NULL, fault = 'pressure'", id="into-void"),
    ],
)
def test_the_database_refuses_to_change_what_was_published_or_signed(statement: str) -> None:
    made.make_final()
    with pytest.raises(sa.exc.DBAPIError, match="only grows"), unit_of_work() as session:
        session.execute(sa.text(statement))


def test_rows_say_what_the_acts_did() -> None:
    row = made.make_final()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Decision)) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Item)) == 2
    act = db.session.get(Ending, row.id)
    assert act is not None and act.ended_by == REVIEWER.key
    verbs = [entry.verb for entry in audit.entries_about("decision", row.id)]
    assert verbs == ["decisions.draft", "decisions.edit", "decisions.publish", "decisions.sign"]
