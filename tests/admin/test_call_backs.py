"""The sampling audit through the pages: drawn by the count, asked by another person, shown beside the result."""

import pytest
import sqlalchemy as sa

from server.ballots import actions, queries
from server.ballots.models import CallBack
from server.ballots.rules.desk import Fault
from server.ballots.rules.events import Verdict
from server.identity.rules import Role
from server.infra.db import db, unit_of_work
from server.kernel.actor import Actor, ActorKind
from tests.admin.browsers import browser_of
from tests.admin.forms import post_form
from tests.admin.test_ballots import page_of
from tests.factories.ballots import (
    CLERK,
    CLOSES,
    REVIEWER,
    VOTING,
    cast,
    enter,
    explain_papers,
    key,
    key_in,
    make_electorate,
    make_opened,
    make_papers,
    make_voter,
    take_in,
)
from tests.factories.identity import make_staff


@pytest.fixture
def counted(app, clock):
    community, flats = make_electorate()
    ballot = make_opened(community)
    clock.set(VOTING)
    make_papers(ballot)
    for flat in flats[:3]:
        enter(ballot, flat)
    cast(ballot, make_voter(flats[3]))
    clock.set(CLOSES)
    explain_papers(ballot, now=CLOSES)
    with unit_of_work():
        actions.count_ballot(ballot.id, actor=CLERK, now=CLOSES)
    reviewer = browser_of(app, make_staff(Role.REVIEWER, community=community))
    return ballot, reviewer


def call(reviewer, ballot, seq, answer):
    page = f"{page_of(ballot)}/call-backs"
    return post_form(reviewer, page, f"{page}/{seq}", {"answer": answer})


def test_only_what_was_entered_by_hand_is_drawn_and_the_page_never_tells_a_choice(counted):
    ballot, reviewer = counted
    drawn = queries.sample(ballot)
    assert (drawn.votes, sorted(drawn.seqs)) == (3, [1, 2, 3])
    assert drawn.seed == queries.counts(ballot.id)[0].head_hash
    page = reviewer.get(f"{page_of(ballot)}/call-backs").text
    assert "1 栋" in page and "还没问" in page
    assert "米白" not in page and "赞成" not in page


def test_answers_stand_beside_the_result_on_both_doors(app, counted):
    ballot, reviewer = counted
    for seq, answer in ((1, "confirmed"), (2, "denied"), (3, "unreachable")):
        assert call(reviewer, ballot, seq, answer).status_code == 302
    for page in (
        reviewer.get(f"{page_of(ballot)}/result").text,
        app.test_client().get(f"/ballots/{ballot.id}/result").text,
    ):
        assert "抽了 3 张回访：是本人意思的 1 张，不是的 1 张，联系不上的 1 张" in page
        assert "97.5%" in page


def test_an_answer_sent_twice_is_kept_once_and_a_later_one_is_in_force(counted):
    ballot, reviewer = counted
    for answer in ("unreachable", "unreachable", "confirmed"):
        call(reviewer, ballot, 1, answer)
    assert db.session.scalar(sa.select(sa.func.count(CallBack.id))) == 2
    assert queries.sample(ballot).finding.confirmed == 1


def test_a_later_recount_moves_neither_seed_nor_sample(counted):
    ballot, _ = counted
    before = queries.sample(ballot)
    with unit_of_work():
        actions.review_vote(
            ballot.id,
            1,
            verdict=Verdict.VOID,
            fault=Fault.PRESSURED,
            client_key=key(),
            actor=REVIEWER,
            now=CLOSES,
        )
        actions.count_ballot(ballot.id, actor=CLERK, now=CLOSES)
    assert queries.sample(ballot) == before


def test_whoever_entered_a_vote_does_not_call_back(app, clock, counted):
    ballot, _ = counted
    with pytest.raises(Exception, match="你录的"), unit_of_work():
        actions.record_call_back(ballot.id, 1, "confirmed", actor=CLERK, now=CLOSES)


def test_in_a_committee_of_two_the_street_calls_back_what_both_keyed(app, clock):
    community, flats = make_electorate()
    ballot = make_opened(community)
    clock.set(VOTING)
    clerk, reviewer = (make_staff(role, community=community) for role in (Role.CLERK, Role.REVIEWER))
    keyers = [Actor(ActorKind.STAFF, one.id, one.name) for one in (reviewer, clerk)]
    serial = take_in(ballot, flats[0])
    for keyer in keyers:
        key_in(ballot, serial, actor=keyer)
    explain_papers(ballot, now=CLOSES)
    clock.set(CLOSES)
    with unit_of_work():
        actions.count_ballot(ballot.id, actor=CLERK, now=CLOSES)
    page = browser_of(app, reviewer).get(f"{page_of(ballot)}/call-backs").text
    assert all(words in page for words in ("你录的，要别人来问", "请街道（乡镇）的人来问"))
    officer = make_staff(Role.STREET_OFFICER, division="520102028")
    street = browser_of(app, officer)
    assert f"可以请：{officer.name}" in browser_of(app, reviewer).get(f"{page_of(ballot)}/call-backs").text
    assert "去回访" in street.get(f"{page_of(ballot)}/result").text
    assert call(street, ballot, 1, "confirmed").status_code == 302
    assert queries.sample(ballot).answers[1] == "confirmed"
    told = street.get(f"{page_of(ballot)}/call-backs").text
    assert "电话请居委会从台账里查" in told and "重新计票" not in told
    call(street, ballot, 1, "denied")
    assert "没有录过这张票的居委会复核人" in street.get(f"{page_of(ballot)}/call-backs").text
    call(street, ballot, 1, "confirmed")
    assert "没有录过这张票的居委会复核人" not in street.get(f"{page_of(ballot)}/call-backs").text


def test_who_may_read_telephones_is_led_to_them(counted):
    ballot, reviewer = counted
    page = reviewer.get(f"{page_of(ballot)}/call-backs").text
    assert f"/admin/communities/{ballot.community_id}/flats" in page and "请居委会从台账里查" not in page


def test_what_was_not_drawn_is_not_called_back(counted):
    ballot, reviewer = counted
    assert call(reviewer, ballot, 4, "confirmed").status_code == 404
    assert call(reviewer, ballot, 1, "perhaps").status_code == 422


def test_before_the_count_nothing_is_drawn(app, clock):
    community, _ = make_electorate()
    ballot = make_opened(community)
    clock.set(VOTING)
    reviewer = browser_of(app, make_staff(Role.REVIEWER, community=community))
    assert "还没有计票" in reviewer.get(f"{page_of(ballot)}/call-backs").text
    assert call(reviewer, ballot, 1, "confirmed").status_code == 422
