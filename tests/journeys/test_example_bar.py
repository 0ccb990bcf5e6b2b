"""The bar that lets the example's days pass."""

from datetime import timedelta

from tests.journeys.committee import Office, coming_day, enter_as
from tests.journeys.conftest import Arrive
from tests.journeys.live import LiveHouse
from tests.journeys.visitor import DESK, button


def test_a_day_passes_and_one_stays_on_the_page(arrive: Arrive) -> None:
    visitor = arrive(DESK)
    enter_as(visitor, "居委会经办人")
    office = Office(visitor, 1)
    office.open("notices?kind=")
    before, address = office.today(), visitor.page.url
    visitor.act(button(visitor.page.locator("aside.example"), "过一天"))
    assert office.today() == before + timedelta(days=1)
    assert visitor.page.url.rstrip("?") == address


def test_the_next_date_comes_with_what_falls_due_on_it(arrive: Arrive) -> None:
    visitor = arrive(DESK)
    enter_as(visitor, "居委会经办人")
    office = Office(visitor, 1)
    office.open("ballots")
    visitor.reads("投票中")
    while visitor.says("投票中"):
        told = visitor.page.locator("aside.example").inner_text().split("下一件事")[1]
        told_on = coming_day(told, office.today())
        visitor.act(button(visitor.page.locator("aside.example"), "到那一天"))
        visitor.reads("已经到了")
        assert office.today() == told_on


def test_the_example_never_runs_back(live: LiveHouse, arrive: Arrive) -> None:
    visitor = arrive(DESK, quick=True)
    visitor.visit("/")
    office = Office(visitor, 1)
    before = office.today()
    assert live.run("example", "advance", "2d").returncode == 0
    visitor.visit("/")
    assert office.today() == before + timedelta(days=2)
    refused = live.run("example", "advance", "--", "-1d")
    assert refused.returncode != 0
    assert "15d" in refused.stdout + refused.stderr
    visitor.visit("/")
    assert office.today() == before + timedelta(days=2)
