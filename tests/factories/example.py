"""The example's story, which the whole plan begins with."""

from datetime import datetime

from server.example import whole_plan
from tests.kept import kept


@kept
def story_of_the_plan(today: datetime) -> None:
    whole_plan.tell_story(today)
