"""What connections to PostgreSQL ask with."""

from typing import Any

import psycopg

#: Display size, internal size, precision, scale and whether it may be null: what else the standard of drivers (PEP 249) lists.
_UNTOLD = (None,) * 5


class TerseCursor(psycopg.Cursor[Any]):
    """Tells of each column its name and its type, which is all that SQLAlchemy asks for: psycopg makes an object of each column
    of each answer, a twentieth of what a page costs."""

    @property
    def description(self) -> list[Any] | None:
        answer = self.pgresult
        if answer is None or not answer.nfields:
            return super().description
        return [
            ((answer.fname(place) or b"").decode(self._encoding), answer.ftype(place), *_UNTOLD)
            for place in range(answer.nfields)
        ]
