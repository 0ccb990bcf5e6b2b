"""The list of attacks that auditors read: every test it names stands, and every attack that is tested stands in it."""

import ast
import re
from functools import cache
from pathlib import Path

TESTS = Path(__file__).parents[2]
LIST = (TESTS.parent / "docs" / "attacks.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`([\w/]+\.py)::(\w+)(?:\[([\w-]+)\])?`", LIST)
OF_ATTACKS = ("test_attacks.py", "test_attacks_casting.py", "test_forgeries.py")


@cache
def functions_in(path: Path) -> frozenset[str]:
    body = ast.parse(path.read_text(encoding="utf-8")).body
    return frozenset(one.name for one in body if isinstance(one, ast.FunctionDef))


def test_every_test_that_the_list_names_stands() -> None:
    missing = [
        (file, name, case)
        for file, name, case in NAMED
        if not {name, case or name} <= functions_in(TESTS / file)
    ]
    assert missing == []


def test_every_attack_that_is_tested_stands_in_the_list() -> None:
    told = {(Path(file).name, name) for file, name, _ in NAMED}
    here = {
        (file, name)
        for file in OF_ATTACKS
        for name in functions_in(Path(__file__).parent / file)
        if name.startswith("test_")
    }
    assert here - told == set()


def test_the_organiser_is_credited_with_at_least_twenty_five_ways() -> None:
    cheating = LIST.partition("## 不是作弊")[0]
    ways = [line for line in cheating.splitlines() if line.startswith("| ") and "`" in line]
    assert len(ways) >= 25
    assert all(
        re.search(
            r"\| (拒绝|看得见|看不出|不成票|做不到|只成一票|作废|推不出|找不到|查不到|没有见证人)", line
        )
        for line in ways
    )
