"""Filling a house by a process of its own, before its pages are measured in this one.

What the filling leaves in memory is looked through again with each collection of garbage, and its statements push those of
the pages out of what the engine keeps: the decision page took half as long again beside it. No web server fills a province.
"""

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import Any, TypeVar

from tests.bench.frame import Place
from tests.bench.house import house_at

Found = TypeVar("Found")


def filled(place: Place, fill: Callable[..., Found], *arguments: Any) -> Found:
    """What `fill` gives back, called where the house at this place stands open."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as apart:
        return apart.submit(_fill, place, fill, arguments).result()


def _fill(place: Place, fill: Callable[..., Found], arguments: tuple[Any, ...]) -> Found:
    with house_at(place):
        return fill(*arguments)
