"""Every route of both doors, tried as everyone: nobody reaches what is not theirs, and a foreign object answers as one
that does not exist. Routes are read from the house itself, so that a new one is tried without a word here."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from server.identity import actions, queries
from server.identity.rules import ALLOWED, Permission, Role
from server.infra.db import unit_of_work
from server.kernel.actor import COMMAND
from server.ledger.models import Community
from server.projects import queries as projects
from server.projects.models import Project
from tests.factories import ballots as ballot_factories
from tests.factories import evaluations as made_evaluations
from tests.factories import schemes as made_schemes
from tests.factories.catalogue import make_list
from tests.factories.contributions import enter, make_pledge
from tests.factories.decisions import make_course, make_draft, make_paper
from tests.factories.divisions import get_division
from tests.factories.identity import (
    BEFORE,
    issue_slips,
    make_binding,
    make_resident,
    make_staff,
    make_token,
    sign_in_resident,
    sign_in_staff,
)
from tests.factories.ledger import make_community, make_facility, make_flat, make_owner
from tests.factories.management import make_contract, make_round
from tests.factories.matters import make_matter, make_meeting
from tests.factories.moderation import make_item
from tests.factories.notices import make_notice, make_objection
from tests.factories.rolls import make_authorization, make_correction, make_takeover
from tests.factories.surveys import make_open_survey
from tests.factories.tickets import make_ticket
from tests.factories.wechat import make_delivery
from tests.factories.works import adopt, claim, point

pytestmark = pytest.mark.walk

#: Routes of the house itself: whether it lives, and how its API is described.
BEFORE_THE_DOORS = {"healthz", "readyz", "openapi.spec"}
ABSENT = 987_654_321
YUNYAN_STREET = "520103024"
GUIZHOU, GUIYANG, NANMING, YUNYAN, STREET = "52", "5201", "520102", "520103", "520102028"

#: Where a holder of each office sits; all others hold their role for one community.
AT_HOME = {
    Role.STREET_OFFICER: STREET,
    Role.COUNTY_OFFICER: NANMING,
    Role.CITY_OFFICER: GUIYANG,
    Role.PROVINCE_OFFICER: GUIZHOU,
    Role.OPERATOR: GUIZHOU,
    Role.AUDITOR: NANMING,
}
#: Tried on every route in `make test`: who acts in a community, who works there for a firm, who reads, who sits above.
#: The others have the same guards before them; the deep run tries everyone.
EVERY_DAY = {
    Role.CLERK,
    Role.PROPERTY_CLERK,
    Role.AUDITOR,
    Role.COUNTY_OFFICER,
    Role.PROVINCE_OFFICER,
}
ROLES = [pytest.param(one, marks=[] if one in EVERY_DAY else pytest.mark.deep) for one in Role]
#: Entered once for everyone: of those who may edit settings, only the province.
NATIONWIDE = {"admin.policies.set_holiday", "admin.policies.announce_year"}


@dataclass(frozen=True)
class Route:
    rule: Rule
    method: str
    guard: object

    @property
    def arguments(self) -> set[str]:
        return set(self.rule.arguments)

    def address(self, values: dict[str, object]) -> str:
        return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(values.get(found.group(1), 1)), self.rule.rule)


def guard_of(app: APIFlask, rule: Rule) -> object:
    view = app.view_functions[rule.endpoint]
    marked = getattr(view, "guard", None)
    spec = getattr(view, "_spec", {})
    if marked is None and {} in (spec.get("security") or ()):
        return "open"  # a token is taken, and not asked for
    return marked if marked is not None else ("bearer" if spec.get("auth") else None)


def routes(app: APIFlask) -> Iterator[Route]:
    for rule in sorted(app.url_map.iter_rules(), key=lambda one: (one.rule, one.endpoint)):
        if rule.endpoint not in BEFORE_THE_DOORS:
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield Route(rule, method, guard_of(app, rule))


def office_routes(app: APIFlask) -> list[Route]:
    return [route for route in routes(app) if isinstance(route.guard, Permission)]


def send(client: FlaskClient, route: Route, values: dict[str, object]) -> TestResponse:
    return client.open(route.address(values), method=route.method)


@pytest.fixture
def open_forms(app: APIFlask) -> Iterator[None]:
    """Forms without their token: here the guard is tried, not the token."""
    app.config["WTF_CSRF_ENABLED"] = False
    yield
    app.config["WTF_CSRF_ENABLED"] = True


def a_request(community: Community) -> int:
    binding = make_binding(make_flat(community))
    actor = actions.resident_actor(binding.resident_id)
    with unit_of_work():
        return actions.ask_committee(binding, name="张三", note="", actor=actor, now=BEFORE).id


def a_dispute(community: Community) -> int:
    flat = make_flat(community)
    proven, beside = make_binding(flat, owner=make_owner(flat)), make_binding(flat)
    actor = actions.resident_actor(beside.resident_id)
    with unit_of_work():
        return actions.dispute_binding(
            proven.id, resident_id=beside.resident_id, text="不对", actor=actor, now=BEFORE
        ).id


def a_slip(community: Community) -> int:
    make_flat(community)
    return issue_slips(community)[0].id


def a_poster(community: Community) -> int:
    with unit_of_work():
        actions.issue_place_codes(community.id, actor=COMMAND, now=BEFORE)
    return queries.place_codes_of(community.id)[0].id


def an_announced_ballot(_community: Community) -> int:
    community, _ = ballot_factories.make_electorate()
    return ballot_factories.make_announced(community).id


def a_decision(_community: Community) -> int:
    return make_draft().id


def a_scheme_version(_community: Community) -> int:
    return made_schemes.make_version(made_schemes.make_voted()).id


def a_project(community: Community) -> Project:
    """The one that the community is in already: in a year it is in one at most."""
    return projects.known(projects.projects_of(community.id)[0].id)


def a_round_of_judging(community: Community) -> int:
    make_flat(community)
    return made_evaluations.make_rounds(community)[0].id


def a_paper_of_judging(community: Community) -> int:
    flat = make_flat(community)
    return made_evaluations.enter(made_evaluations.make_rounds(community, plan_year=2027)[0], flat).id


def an_open_survey(community: Community) -> int:
    make_flat(community)
    return make_open_survey(community).id


#: An object inside a community, by the name its id has in addresses. What has no maker here is tried with an id that
#: does not exist, which shows the guard but not the question whose object it is.
MAKERS: dict[str, Callable[[Community], int]] = {
    "request_id": a_request,
    "dispute_id": a_dispute,
    "slip_id": a_slip,
    "code_id": a_poster,
    "flat_id": lambda community: make_flat(community).id,
    "facility_id": lambda community: make_facility(community).id,
    "notice_id": lambda community: make_notice(community).id,
    "objection_id": lambda community: make_objection(make_notice(community)).id,
    "item_id": lambda community: make_item(community).id,
    "ballot_id": an_announced_ballot,
    "correction_id": make_correction,
    "takeover_id": make_takeover,
    "authorization_id": make_authorization,
    "decision_id": a_decision,
    "survey_id": an_open_survey,
    "round_id": a_round_of_judging,
    "answer_id": a_paper_of_judging,
    "version_id": a_scheme_version,
    "drawing_id": lambda community: made_schemes.make_drawing(community).id,
    "case_id": lambda community: made_schemes.make_case([make_flat(community, entrance="9")]).id,
    "entrance_id": lambda community: make_flat(community, entrance="8").entrance_id,
    "paper_id": lambda community: make_paper(community).id,
    "delivery_id": lambda community: make_delivery(community).id,
    "verdict_id": lambda community: make_course(community).id,
    "work_id": lambda community: adopt(a_project(community), community).id,
    "point_id": lambda community: point(a_project(community), community).id,
    "claim_id": lambda community: claim(a_project(community), make_flat(community)).id,
    "pledge_id": lambda community: make_pledge(make_flat(community)).id,
    "entry_id": lambda community: enter(make_pledge(make_flat(community)), 1, is_confirmed=None).id,
    "ticket_id": lambda community: make_ticket(community.id).id,
    "contract_id": lambda community: make_contract(community).id,
    "watch_id": lambda community: make_round(community, date(2025, 11, 1)).id,
    "matter_id": lambda community: make_matter(community).id,
    "meeting_id": lambda community: make_meeting(community).id,
}


def test_every_route_has_its_guard(app: APIFlask):
    bare = [f"{route.method} {route.rule.rule}" for route in routes(app) if route.guard is None]
    assert bare == []


def test_every_community_of_the_back_office_stands_in_the_address_first(app: APIFlask):
    inner = {
        "flat_id",
        "slip_id",
        "ballot_id",
        "notice_id",
        "decision_id",
        "facility_id",
        "item_id",
        "ticket_id",
        "verdict_id",
        "paper_id",
    }
    wrong = [
        route.rule.rule
        for route in office_routes(app)
        if route.arguments & inner
        and not route.rule.rule.startswith("/admin/communities/<int:community_id>/")
    ]
    assert wrong == []


def test_nobody_comes_into_the_back_office_unasked(app: APIFlask, client: FlaskClient, open_forms: None):
    for route in routes(app):
        if route.rule.rule.startswith("/admin") and route.guard != "open":
            answer = send(client, route, {})
            assert (answer.status_code, answer.headers["Location"][:14]) == (302, "/admin/sign-in"), route


@pytest.mark.parametrize("role", ROLES)
def test_each_role_does_what_the_table_says_and_no_more(
    app: APIFlask, client: FlaskClient, open_forms: None, role: Role
):
    community = make_community()
    make_flat(community)
    division = AT_HOME.get(role)
    staff = make_staff(role, division=division) if division else make_staff(role, community=community)
    sign_in_staff(client, staff)
    sees = role in ALLOWED[Permission.SEE_COMMUNITY]
    home = division if division in {GUIZHOU, GUIYANG} else NANMING
    values = {
        "community_id": community.id,
        "division_id": get_division(division or NANMING).id,
        "version_id": make_list(home).id,
    }
    for route in office_routes(app):
        answer = send(client, route, values)
        assert isinstance(route.guard, Permission)
        if role in ALLOWED[route.guard]:
            is_narrowed = route.rule.endpoint in NATIONWIDE and division != GUIZHOU
            refusals = {401, 500} if is_narrowed else {401, 403, 500}
            assert answer.status_code not in refusals, (route, answer.status_code)
            if route.arguments == {"community_id"} and route.method == "GET":
                assert answer.status_code in {200, 302}, (route, answer.status_code)
        else:
            expected = 403 if sees or "community_id" not in route.arguments else 404
            assert answer.status_code == expected, (route, answer.status_code)


@pytest.mark.parametrize("role", ROLES)
def test_another_countys_community_answers_as_one_that_does_not_exist(
    app: APIFlask, client: FlaskClient, open_forms: None, role: Role
):
    foreign = make_community()
    sign_in_staff(client, make_staff(role, division=YUNYAN))
    #: What was answered about a community that does not exist: mostly the same page, which need not be asked for again.
    of_nothing: set[str] = set()
    for route in office_routes(app):
        if "community_id" in route.arguments:
            there = send(client, route, {"community_id": foreign.id})
            assert there.status_code == 404, (route, there.status_code)
            # The page's own address stands in its links; nothing else may differ.
            told = there.text.replace(route.address({"community_id": foreign.id}), "")
            if told not in of_nothing:
                nowhere = send(client, route, {"community_id": ABSENT})
                assert nowhere.status_code == 404, (route, nowhere.status_code)
                of_nothing.add(nowhere.text.replace(route.address({"community_id": ABSENT}), ""))
            assert told in of_nothing, route


def test_an_object_of_another_community_answers_as_one_that_does_not_exist(
    app: APIFlask, client: FlaskClient, open_forms: None
):
    own, foreign = make_community(), make_community(code=YUNYAN_STREET)
    objects = {name: make(foreign) for name, make in MAKERS.items()}
    clerk, reviewer = make_staff(Role.CLERK, community=own), make_staff(Role.REVIEWER, community=own)
    for route in office_routes(app):
        inner = [name for name in route.arguments if name in MAKERS]
        if "community_id" not in route.arguments or not inner:
            continue
        assert isinstance(route.guard, Permission)
        sign_in_staff(client, clerk if Role.CLERK in ALLOWED[route.guard] else reviewer)
        there = send(client, route, {"community_id": own.id, **objects})
        nowhere = send(client, route, {"community_id": own.id, **dict.fromkeys(objects, ABSENT)})
        assert there.status_code == nowhere.status_code, (route, there.status_code, nowhere.status_code)
        if route.method == "GET":
            assert there.status_code == 404, route


def test_a_person_of_the_staff_elsewhere_answers_as_one_that_does_not_exist(
    app: APIFlask, client: FlaskClient, open_forms: None
):
    here, away = (
        make_staff(Role.COUNTY_OFFICER, division=NANMING),
        make_staff(Role.COUNTY_OFFICER, division=YUNYAN),
    )
    sign_in_staff(client, here)
    for route in office_routes(app):
        if "staff_id" in route.arguments:
            assert send(client, route, {"staff_id": away.id}).status_code == 404, route
            assert send(client, route, {"staff_id": ABSENT}).status_code == 404, route


def test_forms_without_their_token_are_refused_everywhere(app: APIFlask, client: FlaskClient):
    for route in routes(app):
        # Programs come with a key or a token of their own, and without a cookie.
        if route.method == "POST" and not route.rule.rule.startswith(("/api/", "/open311/")):
            assert send(client, route, {}).status_code == 400, route


def test_the_api_takes_a_bearer_token_and_nothing_else(app: APIFlask, client: FlaskClient):
    resident = make_resident(make_flat(make_community()))
    sign_in_resident(client, resident)
    for route in routes(app):
        if route.guard == "bearer":
            for headers in ({}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic YTpi"}):
                answer = client.open(route.address({}), method=route.method, headers=headers)
                assert answer.status_code == 401, (route, headers)
                assert answer.content_type == "application/problem+json"
                assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_pages_take_the_cookie_and_no_bearer_token(app: APIFlask, client: FlaskClient, open_forms: None):
    token = make_token(make_resident(make_flat(make_community())))
    for route in routes(app):
        if route.guard == "resident":
            answer = client.open(route.address({}), method=route.method, headers=token)
            assert (answer.status_code, answer.headers["Location"]) == (302, "/enter"), route


#: What each call about a binding is sent, so that it is refused for whose it is and not for its form.
BODIES: dict[str, dict[str, str]] = {
    "proofs": {"name": "张三", "tail": "1234"},
    "phone-proofs": {"name": "张三", "code": "code-1"},
    "requests": {"name": "张三"},
    "disputes": {"text": "不对"},
}


def test_a_resident_reaches_nothing_of_another_flat(app: APIFlask, client: FlaskClient, open_forms: None):
    flat, other = make_flat(make_community()), make_flat(make_community())
    mine, theirs = make_resident(flat), make_binding(other)
    headers = make_token(mine)
    sign_in_resident(client, mine)
    key = {"Idempotency-Key": "k"}
    for route in routes(app):
        if "binding_id" in route.arguments and route.guard in {"bearer", "resident"}:
            for binding_id in (theirs.id, ABSENT):
                body = BODIES.get(route.rule.rule.rpartition("/")[2]) if route.method == "POST" else None
                address = route.address({"binding_id": binding_id, "other_id": theirs.id})
                answer = client.open(address, method=route.method, headers=headers | key, json=body)
                assert answer.status_code == 404, (route, answer.status_code)
