"""The example's schemes and drawings: one for the community, one for a building, one for an entrance; a change that the guard
holds back; a drawing set in its second version."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from server.catalogue import queries as catalogue
from server.decisions.actions import drawings, scheme_drafts, schemes
from server.decisions.actions.drawings import Sheets
from server.decisions.actions.schemes import Handed
from server.decisions.rules.schemes import ROOT, Take, building_key
from server.example import lifts
from server.example.ledger import key
from server.example.site import Site
from server.kernel.chinatime import china_day
from server.kernel.errors import NotFound
from server.ledger import queries as ledger

DESIGN_OFFICE = "建筑设计院（示例）"


@dataclass(frozen=True)
class Amount:
    """What a line of a scheme says beside its item."""

    quantity: str
    unit: str
    yuan: int


@dataclass(frozen=True)
class Written:
    """One version of one node. Days before today; without a day of confirming it waits, or rests."""

    #: By the item's code.
    lines: Mapping[str, Amount]
    told_yuan: int
    submitted: int
    confirmed: int | None = None
    reason: str = ""


WHOLE = Written(
    {
        "B02": Amount("58", "户", 185_600),
        "B06": Amount("3950", "平方米", 154_000),
        "B11": Amount("5", "个单元", 18_400),
    },
    told_yuan=351_500,
    submitted=-43,
    confirmed=-42,
)
#: Its shops have pipes of their own.
SHOP_BUILDING = Written({"B02": Amount("10", "户", 41_000)}, told_yuan=40_000, submitted=-41, confirmed=-40)
LIFT = Written(
    {lifts.LIFT: Amount("1", "部", lifts.COST // 100)}, told_yuan=620_000, submitted=-41, confirmed=-40
)
#: The owners are still voting on the roofs.
TOO_MUCH = Written(
    {"B13": Amount("3900", "平方米", 468_000)},
    told_yuan=351_500,
    submitted=-14,
    reason="设计院建议和路面一起修屋面、外墙，少搭一次脚手架。",
)

SHEETS = "改造总图、给排水图、照明图"
ENTERED, CHANGED = -39, -24
BEFORE = "东门两盏路灯灯头朝小区里，没有遮光罩。"
AFTER = "两盏灯的灯头朝外，加遮光罩，位置不变。"
REASON = "公示时有住户提出灯光照进卧室。"
AGREED_BY = "居委会、设计单位、提意见的住户"


def build(site: Site, ballot_id: int, lift_ballot_id: int) -> None:
    """What rests on the vote of the whole community, and on the one of the entrances."""
    write(site, ROOT, f"b{ballot_id}", WHOLE)
    write(site, _building(site, "3"), f"b{ballot_id}", SHOP_BUILDING)
    write(site, f"e{site.entrance(*lifts.CLEAR).id}", f"b{lift_ballot_id}", LIFT)
    enter_drawing(site, Sheets(SHEETS, DESIGN_OFFICE, china_day(site.at(ENTERED, 9))), ENTERED)
    drawn_on = china_day(site.at(CHANGED, 9))
    enter_drawing(
        site,
        Sheets(SHEETS, DESIGN_OFFICE, drawn_on, BEFORE, AFTER, REASON, AGREED_BY, drawn_on),
        CHANGED,
    )
    write(site, ROOT, f"b{ballot_id}", TOO_MUCH)


def write(site: Site, node: str, source: str, said: Written) -> None:
    """Written and handed in by one person, confirmed by another."""
    of, moment = site.community_id, site.at(said.submitted, 10)
    scheme_drafts.begin_draft(of, node, actor=site.clerk, now=moment)
    for code, amount in said.lines.items():
        scheme_drafts.put_line(
            of,
            node,
            catalogue_item_id=_item(of, code, moment),
            take=Take.ADOPT,
            quantity=Decimal(amount.quantity),
            unit=amount.unit,
            cost_fen=amount.yuan * 100,
            actor=site.clerk,
            now=moment,
        )
    handed = Handed(DESIGN_OFFICE, china_day(moment), said.reason, source, said.told_yuan * 100)
    version = schemes.submit_version(
        of, node, handed, client_key=key(), actor=site.clerk, now=site.at(said.submitted, 15)
    )
    if said.confirmed is not None:
        schemes.confirm_version(
            version.id, community_id=of, actor=site.reviewer, now=site.at(said.confirmed, 11)
        )


def enter_drawing(site: Site, sheets: Sheets, day: int) -> None:
    """Entered by one person, confirmed by another on the next day."""
    moment = site.at(day, 16)
    row = drawings.enter_drawing(
        site.community_id, sheets, attachment_id=site.paper(sheets.title, moment), client_key=key(), actor=site.clerk,
        now=moment,
    )  # fmt: skip
    drawings.confirm_drawing(
        row.id, community_id=site.community_id, actor=site.reviewer, now=site.at(day + 1, 9)
    )


def _building(site: Site, name: str) -> str:
    found = next((one.id for one in ledger.buildings(site.community_id) if one.name == name), None)
    if found is None:
        raise NotFound
    return building_key(found)


def _item(community_id: int, code: str, moment: datetime) -> int:
    """Of the list in force there and then."""
    place = ledger.place(community_id)
    listed = catalogue.items(china_day(moment), place.division_path) if place else []
    found = next((one.id for one in listed if one.code == code), None)
    if found is None:
        raise NotFound(f"清单里没有 {code}。")
    return found
