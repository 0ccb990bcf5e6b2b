"""The vote that a management rests on: which one the desk offers, and what it says of one that fell."""

import pytest

from server.ballots.actions import count_ballot
from server.ballots.rules.drafting import Kind, MotionText
from server.identity.rules import Role
from server.infra.db import unit_of_work
from server.kernel.matters import Matter
from server.management import queries
from tests.admin.browsers import browser_of
from tests.admin.forms import post_form
from tests.factories import ballots as votes
from tests.factories import decisions as decided
from tests.factories.identity import make_staff
from tests.factories.management import make_contract

pytestmark = pytest.mark.usefixtures("clock")
MANAGER = MotionText("请安心物业来管", Kind.APPROVE, Matter.MANAGER)
CONTRACT = {
    "mode": "work_unit", "manager": "铁路局房产处", "starts_on": "2026-01-01", "ends_on": "2026-12-31", "document": "",
}  # fmt: skip


def at(community, rest=""):
    return f"/admin/communities/{community.id}/management{rest}"


def chosen(community, flats, choice):
    """A counted vote on who manages, in which everybody chose so."""
    ballot = votes.make_opened(community, title=f"选物业：{choice}", motions=(MANAGER,))
    for flat in flats:
        votes.cast(ballot, votes.make_voter(flat), choice)
    with unit_of_work():
        count_ballot(ballot.id, actor=votes.CLERK, now=votes.CLOSES)
    return ballot


def test_only_a_vote_that_passed_stands_as_the_owners_choice(app, clock):
    community, flats = votes.make_electorate(("60.00",) * 3)
    passed, lost = chosen(community, flats, "for"), chosen(community, flats, "against")
    clock.set(votes.CLOSES)
    clerk = browser_of(app, make_staff(Role.CLERK, community=community))
    form = clerk.get(at(community, "/contracts/new")).text
    assert f'value="{passed.id}"' in form
    assert lost.title not in form
    sent = {**CONTRACT, "chosen_by": str(lost.id)}
    page = at(community, "/contracts/new"), at(community, "/contracts")
    assert post_form(clerk, *page, sent).status_code == 422
    assert post_form(clerk, *page, {**sent, "chosen_by": str(passed.id)}).status_code == 302
    assert queries.contracts_of(community.id)[0].contract.chosen_by_ballot_id == passed.id
    assert passed.title in clerk.get(at(community)).text


@pytest.mark.parametrize(
    ("make", "fall", "became"),
    [
        pytest.param(decided.make_final, decided.annul, "作出的决定后来被法院撤销了", id="revoked"),
        pytest.param(decided.make_published, decided.declare_void, "后来宣布作废，什么也没有定", id="void"),
    ],
)
def test_a_vote_that_decides_nothing_any_more_is_not_offered_and_where_it_was_named_it_says_so(
    app, clock, make, fall, became
):
    counted = decided.make_counted(motions=(MANAGER,))
    community, ballot = counted.community, counted.ballot
    row = make(counted)
    clock.set(decided.OVER)
    clerk = browser_of(app, make_staff(Role.CLERK, community=community))
    new = at(community, "/contracts/new"), at(community, "/contracts")
    sent = {**CONTRACT, "chosen_by": str(ballot.id)}
    assert f'value="{ballot.id}"' in clerk.get(new[0]).text
    held = make_contract(community, chosen_by=ballot.id)
    pages = at(community), at(community, f"/contracts/{held.id}")
    assert [became in clerk.get(page).text for page in pages] == [False, False]
    fall(row)
    assert f'value="{ballot.id}"' not in clerk.get(new[0]).text
    assert post_form(clerk, *new, sent).status_code == 422
    for page in pages:
        text = clerk.get(page).text
        assert ballot.title in text
        assert became in text
