"""From door to door through the pages: who was not served, who has not voted, and noting a visit on the phone."""

from server.ballots import queries
from server.identity.rules import Role
from tests.admin.browsers import browser_of
from tests.admin.forms import post_form
from tests.admin.test_ballots import local, page_of
from tests.admin.test_desk import picture
from tests.factories.ballots import CLOSES, VOTING, cast, make_electorate, make_opened, make_voter
from tests.factories.identity import make_staff


def test_a_visit_is_noted_and_the_home_leaves_the_list(app, clock) -> None:
    community, flats = make_electorate()
    ballot = make_opened(community)
    clock.set(VOTING)
    lead = browser_of(app, make_staff(Role.BUILDING_LEAD, community=community))
    doors = f"{page_of(ballot)}/service"
    assert "6 位业主" in lead.get(doors).text
    door = f"{doors}/{flats[0].id}"
    asked = {"flat_id": str(flats[0].id), "way": "letterbox", "witness": "王五", "done_at": local(VOTING)}
    refused = post_form(lead, door, doors, asked)
    assert (refused.status_code, 'id="f-photo-error"' in refused.text, "王五" in refused.text) == (
        422,
        True,
        True,
    )
    assert post_form(lead, door, doors, {**asked, "photo": picture()}).status_code == 302
    assert "5 位业主" in lead.get(doors).text
    assert "投进信箱" in lead.get(door).text
    assert "王五" not in lead.get(door).text
    assert post_form(lead, door, doors, {**asked, "way": ""}).status_code == 422
    assert post_form(lead, door, doors, {**asked, "flat_id": "987654321"}).status_code == 404
    assert lead.get(f"{doors}/987654321").status_code == 404


def test_the_list_of_who_has_not_voted_never_tells_how(app, clock) -> None:
    community, flats = make_electorate()
    ballot = make_opened(community)
    clock.set(VOTING)
    cast(ballot, make_voter(flats[0]), "against")
    lead = browser_of(app, make_staff(Role.BUILDING_LEAD, community=community))
    page = lead.get(f"{page_of(ballot)}/service?unvoted=yes").text
    assert "5 位业主" in page
    assert "反对" not in page
    assert "5 位业主" in lead.get(f"{page_of(ballot)}/service?unvoted=yes&page=x").text
    clock.set(CLOSES)
    refused = post_form(
        browser_of(app, make_staff(Role.CLERK, community=community)),
        f"{page_of(ballot)}/service/{flats[1].id}",
        f"{page_of(ballot)}/service",
        {"flat_id": str(flats[1].id), "way": "nobody home", "done_at": local(VOTING)},
    )
    assert (refused.status_code, "已经截止" in refused.text) == (422, True)
    assert queries.served_heads(ballot.id) == {}
