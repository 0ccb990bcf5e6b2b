"""Uploaded sheets between the request that took them and the job that reads them: sealed on disk, plain in memory only."""

import base64
import hashlib
import io
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from flask import current_app

from server.infra import crypto
from server.infra.sheets.safety import LARGEST_FILE, TOO_LARGE
from server.infra.sheets.values import SheetRefused

PIECE = 384 * 1024


@dataclass(frozen=True)
class Kept:
    #: By which it is opened again.
    key: str
    size: int
    #: SHA-256 in hex: the same upload twice is told by it.
    digest: str


def keep_sealed(stream: BinaryIO) -> Kept:
    """Seal what was uploaded, piece by piece."""
    key = secrets.token_hex(16)
    size, digest = 0, hashlib.sha256()
    path = _folder() / f"{key}.sealed"
    with path.open("wb") as file:
        while piece := stream.read(PIECE):
            size += len(piece)
            digest.update(piece)
            if size > LARGEST_FILE:
                break
            sealed = crypto.seal(base64.b64encode(piece).decode())
            file.write(len(sealed).to_bytes(4, "big") + sealed)
    if size > LARGEST_FILE:
        path.unlink()
        raise SheetRefused(TOO_LARGE)
    return Kept(key, size, digest.hexdigest())


def open_kept(key: str) -> io.BytesIO:
    """Raises FileNotFoundError where it is gone."""
    plain = io.BytesIO()
    with (_folder() / f"{key}.sealed").open("rb") as file:
        while head := file.read(4):
            sealed = file.read(int.from_bytes(head, "big"))
            plain.write(base64.b64decode(crypto.open_sealed(sealed)))
    plain.seek(0)
    return plain


def staging_path(key: str) -> Path:
    """Where the room that reads the sheet may keep what it worked out."""
    return _folder() / f"{key}.stage"


def forget(key: str) -> None:
    """Remove everything kept under the key."""
    for path in _folder().glob(f"{key}.*"):
        path.unlink(missing_ok=True)


def _folder() -> Path:
    folder = Path(current_app.config["INSTANCE_DIR"]) / "imports"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder
