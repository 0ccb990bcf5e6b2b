"""What a way of service must prove, and when a head counts as served."""

from datetime import UTC, datetime, timedelta

import pytest

from server.ballots.rules.service import Attempt, Way, check_attempt, served_by
from server.kernel.errors import Invalid

#: 10:00 in China on 20 March.
AT = datetime(2026, 3, 20, 2, 0, tzinfo=UTC)
#: The first day is not counted, seven follow, and the last one ends at 24:00 in China.
HUNG = datetime(2026, 3, 27, 16, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("way", "witness", "has_photo", "wrong"),
    [
        (Way.HANDED, "王五", False, set()),
        (Way.HANDED, "", True, set()),
        (Way.HANDED, "", False, {"witness"}),
        (Way.LETTERBOX, "王五", True, set()),
        (Way.LETTERBOX, "", True, {"witness"}),
        (Way.LETTERBOX, "王五", False, {"photo"}),
        (Way.POSTED, "", True, set()),
        (Way.POSTED, "", False, {"photo"}),
        (Way.TENANT, "", False, set()),
        (Way.ABSENT, "", False, set()),
        (Way.ELECTRONIC, "", False, {"way"}),
    ],
)
def test_each_way_needs_what_would_prove_it(way, witness, has_photo, wrong) -> None:
    facts = {"since": AT - MINUTE, "now": AT, "witness": witness, "has_photo": has_photo}
    if not wrong:
        check_attempt(way, AT, **facts)
        return
    with pytest.raises(Invalid) as refusal:
        check_attempt(way, AT, **facts)
    assert set(refusal.value.fields) == wrong


@pytest.mark.parametrize(
    ("done_at", "is_taken"),
    [(AT, True), (AT + MINUTE, True), (AT + 2 * MINUTE, False), (AT - MINUTE, False)],
    ids=["at-the-notice", "now", "in-the-future", "before-the-notice"],
)
def test_nobody_was_served_before_the_notice_or_in_the_future(done_at, is_taken) -> None:
    facts = {"since": AT, "now": AT + MINUTE, "witness": "", "has_photo": True}
    if is_taken:
        check_attempt(Way.HANDED, done_at, **facts)
        return
    with pytest.raises(Invalid) as refusal:
        check_attempt(Way.HANDED, done_at, **facts)
    assert set(refusal.value.fields) == {"done_at"}


@pytest.mark.parametrize(
    ("ways", "now", "served"),
    [
        ([], HUNG, None),
        ([Way.HANDED], AT, Way.HANDED),
        ([Way.LETTERBOX], AT, Way.LETTERBOX),
        ([Way.ELECTRONIC], AT, Way.ELECTRONIC),
        ([Way.TENANT], HUNG, None),
        ([Way.ABSENT], HUNG, None),
        ([Way.POSTED], HUNG, None),
        ([Way.ABSENT, Way.POSTED], HUNG - MINUTE, None),
        ([Way.ABSENT, Way.POSTED], HUNG, Way.POSTED),
        ([Way.TENANT, Way.POSTED], HUNG, Way.POSTED),
        ([Way.POSTED, Way.ABSENT], HUNG, None),
        ([Way.ABSENT, Way.TENANT, Way.HANDED, Way.ELECTRONIC], HUNG, Way.HANDED),
    ],
)
def test_a_head_is_served_by_the_first_attempt_that_the_rule_knows(ways, now, served) -> None:
    attempts = [Attempt(way, AT + number * MINUTE, number) for number, way in enumerate(ways)]
    found = served_by(reversed(attempts), posted_days=7, now=now)
    assert (found.way if found else None) is served


def test_every_way_has_a_name() -> None:
    assert len({way.name_zh for way in Way}) == len(Way)
