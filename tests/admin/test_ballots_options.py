"""The options of a motion on the drafting page: what is wrong with them stands at their field."""

import pytest

from server.ballots.models import Ballot
from server.ballots.rules.marks import MOST_OPTIONS
from server.identity.rules import Role
from tests.admin.browsers import browser_of
from tests.admin.forms import post_form
from tests.factories.ballots import make_draft, make_electorate
from tests.factories.identity import make_staff


@pytest.fixture
def drafted(app):
    """A clerk's browser and a draft."""
    community, _ = make_electorate()
    return browser_of(app, make_staff(Role.CLERK, community=community)), make_draft(community)


def typed(*options: str, title: str = "外墙颜色") -> dict[str, str]:
    return {"title": title, "kind": "choose_one", "matter": "other", "options": "\n".join(options)}


def motions_of(ballot: Ballot) -> str:
    return f"/admin/communities/{ballot.community_id}/ballots/{ballot.id}/motions"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        pytest.param(["米白", "弃权"], "方案名不能叫“弃权”", id="a-word-of-the-paper"),
        pytest.param(["米白", "blank"], "也不能叫 roll", id="a-reserved-word"),
        pytest.param(
            [f"颜色{number}" for number in range(MOST_OPTIONS + 1)],
            f"方案最多 {MOST_OPTIONS} 个",
            id="more-than-the-desk-has-keys",
        ),
    ],
)
def test_options_that_cannot_be_are_told_at_their_field(drafted, options, said) -> None:
    clerk, ballot = drafted
    home = motions_of(ballot)
    assert f"最多 {MOST_OPTIONS} 个" in clerk.get(f"{home}/new").text
    answer = post_form(clerk, f"{home}/new", home, typed(*options))
    assert answer.status_code == 422
    assert said in answer.text and 'id="f-options-error"' in answer.text
    assert post_form(clerk, f"{home}/new", home, typed("米白", "浅灰")).status_code == 302
