"""A community as JSON: what its public page tells, and nothing more; decisions, papers, and what became of one's own words."""

import re
from datetime import date, timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from server.decisions import queries
from server.decisions.rules import Fault
from server.identity.rules import Level
from server.infra.db import db
from server.infra.problems import PROBLEM_JSON
from server.infra.web.addresses import LARGEST_ID
from server.kernel.places import ScopeKind
from server.ledger.models import Community, Owner
from server.notices import queries as notices
from server.tickets.rules.words import Category
from tests.conftest import Clock
from tests.factories import ballots as votes
from tests.factories import decisions as made
from tests.factories.decisions import make_paper
from tests.factories.identity import make_resident, make_token
from tests.factories.ledger import make_community, make_flat
from tests.factories.projects import make_project
from tests.factories.reports import make_place, set_facts
from tests.factories.schemes import CHECKED, make_voted
from tests.factories.surveys import make_open_survey
from tests.factories.tickets import make_ticket
from tests.factories.works import adopt, plan
from tests.miniprogram_api.phones import make_phone

#: Six flats of one building, none like another, so that a total would give single flats away.
AREAS = ("61.37", "77.71", "93.19", "58.03", "66.41", "49.90")
API = "/api/v1/communities"


def at(row) -> str:
    return f"{API}/{row.community_id}/decisions/{row.id}"


# ------------------------------------------------------------------ the community


def test_a_new_community_tells_who_answers_for_it_and_that_nothing_has_begun(
    client: FlaskClient, clock: Clock
) -> None:
    found = client.get(f"{API}/{make_community('一号院').id}").json
    assert (found["name"], found["contact"]["place"]) == ("一号院", "居委会一楼")
    assert [one["text"] for one in found["thread"]] == ["还没有表决", "", "", ""]
    assert (found["votes"], found["decisions"], found["notices"], found["traces"]) == ([], [], [], [])
    assert (found["since"], found["asked_for"], found["is_neighbour"]) == (None, None, False)


@pytest.mark.parametrize("community_id", ["99999", str(LARGEST_ID), str(10**30), "0"])
@pytest.mark.parametrize("path", ["", "/decisions/1"])
def test_an_unknown_community_is_not_found(
    client: FlaskClient, clock: Clock, community_id: str, path: str
) -> None:
    answer = client.get(f"{API}/{community_id}{path}")
    assert (answer.status_code, answer.mimetype, answer.json["code"]) == (404, PROBLEM_JSON, "not_found")


def test_what_runs_is_told_with_its_turnout_and_never_with_a_choice(
    client: FlaskClient, clock: Clock
) -> None:
    ballot, flats = votes.make_vote(AREAS)
    votes.cast(ballot, votes.make_voter(flats[0]), "against")
    clock.set(votes.VOTING)
    make_open_survey(
        db.session.get_one(Community, ballot.community_id), closes_at=votes.VOTING + timedelta(days=3)
    )
    answer = client.get(f"{API}/{ballot.community_id}")
    (vote,) = answer.json["votes"]
    assert (vote["stage"], vote["turnout"][0]["heads"], vote["turnout"][0]["roll_heads"]) == ("open", 1, 6)
    assert vote["turnout"][0]["area"] is None
    assert "against" not in answer.text and "反对" not in answer.text and "61.37" not in answer.text
    assert [one["stage"] for one in answer.json["surveys"]] == ["open"]


def test_only_a_neighbour_who_sends_their_token_is_told_how_to_report_and_their_own_areas(
    app: APIFlask, client: FlaskClient, clock: Clock
) -> None:
    ballot, flats = votes.make_vote(AREAS)
    clock.set(votes.VOTING)
    phone = make_phone(app, flats[0])
    stranger = make_token(make_resident(make_flat(make_community("别处"))))
    here = phone.api("GET", f"/communities/{ballot.community_id}").json
    assert (here["is_neighbour"], here["report_flat_id"]) == (True, flats[0].id)
    assert here["votes"][0]["turnout"][0]["roll_area"] == "406.61"
    for headers in ({}, stranger, {"Authorization": "Bearer nonsense"}):
        there = client.get(f"{API}/{ballot.community_id}", headers=headers).json
        assert (there["is_neighbour"], there["report_flat_id"]) == (False, None)
        assert there["votes"][0]["turnout"][0]["roll_area"] is None


