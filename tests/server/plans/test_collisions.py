"""Two requests at the same instant have one effect, and the other is told so."""

import pytest
from apiflask import APIFlask

from server.infra.db import unit_of_work
from server.kernel.errors import Conflict
from server.ledger.rules.words import Pool
from server.plans import actions, queries
from tests.factories.ledger import make_community
from tests.factories.plans import (
    CITY,
    ENTERING,
    NOW,
    WITHDRAW,
    key,
    make_chosen,
    make_frozen,
    make_move,
    make_reported,
    rows_in_force,
)


def test_a_first_move_that_another_request_made_meanwhile_is_refused(
    app: APIFlask, monkeypatch: pytest.MonkeyPatch
):
    community = make_community()
    make_move(community, Pool.RESERVE)
    # As it looks to a request that read before the other one wrote.
    monkeypatch.setattr(queries, "current_move", lambda _id: None)
    with pytest.raises(Conflict) as refused:
        make_move(community, Pool.PLAN)
    assert refused.value.code == "collided"
    monkeypatch.undo()
    assert [one.to_pool for one in queries.moves_of(community.id)] == [Pool.RESERVE]


def test_every_step_sent_twice_is_taken_once(app: APIFlask):
    plan = make_frozen(120, 80)
    row, other = rows_in_force(plan)
    keys = {name: key() for name in ("enter", "submit", "decide", "report", "drop", "lesson", "revise")}
    for _ in range(2):
        with unit_of_work():
            change = actions.enter_change(row.id, WITHDRAW, client_key=keys["enter"], actor=ENTERING, now=NOW)
    assert len(queries.change_lines(["/"])) == 1
    for _ in range(2):
        with unit_of_work():
            actions.revise_change(change.id, WITHDRAW, client_key=keys["revise"], actor=ENTERING, now=NOW)
        with unit_of_work():
            actions.drop_change(change.id, reason="不改了", client_key=keys["drop"], actor=ENTERING, now=NOW)
    assert len(queries.known_change(change).steps) == 1
    assert len(queries.known_change(change).proposals) == 2
    make_reported(row)
    pilot = make_chosen(other)
    for _ in range(2):
        with unit_of_work():
            actions.add_lesson(
                pilot.id,
                title="题目",
                text="做了什么",
                advice="怎么做",
                client_key=keys["lesson"],
                actor=CITY,
                now=NOW,
            )
    assert len(queries.lessons(pilot.id)) == 1


def test_a_key_used_for_another_request_is_a_conflict(app: APIFlask):
    community, used = make_community(), key()
    make_move(community, Pool.RESERVE, client_key=used)
    with pytest.raises(Conflict, match="另一份内容"):
        make_move(community, Pool.PLAN, client_key=used)
