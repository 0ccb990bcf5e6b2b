"""The end: extension, the gate before which nothing is seen, counts that supersede one another."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from server.ballots import actions, queries
from server.ballots.rules.desk import Fault
from server.ballots.rules.drafting import Stage
from server.ballots.rules.events import Verdict
from server.infra.db import db, unit_of_work
from server.kernel.chinatime import china_day
from server.kernel.errors import Invalid, Refused
from server.messages.models import Message
from server.notices import queries as notices
from server.notices.rules import NoticeKind
from tests.factories.ballots import (
    CLERK,
    CLOSES,
    LIFT,
    OPENS,
    REVIEWER,
    VOTING,
    assist,
    bundle_text,
    cast,
    enter,
    explain_papers,
    key,
    log_of,
    make_vote,
    make_voter,
)

pytestmark = pytest.mark.usefixtures("app")
AFTER = CLOSES + timedelta(hours=1)


def extend(ballot, to, *, now=VOTING, reason="参与的人还不够", client_key=""):
    with unit_of_work():
        return actions.extend_closing(
            ballot.id, to, reason=reason, client_key=client_key or key(), actor=CLERK, now=now
        )


def count(ballot, now=AFTER):
    with unit_of_work():
        return actions.count_ballot(ballot.id, actor=CLERK, now=now)


def test_an_extension_is_an_event_that_moves_the_closing_and_keeps_the_votes() -> None:
    ballot, flats = make_vote()
    cast(ballot, make_voter(flats[0]))
    later = CLOSES + timedelta(days=7)
    extend(ballot, later)
    assert queries.known(ballot.id).closing_at == later
    assert log_of(ballot)[1]["closes_at"] == "2026-04-07T18:00:00+08:00"
    cast(ballot, make_voter(flats[1]), now=CLOSES + timedelta(days=1))
    assert list(queries.faults_in(ballot.id)) == []
    told = db.session.scalars(sa.select(Message.recipient_id).where(Message.kind == "ballots.extended"))
    assert set(told) == {flat.id for flat in flats}


def test_an_extension_posts_its_notice_that_hangs_until_the_new_closing() -> None:
    ballot, _ = make_vote()
    later, again = CLOSES + timedelta(days=7), CLOSES + timedelta(days=8)
    one_key = key()
    for _ in range(2):
        extend(ballot, later, client_key=one_key)
    (notice,) = [one for one in notices.of("ballot", ballot.id) if one.kind is NoticeKind.BALLOT_EXTENSION]
    assert notice.title == f"{ballot.title}投票延期公告"
    assert notice.number_text.startswith("公告〔2026〕")
    assert (notice.opens_on, notice.last_on) == (china_day(VOTING), china_day(later))
    assert notice.body[0]["figures"] == [
        ["原来的截止时间", queries.long_time(CLOSES)],
        ["新的截止时间", queries.long_time(later)],
    ]
    assert "参与的人还不够" in [block.get("text") for block in notice.body]
    assert notice in notices.hanging(ballot.community_id, later)
    announced = notices.notice(queries.announcement(queries.known(ballot.id)).notice_id)
    assert notice.issuer == announced.issuer
    # A further day late in the vote: the notice still hangs as long as every notice must.
    extend(ballot, again, now=later - timedelta(hours=1))
    newest = notices.of("ballot", ballot.id)[0]
    configured = notices.planned_span(ballot.community_id, newest.kind, newest.opens_on)
    assert newest.last_on == configured.last_on > china_day(again)
    assert newest.body[0]["figures"][0][1] == queries.long_time(later)


@pytest.mark.parametrize(
    ("to", "now", "error"),
    [
        pytest.param(CLOSES, VOTING, Invalid, id="not-later"),
        pytest.param(OPENS + timedelta(days=60, seconds=1), VOTING, Invalid, id="over-sixty-days"),
        pytest.param(CLOSES + timedelta(days=1), CLOSES, Refused, id="after-the-closing"),
    ],
)
def test_an_extension_is_later_in_time_and_within_the_limit(to, now, error) -> None:
    ballot, _ = make_vote()
    with pytest.raises(error):
        extend(ballot, to, now=now)
    assert queries.known(ballot.id).closing_at == CLOSES


def test_a_reason_that_no_recount_could_read_is_refused_and_leaves_the_log_as_it_was() -> None:
    ballot, _ = make_vote()
    with pytest.raises(Invalid, match="看不见的字符"):
        extend(ballot, CLOSES + timedelta(days=7), reason="参与的人还不够\ufffe")
    assert log_of(ballot) == []
    assert queries.known(ballot.id).closing_at == CLOSES


def test_nothing_is_counted_exported_or_seen_before_the_closing_in_force() -> None:
    ballot, flats = make_vote()
    cast(ballot, make_voter(flats[0]))
    extend(ballot, CLOSES + timedelta(days=3))
    for now in (VOTING, CLOSES, CLOSES + timedelta(days=3) - timedelta(microseconds=1)):
        with pytest.raises(Refused):
            count(ballot, now)
        with pytest.raises(Refused):
            bundle_text(ballot, now=now)
        assert queries.public_result(ballot, now, exact=True) is None
        assert queries.result(ballot.id) is None
    count(ballot, CLOSES + timedelta(days=3))
    assert queries.public_result(queries.known(ballot.id), CLOSES + timedelta(days=3)) is not None


def test_a_passed_vote_tells_each_test_with_its_numbers() -> None:
    ballot, flats = make_vote(motions=(LIFT,))
    for flat, choice in zip(flats, ["for"] * 4 + ["against"], strict=False):
        cast(ballot, make_voter(flat), choice)
    count(ballot)
    found = queries.result(ballot.id)
    assert (found.number, found.is_superseded, queries.verdict(ballot.id, "m1")) == (1, False, "passed")
    assert found.results[0]["motions"][0]["heads"] == {
        "roll": 6, "participants": 5, "for": 4, "against": 1, "abstain": 0,
    }  # fmt: skip
    quorum, approval = found.details[0]["motions"][0]["checks"]
    assert (quorum["kind"], quorum["heads"], quorum["area"], quorum["threshold"]) == (
        "quorum",
        True,
        True,
        "2/3",
    )
    assert (approval["part"]["area"], approval["whole"]["area"]) == ("240.00", "300.00")
    assert queries.stage(ballot, AFTER) is Stage.COUNTED


def test_a_vote_without_quorum_says_what_was_missing() -> None:
    ballot, flats = make_vote(motions=(LIFT,))
    cast(ballot, make_voter(flats[0]))
    count(ballot)
    result = queries.public_result(ballot, AFTER, exact=True)
    (motion,) = result.scopes[0].motions
    assert (motion.verdict, motion.lacking_zh) == ("no_quorum", "参与表决还差 3 人、180.00 ㎡。")


def test_counting_twice_without_news_is_one_count() -> None:
    ballot, flats = make_vote()
    cast(ballot, make_voter(flats[0]))
    assert count(ballot).number == count(ballot, AFTER + timedelta(days=1)).number == 1


def test_a_count_waits_for_every_review() -> None:
    ballot, flats = make_vote()
    assist(ballot, flats[0])
    with pytest.raises(Refused) as refusal:
        count(ballot)
    assert [reason.code for reason in refusal.value.reasons] == ["reviews_waiting"]


def review(ballot, seq, verdict, fault=None, now=AFTER, reading=None):
    with unit_of_work():
        return actions.review_vote(
            ballot.id,
            seq,
            verdict=verdict,
            fault=fault,
            reading=reading,
            client_key=key(),
            actor=REVIEWER,
            now=now,
        )


def test_a_void_after_the_count_leads_to_a_recount_and_keeps_the_first_as_superseded() -> None:
    ballot, flats = make_vote(motions=(LIFT,))
    for flat in flats[:4]:
        cast(ballot, make_voter(flat))
    first = count(ballot)
    review(ballot, 2, Verdict.VOID, Fault.NOT_THE_OWNER, now=AFTER + timedelta(hours=1))
    second = count(ballot, AFTER + timedelta(hours=2))
    assert (first.number, second.number) == (1, 2)
    now_stands, before = queries.results(ballot.id)
    assert (now_stands.is_superseded, before.is_superseded) == (False, True)
    assert [one.results[0]["motions"][0]["verdict"] for one in (before, now_stands)] == [
        "passed",
        "no_quorum",
    ]
    assert now_stands.results_at_closing == before.results


def test_once_choices_could_be_seen_no_vote_is_added() -> None:
    for open_the_box in (count, lambda ballot: bundle_text(ballot, now=AFTER)):
        ballot, flats = make_vote()
        cast(ballot, make_voter(flats[0]))
        with unit_of_work():
            actions.issue_papers(ballot.id, actor=CLERK, now=VOTING)
        explain_papers(ballot, now=CLOSES)
        open_the_box(ballot)
        with pytest.raises(Refused) as refusal:
            enter(ballot, flats[1], received_at=VOTING, now=AFTER + timedelta(hours=1))
        assert refusal.value.code == "disclosed"


def test_a_paper_in_time_may_be_entered_after_the_closing_and_before_the_count() -> None:
    ballot, flats = make_vote(motions=(LIFT,))
    with unit_of_work():
        actions.issue_papers(ballot.id, actor=CLERK, now=VOTING)
    enter(ballot, flats[0], received_at=CLOSES - timedelta(minutes=1), now=AFTER)
    explain_papers(ballot, now=AFTER)
    count(ballot, AFTER + timedelta(hours=1))
    assert queries.result(ballot.id).results[0]["motions"][0]["heads"]["for"] == 1
    assert queries.broken_at(ballot.id) is None


def test_the_job_counts_what_waits_for_nobody() -> None:
    ballot, flats = make_vote()
    cast(ballot, make_voter(flats[0]))
    waiting, others = make_vote()
    assist(waiting, others[0])
    out, _ = make_vote()
    with unit_of_work():
        actions.issue_papers(out.id, actor=CLERK, now=VOTING)
    with unit_of_work():
        assert actions.count_due(CLOSES - timedelta(seconds=1)) == 0
    with unit_of_work():
        assert actions.count_due(CLOSES) == 1
    with unit_of_work():
        assert actions.count_due(CLOSES + timedelta(days=1)) == 0
    assert [queries.is_counted(one.id) for one in (ballot, waiting, out)] == [True, False, False]


def test_a_small_scope_tells_the_public_no_exact_area_and_its_owners_the_whole() -> None:
    ballot, flats = make_vote(("60.00", "61.00", "62.00", "63.00", "64.00", "65.00"), motions=(LIFT,))
    for flat, choice in zip(flats, ["for", "for", "for", "against", "against"], strict=False):
        cast(ballot, make_voter(flat), choice)
    count(ballot)
    (scope,) = queries.public_result(ballot, AFTER).scopes
    assert (scope.is_exact, scope.motions[0].area, scope.motions[0].lacking_zh) == (False, None, "")
    assert scope.motions[0].tests[0].is_met
    own = queries.scopes_of_owner(ballot, make_voter(flats[5]).id)
    (scope,) = queries.public_result(ballot, AFTER, exact_scopes=own).scopes
    assert str(scope.motions[0].area["for"]) == "183.00"


def test_of_thirty_heads_a_motion_tells_its_areas_exactly_where_no_choice_was_that_of_a_few() -> None:
    ballot, flats = make_vote(("60.00",) * 30, motions=(LIFT, LIFT))
    for place, flat in enumerate(flats[:10]):
        many, one = ("for", "against")[place % 2], ("for", "against")[place == 0]
        cast(ballot, make_voter(flat), {"m1": many, "m2": one})
    count(ballot)
    (scope,) = queries.public_result(ballot, AFTER).scopes
    split, lone = scope.motions
    assert (str(split.area["roll"]), str(split.area["against"]), split.shares) == ("1800.00", "300.00", None)
    assert (lone.area, lone.lacking_zh, lone.shares["against"]) == (None, "", 3)
    assert not scope.is_exact
