"""What a signed course must have, what to do next, and who speaks for what was voted: by table."""

from datetime import date
from decimal import Decimal

import pytest

from server.decisions.rules import ItemResult, Outcome
from server.decisions.rules.deciding import LONGEST_REASON, check_answer, check_course, may_answer
from server.decisions.rules.parts import Part, Stand, Votes
from server.decisions.rules.proposal import Course, Proposal
from server.decisions.rules.steps import Progress, next_steps
from server.decisions.rules.voted import Footing, VotedItem, support, votes_of
from server.kernel.errors import Invalid

SETTLED = {"has_survey": True, "is_survey_published": True, "is_course_settled": True}


def proposal(course: Course = Course.GO, **stands: Stand) -> Proposal:
    """A proposal whose parts speak for it, but for those named."""
    parts = tuple(
        Part(code, code, stands.get(code, Stand.FOR), "", "", f"{code}的话。")
        for code in ("eligibility", "votes", "gap")
    )
    return Proposal(course, parts, ())


@pytest.mark.parametrize(
    ("course", "reason", "is_right"),
    [
        pytest.param(Course.GO, "", True, id="as-proposed"),
        pytest.param(Course.WAIT, "", False, id="otherwise-without-a-reason"),
        pytest.param(Course.WAIT, "  ", False, id="otherwise-with-blanks"),
        pytest.param(Course.WAIT, "等管线先改完。", True, id="otherwise-with-a-reason"),
        pytest.param(Course.GO, "长" * LONGEST_REASON, True, id="as-long-as-may-be"),
        pytest.param(Course.GO, "长" * (LONGEST_REASON + 1), False, id="one-sign-too-long"),
    ],
)
def test_a_course_that_differs_says_why(course: Course, reason: str, is_right: bool) -> None:
    if is_right:
        check_course(course, proposal(), reason)
        return
    with pytest.raises(Invalid) as error:
        check_course(course, proposal(), reason)
    assert set(error.value.fields) == {"reason"}


@pytest.mark.parametrize(
    ("reason", "is_confirmed", "is_right"),
    [
        pytest.param("", True, True, id="confirmed"),
        pytest.param("", False, False, id="returned-without-a-reason"),
        pytest.param("答复率要再核一遍。", False, True, id="returned-with-a-reason"),
        pytest.param("长" * (LONGEST_REASON + 1), True, False, id="one-sign-too-long"),
    ],
)
def test_who_returns_it_says_what_to_mend(reason: str, is_confirmed: bool, is_right: bool) -> None:
    if is_right:
        check_answer(reason, is_confirmed=is_confirmed)
        return
    with pytest.raises(Invalid):
        check_answer(reason, is_confirmed=is_confirmed)


@pytest.mark.parametrize(
    ("by", "is_newest", "is_answered", "codes"),
    [
        pytest.param("staff:2", True, False, [], id="another-person"),
        pytest.param("staff:1", True, False, ["signer_confirms"], id="the-signer"),
        pytest.param("staff:2", False, False, ["superseded"], id="one-was-signed-after-it"),
        pytest.param("staff:2", True, True, ["already_answered"], id="answered-already"),
    ],
)
def test_another_person_answers_the_newest_once(
    by: str, is_newest: bool, is_answered: bool, codes: list[str]
) -> None:
    found = may_answer(signed_by="staff:1", by=by, is_newest=is_newest, is_answered=is_answered)
    assert [one.code for one in found] == codes


@pytest.mark.parametrize(
    ("progress", "stands", "codes"),
    [
        pytest.param({}, {}, ["survey", "sign"], id="nothing-was-asked"),
        pytest.param(
            {"has_survey": True, "is_survey_open": True, "households_left": 3},
            {},
            ["survey_open", "sign"],
            id="asking",
        ),
        pytest.param(
            {"has_survey": True, "is_survey_open": True}, {}, ["survey_open", "sign"], id="all-answered"
        ),
        pytest.param({"has_survey": True}, {}, ["survey_result", "sign"], id="not-published"),
        pytest.param({**SETTLED, "to_count": 1}, {}, ["count"], id="a-vote-to-count"),
        pytest.param({**SETTLED, "running": 1}, {}, ["running"], id="a-vote-is-open"),
        pytest.param({**SETTLED, "drafts": 1}, {}, ["announce"], id="a-vote-is-drafted"),
        pytest.param(SETTLED, {"votes": Stand.MISSING}, ["vote"], id="nothing-was-voted"),
        pytest.param(
            {**SETTLED, "undecided": 1}, {"votes": Stand.MISSING}, ["decide"], id="a-count-without-a-decision"
        ),
        pytest.param({**SETTLED, "drafted": 1}, {}, ["publish"], id="a-decision-is-drafted"),
        pytest.param(
            {**SETTLED, "hanging": 1, "hangs_until": date(2026, 3, 9)}, {}, ["hanging"], id="a-decision-hangs"
        ),
        pytest.param({**SETTLED, "hanging": 1}, {}, ["done"], id="a-hanging-one-without-a-day"),
        pytest.param({**SETTLED, "open_objections": 2}, {}, ["answer"], id="objections-wait"),
        pytest.param({**SETTLED, "waiting": 1}, {}, ["finalise"], id="a-decision-to-sign"),
        pytest.param(
            {**SETTLED, "blocked": 1},
            {"votes": Stand.AGAINST},
            ["blocked"],
            id="what-lacks-a-consent-is-not-voted-on-again",
        ),
        pytest.param({**SETTLED, "signed_items": 2}, {}, ["scheme"], id="what-was-signed-is-no-scheme-yet"),
        pytest.param({**SETTLED, "signed_items": 2, "has_scheme": True}, {}, ["done"], id="a-scheme-stands"),
        pytest.param(
            {**SETTLED, "signed_items": 2, "open_schemes": 1},
            {},
            ["scheme_open"],
            id="a-version-waits-or-rests",
        ),
        pytest.param(SETTLED, {"gap": Stand.AGAINST}, ["money"], id="a-gap"),
        pytest.param(SETTLED, {"gap": Stand.MISSING}, ["money"], id="no-money-recorded"),
        pytest.param(SETTLED, {"eligibility": Stand.AGAINST}, ["eligibility"], id="not-eligible"),
        pytest.param(SETTLED, {"eligibility": Stand.MISSING}, ["eligibility"], id="evidence-is-missing"),
        pytest.param(
            {**SETTLED, "is_course_settled": False, "is_course_waiting": True},
            {},
            ["confirm"],
            id="to-confirm",
        ),
        pytest.param(SETTLED, {}, ["done"], id="all-is-done"),
    ],
)
def test_the_next_step_is_named(
    progress: dict[str, object], stands: dict[str, Stand], codes: list[str]
) -> None:
    found = next_steps(Progress(**progress), proposal(**stands))  # type: ignore[arg-type]
    assert [one.code for one in found] == codes


