import ast
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.contributions import actions, queries
from server.contributions.rules import Entry, Kind, Shown
from server.infra.db import db, unit_of_work
from server.kernel.actor import Actor, ActorKind
from server.kernel.errors import Conflict, NotFound, Refused
from server.moderation import actions as moderation
from server.moderation import queries as moderated
from server.plans.rules.words import FundSource
from server.projects.rules.money import Entry as Money
from tests.factories.contributions import enter, make_pledge
from tests.factories.ledger import make_community, make_flat
from tests.factories.projects import CONFIRMS, ENTERS, NOW, key, make_funding, make_project

SERVER = Path(__file__).resolve().parents[3] / "server"


def test_no_room_that_asks_or_counts_knows_of_contributions():
    for room in ("surveys", "ballots", "identity", "notices", "visits", "projects"):
        for path in (SERVER / room).rglob("*.py"):
            tree = ast.parse(path.read_text())
            named = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
            named += [
                one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names
            ]
            assert not [one for one in named if one.startswith("server.contributions")], path


pytestmark = pytest.mark.usefixtures("app")


def test_a_giver_is_nobody_unless_they_say_otherwise_and_a_name_waits_until_it_was_looked_at():
    community = make_community()
    flat = make_flat(community, building="3", entrance="2", room="501")
    make_pledge(flat)
    make_pledge(flat, shown=Shown.HOUSEHOLD)
    named = make_pledge(flat, shown=Shown.NAME, name="爱种花的老李", words="买三棵桂花")
    givers = [card.giver for card in queries.pledges(community.id).items]
    assert givers == [queries.ANONYMOUS, "3 栋 2 单元 501", queries.ANONYMOUS]
    assert not queries.pledge(named.id, community.id).words.is_public
    assert [card.named_later for card in queries.pledges(community.id).items if card.named_later] == [
        "有人看过以后才写上。"
    ]
    for item in moderated.waiting(community.id).items:
        with unit_of_work():
            moderation.pass_text(item.id, community_id=community.id, acts_seen=0, actor=CONFIRMS, now=NOW)
    card = queries.pledge(named.id, community.id)
    assert (card.giver, card.words.text, card.named_later) == ("爱种花的老李", "买三棵桂花", "")


def test_what_was_given_counts_once_another_person_has_confirmed_it():
    community = make_community()
    pledge = make_pledge(make_flat(community), amount=500_00)
    entry = enter(pledge, 300_00, is_confirmed=None)
    assert queries.kind_sums(community.id)[0].given == 0
    assert [one.id for one in queries.waiting(community.id)] == [entry.id]
    with pytest.raises(Refused, match="另一个人"), unit_of_work():
        actions.review(
            entry.id, community_id=community.id, is_confirmed=True, reason="", actor=ENTERS, now=NOW
        )
    with pytest.raises(Refused, match="多过收到"):
        enter(pledge, 1, Entry.USED)
    with unit_of_work():
        actions.review(
            entry.id, community_id=community.id, is_confirmed=True, reason="", actor=CONFIRMS, now=NOW
        )
    with pytest.raises(Conflict, match="处理过"), unit_of_work():
        actions.review(
            entry.id, community_id=community.id, is_confirmed=True, reason="", actor=CONFIRMS, now=NOW
        )
    enter(pledge, 120_01, Entry.USED)
    enter(pledge, 7_00, is_confirmed=False)
    (sums,) = queries.kind_sums(community.id)
    assert (sums.promised, sums.given, sums.used) == (500_00, 300_00, 120_01)
    states = [card.state[0] for card in queries.entries(pledge.id)]
    assert states == ["已确认", "已确认", "已退回"]


def test_two_uses_that_wait_are_not_both_confirmed_beyond_what_was_given():
    community = make_community()
    pledge = make_pledge(make_flat(community))
    enter(pledge, 100)
    enter(pledge, 60, Entry.USED, is_confirmed=None)
    with pytest.raises(Refused, match="多过收到"):
        enter(pledge, 60, Entry.USED, is_confirmed=None)


