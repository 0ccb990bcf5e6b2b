"""Programs of the house, as `python -m` runs them, each forked from a process that has imported the house already.

Importing it takes four seconds of a processor; every house of a journey is two programs, and drills kill one after another.
"""

import multiprocessing
import multiprocessing.process
import os
import runpy
import sys
import tempfile
from pathlib import Path
from subprocess import CompletedProcess

ROOT = Path(__file__).resolve().parents[1]
ENDS_WITHIN = 300.0
_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["tests.imported"])

Program = multiprocessing.process.BaseProcess


def start(module: str, *arguments: str, settings: dict[str, str], out: Path, err: Path) -> Program:
    """`python -m module arguments` with these settings for its whole environment, the head of a process group."""
    # Whoever forgets to stop one does not wait for it at the end.
    program = _forks.Process(target=_be, args=(module, arguments, settings, str(out), str(err)), daemon=True)
    program.start()
    return program


def run(module: str, *arguments: str, settings: dict[str, str]) -> CompletedProcess[str]:
    """As `subprocess.run` with what is said captured."""
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder) / "out", Path(folder) / "err"
        program = start(module, *arguments, settings=settings, out=out, err=err)
        program.join(ENDS_WITHIN)
        code = program.exitcode
        if code is None:
            program.kill()
        assert code is not None, f"{module} {arguments} did not end:\n{err.read_text()}"
        return CompletedProcess([module, *arguments], code, out.read_text(), err.read_text())


def _be(module: str, arguments: tuple[str, ...], settings: dict[str, str], out: str, err: str) -> None:
    os.setsid()
    os.chdir(ROOT)
    for path, descriptor in ((out, 1), (err, 2)):
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        os.dup2(opened, descriptor)
        os.close(opened)
    os.environ.clear()
    os.environ.update(settings)
    # Programs that are none of multiprocessing's children may have children of their own.
    multiprocessing.process.current_process()._config["daemon"] = False
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
