"""The recount in words: what a court wants to read, from the bundle alone."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from server.ballots.explain import FAULTS, explain
from server.ballots.rules.desk import FAULT_NAMES
from tests.server.ballots.bundles import (
    LATE,
    Dice,
    approve,
    choose,
    extension,
    flat,
    head,
    heads,
    make,
    paper,
    review,
    roll_change,
    service,
    vote,
    with_rule,
)

ROOT = Path(__file__).parents[3]


def told(folder: Path, bundle: object) -> str:
    path = folder / "bundle.json"
    path.write_text(json.dumps(bundle, ensure_ascii=False), encoding="utf-8")
    code, said = explain(str(path))
    assert code == 0
    return said


def test_each_test_is_told_with_its_numbers_and_its_article(tmp_path):
    cast = [vote("o1"), vote("o2"), vote("o3", "against")]
    said = told(tmp_path, make(cast, motions=[approve(matter="rebuild", title="加装电梯")]))
    for line in (
        "投票 b1：加装电梯（c1）",
        "m1 加装电梯",
        "《中华人民共和国民法典》第二百七十八条，事项 （七）改建、重建建筑物及其附属设施",
        "全体业主：4 人，200.00 ㎡",
        "同意：2 人，100.00 ㎡",
        "参与要达到全体业主的 2/3：",
        "人数 3 × 3 = 9 > 8 = 4 × 2（人），够",
        "同意要达到参与的业主的 3/4：",
        "人数 2 × 4 = 8 < 9 = 3 × 3（人），不够",
        "面积 10000 × 4 = 40000 < 45000 = 15000 × 3（百分之一㎡），不够",
        "结论：没有通过",
    ):
        assert line in said


def test_a_test_met_exactly_is_told_as_equal(tmp_path):
    said = told(tmp_path, make([vote("o1"), vote("o2")], roll=heads(3)))
    assert "人数 2 × 3 = 6 = 6 = 3 × 2（人），够" in said
    assert "同意要超过参与的业主的 1/2" in said
    assert "结论：通过" in said


def test_each_void_is_told_with_its_fault_and_who_found_it(tmp_path):
    said = told(tmp_path, make([paper("o1"), review(1, reason="unsigned"), review(1, "valid", at=LATE)]))
    assert "第 2 条：第 1 条（o1，纸票）作废，没有签名。s9，2021-03-20T09:00:00+08:00" in said
    assert "第 3 条：第 1 条（o1，纸票）有效。s9" in said
    assert "只算截止前的复核，结论是：\n  全小区 m1：参与的人不够，没有结果" in said


def test_who_keyed_and_how_notice_was_served_is_told(tmp_path):
    events = [
        service("o1"),
        {**service("o2"), "way": "electronic"},
        paper("o1", by=["s1", "s2"]),
        paper("o2", "against", by=["s1", "s2"]),
        paper("o3", channel="assisted", by=["s4"], proxy={"hash": "0"}),
    ]
    said = told(tmp_path, make(events))
    for line in (
        "收到的票 3 张（手机 0 张，纸票 2 张，代录 1 张，其中受委托 1 张）",
        "送达：当面交给 1 人，手机上读过 1 人。",
        "纸票由 s1、s2 录入 2 张。",
        "代录由 s4 录入 1 张。",
    ):
        assert line in said


def test_what_changed_on_the_way_is_told(tmp_path):
    events = [
        service("o1"),
        roll_change("o2", reason="登记错了"),
        roll_change("o3", flat("f3", "80.00"), reason="面积抄错"),
        extension("2021-04-07T18:00:00+08:00", reason="人不够"),
    ]
    said = told(tmp_path, make(events, unreturned="follow_majority", clause="第 12 条"))
    for line in (
        "更正名册：o2 移出名册，s1、s2 两人，原因：登记错了",
        "更正名册：o3 改成，s1、s2 两人，原因：面积抄错",
        "延期到 2021-04-07T18:00:00+08:00，记在第 4 条，原因：人不够",
        "送达后没投票的，按议事规则随多数，条款：第 12 条",
        "送达 1 人",
    ):
        assert line in said


def test_options_scopes_and_a_rule_of_ones_own_are_told_in_their_words(tmp_path):
    own = with_rule(choose(options=("米白", "浅灰")), None, {"of": "roll", "more_than": "1/2"})
    roll = [head("o1", flat("f1")), head("o2", flat("f2", building="2", entrance="3"))]
    said = told(tmp_path, make([vote("o1", "米白")], roll=roll, scope="entrance", motions=[own]))
    assert "【1 栋 1 单元】" in said and "【2 栋 3 单元】" in said
    assert "依据：议事规则第 9 条" in said
    assert "结论：通过，定下来的是“米白”" in said
    assert "参与要达到" not in said
    assert "【2 栋】" in told(tmp_path, make([], roll=roll, scope="building"))


def test_a_broken_bundle_is_not_explained(tmp_path):
    bundle = make([vote("o1")])
    bundle["log"][0]["nonce"] = "0" * 32
    path = tmp_path / "bundle.json"
    path.write_text(json.dumps(bundle), encoding="utf-8")
    assert explain(str(path)) == (3, "the log is broken at 1: hash does not fit")


@pytest.mark.parametrize("seed", range(40))
def test_every_whole_bundle_can_be_explained(tmp_path, seed):
    assert told(tmp_path, Dice(seed).bundle())


def test_the_words_for_faults_are_those_of_the_desk():
    assert {fault.value: words for fault, words in FAULT_NAMES.items()} == FAULTS


@pytest.mark.parametrize(
    "command",
    [
        ["-m", "server.ballots.recount"],
        ["server/ballots/recount.py"],
        ["-I", "-S", "server/ballots/recount.py"],
    ],
)
def test_the_recount_explains_itself_on_a_bare_python(tmp_path, command):
    path = tmp_path / "bundle.json"
    path.write_text(json.dumps(make([vote("o1")])), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "error", *command, "--explain", str(path)],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": ""}, capture_output=True, check=False, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    assert "【全小区】" in done.stdout.decode()
    wrong = subprocess.run(
        [sys.executable, *command, "--explain"], cwd=ROOT, capture_output=True, check=False, timeout=60
    )
    assert (wrong.returncode, wrong.stdout) == (2, b"")
