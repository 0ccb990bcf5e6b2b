"""The command line at the server: import with its exit code, export, template, reseal."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from click.testing import Result

from server.audit.models import AuditEntry
from server.infra.db import db, unit_of_work
from server.kernel.actor import COMMAND
from server.ledger.actions.places import change_community
from server.ledger.models import Community, Flat
from server.messages import queries as letters
from tests.conftest import Clock
from tests.factories.ballots import VOTING, make_opened
from tests.factories.sheets import small_ledger, workbook


def flask(app: APIFlask, *arguments: str | Path) -> Result:
    db.session.rollback()
    return app.test_cli_runner().invoke(args=[str(one) for one in arguments])


def count(model: type) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "台账.xlsx"
    path.write_bytes(workbook(small_ledger()).getvalue())
    return path


def test_a_dry_run_tells_and_writes_nothing(app: APIFlask, sheet: Path) -> None:
    result = flask(app, "ledger", "import", sheet, "--dry-run")
    assert result.exit_code == 0 and "房屋：新增 5" in result.output and "什么都没有改" in result.output
    assert count(Flat) == 0


def test_an_import_is_told_and_again_is_nothing(app: APIFlask, sheet: Path) -> None:
    result = flask(app, "ledger", "import", sheet)
    assert result.exit_code == 0 and "涉及 1 个小区" in result.output
    assert count(Flat) == 5
    assert (
        db.session.scalars(sa.select(AuditEntry.actor).where(AuditEntry.verb == "ledger.import")).first()
        == "system:0"
    )
    assert "没有要改的" in flask(app, "ledger", "import", sheet).output


def test_a_sheet_that_ends_an_ownership_while_a_vote_runs_tells_the_home(
    app: APIFlask, clock: Clock, tmp_path: Path, sheet: Path
) -> None:
    flask(app, "ledger", "import", sheet)
    shop = db.session.scalars(sa.select(Flat).where(Flat.room == "S1")).one()
    community = db.session.get_one(Community, shop.community_id)
    with unit_of_work():
        change_community(community.id, actor=COMMAND, now=VOTING, contact_name="值班室", contact_place="一楼")
    make_opened(community, building_ids=(shop.building_id,))
    clock.set(VOTING)
    of_shop = {"building": "2", "room": "S1"}
    sold = [
        {**of_shop, "name": "棉纺厂", "kind": "原产权单位", "to_on": "2026/3/20"},
        {**of_shop, "name": "王五", "from_on": "2026/3/20"},
    ]
    path = tmp_path / "sold.xlsx"
    path.write_bytes(workbook(small_ledger(owners=sold)).getvalue())
    assert "涉及 1 个小区" in flask(app, "ledger", "import", path).output
    (home,) = letters.printable(community.id, VOTING)
    assert [one.kind for one in home.letters] == ["ballots.sold_in_ledger"]


def test_problems_end_with_a_code_that_is_not_zero(app: APIFlask, tmp_path: Path) -> None:
    flats = [
        {"building": "1", "entrance": "1", "room": "101", "use": "住宅", "area": 0, "area_source": "实测"}
    ]
    path = tmp_path / "bad.xlsx"
    path.write_bytes(workbook(small_ledger(flats=flats, owners=[], households=[])).getvalue())
    result = flask(app, "ledger", "import", path)
    assert result.exit_code == 1 and "房屋 第 2 行 F 面积：面积要大于 0。请对照产权证填写" in result.output
    assert count(Community) == 0


def test_a_folder_of_csv_files_is_imported(app: APIFlask, tmp_path: Path) -> None:
    (tmp_path / "小区.csv").write_text("小区名称,所在社区代码,位置\n甲,520102028004,城市\n", encoding="utf-8")
    (tmp_path / "楼栋.csv").write_text("楼栋\n1\n", encoding="gb18030")
    assert flask(app, "ledger", "import", tmp_path).exit_code == 0
    assert count(Community) == 1


def test_an_export_goes_back_in_without_a_change(app: APIFlask, sheet: Path, tmp_path: Path) -> None:
    flask(app, "ledger", "import", sheet)
    path = tmp_path / "export.xlsx"
    assert flask(app, "ledger", "export", path, "--division", "520102", "--full").exit_code == 0
    assert "没有要改的" in flask(app, "ledger", "import", path).output
    assert flask(app, "ledger", "export", path, "--division", "520103").exit_code == 1


def test_the_empty_template_can_be_sent_in_and_changes_nothing(app: APIFlask, tmp_path: Path) -> None:
    path = tmp_path / "模板.xlsx"
    assert flask(app, "ledger", "template", path).exit_code == 0
    result = flask(app, "ledger", "import", path)
    assert result.exit_code == 0 and "没有要改的" in result.output