def test_the_works_money_and_reports_after_a_decision_are_told_as_on_the_page(
    client: FlaskClient, clock: Clock
) -> None:
    community = make_place()
    set_facts(
        community, is_covered=False, funds_received=1_234_05, funds_spent=200_00, judged_on=date(2026, 2, 1),
        judged_households=60, judged_answered=44, told_marked=40, told_satisfied=30,
        tickets_ended=60, tickets_on_time=40, tickets_open=30, tickets_overdue=10, tickets_confirmed=30,
        tickets_unconfirmed=20, tickets_reopened=9,
    )  # fmt: skip
    since = client.get(f"{API}/{community.id}").json["since"]
    assert (since["is_managed"], since["funds_received_fen"], since["given_fen"]) == (False, 123_405, None)
    assert (since["judged_answered"], since["judged_households"]) == (44, 60)
    assert since["tickets"]["on_time"] == {"part": 40, "base": 70}
    assert (since["tickets"]["reopened"], since["tickets"]["unconfirmed"]) == (9, 20)


def test_small_counts_of_reports_are_null(client: FlaskClient, clock: Clock) -> None:
    community = make_place()
    set_facts(
        community, tickets_ended=2, tickets_on_time=1, tickets_open=0, tickets_overdue=0, is_covered=True
    )
    told = client.get(f"{API}/{community.id}").json["since"]["tickets"]
    assert (told["on_time"], told["confirmed"], told["reopened"]) == (None, None, None)


# ------------------------------------------------------------------ decisions


def test_the_call_follows_the_matter_from_the_notice_to_the_decision(
    client: FlaskClient, clock: Clock
) -> None:
    row = made.make_published()
    clock.set(made.PUBLISHED)
    home = f"{API}/{row.community_id}"
    found = client.get(home).json
    (notice,) = notices.of("decision", row.id)
    assert [one["id"] for one in found["notices"]] == [notice.id]
    assert [(one["id"], one["stage"], one["decided_on"]) for one in found["decisions"]] == [
        (row.id, "hanging", None)
    ]
    hanging = client.get(at(row)).json
    assert (hanging["is_final"], hanging["code"], hanging["decided_on"]) == (False, "", None)
    assert hanging["state"] == "公示稿，期满并签发后才算数"
    clock.set(made.OVER)
    made.sign(row)
    (line,) = client.get(home).json["decisions"]
    signed = client.get(at(row)).json
    act = queries.ending(row.id)
    assert act is not None
    assert (line["stage"], line["decided_on"]) == ("final", act.decided_on.isoformat())
    assert (signed["is_final"], signed["code"], signed["versions"]) == (True, act.code, [1])
    assert [one["state"] for one in signed["thread"]] == ["done", "done", "now", "next"]
    assert client.get(signed["thread"][0]["page"]).status_code == 200


def test_a_draft_is_nobodys_and_a_decision_of_another_community_is_not_found_there(
    client: FlaskClient, clock: Clock
) -> None:
    draft = made.make_draft()
    clock.set(made.DRAFTED)
    assert client.get(at(draft)).status_code == 404
    assert client.get(f"{API}/{draft.community_id}").json["decisions"] == []
    made.publish(draft, now=made.PUBLISHED)
    clock.set(made.PUBLISHED)
    assert client.get(at(draft)).status_code == 200
    assert client.get(f"{API}/{make_community('别处').id}/decisions/{draft.id}").status_code == 404


@pytest.mark.parametrize(
    ("number", "status"), [("1", 200), ("2", 404), ("0", 422), ("-1", 422), (str(10**30), 422), ("一", 422)]
)
def test_a_version_is_one_that_was_published(
    client: FlaskClient, clock: Clock, number: str, status: int
) -> None:
    row = made.make_published()
    answer = client.get(at(row), query_string={"version": number})
    assert answer.status_code == status
    if status == 422:
        assert answer.json["errors"] == {"version": ["没有这一版。"]}


def test_after_a_recount_both_versions_can_be_read(client: FlaskClient, clock: Clock) -> None:
    counted = made.make_counted()
    row = made.make_published(counted)
    made.void_vote(counted, 0)
    made.recount(counted)
    made.publish(row, now=made.RECOUNTED)
    clock.set(made.RECOUNTED)
    newest, old = client.get(at(row)).json, client.get(f"{at(row)}?version=1").json
    assert (newest["version"], newest["versions"], newest["is_newest"]) == (2, [1, 2], True)
    assert (old["version"], old["is_newest"], old["is_final"]) == (1, False, False)


def test_no_call_names_an_owner_or_tells_an_exact_area_of_a_small_scope_but_to_its_owners(
    app: APIFlask, client: FlaskClient, clock: Clock
) -> None:
    counted = made.make_counted(
        ("for", "for", "for", "for", "for", "against"), scope=ScopeKind.BUILDING, areas=AREAS
    )
    row = made.make_final(counted)
    clock.set(made.OVER)
    act = queries.ending(row.id)
    assert act is not None
    names = [owner.name for owner in db.session.query(Owner)]
    assert names
    for address in (f"{API}/{row.community_id}", at(row), f"/api/v1/papers/{act.code}"):
        text = client.get(address).text
        assert not re.findall(r"\d\.\d\d ㎡", text), address
        for told in (*names, *AREAS, "356.71", "406.61"):
            assert told not in text, (address, told)
    owned = make_phone(app, counted.flats[0]).api("GET", at(row).removeprefix("/api/v1"))
    assert owned.json["items"][0]["is_exact"] and "406.61" in owned.text


