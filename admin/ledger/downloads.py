"""A written file as a download, streamed from disk."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from werkzeug.wrappers import Response

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
PIECE = 64 * 1024


def xlsx_response(path: Path, filename: str) -> Response:
    """The open file outlives its name: whatever happens to the connection, nothing is left behind."""
    answer = file_response(path, filename)
    path.unlink()
    return answer


def file_response(path: Path, filename: str) -> Response:
    """A file that stays on disk, to be fetched again. Raises FileNotFoundError."""
    file = path.open("rb")
    size = path.stat().st_size
    answer = Response(_pieces(file), content_type=XLSX if path.suffix == ".xlsx" else CSV)
    answer.headers["Content-Length"] = str(size)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(filename)}"
    answer.headers["Cache-Control"] = "no-store"
    answer.call_on_close(file.close)
    return answer


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(PIECE):
            yield piece
