"""Files kept beside the database: pictures, named by what is in them, so that keeping one twice keeps it once; and exports."""

import hashlib
import os
import tempfile
from pathlib import Path

from flask import current_app


def _root() -> Path:
    return Path(current_app.config["INSTANCE_DIR"]) / "files"


def keep(data: bytes) -> str:
    """Write `data` durably and return its SHA-256 in hex, by which `read` finds it."""
    name = hashlib.sha256(data).hexdigest()
    path = _path(name)
    if path.exists():
        return name
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        try:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        except OSError:  # a full disk keeps no half file
            Path(file.name).unlink()
            raise
    Path(file.name).replace(path)
    return name


def read(name: str) -> bytes:
    """Raises FileNotFoundError where no such file is kept."""
    return _path(name).read_bytes()


def _path(name: str) -> Path:
    return _root() / name[:2] / name


def export_path(name: str) -> Path:
    """Where a file that people asked for waits to be fetched; the folder is this process's own."""
    folder = Path(current_app.config["INSTANCE_DIR"]) / "exports"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder / name
