"""The server's tally and the recount share no code, and agree: on thousands of logs thrown with dice."""

from pathlib import Path

import pytest

from server.ballots.rules.events import event_from_document
from server.ballots.rules.log import LogState
from server.ballots.rules.roll import Roll
from server.ballots.rules.tally import count_state
from server.ballots.rules.terms import BallotTerms
from tests.server.ballots.bundles import Dice, Json, run


def counted_by_the_server(bundle: Json) -> Json:
    terms, roll = BallotTerms.from_document(bundle["ballot"]), Roll.from_document(bundle["roll"])
    return count_state(
        LogState.after(terms, roll, map(event_from_document, bundle["log"]))
    ).as_recount_document()


# Each block of four hundred is thrown with dice of its own; the everyday tests have two of them.
BLOCKS = [pytest.param(block, marks=[pytest.mark.deep] if block > 1 else []) for block in range(6)]


@pytest.mark.parametrize("block", BLOCKS)
def test_both_counts_agree(block: int, tmp_path: Path) -> None:
    for seed in range(block * 400, block * 400 + 400):
        bundle = Dice(seed).bundle()
        code, report, complaint = run(tmp_path / "bundle.json", bundle)
        assert (code, complaint) == (0, ""), f"seed {seed}"
        assert report is not None
        results = {key: value for key, value in report.items() if key.startswith("results")}
        assert results == counted_by_the_server(bundle), f"seed {seed}"
