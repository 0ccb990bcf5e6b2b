"""Nothing a resident, a neighbour or a stranger can open depends on what anyone chose, until the count stands.

Every address of this door is opened by everyone; then all choices in the log are turned round behind the house's back,
and everything is opened again: not a byte may differ.
"""

import re

import pytest
import sqlalchemy as sa

from server.ballots import actions
from server.ballots.models import LogEntry
from server.identity.rules import Level
from server.infra.db import db, unit_of_work
from server.infra.engines import begin
from server.kernel.actor import COMMAND
from server.ledger.models import Community
from server.messages import queries as messages
from server.messages.rules import Recipient
from tests.factories.ballots import CLOSES, VOTING, cast, key, make_electorate, make_vote
from tests.factories.notices import make_notice
from tests.miniprogram_api.phones import make_phone

FIRST = {"m1": "for", "m2": "米白"}
TURNED = {"for": "against", "against": "for", "米白": "浅灰", "浅灰": "米白"}
#: Drawn anew for every page, and told of nobody.
DRAWN = re.compile(r'name="(csrf_token|client_key)" value="[^"]*"')


@pytest.fixture
def voted(app, clock):
    clock.set(VOTING)
    ballot, flats = make_vote()
    phones = [make_phone(app, flat) for flat in flats[:5]]
    codes = [
        cast(ballot, phone.actor, FIRST if place % 2 else {"m1": "against", "m2": "浅灰"}).code
        for place, phone in enumerate(phones)
    ]
    _, elsewhere = make_electorate()
    people = {
        "owner": phones[0],
        "owner who did not vote": make_phone(app, flats[5]),
        "tenant": make_phone(app, flats[0], level=Level.REACHED),
        "foreign": make_phone(app, elsewhere[0]),
    }
    return ballot, codes, people


def turn_choices(app):
    """Against every rule of the house: as whoever holds the database could."""
    engine = db.engine
    with engine.begin() as connection:
        begin(connection)
        triggers = []
        if engine.dialect.name == "postgresql":
            connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
        else:
            found = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'ballot_log'"
            triggers = connection.execute(sa.text(found)).all()
            for name, _ in triggers:
                connection.execute(sa.text(f"DROP TRIGGER {name}"))
        rows = connection.execute(sa.select(LogEntry.ballot_id, LogEntry.seq, LogEntry.body)).all()
        for ballot_id, seq, body in rows:
            turned = re.sub(
                "|".join(f'"{word}"' for word in TURNED), lambda m: f'"{TURNED[m[0][1:-1]]}"', body
            )
            assert turned != body
            connection.execute(
                sa.update(LogEntry)
                .where(LogEntry.ballot_id == ballot_id, LogEntry.seq == seq)
                .values(body=turned)
            )
        for _, sql in triggers:
            connection.execute(sa.text(sql))
    db.session.rollback()


def addresses(app, ballot, codes, person):
    """Every address of the residents' door that can be read, filled in with what there is."""
    letters = messages.inbox([Recipient.resident(person.actor.id)]).items if person else []
    known = {
        "ballot_id": ballot.id,
        "notice_id": 1,
        "message_id": letters[0].id if letters else 1,
        "community_id": ballot.community_id,
        "code": codes[0],
        "number": 1,
        # What a program that reports by Open311 asks for.
        "form": "json",
    }
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith(("mobile.", "openapi.")) and "GET" in rule.methods:
            values = {name: known.get(name, 1 if name.endswith("_id") else "x") for name in rule.arguments}
            with app.test_request_context():
                yield app.url_for(rule.endpoint, **values)


def everything(app, ballot, codes, people):
    seen = {}
    for name, person in [*people.items(), ("anonymous", None)]:
        if person:
            # What the last page of an earlier round had to say is said here, and what there is to read is read.
            for letter in person.api("GET", "/messages").json["items"]:
                person.client.get(f"/inbox/{letter['id']}")
            person.client.get("/")
        for address in addresses(app, ballot, codes, person):
            if address.startswith("/api/"):
                answer = (
                    person.api("GET", address.removeprefix("/api/v1"))
                    if person
                    else app.test_client().get(address)
                )
            else:
                answer = (person.client if person else app.test_client()).get(address)
            assert answer.status_code < 500, f"{name} {address}"
            seen[name, address] = (answer.status_code, DRAWN.sub("", answer.data.decode(errors="replace")))
    return seen


@pytest.mark.parametrize(
    "moment", [VOTING, CLOSES], ids=["while the vote runs", "closed and not yet counted"]
)
def test_no_answer_depends_on_a_choice_before_the_count(app, clock, voted, moment):
    ballot, codes, people = voted
    make_notice(db.session.get(Community, ballot.community_id), now=VOTING)
    clock.set(moment)
    before = everything(app, ballot, codes, people)
    turn_choices(app)
    after = everything(app, ballot, codes, people)
    assert len(before) > 100
    assert [where for where in before if before[where][0] == 200], "nothing was opened at all"
    assert [where for where in before if before[where] != after[where]] == []


def test_the_turning_of_choices_is_seen_where_choices_may_be_seen(app, clock, voted):
    """The proof that the test above could fail: once it is counted, what was turned shows."""
    ballot, _, _ = voted
    clock.set(CLOSES)
    with unit_of_work():
        actions.count_ballot(ballot.id, actor=COMMAND, now=CLOSES)
    shown = app.test_client().get(f"/api/v1/ballots/{ballot.id}/result").json
    assert shown["scopes"][0]["motions"][0]["heads"] == {
        "roll": 6, "participants": 5, "for": 2, "against": 3, "abstain": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    "body",
    [{"choices": {"m1": "for"}}, {"choices": {**FIRST, "m1": "no"}}, {"choices": FIRST, "flat_id": 99}, {}],
)
def test_no_refusal_tells_what_was_chosen_before(app, voted, body):
    ballot, _, people = voted
    phone = people["owner"]
    refused = phone.api("POST", f"/ballots/{ballot.id}/votes", body, client_key=key())
    turn_choices(app)
    again = phone.api("POST", f"/ballots/{ballot.id}/votes", body, client_key=key())
    assert refused.status_code in {403, 422}
    assert refused.data == again.data
    assert "against" not in refused.text