def item(
    verdict: str,
    heads: dict[str, int],
    adopted: str | None = None,
    *,
    footing: Footing = Footing.COUNTED,
    missing: int = 0,
) -> VotedItem:
    area = {side: Decimal(number * 100) for side, number in heads.items()}
    result = ItemResult(
        "m1", "加装电梯", "community", "choose_one" if adopted else "approve", None, None, None,
        "民法典", "第 278 条", heads, area, verdict, adopted, missing_consents=missing,
    )  # fmt: skip
    return VotedItem(result, footing, 1, None)


PASSED = next(word for word in ("passed", "adopted") if item(word, {}).item.outcome is Outcome.ADOPTED)


@pytest.mark.parametrize(
    ("items", "shares"),
    [
        pytest.param([], None, id="nothing-was-voted"),
        pytest.param([item("no_quorum", {"roll": 0, "for": 0})], None, id="an-empty-roll"),
        pytest.param([item("rejected", {"roll": 10, "for": 3})], (3, 10), id="rejected"),
        pytest.param(
            [item(PASSED, {"roll": 10, "for": 8}), item(PASSED, {"roll": 10, "for": 6})],
            (6, 10),
            id="the-least-supported-of-what-is-done",
        ),
        pytest.param(
            [item(PASSED, {"roll": 10, "甲": 6, "乙": 2, "abstain": 1}, "甲")],
            (6, 10),
            id="the-adopted-option",
        ),
        pytest.param(
            [item("rejected", {"roll": 10, "甲": 2, "乙": 4, "abstain": 1})],
            (4, 10),
            id="the-option-most-chose",
        ),
    ],
)
def test_support_is_counted_of_the_whole_roll(items: list[VotedItem], shares: tuple[int, int] | None) -> None:
    heads, area = support(items)
    if shares is None:
        assert heads is None and area is None
        return
    assert heads is not None and area is not None
    assert (heads.part, heads.whole) == shares
    assert area.share == heads.share


@pytest.mark.parametrize(
    ("items", "votes"),
    [
        pytest.param([], Votes(running=1), id="nothing-was-counted-yet"),
        pytest.param([item(PASSED, {})], Votes(unsigned=1, running=1), id="counted"),
        pytest.param([item(PASSED, {}, footing=Footing.HANGING)], Votes(unsigned=1, running=1), id="hanging"),
        pytest.param([item(PASSED, {}, footing=Footing.SIGNED)], Votes(signed=1, running=1), id="signed"),
        pytest.param(
            [item(PASSED, {}, footing=Footing.SIGNED, missing=1)], Votes(blocked=1, running=1), id="signed-and-held-back",
        ),
        pytest.param(
            [item("rejected", {}, footing=Footing.SIGNED)], Votes(rejected=1, running=1), id="a-signed-rejection-adopts-nothing",
        ),
        pytest.param(
            [item("no_quorum", {}), item("not_computable", {})], Votes(no_quorum=2, running=1), id="undecided-either-way",
        ),
        pytest.param(
            [
                item(PASSED, {}, footing=Footing.SIGNED), item(PASSED, {}), item(PASSED, {}), item(PASSED, {}, missing=2),
                item("rejected", {}), item("no_quorum", {}),
            ],
            Votes(signed=1, unsigned=2, blocked=1, rejected=1, no_quorum=1, running=1),
            id="each-once",
        ),
    ],
)  # fmt: skip
def test_each_item_is_counted_once_by_what_became_of_it(items: list[VotedItem], votes: Votes) -> None:
    assert votes_of(items, running=1) == votes


def test_an_item_is_adopted_only_where_nothing_holds_it_back() -> None:
    assert item(PASSED, {}).is_adopted
    assert not item(PASSED, {}, missing=1).is_adopted
    assert not item("rejected", {}).is_adopted
