"""What connections to PostgreSQL ask with."""

from typing import Any

import psycopg
from psycopg.pq import TransactionStatus

#: What holds for whoever asks outside a unit of work: nothing can be written, and no row be held, by mistake.
READ_ONLY = "SET default_transaction_read_only = on"
#: How a unit of work begins, whatever the server's own defaults are.
BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"

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


class StreamingCursor(psycopg.ServerCursor[Any]):
    """Rows that stay with the server until they are wanted are held by a transaction. Who reads outside one gets its own,
    which ends with the reading session."""

    def execute(self, *statement: Any, **options: Any) -> "StreamingCursor":
        if self.connection.info.transaction_status == TransactionStatus.IDLE:
            self.connection.execute("BEGIN")
        super().execute(*statement, **options)
        return self
