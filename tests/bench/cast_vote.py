"""Votes over HTTP with everything on, beside the bare handler under the same server and the same engine settings.

Rounds are interleaved (house, bare, house, bare ...), so that what else the machine does falls on both.
"""

import json
from pathlib import Path

from tests.bench import bare, client
from tests.bench.client import Round
from tests.bench.frame import Place, Row, median, percentile, place
from tests.bench.house import house_at, served
from tests.bench.seeding import CHOICES, open_ballot, seed_electorate

HEADS = 20_000
ROUNDS = 3
SECONDS = 6.0
WARM_UP = 1.5
LEAST_RATIO = 0.35
MOST_P99 = 3.0


def run(database: str) -> list[Row]:
    with place(database) as ours, place(database) as theirs:
        votes = client.keep_requests(_votes(ours), ours.folder / "requests.bin")
        plain = client.keep_requests(_plain_votes(), theirs.folder / "requests.bin")
        bare.make_tables(bare.create_bare(theirs.url))
        with (
            served(ours.environment) as house,
            served(theirs.environment, "tests.bench.bare:app()") as handler,
        ):
            rounds = _interleaved(house.port, votes, handler.port, plain)
    return _rows(database, *rounds)


def _votes(ours: Place) -> list[bytes]:
    """One vote for each head, by the resident proven for it, with a key of its own."""
    with house_at(ours):
        electorate = seed_electorate(HEADS)
        path = f"/api/v1/ballots/{open_ballot(electorate.community_id)}/votes"
    body = json.dumps({"choices": CHOICES}, ensure_ascii=False).encode()
    return [
        client.post(path, body, {"Authorization": f"Bearer {token}", "Idempotency-Key": f"bench-{number}"})
        for number, token in enumerate(electorate.tokens)
    ]


def _plain_votes() -> list[bytes]:
    return [
        client.post("/votes", json.dumps({"resident": number, "choice": "for"}).encode(), {})
        for number in range(3 * HEADS)
    ]


def _interleaved(house: int, votes: Path, handler: int, plain: Path) -> tuple[list[Round], list[Round]]:
    """The first round of each warms up and is not counted."""
    ours: list[Round] = []
    theirs: list[Round] = []
    cast = called = 0
    for number in range(ROUNDS + 1):
        seconds = SECONDS if number else WARM_UP
        ours.append(client.fire(house, votes, start=cast, seconds=seconds))
        cast += ours[-1].sent
        theirs.append(client.fire(handler, plain, start=called, seconds=seconds))
        called += theirs[-1].sent
    return ours[1:], theirs[1:]


def _rows(database: str, ours: list[Round], theirs: list[Round]) -> list[Row]:
    votes = [one.per_second for one in ours]
    calls = [one.per_second for one in theirs]
    p99 = median([percentile(one.latencies, 0.99) for one in ours])
    bare_p99 = median([percentile(one.latencies, 0.99) for one in theirs])
    ratio = median([vote / call for vote, call in zip(votes, calls, strict=True)])

    def row(figure: str, value: float) -> Row:
        return Row("cast_vote", database, figure, round(value, 3))

    return [
        Row("cast_vote", database, "ratio to the bare handler", round(ratio, 3), LEAST_RATIO, "higher"),
        Row("cast_vote", database, "p99 to the bare handler's", round(p99 / bare_p99, 3), MOST_P99, "lower"),
        Row("cast_vote", database, "votes a second", round(median(votes), 1), None, "higher"),
        Row("cast_vote", database, "bare calls a second", round(median(calls), 1), None, "higher"),
        row("p50 ms", median([percentile(one.latencies, 0.5) for one in ours])),
        row("p99 ms", p99),
        row("bare p50 ms", median([percentile(one.latencies, 0.5) for one in theirs])),
        row("bare p99 ms", bare_p99),
    ]
