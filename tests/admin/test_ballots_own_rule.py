"""A question that no law decides: the committee writes its rule, the notice prints it, the count and a stranger go by it."""

import json

import pytest
from flask.testing import FlaskClient

from server.ballots import actions, queries
from server.ballots.recount import recount
from server.identity.rules import Role
from server.infra.db import unit_of_work
from server.notices import queries as notices
from tests.admin.browsers import browser_of
from tests.admin.forms import post_form
from tests.factories.ballots import (
    ANNOUNCED,
    CLERK,
    CLOSES,
    OPENS,
    bundle_text,
    cast,
    full,
    key,
    make_draft,
    make_electorate,
    make_voter,
)
from tests.factories.identity import make_staff

RULE = {
    "title": "门口的小花园叫什么", "kind": "approve", "matter": "own", "basis": "《管理规约》第十二条",
    "quorum": "1/3", "approval": "1/2", "approval_of": "participants", "share": "more_than",
}  # fmt: skip


@pytest.fixture
def drafted(app, clock):
    clock.set(ANNOUNCED)
    community, flats = make_electorate()
    ballot = make_draft(community, proxy_limit=1)
    clerk = browser_of(app, make_staff(Role.CLERK, community=community))
    return ballot, flats, clerk, f"/admin/communities/{community.id}/ballots/{ballot.id}"


def save(clerk: FlaskClient, page: str, **facts: str):
    return post_form(clerk, f"{page}/motions/new", f"{page}/motions", RULE | facts)


def test_what_the_committee_wrote_decides_and_a_stranger_counts_by_it(drafted, tmp_path) -> None:
    ballot, flats, clerk, page = drafted
    assert save(clerk, page).status_code == 302
    shown = clerk.get(f"{page}/motions/{len(queries.known(ballot.id).motions)}").text
    assert "《管理规约》第十二条" in shown and 'value="1/3"' in shown
    with unit_of_work():
        actions.announce_ballot(queries.known(ballot.id), client_key=key(), actor=CLERK, now=ANNOUNCED)
        actions.open_ballot(queries.known(ballot.id), actor=CLERK, now=OPENS)
    (notice,) = notices.of("ballot", ballot.id)
    assert "《管理规约》第十二条" in json.dumps(notice.body, ensure_ascii=False)
    own = f"m{len(queries.known(ballot.id).motions)}"
    for flat, choice in zip(flats[:3], ("for", "for", "against"), strict=True):
        cast(
            queries.known(ballot.id), make_voter(flat), {**full(queries.known(ballot.id), "for"), own: choice}
        )
    with unit_of_work():
        actions.count_ballot(ballot.id, actor=CLERK, now=CLOSES)
    bundle = tmp_path / "bundle.json"
    bundle.write_text(bundle_text(queries.known(ballot.id), now=CLOSES))
    _, told, _ = recount([str(bundle)])
    (motion,) = [one for one in told["results"][0]["motions"] if one["id"] == own]
    assert (motion["law"], motion["verdict"]) == ("custom", "passed")
    assert queries.verdict(ballot.id, own) == "passed"


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"basis": ""}, "写明依据"),
        ({"approval": "一半"}, "写成几分之几"),
        ({"quorum": "3/2"}, "写成几分之几"),
    ],
    ids=["no-basis", "no-share", "more-than-all"],
)
def test_a_rule_that_is_not_whole_is_said_by_its_field_and_nothing_is_lost(drafted, facts, said: str) -> None:
    ballot, _, clerk, page = drafted
    before = len(queries.known(ballot.id).motions)
    answer = save(clerk, page, **facts)
    assert (answer.status_code, said in answer.text, RULE["title"] in answer.text) == (422, True, True)
    assert len(queries.known(ballot.id).motions) == before


def test_a_change_of_the_motions_leaves_the_other_settings_alone(drafted) -> None:
    ballot, _, clerk, page = drafted
    save(clerk, page)
    assert queries.known(ballot.id).proxy_limit == 1
