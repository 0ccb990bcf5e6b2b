"""The mini program built as for WeChat and walked in its component simulator: pieces, pages, and what they ask the house."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tools import miniprogram

HERE = Path(__file__).parent / "simulated"

pytestmark = pytest.mark.deep


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("miniprogram")
    assert miniprogram.build(folder, house="https://xiangyi.example", appid="") == 0
    return folder


@pytest.mark.parametrize("walk", sorted(HERE.glob("*.test.js")), ids=lambda path: path.name.partition(".")[0])
def test_it_does_what_its_sentences_say(built: Path, walk: Path) -> None:
    environment = {
        **os.environ,
        "MINIPROGRAM_BUILT": str(built),
        "NODE_PATH": str(miniprogram.ROOT / "node_modules"),
    }
    done = subprocess.run(
        ["node", "--test", str(walk)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_address_of_the_house_is_written_once(built: Path) -> None:
    named = [path for path in built.rglob("*.js") if "https://xiangyi.example" in path.read_text("utf-8")]
    assert named == [built / "config.js"]
    assert "127.0.0.1" not in (built / "config.js").read_text("utf-8")


def test_old_telephones_can_read_it(built: Path) -> None:
    newer = re.compile(r"\basync (function|\()|\bawait |\?\.[a-z]|\?\?|\bcatch \{|\{ ?\.\.\.|\*\*=?\s*\d")
    found = {path.name: newer.findall(path.read_text("utf-8")) for path in built.rglob("*.js")}
    assert len(found) > 20
    assert {name for name, hits in found.items() if hits} == set()
