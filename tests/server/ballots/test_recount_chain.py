"""The recount and the chain: what seals an event, and that nothing left out, moved or changed goes unseen."""

import copy
import json
from pathlib import Path

import pytest

from server.ballots.rules.log import chain_start, verify_chain
from tests.server.ballots.bundles import (
    Dice,
    approve,
    choose,
    digest,
    flat,
    head,
    heads,
    make,
    paper,
    run,
    service,
    vote,
)
from tests.server.ballots.recounting import BASE


def test_of_an_empty_log_the_head_is_what_was_frozen(tmp_path: Path) -> None:
    bundle = make([])
    code, report, _ = run(tmp_path / "b", bundle)
    assert code == 0
    assert report is not None
    start = digest({"ballot": bundle["ballot"], "roll": bundle["roll"]})
    assert report["head_hash"] == start == chain_start(bundle["ballot"], bundle["roll"])


def test_the_chain_starts_from_ballot_and_roll_as_they_stand(tmp_path: Path) -> None:
    for key, value in (("ballot", {"title": "x"}), ("roll", {0: head("o1", flat("f1", "50.0"))})):
        bundle = make([service("o1")])
        if isinstance(bundle[key], dict):
            bundle[key].update(value)
        else:
            bundle[key][0] = value[0]  # the same area, written otherwise, is another roll
        assert run(tmp_path / "b", bundle)[1] == {"format": "ballot-recount/1", "log": "broken at 1"}
    bundle = make([service("o1")])
    bundle["note"] = "beside ballot and roll nothing is hashed"
    assert run(tmp_path / "b", bundle)[0] == 0


def test_the_order_of_keys_means_nothing(tmp_path: Path) -> None:
    def turned(node: object) -> object:
        if isinstance(node, dict):
            return {key: turned(node[key]) for key in reversed(node)}
        return [turned(item) for item in node] if isinstance(node, list) else node

    assert run(tmp_path / "b", turned(make(BASE)))[0] == 0


@pytest.mark.parametrize("key", ["prev", "hash"])
@pytest.mark.parametrize(
    "value",
    ["", "0" * 64, "no", None, 0, ["0" * 64], "upper"],
    ids=["empty", "zeros", "text", "null", "number", "list", "upper"],
)
def test_a_seal_that_does_not_fit_breaks_the_log(key: str, value: object, tmp_path: Path) -> None:
    bundle = make(BASE)
    bundle["log"][2][key] = bundle["log"][2][key].upper() if value == "upper" else value
    assert run(tmp_path / "b", bundle)[1] == {"format": "ballot-recount/1", "log": "broken at 3"}
    found = verify_chain(bundle["ballot"], bundle["roll"], bundle["log"])
    assert found is not None
    assert found.seq == 3


@pytest.mark.parametrize("key", ["prev", "hash", "seq"])
def test_a_seal_that_is_missing_breaks_the_log(key: str, tmp_path: Path) -> None:
    bundle = make(BASE)
    del bundle["log"][2][key]
    assert run(tmp_path / "b", bundle)[1] == {"format": "ballot-recount/1", "log": "broken at 3"}


def test_an_event_left_out_moved_or_repeated_is_found(tmp_path: Path) -> None:
    events = make(BASE)["log"]
    for log, where in (
        (events[1:], 1),
        (events[:1] + events[2:], 2),
        ([events[1], events[0], *events[2:]], 1),
        ([*events, events[3]], 5),
    ):
        report = run(tmp_path / "b", {**make(BASE), "log": log})[1]
        assert report == {"format": "ballot-recount/1", "log": f"broken at {where}"}


def test_a_cut_tail_leaves_a_whole_log_with_another_head(tmp_path: Path) -> None:
    bundle = make(BASE)
    whole = run(tmp_path / "b", bundle)[1]
    bundle["log"].pop()
    cut = run(tmp_path / "b", bundle)[1]
    assert whole is not None
    assert cut is not None
    assert cut["log"] == "whole"
    assert cut["head_hash"] != whole["head_hash"]


@pytest.mark.parametrize("seed", range(4))
def test_no_change_of_any_value_of_an_event_goes_unseen(seed: int, tmp_path: Path) -> None:
    bundle = next(
        b for b in (Dice(seed * 100 + more).bundle() for more in range(100)) if 8 <= len(b["log"]) <= 16
    )
    for index, event in enumerate(bundle["log"]):
        for key in [*event, "new"]:
            changed = copy.deepcopy(bundle)
            place = changed["log"][index]
            old = place.get(key)
            place[key] = (
                (old + 1)
                if isinstance(old, int)
                else f"{old[:-1]}_"
                if isinstance(old, str) and old
                else ["x"]
            )
            assert run(tmp_path / "b", changed)[1] == {
                "format": "ballot-recount/1",
                "log": f"broken at {index + 1}",
            }
            found = verify_chain(changed["ballot"], changed["roll"], changed["log"])
            assert found is not None
            assert found.seq == index + 1


def test_no_change_of_any_byte_goes_unseen(tmp_path: Path) -> None:
    """Every byte of the second event, one after another: the log breaks there, or the file is no JSON any more."""
    motions = [approve(), choose("m2", ("红", "grey"))]
    text = json.dumps(
        make([service("o1"), paper("o2", {"m1": "for", "m2": "红"}), service("o3")], motions=motions),
        ensure_ascii=False,
    )
    octets = text.encode()
    start, end = (
        octets.index(b', {"kind": "vote"') + 2,
        octets.index(b', {"kind": "service", "recorded_at"', octets.index(b'"vote"')),
    )
    for place in range(start, end):
        for new in {octets[place] ^ 1, ord("0")}:
            if octets[place] == new:
                continue
            code, report, _ = run(tmp_path / "b", octets[:place] + bytes([new]) + octets[place + 1 :])
            assert (code, report and report["log"]) in ((3, "broken at 2"), (2, None))


def test_with_40_heads_every_entry_order_of_a_pair_is_its_own_chain(tmp_path: Path) -> None:
    one = make([vote("o1", nonce="a" * 32), vote("o2", nonce="b" * 32)], roll=heads(40))
    other = make([vote("o2", nonce="b" * 32), vote("o1", nonce="a" * 32)], roll=heads(40))
    first, second = run(tmp_path / "b", one)[1], run(tmp_path / "b", other)[1]
    assert first is not None
    assert second is not None
    assert first["results"] == second["results"]
    assert first["head_hash"] != second["head_hash"]
