"""An old phone that runs no JavaScript."""

import re

from tests.journeys.answering import Answerer
from tests.journeys.committee import enter_as
from tests.journeys.conftest import Arrive
from tests.journeys.visitor import PHONE, button

OPEN_VOTE = "屋面、楼道和门禁"


def test_a_vote_is_cast_changed_and_looked_up_without_javascript(arrive: Arrive) -> None:
    visitor = arrive(PHONE, quick=True, java_script_enabled=False)
    enter_as(visitor, "业主")
    visitor.act(button(visitor.page.locator("section.sheet").filter(has_text=OPEN_VOTE), "去投票"))
    for choice in ("同意", "反对"):
        for fieldset in visitor.page.locator("form fieldset").all():
            fieldset.get_by_role("radio", name=re.compile(f"^{choice}")).check()
        visitor.press("看一遍，再确认")
        visitor.reads(choice)
        visitor.press("确认，投出这一票")
        receipt = "".join(visitor.page.locator(".receipt-code").inner_text().split())
        if choice == "同意":
            visitor.press("改我的选择")
    visitor.visit(f"/r/{receipt}")
    visitor.reads("已计入")


def test_a_survey_is_answered_without_javascript(arrive: Arrive) -> None:
    visitor = arrive(PHONE, quick=True, java_script_enabled=False)
    enter_as(visitor, "租户")
    answerer = Answerer(visitor)
    answerer.begin("下一批改什么")
    answerer.answer_all("楼道的灯该换了。")
    visitor.reads("收到了")
    visitor.reads("楼道的灯该换了。")


def test_a_first_visit_weighs_under_a_hundred_kilobytes(arrive: Arrive) -> None:
    visitor = arrive(PHONE, quick=True)
    watch = visitor.context.new_cdp_session(visitor.page)
    watch.send("Network.enable")
    weights: list[float] = []
    watch.on("Network.loadingFinished", lambda event: weights.append(event["encodedDataLength"]))
    enter_as(visitor, "业主")  # the style sheet is fetched here, once
    visitor.act(visitor.page.locator("section.sheet").filter(has_text=OPEN_VOTE).get_by_role("link").first)
    assert 0 < sum(weights) < 100 * 1024, f"{sum(weights) / 1024:.0f} KB"
