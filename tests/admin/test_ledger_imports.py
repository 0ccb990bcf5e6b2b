"""A sheet through the back office: uploaded, looked through by the job, confirmed, applied; seen by its uploader only."""

import io
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from server.identity.rules import Role
from server.infra.db import db
from server.infra.sheets import keeping
from server.jobs import ledger as job
from server.jobs.ledger import work_on_imports
from server.ledger import queries
from server.ledger.models import Community, Flat, LedgerImport
from server.ledger.rules.words import ImportState
from tests.admin.browsers import browser_of
from tests.admin.forms import TOKEN, post_form
from tests.conftest import Clock
from tests.factories.identity import make_staff
from tests.factories.ledger import make_building
from tests.factories.sheets import NAME, small_ledger, workbook

LIST = "/admin/ledger/imports"


@pytest.fixture
def officer(app: APIFlask, clock: Clock) -> FlaskClient:
    return browser_of(app, make_staff(Role.STREET_OFFICER, division="520102"))


def upload(client: FlaskClient, file: io.BytesIO, name: str = "台账.xlsx", key: str = "up-1") -> TestResponse:
    token = TOKEN.search(client.get(LIST).text)
    assert token is not None
    return client.post(
        LIST,
        data={"csrf_token": token.group(1), "client_key": key, "file": (file, name)},
        content_type="multipart/form-data",
    )


def the_import() -> LedgerImport:
    return db.session.scalars(
        sa.select(LedgerImport).order_by(LedgerImport.id.desc()).execution_options(populate_existing=True)
    ).first()  # type: ignore[return-value]


def kept_files(app: APIFlask) -> list[Path]:
    return list((Path(app.config["INSTANCE_DIR"]) / "imports").glob(f"{the_import().file_key}.*"))


def test_a_sheet_goes_from_upload_to_the_ledger(app: APIFlask, officer: FlaskClient) -> None:
    answer = upload(officer, workbook(small_ledger()))
    page = answer.headers["Location"]
    waiting = officer.get(page).text
    assert "等待检查" in waiting and 'http-equiv="refresh"' in waiting
    assert work_on_imports() == 1
    checked = officer.get(page).text
    assert "可以导入" in checked and "新增 1 栋 1 单元 101" in checked and "refresh" not in checked
    assert "张三" not in checked and "欧阳" not in checked
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Flat)) == 0, (
        "nothing before the person's word"
    )
    assert post_form(officer, page, f"{page}/confirm", {}).status_code == 302
    assert work_on_imports() == 1
    assert "导入完成" in officer.get(page).text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Flat)) == 5
    assert kept_files(app) == [], "nothing of the upload is left"


def test_what_waits_on_disk_holds_no_name_or_number(app: APIFlask, officer: FlaskClient) -> None:
    upload(officer, workbook(small_ledger()))
    work_on_imports()
    files = kept_files(app)
    assert {path.suffix for path in files} == {".sealed", ".stage"}
    content = b"".join(path.read_bytes() for path in files)
    assert "张三".encode() not in content and b"110105194912" not in content and b"1380000" not in content


def test_a_sheet_with_problems_says_where_and_is_not_kept(app: APIFlask, officer: FlaskClient) -> None:
    flats = [
        {"building": "1", "entrance": "1", "room": "101", "use": "住宅", "area": 0, "area_source": "实测"}
    ]
    page = upload(officer, workbook(small_ledger(flats=flats, owners=[], households=[]))).headers["Location"]
    work_on_imports()
    shown = officer.get(page).text
    assert "有 1 处要改" in shown and "面积要大于 0" in shown and "F 面积" in shown
    assert kept_files(app) == []
    assert post_form(officer, LIST, f"{page}/confirm", {}).status_code == 409


def test_the_same_upload_twice_is_one(app: APIFlask, officer: FlaskClient) -> None:
    data = workbook(small_ledger()).getvalue()
    first, second = (upload(officer, io.BytesIO(data)).headers["Location"] for _ in range(2))
    assert first == second
    assert upload(officer, workbook(small_ledger(owners=[]))).status_code == 409


def test_another_persons_import_is_as_if_it_were_not(app: APIFlask, officer: FlaskClient) -> None:
    page = upload(officer, workbook(small_ledger())).headers["Location"]
    other = browser_of(app, make_staff(Role.STREET_OFFICER, division="520102"))
    assert other.get(page).status_code == 404
    assert post_form(other, LIST, f"{page}/confirm", {}).status_code == 404
    assert "台账.xlsx" not in other.get(LIST).text


