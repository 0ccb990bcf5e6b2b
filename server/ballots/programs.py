"""The programs that an auditor runs, in one file to take along: the recount, what explains it, and what verifies a log."""

import hashlib
import io
import zipfile
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILES = (
    "server/__init__.py",
    "server/ballots/__init__.py",
    "server/ballots/explain.py",
    "server/ballots/recount.py",
    "server/ballots/verify.py",
)
#: The oldest that a ZIP can tell: the bytes depend on nothing but the files.
NO_DAY = (1980, 1, 1, 0, 0, 0)


@cache
def packed() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in FILES:
            archive.writestr(zipfile.ZipInfo(name, NO_DAY), (ROOT / name).read_bytes())
    return out.getvalue()


def digest() -> str:
    """SHA-256 of the file, to be printed beside it."""
    return hashlib.sha256(packed()).hexdigest()
