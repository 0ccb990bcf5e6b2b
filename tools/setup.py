"""Set the working copy up: find a Python that is new enough, then let tools/install.py do the steps.

This one file keeps to what Python 3.4 can read, so that an old Python says what to do and not SyntaxError.
"""

import os
import subprocess
import sys

OLDEST = (3, 11)
NAMES = ("python3.14", "python3.13", "python3.12", "python3.11", "python3", "python")
# Homebrew's folders are not on every macOS user's PATH.
FOLDERS = (*os.environ.get("PATH", "").split(os.pathsep), "/opt/homebrew/bin", "/usr/local/bin")
PROBE = "import sys; print(sys.version_info[0], sys.version_info[1]); import venv, ensurepip"

TOO_OLD = (
    "需要 Python {needed} 或更新的版本，这台机器上最新的是 {found}。请先安装新版本再运行同一条命令："
    "Debian 或 Ubuntu 用 sudo apt install python3 python3-venv，macOS 用 brew install python。"
)
NO_VENV = (
    "这台机器的 Python {found} 缺少 venv 模块。请先安装再运行同一条命令："
    "Debian 或 Ubuntu 用 sudo apt install python3-venv。"
)


def candidates():
    """Every interpreter worth asking, the one the operator named and the one that runs this first."""
    named = os.environ.get("PYTHON")
    yield from ([named] if named else [])
    yield sys.executable
    for name in NAMES:
        for folder in FOLDERS:
            path = os.path.join(folder, name)
            if folder and os.access(path, os.X_OK) and not os.path.isdir(path):
                yield path


def version_of(python):
    """The version of an interpreter and whether it can make environments; None where it does not run."""
    try:
        asked = subprocess.Popen([python, "-c", PROBE], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    except OSError:
        return None
    words = asked.communicate()[0].decode().split()
    if len(words) != 2:
        return None
    return (int(words[0]), int(words[1])), asked.returncode == 0


def find_python():
    """A Python that is new enough and complete, or a sentence that says what to install."""
    newest, newest_whole = (0, 0), True
    for python in candidates():
        known = version_of(python)
        if known is None:
            continue
        version, whole = known
        if version >= OLDEST and whole:
            return python, ""
        if version > newest:
            newest, newest_whole = version, whole
    found = "{}.{}".format(*newest)
    if newest >= OLDEST and not newest_whole:
        return None, NO_VENV.format(found=found)
    return None, TOO_OLD.format(needed="{}.{}".format(*OLDEST), found=found)


def main():
    python, sentence = find_python()
    if python is None:
        sys.stderr.write(sentence + "\n")
        return 1
    install = os.path.join(os.path.dirname(os.path.abspath(__file__)), "install.py")
    return os.execv(python, [python, install, *sys.argv[1:]])  # noqa: S606


if __name__ == "__main__":
    sys.exit(main())
