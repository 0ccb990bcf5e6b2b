"""Checking and applying a sheet, as the import job does it."""

import io
from pathlib import Path

import pytest
from apiflask import APIFlask

from server.infra.db import db, unit_of_work
from server.ledger.actions.importing.applying import apply_stage, reserved_ids
from server.ledger.actions.importing.checking import check_file
from server.ledger.actions.importing.problems import Findings
from server.ledger.actions.importing.reach import Reach
from server.ledger.actions.importing.stage import Stage
from tests.server.ledger.importing import TODAY, Importer


@pytest.fixture
def look(app: APIFlask, tmp_path: Path) -> Importer:
    """Check a file; apply it as well where it is sound and `apply` says so."""

    def look(
        file: io.BytesIO, *, apply: bool = False, reach: Reach | None = None, name: str = "台账.xlsx"
    ) -> Findings:
        path = tmp_path / "stage"
        with Stage.fresh(path) as stage:
            found = check_file(
                file,
                name,
                stage,
                reach=reach or Reach.everywhere(),
                on=TODAY,
                progress=lambda _stage, _done, _total: None,
            )
        db.session.rollback()
        if apply:
            assert found.problems == []
            with Stage.filled(path) as stage:
                reserved = reserved_ids(stage)
                with unit_of_work():
                    apply_stage(stage, reserved)
        return found

    return look
