"""The API against its own description: thousands of requests that keep to it, and that do not."""

import os
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from server.infra import throttle
from server.infra.db import db
from server.ledger.models import Community, Flat
from server.messages import queries as messages
from server.messages.rules import Recipient
from tests.factories.ballots import VOTING, cast, make_vote
from tests.factories.evaluations import make_rounds
from tests.factories.messages import make_message
from tests.factories.notices import make_notice
from tests.factories.projects import make_project
from tests.factories.surveys import WHOLE, card_of, make_open_survey
from tests.factories.tickets import make_ticket
from tests.factories.works import adopt, name_supervisor, offer, point
from tests.miniprogram_api.phones import make_phone, slip_of

pytestmark = pytest.mark.deep

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    ignored_auth,
    unsupported_method,
]
#: Of each kind of request to each call. Most of what they show is of forms and no database: where the whole runs on two,
#: the second run tries half as many.
EXAMPLES = 20 if os.environ.get("ONLY_WITH_DATABASE") else 40
#: Calls that would end the token or the home that all the others are made with.
ENDING = {"close_session", "withdraw_binding", "let_wechat_go", "withdraw_consent"}
SPEC = "/api/v1/openapi.json"
VOTES = st.fixed_dictionaries(
    {
        "choices": st.fixed_dictionaries(
            {"m1": st.sampled_from(["for", "against", "abstain"]), "m2": st.sampled_from(["米白", "浅灰"])}
        )
    }
)
ANSWERS = st.fixed_dictionaries(
    {"agree": st.sampled_from(["agree", "disagree", "neutral"])},
    optional={
        "people": st.one_of(st.integers(-3, 30), st.text(max_size=4)),
        "items": st.lists(st.sampled_from(["B-01", "T-01", "Z-99"]), max_size=5),
        "more": st.text(max_size=20),
    },
)
REPORTS = st.fixed_dictionaries(
    {"category": st.sampled_from(["water", "lift", "noise"])},
    optional={"where": st.sampled_from(["home", "entrance", "community"]), "words": st.text(max_size=20)},
)

MARKS = {
    "overall": st.sampled_from(["good", "fair", "poor"]),
    "items": st.dictionaries(
        st.sampled_from(["B-01", "T-01", "Z-99"]), st.sampled_from(["good", "fair", "poor", "not_done"])
    ),
}


@pytest.fixture
def described(app, clock, monkeypatch):
    """The API with a ballot, a survey, a notice, a message and a home; without throttles, which would soon answer everything."""
    clock.set(VOTING)
    monkeypatch.setattr(throttle, "hit", lambda *_: None)
    monkeypatch.setattr(throttle, "hit_all", lambda *_: None)
    ballot, flats = make_vote()
    notice = make_notice(db.session.get(Community, ballot.community_id), now=VOTING)
    phone = make_phone(app, flats[0])
    make_message(Recipient.resident(phone.actor.id), link=f"/ballots/{ballot.id}", now=VOTING)
    asked = make_open_survey(
        db.session.get(Community, ballot.community_id), WHOLE, closes_at=VOTING + timedelta(days=3)
    )
    works = make_works(db.session.get(Community, ballot.community_id), flats[0])
    known = {
        "community_id": ballot.community_id,
        "point_id": works["point_id"],
        "ballot_id": ballot.id,
        "survey_id": asked.id,
        "household_id": card_of(flats[0]).id,
        "notice_id": notice.id,
        "ticket_id": make_ticket(ballot.community_id, at=VOTING).id,
        "round_id": make_rounds(db.session.get(Community, ballot.community_id), plan_year=2028)[0].id,
        "message_id": messages.inbox([Recipient.resident(phone.actor.id)]).items[0].id,
        "/api/v1/receipts/{code}": cast(ballot, phone.actor).code,
        "/api/v1/slips/{code}": slip_of(flats[0]).code,
    }
    return schemathesis.openapi.from_wsgi(SPEC, app), phone, known


def make_works(community: Community, flat: Flat) -> dict[str, int]:
    """A project with an item, times to come into the flat, and a point that waits to be looked at."""
    project = make_project(community, now=VOTING, plan_year=VOTING.year)
    item = adopt(project, community, now=VOTING)
    offer(item, VOTING.date() + timedelta(days=7), VOTING.date() + timedelta(days=7), now=VOTING)
    name_supervisor(project, flat)
    return {"point_id": point(project, community, flat_id=flat.id, now=VOTING).id}


