"""The whole way of one community, by hand: from a ledger sheet to the decision that everyone can check."""

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image

from tests.forked import ROOT
from tests.journeys import sheets
from tests.journeys.committee import Office, days, enter_as, nine
from tests.journeys.conftest import Arrive
from tests.journeys.ledger_desk import LedgerDesk
from tests.journeys.neighbours import Neighbour
from tests.journeys.sheets import Home
from tests.journeys.visitor import DESK, PHONE, Visitor

VOTE = "修路和围墙"
#: What the seven who vote by phone choose: the road passes, the wall does not.
ROAD, WALL = ["同意"] * 7, ["反对"] * 5 + ["同意"] * 2
ON_PAPER = "12"  # for the road, against the wall
OBJECTION = "路口的窨井盖一直响，修路时一起换掉行不行？"
ANSWER = "会一起换，写进了施工要求。表决的内容不变。"


@dataclass
class Committee:
    """The three who take part on the side of the offices, each with a browser of their own."""

    county: Visitor
    clerk: Office
    reviewer: Office


@pytest.mark.parametrize(
    "size",
    [
        pytest.param(DESK, id="staff-at-a-desk"),
        pytest.param(PHONE, id="staff-on-a-phone", marks=pytest.mark.deep),
    ],
)
def test_a_community_goes_from_a_sheet_to_its_final_decision(
    arrive: Arrive, size: dict[str, int], tmp_path: Path
) -> None:
    name = f"松柏巷{'甲' if size is DESK else '乙'}院"
    homes = sheets.homes()
    committee = found_the_community(arrive, size, name, tmp_path)
    import_the_ledger(committee, name, homes, tmp_path)
    slips = print_codes(committee, homes)
    ballot = announce_the_vote(committee)
    committee.clerk.wait_until("投票中", ballot)
    neighbours = [
        Neighbour(arrive(PHONE, quick=number > 0), home, slips[home.label])
        for number, home in enumerate([*homes[:6], homes[7]])
    ]
    vote_by_phone(neighbours)
    vote_on_paper(committee, ballot, homes[8], tmp_path)
    committee.clerk.wait_until("没有收回", ballot)  # papers are still out: two people say that no more come
    committee.clerk.explain_papers(ballot)
    committee.reviewer.confirm_papers(ballot)
    committee.clerk.visitor.visit(ballot)
    committee.clerk.visitor.press("开始计票")
    recount_by_a_stranger(committee, arrive(PHONE), ballot, tmp_path)
    public = decide(committee, neighbours[0])
    read_the_decision(arrive(PHONE), public, homes)


def found_the_community(arrive: Arrive, size: dict[str, int], name: str, folder: Path) -> Committee:
    """The county officer enters the community by a sheet of one line and gives its two posts to clerk and reviewer."""
    committee = Committee(arrive(DESK), Office(arrive(size)), Office(arrive(size)))
    enter_as(committee.county, "县（区）工作人员")
    desk = LedgerDesk(committee.county)
    template = desk.download_template(folder)
    desk.upload(
        sheets.fill_template(template, folder / "community.xlsx", {"小区": [sheets.community_row(name)]})
    )
    desk.confirm()
    for person, post in (("周敏", "居委会经办人"), ("田永福", "居委会复核人")):
        give_post(committee.county, person, post, name)
    return committee


def give_post(county: Visitor, person: str, post: str, community: str) -> None:
    county.visit("/admin/staff")
    county.follow(person)
    county.page.get_by_role("combobox", name="岗位").select_option(label=post)
    county.fill("管哪里", community)
    county.press("加上")
    county.reads(community)


def import_the_ledger(committee: Committee, name: str, homes: list[Home], folder: Path) -> None:
    """The clerk fills in the template with one mistake, is told where it is, mends it, and imports."""
    clerk = committee.clerk
    enter_as(clerk.visitor, "居委会经办人")
    desk = LedgerDesk(clerk.visitor)
    template = desk.download_template(folder)
    rows = sheets.rows_of(name, homes)
    right = rows["房屋"][3]["面积"]
    rows["房屋"][3]["面积"] = "六十三"
    desk.upload(sheets.fill_template(template, folder / "with-a-mistake.xlsx", rows))
    problem = desk.problems()[0]
    assert (problem["sheet"], problem["row"], problem["column"]) == ("房屋", "5", "F 面积")
    assert problem["what"]
    assert problem["mend"]
    rows["房屋"][3]["面积"] = right
    desk.upload(sheets.fill_template(template, folder / "mended.xlsx", rows))
    desk.confirm()
    clerk.community_id = community_named(clerk.visitor, name)
    enter_as(committee.reviewer.visitor, "居委会复核人")
    committee.reviewer.community_id = clerk.community_id


def community_named(visitor: Visitor, name: str) -> int:
    visitor.visit("/admin/")
    visitor.follow(name)
    found = re.search(r"/communities/(\d+)/", visitor.path)
    assert found, visitor.path
    return int(found[1])


def print_codes(committee: Committee, homes: list[Home]) -> dict[str, str]:
    slips = committee.clerk.print_slips()
    assert set(slips) == {home.label for home in homes}
    assert committee.clerk.print_posters() == 3  # the community's, and one for each entrance
    return slips


