"""The list at the side: what this person may open, folded by group."""

import re

import pytest
from flask.testing import FlaskClient

from admin.menu import COMMUNITY_ENTRIES, OFFICE_ENTRIES
from server.identity.rules import Role
from tests.factories.identity import make_staff, sign_in_staff
from tests.factories.ledger import make_community

GROUP = re.compile(r'<details class="side-group( is-apart)?"( open)?><summary>([^<]+)</summary>')

pytestmark = pytest.mark.usefixtures("clock")


@pytest.mark.parametrize(
    ("address", "opened"),
    [("/notices", ["告知"]), ("/ballots", ["投票"]), ("/today", [])],
    ids=["notices", "ballots", "today"],
)
def test_the_group_of_this_page_stands_open_and_the_others_are_folded(
    client: FlaskClient, address: str, opened: list[str]
) -> None:
    community = make_community()
    sign_in_staff(client, make_staff(Role.CLERK, community=community))
    groups = GROUP.findall(client.get(f"/admin/communities/{community.id}{address}").text)
    assert [name for _, is_open, name in groups if is_open] == opened
    assert len(groups) > len(opened)


def test_the_pages_above_a_community_stand_apart_from_its_own(client: FlaskClient) -> None:
    community = make_community()
    sign_in_staff(client, make_staff(Role.CLERK, community=community))
    within = GROUP.findall(client.get(f"/admin/communities/{community.id}/today").text)
    assert [name for is_apart, _, name in within if is_apart] == ["管理"]
    above = GROUP.findall(client.get("/admin/messages").text)
    assert not any(is_apart for is_apart, _, _ in above)


def test_a_community_and_the_office_above_have_no_group_of_one_name() -> None:
    of_community, of_office = ({one.group for one in some} for some in (COMMUNITY_ENTRIES, OFFICE_ENTRIES))
    assert of_community & of_office == set()


def test_no_two_lines_of_the_list_read_the_same() -> None:
    labels = [one.label for one in (*COMMUNITY_ENTRIES, *OFFICE_ENTRIES)]
    assert len(labels) == len(set(labels))