def strategies(operation: Any, known: dict[str, Any]) -> list[Any]:
    """Requests in form, the same about things that are there, and requests not in form."""
    given_ = {
        name: known.get(name, known.get(operation.path))
        for name in (
            "ballot_id",
            "survey_id",
            "round_id",
            "notice_id",
            "message_id",
            "ticket_id",
            "code",
            "community_id",
            "point_id",
        )
        if f"{{{name}}}" in operation.path
    }
    found = [operation.as_strategy(generation_mode=GenerationMode.POSITIVE)]
    if given_:
        found.append(operation.as_strategy(generation_mode=GenerationMode.POSITIVE, path_parameters=given_))
    if _takes_something(operation):
        found.append(operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
    bodies = _bodies(operation.definition.raw["operationId"], known)
    if bodies is not None:
        cases = operation.as_strategy(
            generation_mode=GenerationMode.POSITIVE, path_parameters=given_, body={}
        )
        found.append(st.builds(_with_body, cases, bodies))
    return found


def _with_body(case: Any, body: dict[str, Any]) -> Any:
    case.body = body
    return case


def _bodies(name: str, known: dict[str, Any]) -> Any:
    """What is to be taken, for calls whose answer asks more than the description can say."""
    if name in {"answer_survey", "save_survey_draft"}:
        return st.fixed_dictionaries({"household_id": st.just(known["household_id"]), "answers": ANSWERS})
    if name == "make_pledge":
        return st.fixed_dictionaries(
            {"kind": st.just("money"), "amount": st.sampled_from(["200.50", "0", "两百"])}
        )
    if name == "give_evaluation":
        return st.fixed_dictionaries({"household_id": st.just(known["household_id"]), **MARKS})
    return {"cast_vote": VOTES, "report_ticket": REPORTS}.get(name)


def _takes_something(operation: Any) -> bool:
    """Whether anything could be sent that is not in form; any text is a code or a scene."""
    raw = operation.definition.raw
    asked = [one for one in raw.get("parameters", ()) if one["name"] not in {"code", "scene"}]
    return bool(asked or raw.get("requestBody"))


def try_out(strategy: Any, token: str, statuses: set[int]) -> None:
    @given(case=strategy)
    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def keeps_to_it(case: Any) -> None:
        sent = {"Authorization": f"Bearer {token}"}
        response = case.call(headers=sent)
        statuses.add(response.status_code)
        # A request whose fault is the missing token is mended by ours.
        is_mended = case.meta is not None and case.meta.is_negative_at(ParameterLocation.HEADER)
        case.validate_response(response, checks=CHECKS[:5] if is_mended else CHECKS, headers=sent)

    keeps_to_it()


def test_no_call_breaks_the_house_or_the_description(described):
    schema, phone, known = described
    statuses: dict[str, set[int]] = {}
    for found in schema.get_all_operations():
        operation = found.ok()
        name = operation.definition.raw["operationId"]
        if name not in ENDING:
            for strategy in strategies(operation, known):
                try_out(strategy, phone.token, statuses.setdefault(name, set()))
    assert statuses["cast_vote"] >= {201, 404, 422}
    assert statuses["answer_survey"] >= {201, 404, 422}
    assert statuses["save_survey_draft"] >= {200, 404, 422}
    assert statuses["give_evaluation"] >= {201, 404, 422}
    assert statuses["get_evaluation"] >= {200, 404}
    assert statuses["get_evaluation_result"] >= {404, 409}
    assert statuses["get_ballot"] >= {200, 404}
    assert statuses["raise_objection"] >= {201, 404, 422}
    assert statuses["look_up_receipt"] >= {200, 404}
    assert statuses["read_message"] >= {200, 404}
    assert statuses["get_works"] >= {200, 404}
    assert statuses["raise_point"] >= {201, 404, 422}
    assert statuses["make_pledge"] >= {201, 404, 422}
    assert statuses["report_ticket"] >= {201, 422}
    assert statuses["get_ticket"] >= {200, 404}


def test_calls_that_end_something_keep_to_the_description(described):
    schema, phone, _ = described
    done = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.definition.raw["operationId"] in ENDING:
            case = operation.Case(
                path_parameters={"binding_id": 999_999} if "{binding_id}" in operation.path else {}
            )
            for _ in range(2):
                response = case.call(
                    headers={"Authorization": f"Bearer {phone.token}", "Idempotency-Key": "the-end"}
                )
                case.validate_response(response, checks=CHECKS[:5])
            done += 1
    assert done == len(ENDING)
