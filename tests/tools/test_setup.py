"""Set-up says in one sentence what is missing and how to mend it; the Makefile lists what it can do."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools import install, setup

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock")


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def programs_on_a_path_of(folder: Path, *names: str) -> str:
    """A PATH that offers only these programs."""
    for name in names:
        (folder / name).symlink_to(shutil.which(name) or pytest.fail(f"{name} is not on this machine"))
    return str(folder)


def write_program(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def copy_of_set_up(folder: Path) -> Path:
    """A working copy in which nothing has been set up yet."""
    (folder / "tools").mkdir(parents=True)
    for name in ("setup.py", "install.py", "assets.py"):
        shutil.copy(ROOT / "tools" / name, folder / "tools" / name)
    for name in (*LOCKS, "package.json", "package-lock.json", "Makefile"):
        shutil.copy(ROOT / name, folder / name)
    return folder


def test_help_lists_every_target() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    listed = set(
        re.findall(r"^  make ([a-z-]+) ", run("make", "--no-print-directory", "help").stdout, re.MULTILINE)
    )
    assert listed == targets
    assert {"run", "fresh", "test", "check", "bench", "migrate"} <= listed


def test_set_up_without_node_says_what_to_install(tmp_path: Path) -> None:
    copy = copy_of_set_up(tmp_path / "copy")
    done = run(sys.executable, str(copy / "tools/setup.py"), PATH=programs_on_a_path_of(tmp_path, "git"))
    assert done.returncode == 1
    assert done.stderr.startswith("没有找到 Node.js")
    assert "sudo apt install nodejs npm" in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (copy / ".venv").exists()


def test_set_up_with_an_old_node_says_which_one_it_needs(tmp_path: Path) -> None:
    copy = copy_of_set_up(tmp_path / "copy")
    write_program(tmp_path / "node", "echo v16.20.2")
    done = run(sys.executable, str(copy / "tools/setup.py"), PATH=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr.startswith("需要 Node.js 18 或更新的版本，这台机器上是 v16.20.2。")


@pytest.mark.parametrize(
    ("answer", "begins", "remedy"),
    [
        pytest.param(
            "echo 3 8",
            "需要 Python 3.11 或更新的版本，这台机器上最新的是 3.8。",
            "python3-venv",
            id="too old",
        ),
        pytest.param(
            "echo 3 12; exit 1", "这台机器的 Python 3.12 缺少 venv 模块。", "python3-venv", id="no venv"
        ),
        pytest.param("exit 127", "需要 Python 3.11 或更新的版本", "brew install python", id="does not run"),
    ],
)
def test_set_up_without_a_fitting_python_says_what_to_install(
    answer: str,
    begins: str,
    remedy: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    write_program(tmp_path / "python3", answer)
    monkeypatch.delenv("PYTHON", raising=False)
    monkeypatch.setattr(setup, "FOLDERS", (str(tmp_path),))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python3"))
    assert setup.main() == 1
    said = capsys.readouterr().err
    assert said.startswith(begins)
    assert remedy in said
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        pytest.param(
            "npm error code ENOTFOUND", "网页资源下载不了：连不上网络。请检查网络", id="npm finds no host"
        ),
        pytest.param(
            "NewConnectionError: refused", "网页资源下载不了：连不上网络。请检查网络", id="pip gets no answer"
        ),
        pytest.param(
            "ERROR: disk is full", "网页资源没有安装成功：ERROR: disk is full。", id="something else"
        ),
    ],
)
def test_an_installer_that_fails_is_told_in_one_sentence(
    said: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(install, "LOG", tmp_path / "setup.log")
    write_program(tmp_path / "installer", f"echo '{said}'; exit 1")
    with pytest.raises(install.Trouble) as trouble:
        install.follow([str(tmp_path / "installer")], "网页资源", "npm")
    assert str(trouble.value).startswith(sentence)
    assert "\n" not in str(trouble.value)
    assert (tmp_path / "setup.log").read_text().strip() == said


@pytest.mark.parametrize("stamps", [install.python_stamps, install.node_stamps])
def test_what_was_set_up_to_develop_also_runs_and_never_the_other_way_round(stamps) -> None:
    to_run, to_develop = stamps(False), stamps(True)
    assert to_develop[0] in to_run
    assert to_run[0] not in to_develop