def test_objections_are_answered_in_public_without_their_words(client: FlaskClient, clock: Clock) -> None:
    row = made.make_published()
    (notice,) = notices.of("decision", row.id)
    made.object_to(notice, "501 王小二 13812345678 代投")
    clock.set(made.UPHELD)
    answer = client.get(at(row))
    assert "还有 1 条等答复" in answer.json["objections"] and answer.json["answered"] == []
    assert "王小二" not in answer.text and "13812345678" not in answer.text


def test_a_void_vote_says_why(client: FlaskClient, clock: Clock) -> None:
    row = made.make_published()
    made.declare_void(row)
    clock.set(made.UPHELD)
    found = client.get(at(row)).json
    assert (found["stage"], found["void_reason"], found["is_final"]) == ("void", "漏了 2 栋。", False)
    (line,) = client.get(f"{API}/{row.community_id}").json["decisions"]
    assert (line["decided_on"], line["fault"]) == (None, Fault.WRONG_ROLL.name_zh)


# ------------------------------------------------------------------ papers


def test_anyone_checks_the_code_of_a_signed_decision_however_it_is_typed(
    client: FlaskClient, clock: Clock
) -> None:
    row = made.make_final()
    act = queries.ending(row.id)
    assert act is not None and act.code is not None
    for typed in (act.code, f"{act.code[:4]}-{act.code[4:8].lower()} {act.code[8:]}"):
        found = client.get(f"/api/v1/papers/{typed}").json
        assert (found["code"], found["kind"], found["decision_id"]) == (act.code, "改造决定", row.id)
        assert (found["warning"], found["is_newest"]) == ("", True)
        assert {"加装电梯"} <= {one["title"] for one in found["items"]}


def test_a_paper_that_was_given_out_is_told_with_its_public_words(client: FlaskClient, clock: Clock) -> None:
    paper = make_paper(make_community("一号院"))
    found = client.get(f"/api/v1/papers/{paper.code}").json
    assert (found["kind"], found["title"], found["community"]) == (paper.kind.name_zh, paper.title, "一号院")
    assert found["body"] == paper.public_body


@pytest.mark.parametrize(
    ("code", "words"),
    [
        pytest.param("222222222223", "没有签发过", id="nobody-signed-it"),
        pytest.param("222222222222", "有字看错或写漏了", id="a-slip-of-the-hand"),
        pytest.param("%00", "有字看错或写漏了", id="no-letter-at-all"),
        pytest.param("%F0%9F%8F%A0" * 200, "有字看错或写漏了", id="very-long"),
    ],
)
def test_a_code_that_is_not_ours_says_what_to_do(
    client: FlaskClient, clock: Clock, code: str, words: str
) -> None:
    answer = client.get(f"/api/v1/papers/{code}")
    assert (answer.status_code, answer.json["code"]) == (404, "no_paper")
    assert words in answer.json["detail"]


# ------------------------------------------------------------------ one's own words


def test_what_one_said_oneself_stands_beside_what_became_of_it(app: APIFlask, clock: Clock) -> None:
    clock.set(CHECKED)
    counted = make_voted(("B11",))
    phone, neighbour = make_phone(app, counted.flats[0]), make_phone(app, counted.flats[1])
    item = adopt(make_project(counted.community, now=CHECKED), counted.community, now=CHECKED)
    plan(item, now=CHECKED)
    mine = make_ticket(counted.community.id, Category.POWER, reporter_id=phone.actor.id, at=CHECKED)
    own = f"/communities/{counted.community.id}/traces/mine"
    (said,) = phone.api("GET", own).json["beside"]
    assert (said["text"][:6], said["ticket_id"]) == ("你报过：供电", mine.id)
    assert neighbour.api("GET", own).json == {"traces": [], "beside": []}
    assert [
        one["title"] for one in phone.api("GET", f"/communities/{counted.community.id}").json["traces"]
    ] != []


def test_nobody_reads_their_words_where_they_have_no_home(app: APIFlask, clock: Clock) -> None:
    phone = make_phone(app, make_flat(make_community("一号院")), level=Level.REACHED)
    for community_id in (make_community("别处").id, 99_999, 10**30):
        assert phone.api("GET", f"/communities/{community_id}/traces/mine").status_code == 404
