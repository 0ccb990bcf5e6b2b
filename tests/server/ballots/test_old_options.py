"""Options that today's rules refuse, in what was drafted and announced before: read and counted on, and in nobody's way."""

from dataclasses import replace

import pytest

from server.ballots import actions, queries
from server.ballots.rules import drafting
from server.ballots.rules.desk import key_legend
from server.infra.db import unit_of_work
from server.kernel.errors import Invalid, Refused
from tests.factories.ballots import (
    ANNOUNCED,
    CLERK,
    CLOSES,
    LIFT,
    PAINT,
    cast,
    key,
    make_draft,
    make_electorate,
    make_opened,
    make_voter,
)

pytestmark = pytest.mark.usefixtures("app")

OLD = replace(PAINT, options=(*(f"颜色 {number}" for number in range(1, 34)), "弃权"))


@pytest.fixture
def before(monkeypatch):
    """Makes something under the rules of before."""

    def made(make, *args, **facts):
        with monkeypatch.context() as then:
            then.setattr(drafting, "_option_faults", lambda _: [])
            return make(*args, motions=(LIFT, OLD), **facts)

    return made


def change(ballot, **facts) -> None:
    with unit_of_work():
        draft = replace(actions.draft_of(ballot), **facts)
        actions.change_draft(ballot, draft, actor=CLERK, now=ANNOUNCED)


def test_an_old_motion_bars_no_other_change_of_a_draft_and_bars_announcing_it(before) -> None:
    community, _ = make_electorate()
    ballot = before(make_draft, community)
    change(ballot, title="换个名字")
    assert (ballot.title, queries.motion_texts(ballot)) == ("换个名字", [LIFT, OLD])
    told = [one.message for one in queries.announce_obstacles(ballot, ANNOUNCED)]
    assert len(told) == 2 and all(sentence.startswith("第 2 项：方案") for sentence in told)
    with unit_of_work(), pytest.raises(Refused):
        actions.announce_ballot(ballot, client_key=key(), actor=CLERK, now=ANNOUNCED)
    change(ballot, motions=(OLD,))
    change(ballot, motions=(PAINT,))
    assert queries.announce_obstacles(ballot, ANNOUNCED) == []


def test_whoever_writes_such_a_motion_today_is_refused_beside_an_old_one_too(before) -> None:
    community, _ = make_electorate()
    ballot = before(make_draft, community)
    with pytest.raises(Invalid) as refusal:
        change(ballot, motions=(LIFT, OLD, replace(OLD, title="门的颜色")))
    assert refusal.value.fields.keys() == {"motion-3"}


def test_a_vote_that_was_opened_with_old_options_goes_on_to_its_count_and_may_be_held_again(before) -> None:
    community, flats = make_electorate()
    ballot = before(make_opened, community)
    asked = queries.document(ballot.id).asked
    assert asked[1].choices == (*OLD.options, "abstain")
    assert ("Z", "弃权") in key_legend(asked[1])
    for flat in flats[:4]:
        cast(ballot, make_voter(flat), {"m1": "for", "m2": "颜色 33"})
    with unit_of_work():
        counted = actions.count_ballot(ballot.id, actor=CLERK, now=CLOSES)
    again = []
    for _ in range(2):
        with unit_of_work():
            again.append(actions.repeat_ballot(ballot.id, client_key="again", actor=CLERK, now=CLOSES).id)
    assert again[0] == again[1]
    assert queries.motion_texts(queries.known(again[0])) == [LIFT, OLD]
    assert "颜色 33" in str(counted.outcome)
