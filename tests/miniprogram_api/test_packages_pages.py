"""The page on which anybody puts a package together."""

import json
import re
from html import unescape

import pytest
from flask.testing import FlaskClient

from server.attachments.actions import keep_photo
from server.catalogue import actions
from server.catalogue.models import CatalogueVersion
from server.catalogue.rules.words import CostUnit, ItemClass, SubsidyKey
from server.infra.db import unit_of_work
from server.kernel.actor import COMMAND
from server.kernel.matters import Matter
from server.kernel.places import ScopeKind
from server.ledger import queries as ledger
from server.ledger.models import Community
from tests.factories.catalogue import (
    NOW,
    begin,
    consent,
    file,
    make_item,
    make_list,
    make_list_in_force,
    photo_bytes,
)
from tests.factories.divisions import get_division
from tests.factories.ledger import make_community, make_flat
from tests.factories.policies import make_policy

pytestmark = pytest.mark.usefixtures("clock")


def make_priced() -> tuple[Community, CatalogueVersion]:
    """Two entrances of 100 m² each; water by household, a lift by entrance, and demolition without a price."""
    community = make_community()
    for entrance in ("1", "2"):
        make_flat(community, "1", entrance, "101", area="40.00")
        make_flat(community, "1", entrance, "201", area="60.00")
    draft = make_list(based_on=None)
    make_item(draft, code="B01", name="拆违", unit=None, unit_cost=None, payers=None)
    make_item(draft, code="B02", name="水管", subsidy_key=SubsidyKey.WATER)
    make_item(draft, code="B03", name="电线", subsidy_key=SubsidyKey.POWER)
    make_item(
        draft,
        code="W02",
        name="电梯",
        item_class=ItemClass.BETTER,
        matter=Matter.REBUILD,
        subsidy_key=SubsidyKey.ELEVATOR,
        default_scope=ScopeKind.ENTRANCE,
        unit=CostUnit.ENTRANCE,
        unit_cost=60_000_000,
    )
    consent(draft)
    file(draft)
    begin(draft)
    return community, draft


def sums(text: str) -> dict[str, str]:
    panel = text[text.index("package-sums") :]
    return {
        name: re.sub(r"<[^>]+>", "", value)
        for name, value in re.findall(r'data-sum="(\w+)">(.*?)</(?:dd|span|p)>', panel)
    }


def test_a_choice_is_added_up_without_a_script(client: FlaskClient) -> None:
    community, _ = make_priced()
    here = f"/communities/{community.id}/package"
    assert sums(client.get(here).text)["cost"] == "0.00 元"
    page = client.get(f"{here}?item=B02&item=W02")
    assert page.status_code == 200
    found = sums(page.text)
    # 4 households of 1,000 yuan, two lifts of 600,000; the owners pay two fifths, an average household a quarter of it.
    assert (found["count"], found["cost"], found["own"]) == ("2 样", "1,204,000.00 元", "120,400.00 元")
    assert "加装电梯，符合中央补助条件" in found["subsidy"]
    assert "4 户，建筑面积 200.00 ㎡" in page.text
    assert "四舍五入" in page.text


def test_the_own_home_pays_by_its_area_and_for_its_own_entrance(client: FlaskClient) -> None:
    community, _ = make_priced()
    entrance = ledger.entrances(community.id)[0]
    here = f"/communities/{community.id}/package?item=W02"
    assert sums(client.get(f"{here}&area=40&entrance={entrance.id}").text)["own"] == "96,000.00 元"
    assert sums(client.get(f"{here}&area=60.00").text)["own"] == "144,000.00 元"
    assert f'value="{entrance.id}" selected' in client.get(f"{here}&entrance={entrance.id}").text


@pytest.mark.parametrize("typed", ["大", "0", "99999", "201", "40.123", "-5", "１０"])
def test_an_area_that_cannot_be_is_said_at_its_field(client: FlaskClient, typed: str) -> None:
    community, _ = make_priced()
    page = client.get(f"/communities/{community.id}/package?item=B02&area={typed}")
    assert page.status_code == 422
    assert "填房产证上的建筑面积" in page.text
    assert sums(page.text)["cost"] == "4,000.00 元"


def test_one_network_is_not_enough_and_the_page_says_what_is_missing(client: FlaskClient) -> None:
    community, _ = make_priced()
    here = f"/communities/{community.id}/package"
    assert "只有水一样" in sums(client.get(f"{here}?item=B02").text)["subsidy"]
    assert "占了 2 样" in sums(client.get(f"{here}?item=B02&item=B03").text)["subsidy"]


def test_the_budget_is_kept_or_exceeded(client: FlaskClient) -> None:
    community, _ = make_priced()
    here = f"/communities/{community.id}/package"
    assert "预算" not in client.get(here).text
    make_policy("package.household_budget", 1_500, division_id=get_division("520102").id)
    assert sums(client.get(f"{here}?item=B02").text)["budget"] == "还剩 2,000.00 元"
    assert sums(client.get(f"{here}?item=B02&item=B03").text)["budget"] == "超出 2,000.00 元"


def test_what_has_no_price_and_what_is_gone_is_said(client: FlaskClient) -> None:
    community, _ = make_priced()
    page = client.get(f"/communities/{community.id}/package?item=B01&item=T99").text
    assert "有 1 样还没有单价，没算进去" in sums(page)["unpriced"]
    assert "有 1 样不在现在的清单里" in page


def test_the_boxes_carry_the_figures_that_the_server_adds(client: FlaskClient) -> None:
    community, _ = make_priced()
    page = client.get(f"/communities/{community.id}/package?item=B02&item=W02").text
    boxes = re.findall(r'name="item" value="(\w+)"[^>]* data-cost="(\d+)" data-own="(\d+)"', page)
    assert boxes == [("B02", "400000", "40000"), ("B03", "400000", "40000"), ("W02", "120000000", "12000000")]
    answers = json.loads(unescape(re.findall(r'data-answers="([^"]+)"', page)[0]))
    assert answers["water,power"][0] is True
    assert answers["water"][0] is False
    assert answers["water,elevator"][1] == sums(page)["subsidy"]


def test_pictures_are_those_of_the_list_that_holds_here(client: FlaskClient) -> None:
    community = make_community()
    draft = make_list(based_on=None)
    row = make_item(draft)
    with unit_of_work():
        photo = keep_photo(photo_bytes(), actor=COMMAND, now=NOW).id
        actions.change_item(draft.id, row.id, row.text, picture_id=photo, actor=COMMAND, now=NOW)
    picture = f"/communities/{community.id}/package/pictures/{photo}"
    assert client.get(picture).status_code == 404
    consent(draft)
    file(draft)
    begin(draft)
    assert client.get(picture).content_type == "image/jpeg"
    assert f'src="{picture}"' in client.get(f"/communities/{community.id}/package").text
    assert (
        client.get(
            picture.replace(str(community.id), str(make_community(code="520103024").id), 1)
        ).status_code
        == 404
    )


def test_there_is_a_way_to_it_where_there_is_a_list(client: FlaskClient) -> None:
    community = make_community()
    assert f"/communities/{community.id}/package" in client.get(f"/communities/{community.id}").text
    assert client.get("/communities/987654/package").status_code == 404
    make_list_in_force()
    assert client.get(f"/communities/{community.id}/package").status_code == 200
