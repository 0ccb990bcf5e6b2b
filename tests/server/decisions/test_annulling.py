"""A court revokes a signed decision: entered by one, confirmed by another; it stays readable and decides nothing."""

from datetime import date

import pytest
import sqlalchemy as sa

from server.decisions import actions, queries
from server.decisions.exports.decision import state_words
from server.decisions.models import Annulment, Decision
from server.decisions.queries.voted import voted
from server.decisions.rules import Stage
from server.decisions.rules.annulling import (
    check_judgment,
    judgment_words,
    may_annul,
    may_answer,
)
from server.decisions.rules.deciding import check_answer
from server.infra.db import db, unit_of_work
from server.kernel.actor import Actor
from server.kernel.errors import Invalid, NotFound, Refused
from tests.factories import decisions as made
from tests.factories.ballots import CLERK, REVIEWER, make_photo
from tests.factories.ledger import make_community

DAY = date(2026, 5, 1)


@pytest.mark.parametrize(
    ("ended", "is_waiting", "codes"),
    [
        pytest.param("", False, ["not_final"], id="not-signed"),
        pytest.param("void", False, ["not_final"], id="void-already"),
        pytest.param("final", False, [], id="signed"),
        pytest.param("final", True, ["annulment_waits"], id="one-waits"),
        pytest.param("annulled", False, ["is_annulled"], id="revoked-already"),
    ],
)
def test_only_what_was_signed_is_revoked_and_once(ended: str, is_waiting: bool, codes: list[str]) -> None:
    assert [one.code for one in may_annul(ended=ended, is_waiting=is_waiting)] == codes


@pytest.mark.parametrize(
    ("by", "is_answered", "codes"),
    [
        pytest.param("staff:2", False, [], id="another-person"),
        pytest.param("staff:1", False, ["same_person"], id="whoever-entered-it"),
        pytest.param("staff:2", True, ["already_answered"], id="twice"),
    ],
)
def test_another_person_confirms_once(by: str, is_answered: bool, codes: list[str]) -> None:
    assert [one.code for one in may_answer(entered_by="staff:1", by=by, is_answered=is_answered)] == codes


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        pytest.param({}, None, id="whole"),
        pytest.param({"court": " "}, "court", id="no-court"),
        pytest.param({"case_number": "号" * 81}, "case_number", id="too-long-a-number"),
        pytest.param({"reason": ""}, "reason", id="no-reason"),
        pytest.param({"effective_on": date(2026, 5, 3)}, "effective_on", id="in-force-tomorrow"),
        pytest.param({"effective_on": date(2026, 5, 2)}, None, id="in-force-today"),
    ],
)
def test_a_judgment_names_court_case_reason_and_a_day_that_came(facts: dict, field: str | None) -> None:
    whole = {"court": "区法院", "case_number": "1号", "reason": "没有公告", "effective_on": DAY} | facts
    if field is None:
        check_judgment(**whole, today=date(2026, 5, 2))
        return
    with pytest.raises(Invalid) as wrong:
        check_judgment(**whole, today=date(2026, 5, 2))
    assert set(wrong.value.fields) == {field}


def test_returning_takes_words_and_confirming_does_not() -> None:
    check_answer("", is_confirmed=True)
    check_answer("案号不对", is_confirmed=False)
    check_answer("字" * 1000, is_confirmed=True)


@pytest.mark.parametrize(
    ("reason", "is_confirmed", "said"),
    [
        pytest.param(" ", False, "退回要写清楚哪里要改。", id="returned-without-words"),
        pytest.param("字" * 1001, False, "最多 1000 个字。请写短一些。", id="returned-with-too-many"),
        pytest.param("字" * 1001, True, "最多 1000 个字。请写短一些。", id="confirmed-with-too-many"),
    ],
)
def test_each_fault_of_an_answer_has_its_sentence(reason: str, is_confirmed: bool, said: str) -> None:
    with pytest.raises(Invalid) as wrong:
        check_answer(reason, is_confirmed=is_confirmed)
    assert wrong.value.fields == {"reason": [said]}


# ------------------------------------------------------------------ on a decision that was really signed


def enter(row: Decision, *, client_key: str = "k", actor: Actor = CLERK, community_id: int = 0) -> Annulment:
    with unit_of_work():
        photo = make_photo(made.OVER)
        return actions.enter_annulment(
            row.id,
            community_id=community_id or row.community_id,
            court="南明区人民法院",
            case_number="（2026）黔0102民初1号",
            effective_on=date(2026, 4, 10),
            reason="公告期少了三天",
            attachment_id=photo,
            client_key=client_key,
            actor=actor,
            now=made.OVER,
        )


