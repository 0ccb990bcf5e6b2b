"""The bundle as a file: streamed, so that a vote of any size leaves in constant memory."""

from collections.abc import Iterator

import rfc8785

from server.ballots import queries
from server.ballots.models import Ballot
from server.kernel.errors import NotFound, Refused


def bundle_lines(ballot: Ballot) -> Iterator[str]:
    """The bundle of a ballot whose choices may be seen; call `actions.disclose` first, in the same transaction.

    The frozen parts and every event are written exactly as they were hashed.
    """
    act = queries.opening(ballot.id)
    if act is None:
        raise NotFound
    if ballot.disclosed_at is None:
        raise Refused("还没到开票时间，选票不能导出。", code="not_closed")
    yield f'{{"format":"{queries.FORMAT}",\n"ballot":{act.document},\n"roll":'
    yield rfc8785.dumps(queries.roll(ballot.id)).decode()
    yield ',\n"log":['
    separator = "\n"
    for body, hash_ in queries.log_rows(ballot.id):
        yield separator + queries.event_text(body, hash_)
        separator = ",\n"
    yield "\n]}\n"