def announce_the_vote(committee: Committee) -> str:
    """Too early at first: the page says what stands in the way. Returns the address of the vote's page."""
    clerk = committee.clerk
    clerk.open()
    tomorrow = clerk.today() + days(1)
    ballot = clerk.draft_vote(VOTE, ["道路", "围墙"], nine(tomorrow), nine(tomorrow + days(6)))
    clerk.visitor.reads("公告以前还要办")
    opens = clerk.earliest_opening() + days(1)
    clerk.change_times(ballot, nine(opens), nine(opens + days(6)))
    assert not clerk.visitor.says("公告以前还要办")
    clerk.announce()
    return ballot


def vote_by_phone(neighbours: list[Neighbour]) -> None:
    first = neighbours[0]
    for number, neighbour in enumerate(neighbours):
        neighbour.come_in()
        if neighbour is first:
            neighbour.visitor.expected = {422}
            neighbour.prove_ownership(tail="0000")
            neighbour.visitor.reads("对不上")
            neighbour.visitor.expected = set()
        neighbour.prove_ownership()
        neighbour.visitor.reads("核实好了")
        receipt = neighbour.vote(VOTE, [ROAD[number], "同意" if neighbour is first else WALL[number]])
        if neighbour is first:
            changed = neighbour.change_vote([ROAD[number], WALL[number]])
            assert neighbour.standing_of(receipt) == "被另一张票代替"
            assert neighbour.standing_of(changed) == "已计入"


def vote_on_paper(committee: Committee, ballot: str, home: Home, folder: Path) -> None:
    papers = committee.clerk.print_papers(ballot)
    photo = folder / "paper.jpg"
    Image.new("RGB", (900, 1200), "#fdfdf8").save(photo)
    committee.clerk.enter_paper(ballot, papers[home.label], ON_PAPER, photo)
    committee.reviewer.key_paper_again(ballot, papers[home.label], ON_PAPER)


def recount_by_a_stranger(committee: Committee, public: Visitor, ballot: str, folder: Path) -> None:
    """The page that everyone sees, and the bundle counted again by the one file that shares nothing with the house."""
    number = ballot.rpartition("/")[2]
    public.visit(f"/ballots/{number}/result")
    public.reads("通过")
    reviewer = committee.reviewer.visitor
    reviewer.visit(f"{ballot}/result")
    reviewer.fill("给谁，做什么用", "业主要求当众重新计票")
    with reviewer.page.expect_download() as coming:
        reviewer.page.get_by_role("button", name="下载选票包").click()
    bundle = folder / "bundle.json"
    coming.value.save_as(bundle)
    counted = subprocess.run(
        [sys.executable, "-I", "-S", str(ROOT / "server" / "ballots" / "recount.py"), str(bundle)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert counted.returncode == 0, counted.stderr
    recount = json.loads(counted.stdout)
    reviewer.reads(recount["head_hash"])
    [scope] = recount["results"]
    assert [motion["verdict"] for motion in scope["motions"]] == ["passed", "rejected"]
    for motion, table in zip(scope["motions"], figures_of(reviewer), strict=True):
        assert {
            word: (str(motion["heads"][key]), motion["area"][key]) for key, word in CHOICES.items()
        } == table


CHOICES = {"for": "同意", "against": "反对", "abstain": "弃权"}


def figures_of(visitor: Visitor) -> list[dict[str, tuple[str, str]]]:
    """Heads and area of each choice, motion by motion, as the office's page gives them."""
    found = []
    for table in visitor.page.get_by_role("table").filter(has_text="弃权").all():
        rows = (row.locator("th, td").all_inner_texts() for row in table.locator("tbody tr").all())
        found.append({row[0].strip(): (row[1].split()[0], row[2].split()[0]) for row in rows})
    return found


def decide(committee: Committee, neighbour: Neighbour) -> str:
    """Drafted, published, objected to, answered, signed by the other one. Returns the public address."""
    clerk, reviewer = committee.clerk, committee.reviewer
    clerk.open("decisions")
    clerk.visitor.press("写决定")
    decision = clerk.visitor.path
    clerk.visitor.press("预览并公示")
    clerk.visitor.press("公示")
    notice = clerk.visitor.page.get_by_role("link", name=re.compile("看这份公示")).get_attribute("href") or ""
    neighbour.object_to(f"/notices/{notice.rpartition('/')[2]}", OBJECTION)
    reviewer.visitor.visit(decision)
    reviewer.visitor.follow(OBJECTION[:10])
    reviewer.visitor.page.get_by_label("不成立").check()
    reviewer.visitor.fill("答复", ANSWER)
    reviewer.visitor.press("答复")
    reviewer.wait_until("签发，定案", decision)
    reviewer.visitor.press("签发，定案")
    reviewer.visitor.reads("已签发")
    return f"/communities/{clerk.community_id}/decisions/{decision.rpartition('/')[2]}"


def read_the_decision(public: Visitor, address: str, homes: list[Home]) -> None:
    """Anyone, not signed in: the decision with its seal and the answered objection, and nobody's name."""
    public.visit(address)
    assert public.page.locator(".seal-final").count() == 1
    public.reads(ANSWER)
    code = "".join(public.page.locator(".seal-final .code").inner_text().split())
    text = public.page.content()
    assert not [home.owner for home in homes if home.owner in text or home.phone in text]
    public.visit(f"/v/{code}")
    public.reads("查到了")