def answer(row: Annulment, community_id: int, *, is_confirmed: bool = True, actor: Actor = REVIEWER) -> None:
    with unit_of_work():
        actions.answer_annulment(
            row.id,
            community_id=community_id,
            is_confirmed=is_confirmed,
            reason="" if is_confirmed else "案号不对",
            actor=actor,
            now=made.OVER,
        )


@pytest.fixture
def final(app) -> Decision:
    return made.make_final()


def test_confirmed_it_decides_nothing_more_and_stays_readable(final: Decision) -> None:
    assert queries.adopted_items(final.community_id)
    assert voted(final.community_id, made.OVER).sources
    row = enter(final)
    assert enter(final).id == row.id
    assert queries.stage(final, made.OVER) is Stage.FINAL
    with pytest.raises(Refused, match="另一个人"):
        answer(row, final.community_id, actor=CLERK)
    answer(row, final.community_id)
    answer(row, final.community_id)
    assert queries.stage(final, made.OVER) is Stage.ANNULLED
    assert queries.adopted_items(final.community_id) == []
    assert voted(final.community_id, made.OVER).sources == {}
    assert not any(one.is_adopted for one in queries.whereabouts(final.community_id, made.OVER).items)
    paper = queries.paper(final, made.OVER)
    assert (paper.is_final, paper.version.number, paper.ending.code is not None) == (False, 1, True)
    assert [item.outcome.value for item in paper.items] == ["adopted", "rejected"]
    with pytest.raises(Refused, match="法院撤销"):
        enter(final, client_key="again")
    with pytest.raises(Refused) as refused:
        made.publish(final, now=made.OVER)
    assert [one.code for one in refused.value.reasons] == ["is_annulled"]


@pytest.mark.parametrize("reason", ["公告期少了三天", "公告期少了三天。"])
def test_the_judgment_is_one_line_however_the_reason_ends(reason: str) -> None:
    told = judgment_words("南明区人民法院", "1号", DAY, reason)
    assert told == "公告期少了三天。南明区人民法院，1号，2026 年 5 月 1 日生效。"


def test_the_sheet_says_that_it_has_no_force_any_more(final: Decision) -> None:
    def texts() -> str:
        paper = queries.paper(final, made.OVER)
        return str(paper.body(paper.shown_publicly())) + state_words(paper)

    assert "决定对全体业主都算数" in texts()
    row = enter(final)
    assert "决定对全体业主都算数" in texts()
    answer(row, final.community_id)
    assert "决定对全体业主都算数" not in texts()
    assert "法院撤销了这份决定，不再算数" in texts() and "（已被法院撤销：南明区人民法院" in texts()


def test_returned_it_changes_nothing_and_may_be_entered_again(final: Decision) -> None:
    row = enter(final)
    with pytest.raises(Refused, match="等另一个人确认"):
        enter(final, client_key="second")
    answer(row, final.community_id, is_confirmed=False)
    assert queries.stage(final, made.OVER) is Stage.FINAL
    assert queries.adopted_items(final.community_id)
    with pytest.raises(Refused, match="已经有人"):
        answer(row, final.community_id)
    assert enter(final, client_key="third").id != row.id


def test_another_communitys_decision_is_not_there(final: Decision) -> None:
    elsewhere = make_community().id
    with pytest.raises(NotFound):
        enter(final, community_id=elsewhere)
    row = enter(final)
    with pytest.raises(NotFound):
        answer(row, elsewhere)


def test_the_database_refuses_to_change_a_judgment(final: Decision) -> None:
    enter(final)
    with pytest.raises(sa.exc.DBAPIError, match="only grows"), unit_of_work():
        db.session.execute(sa.update(Annulment).values(reason="改"))


def test_which_votes_decide_nothing_any_more_and_how(final: Decision) -> None:
    stands, revoked, void = made.make_final(), final, made.make_published()
    made.enter_annulment(stands)
    made.annul(revoked)
    made.declare_void(void)
    asked = [stands.ballot_id, revoked.ballot_id, void.ballot_id, 987_654]
    assert queries.undone(asked) == {revoked.ballot_id: Stage.ANNULLED, void.ballot_id: Stage.VOID}
    assert queries.undone([stands.ballot_id]) == queries.undone([]) == {}
