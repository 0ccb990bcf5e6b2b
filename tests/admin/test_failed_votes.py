"""A vote that failed stays failed: every role sends every act there is to it, and nothing turns it into a pass."""

import re
import secrets
from collections.abc import Iterator

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from server.ballots import queries as ballots
from server.decisions import queries
from server.decisions.models import Decision
from server.decisions.rules import Outcome
from server.identity.rules import Role
from tests.conftest import Clock
from tests.factories import decisions as made
from tests.factories.identity import make_staff, sign_in_staff
from tests.test_permissions import AT_HOME

pytestmark = pytest.mark.walk

#: Three for and three against: a quorum, and no majority. Voiding what was against leaves no quorum.
TIED = ("for", "for", "for", "against", "against", "against")
#: What a form may be sent, and what no form has: words that would decide, if anything listened to them.
SENT = {
    "verdict": "passed",
    "outcome": "adopted",
    "adopted": "1",
    "heads": "6",
    "fault": "unsigned",
    "reason": "领导说要通过",
    "title": "已经通过",
    "note": "通过",
    "next_steps": "",
    "text": "通过",
    "m1": "for",
    "version": "1",
    "closes_at": "2026-12-31T18:00",
    "is_confirmed": "true",
}


@pytest.fixture
def open_forms(app: APIFlask) -> Iterator[None]:
    """Forms without their token: here the acts are tried."""
    app.config["WTF_CSRF_ENABLED"] = False
    yield
    app.config["WTF_CSRF_ENABLED"] = True


def acts(app: APIFlask, row: Decision) -> Iterator[tuple[str, str]]:
    """Every address that changes something about a vote or a decision; what ends it comes last."""
    values = {"community_id": row.community_id, "ballot_id": row.ballot_id, "decision_id": row.id}
    rules = [
        rule
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and {"ballot_id", "decision_id"} & set(rule.arguments)
        and rule.endpoint.startswith("admin.")
    ]  # fmt: skip
    for rule in sorted(rules, key=lambda one: (one.endpoint.endswith("void"), one.rule)):
        for seq in range(1, 7) if set(rule.arguments) - set(values) else (1,):
            address = re.sub(
                r"<(?:\w+:)?(\w+)>", lambda found, seq=seq: str(values.get(found[1], seq)), rule.rule
            )
            yield rule.endpoint, address


@pytest.mark.usefixtures("open_forms")
@pytest.mark.parametrize("roles", [(Role.CLERK,), (Role.REVIEWER,), (Role.COMMITTEE_MEMBER,), ()])
def test_no_role_turns_a_failed_vote_into_a_pass(
    app: APIFlask, client: FlaskClient, clock: Clock, roles: tuple[Role, ...]
) -> None:
    """The three that work on a vote have a house of their own each; all others only knock."""
    counted = made.make_counted(TIED)
    row = made.make_draft(counted)
    clock.set(made.PUBLISHED)
    if Role.REVIEWER in roles:
        made.publish(row)
        clock.set(made.OVER)
    tried = set()
    for role in roles or [
        one for one in Role if one not in {Role.CLERK, Role.REVIEWER, Role.COMMITTEE_MEMBER}
    ]:
        place = {"division": AT_HOME[role]} if role in AT_HOME else {"community": counted.community}
        sign_in_staff(client, make_staff(role, **place))
        for endpoint, address in acts(app, row):
            for verdict in ("passed", "valid", "void"):
                sent = SENT | {"verdict": verdict, "client_key": secrets.token_urlsafe(12)}
                status = client.post(address, data=sent).status_code
                assert status < 500, address
                if status < 400:
                    tried.add(endpoint)
    assert {count.outcome["results"][0]["motions"][0]["verdict"] for count in ballots.counts(row.ballot_id)} <= {
        "rejected", "no_quorum",
    }  # fmt: skip
    outcomes = {item.outcome for one in queries.versions(row.id) for item in one.items}
    assert not outcomes & {Outcome.ADOPTED, Outcome.BLOCKED}
    assert queries.adopted_items(row.community_id) == []
    assert all(not one.is_adopted for one in queries.whereabouts(row.community_id, made.OVER).items)
    # The walk is no walk of closed doors: who works on votes counted it anew, and others at most read its bundle.
    assert ("admin.ballots.count_ballot" in tried) is bool({Role.CLERK, Role.REVIEWER} & set(roles))
    assert roles or tried <= {"admin.ballots.download_bundle"}
