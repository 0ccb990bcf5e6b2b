"""A worker that is killed in the middle of an import: nothing half-done stays, and another worker finishes it."""

import io
import os
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from server.audit.models import AuditEntry
from server.infra.clock import move_forward, now
from server.infra.db import Base, db, unit_of_work
from server.infra.sheets import keeping
from server.kernel.actor import Actor, ActorKind
from server.ledger import models
from server.ledger.actions.importing import imports
from server.ledger.actions.importing.reach import Reach
from server.ledger.models import LedgerImport
from server.ledger.rules.words import ImportState
from tests import forked
from tests.bench import frame
from tests.bench.frame import Place
from tests.bench.house import house_at
from tests.bench.importing import write_sheet
from tests.conftest import database_under_test
from tests.faults.worker import HALFWAY
from tests.forked import Program

pytestmark = pytest.mark.deep

FLATS = 1_200
CLERK = Actor(ActorKind.STAFF, 1, "经办人")
WITHIN = 120
LEDGER: tuple[type[Base], ...] = (
    models.Community,
    models.Building,
    models.Entrance,
    models.Flat,
    models.Household,
    models.Owner,
    models.Ownership,
)


@pytest.fixture
def place() -> Iterator[Place]:
    with frame.place(database_under_test()) as place, house_at(place):
        yield place


def worker(place: Place, said: Path, *arguments: str) -> Program:
    environment = {**os.environ, **place.environment}
    return forked.start("tests.faults.worker", *arguments, settings=environment, out=said, err=said)


def steps_of(place: Place) -> int:
    """How many steps another worker finds to do; it is gone when this returns."""
    environment = {**os.environ, **place.environment}
    return int(forked.run("tests.faults.worker", settings=environment).stdout)


def killed_halfway(place: Place) -> None:
    """A worker that is killed by SIGKILL with half of the ledger written."""
    said = place.folder / "said"
    said.unlink(missing_ok=True)
    half = worker(place, said, "pause")
    try:
        deadline = time.monotonic() + WITHIN
        while not (said.exists() and HALFWAY in said.read_text()):
            assert half.is_alive(), said.read_text()
            assert time.monotonic() < deadline, said.read_text()
            time.sleep(0.1)
    finally:
        half.kill()
        half.join()


def confirmed(place: Place) -> int:
    """An import that was uploaded, checked by a worker, and confirmed by the person."""
    sheet = place.folder / "台账.xlsx"
    write_sheet(sheet, FLATS, "演练小区")
    kept = keeping.keep_sealed(io.BytesIO(sheet.read_bytes()))
    with unit_of_work():
        row = imports.begin_import(
            filename=sheet.name,
            kept=kept,
            reach=Reach.everywhere(),
            client_key="drill",
            actor=CLERK,
            now=now(),
        )
    assert steps_of(place) == 1
    with unit_of_work():
        imports.confirm_import(row.id, actor=CLERK, now=now())
    return row.id


def standing(import_id: int) -> LedgerImport:
    db.session.rollback()
    return db.session.get_one(LedgerImport, import_id, populate_existing=True)


def rows() -> dict[str, int]:
    """How many rows each table of the ledger has."""
    return {
        model.__tablename__: db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0
        for model in LEDGER
    }


def told() -> int:
    """How many entries of the audit say that something was imported."""
    entries = sa.select(sa.func.count()).select_from(AuditEntry).where(AuditEntry.verb == "ledger.import")
    return db.session.scalar(entries) or 0


def after_the_silence() -> None:
    with unit_of_work():
        move_forward(imports.SILENCE + timedelta(seconds=1))


def test_of_an_import_whose_worker_is_killed_nothing_stays_and_another_worker_finishes_it(
    place: Place,
) -> None:
    import_id = confirmed(place)
    killed_halfway(place)
    row = standing(import_id)
    assert (row.state, row.tries) == (ImportState.APPLYING, 1)
    assert set(rows().values()) == {0}
    assert told() == 0
    # While it may still be at work, nobody else takes it up.
    assert steps_of(place) == 0
    after_the_silence()
    assert steps_of(place) == 1
    assert standing(import_id).state is ImportState.APPLIED
    found = rows()
    assert (found["communities"], found["buildings"], found["flats"]) == (1, 100, FLATS)
    assert found["households"] == found["owners"] == found["ownerships"] == FLATS
    # One entry for the import, one for its community.
    assert told() == 2
    assert not Path(keeping.staging_path(row.file_key)).exists()
    assert steps_of(place) == 0


def test_an_import_that_kills_every_worker_is_given_up_and_leaves_nothing(place: Place) -> None:
    import_id = confirmed(place)
    for _ in range(imports.MOST_TRIES):
        killed_halfway(place)
        after_the_silence()
    assert steps_of(place) == 1
    row = standing(import_id)
    assert (row.state, row.failure) == (ImportState.FAILED, imports.GIVEN_UP)
    assert set(rows().values()) == {0}
    assert told() == 0
