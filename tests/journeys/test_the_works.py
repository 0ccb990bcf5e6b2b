"""A household during the works, from the public page; and the committee's desk beside it."""

from tests.journeys.conftest import Arrive
from tests.journeys.visitor import DESK, PHONE, Visitor


def neighbour(arrive: Arrive) -> Visitor:
    visitor = arrive(PHONE)
    visitor.visit("/")
    visitor.press("以业主身份进入")
    return visitor


def test_a_household_books_raises_claims_and_gives_from_the_public_page(arrive: Arrive) -> None:
    visitor = neighbour(arrive)
    visitor.follow("的公开页")
    visitor.follow("约上门、提整改、报损坏")
    hub = visitor.path
    visitor.follow("施工日历")
    visitor.reads("安静日")
    visitor.visit(hub)
    visitor.follow("约上门")
    visitor.act(visitor.page.get_by_role("button", name="改到这个时间").first)
    visitor.reads("约好了")
    visitor.visit(hub)
    visitor.follow("整改清单")
    visitor.follow("我发现一处")
    visitor.fill("在哪里", "2 栋门厅")
    visitor.fill("哪里不对", "门关不上")
    visitor.press("提交")
    visitor.reads("2 栋门厅：门关不上")
    visitor.follow("2 栋楼顶：")
    visitor.choose("改好了")
    visitor.press("提交")
    visitor.reads("谢谢你去看")
    visitor.visit(hub)
    visitor.follow("施工弄坏了东西")
    visitor.reads("120.50 元")
    visitor.visit(hub)
    visitor.follow("监督员巡查")
    visitor.follow("开始巡查")
    visitor.visit(hub)
    visitor.follow("埋起来以前拍的")
    visitor.visit(hub)
    visitor.follow("钱和力从哪里来")
    visitor.reads("居民自愿出钱")
    visitor.follow("我也想出一份")


def test_the_committee_sees_the_works_item_by_item(arrive: Arrive) -> None:
    visitor = arrive(DESK)
    visitor.visit("/")
    visitor.press("以居委会经办人身份进入")
    visitor.turn_to("施工")
    works = visitor.path
    for link in ("入户给水管更换", "屋面防水"):
        visitor.follow(link)
        visitor.visit(works)
    for path in ("calendar", "points", "patrols", "claims"):
        visitor.visit(f"{works}/{path}")
    visitor.visit(f"{works}/claims")
    visitor.act(visitor.page.locator("main table a").first)
    visitor.visit(f"{works}/points")
    visitor.act(visitor.page.locator("main table a").first)
    visitor.turn_to("居民出钱出力")
    visitor.act(visitor.page.locator("main table a").first)
