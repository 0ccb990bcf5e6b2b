"""The pool of a new community: by a logged move from the first day, whichever way it came in."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from server.identity.rules import Role
from server.infra.db import db, unit_of_work
from server.jobs.ledger import work_on_imports
from server.ledger.models import LedgerImport
from server.ledger.rules.words import Pool
from server.plans import queries
from server.plans.actions import log_first_moves
from server.plans.models import PoolMove
from tests.admin.browsers import browser_of
from tests.admin.forms import post_form
from tests.admin.test_ledger_imports import upload
from tests.conftest import Clock
from tests.factories.identity import make_staff
from tests.factories.ledger import make_community
from tests.factories.plans import ENTERING, NOW, make_move
from tests.factories.sheets import NAME, small_ledger, workbook
from tests.server.ledger.importing import Importer, the_community, told


def listed(pool: str | None, **facts: str) -> dict[str, str | None]:
    return {**small_ledger()["communities"][0], "pool": pool, **facts}


def label_of_uploader() -> str:
    return db.session.scalars(sa.select(LedgerImport.actor_label)).one()


def only_move() -> PoolMove:
    (move,) = queries.moves_of(the_community().id)
    return move


@pytest.fixture
def officer(app: APIFlask, clock: Clock) -> FlaskClient:
    return browser_of(app, make_staff(Role.COUNTY_OFFICER, division="520102"))


@pytest.mark.parametrize(
    ("said", "pool"), [("实施一批", Pool.IMPLEMENT), (None, Pool.RESERVE)], ids=["said", "left-blank"]
)
def test_a_new_community_of_a_sheet_stands_by_a_move_that_names_the_sheet(
    officer: FlaskClient, said: str | None, pool: Pool
) -> None:
    sheet = workbook(small_ledger(communities=[listed(said)]))
    page = upload(officer, sheet, "南明区台账.xlsx").headers["Location"]
    work_on_imports()
    post_form(officer, page, f"{page}/confirm", {})
    work_on_imports()
    move = only_move()
    assert (move.from_pool, move.to_pool, the_community().pool) == (None, pool, pool)
    assert move.moved_by == label_of_uploader()
    assert "南明区台账.xlsx" in move.reason
    shown = officer.get(f"/admin/communities/{the_community().id}/pool").text
    assert "南明区台账.xlsx" in shown and move.moved_by in shown
    assert NAME not in officer.get("/admin/plans/pools?pool=none").text


def test_a_second_sheet_of_the_same_community_moves_nothing(officer: FlaskClient) -> None:
    for number, sheet in enumerate(
        (small_ledger(), small_ledger(communities=[listed(None, address="新址")]))
    ):
        page = upload(officer, workbook(sheet), f"{number}.xlsx", key=f"up-{number}").headers["Location"]
        work_on_imports()
        post_form(officer, page, f"{page}/confirm", {})
        work_on_imports()
    assert the_community().address == "新址"
    assert "0.xlsx" in only_move().reason


def test_a_sheet_read_in_at_the_servers_command_line_is_named_too(app: APIFlask, tmp_path: Path) -> None:
    path = tmp_path / "全区.xlsx"
    path.write_bytes(workbook(small_ledger(communities=[listed("谋划一批")])).getvalue())
    assert app.test_cli_runner().invoke(args=["ledger", "import", str(path)]).exit_code == 0
    move = only_move()
    assert (move.to_pool, move.reason) == (Pool.PLAN, "按台账表“全区.xlsx”列入。")


def test_a_community_entered_by_hand_stands_in_reserve_by_a_move(officer: FlaskClient) -> None:
    sent = {
        "division": make_community("旁边").division_id,
        "name": NAME,
        "location_type": "city",
        "kind": "community",
        "exclusion": "none",
        "client_key": "entered-once",
    }
    form = f"/admin/communities/new?division={sent['division']}"
    for _ in range(2):
        assert post_form(officer, form, "/admin/communities", sent).status_code == 302
    assert (only_move().to_pool, only_move().reason) == (Pool.RESERVE, "在后台新建小区时列入。")


def test_one_that_moved_meanwhile_is_left_where_it_is(app: APIFlask) -> None:
    community = make_community()
    make_move(community, Pool.PLAN)
    with unit_of_work():
        log_first_moves([community.id], reason="按表列入", actor=ENTERING, now=NOW)
    assert [one.to_pool for one in queries.moves_of(community.id)] == [Pool.PLAN]


@pytest.mark.parametrize("pool", ["实施一批", "谋划一批"])
def test_a_sheet_cannot_plan_what_lies_outside_the_plan(look: Importer, pool: str) -> None:
    found = look(workbook({"communities": [listed(pool, exclusion="城中村")]}))
    assert told(found) == [("小区", 2, "项目库")]
    assert "城中村" in found.problems[0].what and "储备一批" in found.problems[0].mend
    assert look(workbook({"communities": [listed("储备一批", exclusion="城中村")]})).problems == []


def test_a_sheet_may_plan_what_is_merely_not_recorded_yet(look: Importer) -> None:
    bare = {"name": NAME, "division": listed(None)["division"], "location_type": "城市", "pool": "谋划一批"}
    assert look(workbook({"communities": [bare]})).problems == []