def test_a_promise_is_taken_back_by_its_own_household_while_nothing_was_given():
    community = make_community()
    flat, other = make_flat(community), make_flat(community)
    pledge = make_pledge(flat)
    actor = Actor(ActorKind.RESIDENT, 9101, "居民")
    with pytest.raises(NotFound), unit_of_work():
        actions.take_back(pledge.id, flat_ids=[other.id], actor=actor, now=NOW)
    with unit_of_work():
        actions.take_back(pledge.id, flat_ids=[flat.id], actor=actor, now=NOW)
    assert queries.pledges(community.id).total == 0
    assert len(queries.pledges_of([flat.id])) == 1
    with pytest.raises(Conflict, match="已经收回"):
        enter(pledge, 1)


def test_a_promise_sent_twice_is_one_and_another_communitys_is_not_there():
    community, flat = make_community(), None
    flat = make_flat(community)
    same = key()
    assert make_pledge(flat, client_key=same).id == make_pledge(flat, client_key=same).id
    with pytest.raises(Conflict):
        make_pledge(flat, amount=1, client_key=same)
    pledge = make_pledge(flat)
    entry = enter(pledge, 5, is_confirmed=None)
    elsewhere = make_community(name="别处")
    for ask in (queries.pledge, queries.entry):
        with pytest.raises(NotFound):
            ask(pledge.id if ask is queries.pledge else entry.id, elsewhere.id)
    with pytest.raises(NotFound), unit_of_work():
        actions.make_pledge(
            elsewhere.id, flat_id=flat.id, kind=Kind.MONEY, amount=1, words="", shown=Shown.ANONYMOUS, name="",
            client_key=key(), actor=ENTERS, now=NOW,
        )  # fmt: skip


MONEY = st.tuples(
    st.sampled_from(list(FundSource)), st.sampled_from([Money.RECEIVED, Money.SPENT]), st.integers(1, 10**12)
)
GIFTS = st.lists(st.tuples(st.integers(1, 10**9), st.integers(0, 10**9)), max_size=3)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(MONEY, max_size=5), GIFTS)
def test_all_money_of_a_community_adds_up_to_the_fen(app, lines, gifts):
    community = make_community()
    project, flat = make_project(community), make_flat(community)
    for source, entry, fen in lines:
        make_funding(project, fen, source, entry)
    for given_fen, used in gifts:
        pledge = make_pledge(flat, amount=given_fen)
        enter(pledge, given_fen)
        if min(used, given_fen):
            enter(pledge, min(used, given_fen), Entry.USED)
    db.session.expire_all()
    page = queries.funding(community.id)
    came = sum(fen for _, entry, fen in lines if entry is Money.RECEIVED) + sum(one[0] for one in gifts)
    went = sum(fen for _, entry, fen in lines if entry is Money.SPENT)
    went += sum(min(used, given_fen) for given_fen, used in gifts)
    assert (page.received, page.spent, page.left) == (came, went, came - went)
    assert sum(row.left for row in page.rows) == page.left


def test_space_and_ideas_are_counted_and_not_measured():
    community = make_community()
    flat = make_flat(community)
    make_pledge(flat, Kind.SPACE, None, words="一楼杂物间")
    make_pledge(flat, Kind.LABOUR, 8)
    idea = make_pledge(flat, Kind.IDEA, None, words="门口种桂花")
    enter(idea, 1, happened_on=date(2026, 3, 2), is_confirmed=False)
    enter(idea, 1, happened_on=date(2026, 3, 2))
    with pytest.raises(Refused, match="已经记过"):
        enter(idea, 1, happened_on=date(2026, 3, 2), document="收据 19 号")
    sums = {one.kind: one for one in queries.kind_sums(community.id)}
    assert (sums[Kind.LABOUR].promised, sums[Kind.SPACE].promised) == (8, 1)
    assert (sums[Kind.IDEA].pledges, sums[Kind.IDEA].given) == (1, 1)
