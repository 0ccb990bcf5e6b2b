"""What falls due is done, each duty by itself."""

from server.audit import actions as audit
from server.audit import queries
from server.infra.db import unit_of_work
from server.jobs import due
from server.kernel.actor import CLOCK


def test_a_duty_that_fails_stops_no_other(app, clock, monkeypatch):
    def fail(_now: object) -> int:
        raise LookupError("meant to fail")

    monkeypatch.setattr(due, "DUTIES", (due.Duty("fails", fail), *due.DUTIES))
    with unit_of_work():
        audit.record(CLOCK, "test.done", "thing", 1, now=clock.now)
    done = due.run_due()
    assert "fails" not in done and done["seal-audit"] == 1
    assert queries.verification().unsealed == 0


def test_looking_again_finds_nothing_left(app, clock):
    due.run_due()
    assert set(due.run_due().values()) == {0}
