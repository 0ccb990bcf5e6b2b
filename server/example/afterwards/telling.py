"""The whole of it, in the order in which it came about."""

from datetime import datetime

from server.example.afterwards import judging, manager, place, together, troubles, works


def tell(today: datetime) -> None:
    here = place.make(today)
    works.build(here)
    manager.take_over(here)
    together.tell(here)
    judging.judge(here)
    troubles.report(here)