def test_an_import_reaches_no_further_than_its_uploader(app: APIFlask, clock: Clock) -> None:
    elsewhere = browser_of(app, make_staff(Role.COUNTY_OFFICER, division="520103"))
    page = upload(elsewhere, workbook(small_ledger())).headers["Location"]
    work_on_imports()
    assert "不在你的管理范围内" in elsewhere.get(page).text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Community)) == 0


def test_a_ledger_that_changed_meanwhile_is_checked_again(app: APIFlask, officer: FlaskClient) -> None:
    page = upload(officer, workbook(small_ledger())).headers["Location"]
    work_on_imports()
    post_form(officer, page, f"{page}/confirm", {})
    work_on_imports()
    more = {"flats": [{"community": NAME, "building": "2", "room": "S2", "use": "商铺"}]}
    page = upload(officer, workbook(more), key="up-2").headers["Location"]
    work_on_imports()
    make_building(db.session.scalars(sa.select(Community)).one(), "8")
    post_form(officer, page, f"{page}/confirm", {})
    assert work_on_imports() == 2, "sent back, and looked through once more"
    assert the_import().state is ImportState.READY
    post_form(officer, page, f"{page}/confirm", {})
    work_on_imports()
    assert the_import().state is ImportState.APPLIED
    assert (
        queries.flat_by_address(db.session.scalars(sa.select(Community.id)).one(), "2", "", "S2") is not None
    )


def test_a_job_that_died_is_taken_up_again_but_not_for_ever(
    app: APIFlask, officer: FlaskClient, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_args: Any, **_facts: Any) -> None:
        raise MemoryError

    upload(officer, workbook(small_ledger()))
    with monkeypatch.context() as patch:
        patch.setattr(job, "check_file", die)
        assert work_on_imports() == 1
        assert the_import().state is ImportState.CHECKING
        assert work_on_imports() == 0, "it may still be at work"
        for _ in range(3):
            clock.advance(minutes=3)
            work_on_imports()
    assert the_import().state is ImportState.FAILED
    assert "几次中断" in the_import().failure


def test_a_job_that_died_once_still_gets_it_done(
    app: APIFlask, officer: FlaskClient, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(officer, workbook(small_ledger()))
    with monkeypatch.context() as patch:
        patch.setattr(job, "check_file", lambda *_args, **_facts: 1 / 0)
        work_on_imports()
    clock.advance(minutes=3)
    work_on_imports()
    assert the_import().state is ImportState.READY


def test_an_upload_that_is_gone_says_so(app: APIFlask, officer: FlaskClient) -> None:
    page = upload(officer, workbook(small_ledger())).headers["Location"]
    keeping.forget(the_import().file_key)
    work_on_imports()
    assert "请重新上传" in officer.get(page).text


def test_an_import_can_be_given_up(app: APIFlask, officer: FlaskClient) -> None:
    page = upload(officer, workbook(small_ledger())).headers["Location"]
    work_on_imports()
    assert post_form(officer, page, f"{page}/discard", {}).status_code == 302
    assert the_import().state is ImportState.DISCARDED and kept_files(app) == []


@pytest.mark.parametrize(
    ("name", "data"),
    [
        pytest.param("台账.doc", b"x", id="another-kind"),
        pytest.param("", b"", id="no-file"),
    ],
)
def test_what_is_no_sheet_is_refused_at_the_door(officer: FlaskClient, name: str, data: bytes) -> None:
    answer = upload(officer, io.BytesIO(data), name)
    assert answer.status_code == 422 and "请选 .xlsx" in answer.text


def test_the_template_comes_with_its_six_sheets(officer: FlaskClient) -> None:
    answer = officer.get("/admin/ledger/template")
    assert answer.status_code == 200 and answer.data.startswith(b"PK")
    assert int(answer.headers["Content-Length"]) == len(answer.data)


def test_progress_is_shown_while_the_job_is_at_work(
    app: APIFlask, officer: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = upload(officer, workbook(small_ledger())).headers["Location"]
    seen: list[str] = []
    real = job.check_file

    def looked_at(*args: Any, **facts: Any) -> Any:
        facts["progress"]("正在检查“房屋”", 3, 12)
        seen.append(officer.get(page).text)
        return real(*args, **facts)

    monkeypatch.setattr(job, "check_file", looked_at)
    work_on_imports()
    assert "正在检查“房屋”" in seen[0] and "3 / 12 行" in seen[0] and 'http-equiv="refresh"' in seen[0]
