"""A survey on the phone: by the slip, and at the poster without one. Every page is looked at in both text sizes."""

from tests.journeys.answering import Answerer
from tests.journeys.committee import enter_as
from tests.journeys.conftest import Arrive
from tests.journeys.visitor import PHONE

OPEN_SURVEY = "下一批改什么"
WORDS = "楼道的灯该换了。"


def test_a_household_answers_looks_again_and_changes_it(arrive: Arrive) -> None:
    visitor = arrive(PHONE)
    enter_as(visitor, "租户")
    answerer = Answerer(visitor)
    answerer.begin(OPEN_SURVEY)
    visitor.expected.add(422)
    visitor.press("下一部分")
    visitor.reads("处要改")
    assert answerer.answer_all(WORDS) > 1
    visitor.reads("收到了")
    visitor.reads(WORDS)
    visitor.press("改一改")
    visitor.press("下一部分")
    visitor.press("上一部分")
    visitor.visit("/surveys")
    visitor.follow(OPEN_SURVEY)
    visitor.reads("接着改")
    visitor.press("看答了什么")
    visitor.reads(WORDS)


def test_without_a_slip_one_types_the_door_and_is_told_what_that_means(arrive: Arrive) -> None:
    visitor = arrive(PHONE)
    visitor.expected.add(422)
    visitor.visit("/communities/1")
    sheet = visitor.page.locator("section.sheet").filter(has_text=OPEN_SURVEY)
    visitor.act(sheet.get_by_role("link", name="填问卷"))
    visitor.fill("几栋", "99")
    visitor.fill("房号", "101")
    visitor.press("填这一户的问卷")
    visitor.reads("没有找到这一户")
    visitor.fill("几栋", "1")
    visitor.fill("几单元", "1")
    visitor.fill("房号", "101")
    visitor.press("填这一户的问卷")
    Answerer(visitor).answer_all(WORDS)
    visitor.reads("以纸条的为准")
