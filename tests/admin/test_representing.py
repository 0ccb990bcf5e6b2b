"""Votes by an agent through the pages: registered, keyed for its motions alone, taken back."""

from server.ballots import queries
from server.identity.rules import Role
from tests.admin.browsers import browser_of
from tests.admin.forms import post_form
from tests.admin.test_ballots import page_of
from tests.admin.test_desk import picture
from tests.factories.ballots import VOTING, log_of, make_electorate, make_opened
from tests.factories.identity import make_staff


def test_an_authorization_is_registered_and_its_vote_keyed_for_its_motions_alone(app, clock) -> None:
    community, _ = make_electorate()
    ballot = make_opened(community)
    clock.set(VOTING)
    clerk = browser_of(app, make_staff(Role.CLERK, community=community))
    base = f"{page_of(ballot)}/proxies"
    assert "一人最多替 3 位业主投票" in clerk.get(base).text
    assert "head=h1" in clerk.get(f"{base}?find=101").text
    asked = {"head": "h1", "agent": "钱七", "phone": "13900000007", "motions": "m1"}
    refused = post_form(clerk, f"{base}?head=h1", base, asked)
    assert (refused.status_code, 'id="f-photo-error"' in refused.text, "钱七" in refused.text) == (
        422,
        True,
        True,
    )
    for head in ("h1", "h2"):
        sent = {**asked, "head": head, "photo": picture(3)}
        assert post_form(clerk, f"{base}?head={head}", base, sent).status_code == 302
    first, second = (one.row.id for one in queries.proxies(ballot.id))
    assert "等受托人来" in clerk.get(base).text
    vote = f"{base}/{first}/vote"
    assert post_form(clerk, vote, vote, {"marks": "11", "photo": picture(4)}).status_code == 422
    assert post_form(clerk, vote, vote, {"marks": "1", "photo": picture(4)}).status_code == 302
    assert log_of(ballot)[0]["motions"] == ["m1"]
    assert post_form(clerk, base, f"{base}/{first}/revoke", {}).status_code == 422
    assert post_form(clerk, base, f"{base}/{second}/revoke", {}).status_code == 302
    assert "撤回了" in clerk.get(base).text
    assert clerk.get(f"{base}/987654321/vote").status_code == 404
