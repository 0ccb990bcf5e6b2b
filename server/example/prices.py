"""What the example's contents cost, and who pays: a list of the province with prices. The figures are made up."""

from dataclasses import replace
from datetime import datetime
from fractions import Fraction

from server.catalogue import actions, queries
from server.catalogue.rules.items import ItemText
from server.catalogue.rules.payers import Payers
from server.catalogue.rules.words import CostUnit, SplitBy
from server.divisions.queries import roots
from server.example.ledger import key
from server.kernel.actor import COMMAND
from server.kernel.chinatime import china_day
from server.policies import actions as policies
from server.policies.rules import Basis

LABEL = "示例数据：单价和出资比例是编的，不能当真"
#: Yuan for each household.
BUDGET = 20_000

COMMUNITY, BUILDING, ENTRANCE = CostUnit.COMMUNITY, CostUnit.BUILDING, CostUnit.ENTRANCE
HOUSEHOLD, METRE = CostUnit.HOUSEHOLD, CostUnit.SQUARE_METRE
AREA, EACH = SplitBy.AREA, SplitBy.HOUSEHOLD

#: By code: for what, how many yuan, percent of government and owners (others pay the rest), how the owners' part is split.
PRICES: dict[str, tuple[CostUnit, int, int, int, SplitBy]] = {
    "B01": (HOUSEHOLD, 60, 100, 0, AREA),
    "B02": (HOUSEHOLD, 3_200, 70, 20, AREA),
    "B02Z": (HOUSEHOLD, 1_500, 30, 0, AREA),
    "B03": (HOUSEHOLD, 2_600, 70, 20, AREA),
    "B03Z": (HOUSEHOLD, 1_800, 30, 0, AREA),
    "B04": (HOUSEHOLD, 2_900, 50, 30, EACH),
    "B04Z": (HOUSEHOLD, 1_200, 30, 0, AREA),
    "B05": (METRE, 45, 60, 40, AREA),
    "B06": (METRE, 38, 90, 10, AREA),
    "B07": (COMMUNITY, 180_000, 90, 10, AREA),
    "B08": (COMMUNITY, 60_000, 100, 0, AREA),
    "B09": (HOUSEHOLD, 420, 90, 10, EACH),
    "B10": (BUILDING, 26_000, 90, 10, AREA),
    "B11": (ENTRANCE, 3_500, 90, 10, EACH),
    "B12": (HOUSEHOLD, 350, 0, 0, EACH),
    "B13": (METRE, 120, 70, 30, AREA),
    "B14": (ENTRANCE, 9_800, 80, 20, EACH),
    "W01": (METRE, 210, 60, 40, AREA),
    "W02": (ENTRANCE, 620_000, 40, 60, AREA),
    "W03": (COMMUNITY, 240_000, 60, 40, EACH),
    "W04": (COMMUNITY, 80_000, 90, 10, EACH),
    "W05": (COMMUNITY, 65_000, 90, 10, EACH),
    "W06": (ENTRANCE, 6_200, 100, 0, EACH),
    "W07": (COMMUNITY, 350_000, 100, 0, AREA),
    "W08": (COMMUNITY, 150_000, 50, 50, AREA),
    "T01": (COMMUNITY, 480_000, 70, 0, AREA),
    "T02": (COMMUNITY, 320_000, 60, 0, AREA),
    "T03": (COMMUNITY, 260_000, 80, 0, AREA),
    "T04": (COMMUNITY, 90_000, 30, 0, AREA),
    "T05": (COMMUNITY, 200_000, 0, 30, AREA),
    "T06": (HOUSEHOLD, 680, 50, 30, EACH),
}


def put_in_force(now: datetime) -> None:
    """The province's contents as a version with prices, and a budget, from the first day of the story."""
    province, today = roots()[0], china_day(now)
    original = queries.version(today, province.path)
    row = actions.draft_version(
        province.id,
        name=f"{province.name}改造内容和单价（示例数据）",
        source="黔建办函〔2020〕3 号，一（二）；单价为示例数据",
        based_on_id=original.id if original else None,
        client_key=key(),
        actor=COMMAND,
        now=now,
    )
    actions.change_heading(
        row.id, name=row.name, source=row.source, price_source=LABEL, actor=COMMAND, now=now
    )
    for item in queries.items_of(row.id):
        text, picture_id = _priced(item.text), item.picture_id
        actions.change_item(row.id, item.id, text, picture_id=picture_id, actor=COMMAND, now=now)
    actions.put_in_force(row.id, valid_from=today, actor=COMMAND, now=now)
    policies.set_policy(
        province.id,
        queries.BUDGET_KEY,
        BUDGET,
        valid_from=today,
        basis=Basis.DOCUMENT,
        basis_text="示例数据",
        actor=COMMAND,
        now=now,
    )


def _priced(text: ItemText) -> ItemText:
    unit, yuan, government, owners, split_by = PRICES[text.code]
    shares = [Fraction(percent, 100) for percent in (government, owners, 100 - government - owners)]
    return replace(text, unit=unit, unit_cost=yuan * 100, payers=Payers(*shares), split_by=split_by)
