"""Files kept beside the database: pictures, named by what is in them, so that keeping one twice keeps it once; and exports.

By the system's own calls: with paths made of objects and a temporary file's wrapping, keeping a picture took a third longer.
"""

import hashlib
import os
import secrets
from pathlib import Path

from flask import current_app


def keep(data: bytes) -> str:
    """Write `data` durably and return its SHA-256 in hex, by which `read` finds it."""
    name = hashlib.sha256(data).hexdigest()
    path = _path(name)
    if not os.path.exists(path):
        folder = os.path.dirname(path)
        if not os.path.isdir(folder):
            os.makedirs(folder, exist_ok=True)
        _write(data, path)
    return name


def _write(data: bytes, path: str) -> None:
    """All of it on the disk under another name before it has its own: whoever finds it finds it whole."""
    coming = f"{path}.{secrets.token_hex(4)}"
    try:
        with open(os.open(coming, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(coming, path)
    except OSError:  # a full disk keeps no half file
        Path(coming).unlink(missing_ok=True)
        raise


def read(name: str) -> bytes:
    """Raises FileNotFoundError where no such file is kept."""
    return Path(_path(name)).read_bytes()


def _path(name: str) -> str:
    return f"{current_app.config['INSTANCE_DIR']}/files/{name[:2]}/{name}"


def export_path(name: str) -> Path:
    """Where a file that people asked for waits to be fetched; the folder is this process's own."""
    folder = Path(current_app.config["INSTANCE_DIR"]) / "exports"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder / name
