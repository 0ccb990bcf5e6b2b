"""Tries are counted in the database, for all processes together."""

import pytest

from server.infra import throttle
from server.infra.db import unit_of_work
from server.kernel.errors import Throttled


def hit(times: int = 1, name: str = "a") -> None:
    for _ in range(times):
        with unit_of_work():
            throttle.hit("3/minute", "test", name)


def test_the_fourth_of_three_is_refused_and_told_when_to_come_back(app):
    hit(3)
    with pytest.raises(Throttled) as refused:
        hit()
    assert 1 <= refused.value.retry_after <= 60


def test_another_name_has_its_own_window(app):
    hit(3)
    hit(3, "b")


def test_what_was_forgotten_may_be_tried_again(app):
    hit(3)
    with unit_of_work():
        throttle.forget("3/minute", "test", "a")
    hit()
    assert throttle.remaining("3/minute", "test", "a") == 2


def test_a_try_that_was_rolled_back_is_not_counted(app):
    with pytest.raises(LookupError), unit_of_work():
        throttle.hit("3/minute", "test", "a")
        raise LookupError
    assert throttle.remaining("3/minute", "test", "a") == 3
