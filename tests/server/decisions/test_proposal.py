"""The printed rule, on each side of each edge; what is not known is never nought."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from server.decisions.rules.consent import Base, Measure
from server.decisions.rules.money import CostLine, FundingLine, Money
from server.decisions.rules.parts import Known, Lines, Stand, Votes, VoteState
from server.decisions.rules.proposal import RULE, Course, Proposal, proposed

LINES = Lines(
    coverage=Fraction(3, 4),
    consent=Fraction(2, 3),
    consent_base=Base.HOUSEHOLDS_ALL,
    gap=Fraction(1, 10),
    most_objections=0,
    needs_subsidy=True,
)


def money(cost: int | None = 1000, planned: int | None = 900) -> Money:
    return Money((CostLine("换水管", cost),), (FundingLine("中央财政补助", planned),))


GOOD = Known(
    coverage=Measure(75, 100),
    survey_consent=Measure(67, 100),
    vote_heads=Measure(70, 100, "人"),
    vote_area=Measure(Decimal("7000.00"), Decimal("10000.00"), "㎡"),
    votes=Votes(signed=2),
    money=money(),
    open_objections=0,
    is_eligible=True,
    eligibility_reasons=(),
    is_subsidised=True,
    subsidy_sentence="改水和电，符合中央补助条件。",
)
OWNERS = replace(LINES, consent_base=Base.OWNERS_278)


def stands(proposal: Proposal) -> dict[str, Stand]:
    return {part.code: part.stand for part in proposal.parts}


@pytest.mark.parametrize(
    ("changed", "lines", "course", "because"),
    [
        pytest.param({}, {}, Course.GO, None, id="all-speak-for-it"),
        # Coverage: exactly the line is enough, one household less is not.
        pytest.param({"coverage": Measure(74, 100)}, {}, Course.ASK_AGAIN, {"coverage"}, id="one-household-short"),
        pytest.param({"coverage": None}, {}, Course.ASK_AGAIN, {"coverage"}, id="nobody-asked"),
        pytest.param({"coverage": Measure(0, 0)}, {}, Course.ASK_AGAIN, {"coverage"}, id="no-households-at-all"),
        # Consent.
        pytest.param(
            {"survey_consent": Measure(2, 3)}, {}, Course.GO, None, id="two-thirds-exactly-are-enough"
        ),
        pytest.param(
            {"survey_consent": Measure(66, 100)}, {}, Course.RESERVE, {"consent"}, id="enough-heard-too-few-consent"
        ),
        pytest.param(
            {"survey_consent": Measure(66, 100), "coverage": Measure(74, 100)},
            {},
            Course.ASK_AGAIN,
            {"coverage", "consent"},
            id="too-few-heard-to-say-no",
        ),
        pytest.param({"survey_consent": None}, {}, Course.ASK_AGAIN, {"consent"}, id="consent-never-asked"),
        pytest.param({"survey_consent": Measure(0, 0)}, {}, Course.ASK_AGAIN, {"consent"}, id="consent-of-nobody"),
        pytest.param(
            {"vote_area": Measure(Decimal("6666.66"), Decimal("10000.00"), "㎡")},
            {"consent_base": Base.OWNERS_278},
            Course.RESERVE,
            {"consent"},
            id="heads-reach-it-area-does-not",
        ),
        pytest.param(
            {"vote_heads": Measure(66, 100, "人")},
            {"consent_base": Base.OWNERS_278},
            Course.RESERVE,
            {"consent"},
            id="area-reaches-it-heads-do-not",
        ),
        pytest.param(
            {"vote_heads": None, "vote_area": None, "votes": Votes(running=1)},
            {"consent_base": Base.OWNERS_278},
            Course.WAIT,
            {"votes", "consent"},
            id="owners-are-voting-now",
        ),
        pytest.param(
            {"vote_heads": None, "vote_area": None, "votes": Votes()},
            {"consent_base": Base.OWNERS_278},
            Course.ASK_AGAIN,
            {"votes"},
            id="owners-never-voted",
        ),
        pytest.param(
            {"vote_heads": Measure(1, 100, "人"), "votes": Votes(no_quorum=1)},
            {"consent_base": Base.OWNERS_278},
            Course.ASK_AGAIN,
            {"consent", "votes"},
            id="too-few-owners-voted-to-say-no",
        ),
        # The vote.
        pytest.param({"votes": Votes()}, {}, Course.ASK_AGAIN, {"votes"}, id="no-vote"),
        pytest.param({"votes": Votes(no_quorum=1, rejected=1)}, {}, Course.ASK_AGAIN, {"votes"}, id="no-quorum"),
        pytest.param({"votes": Votes(rejected=2)}, {}, Course.RESERVE, {"votes"}, id="all-rejected"),
        pytest.param({"votes": Votes(running=1, rejected=1)}, {}, Course.WAIT, {"votes"}, id="a-vote-runs"),
        pytest.param({"votes": Votes(blocked=1)}, {}, Course.WAIT, {"votes"}, id="blocked"),
        pytest.param({"votes": Votes(unsigned=1, blocked=1)}, {}, Course.WAIT, {"votes"}, id="not-signed-yet"),
        pytest.param({"votes": Votes(signed=1, rejected=3)}, {}, Course.GO, None, id="one-signed-is-enough"),
        # Money: exactly the line is in it.
        pytest.param({"money": money(1000, 899)}, {}, Course.WAIT, {"gap"}, id="one-fen-too-much-missing"),
        pytest.param({"money": money(1000, 2000)}, {}, Course.GO, None, id="more-than-enough"),
        pytest.param({"money": Money()}, {}, Course.WAIT, {"gap"}, id="money-not-recorded"),
        pytest.param({"money": money(None)}, {}, Course.WAIT, {"gap"}, id="an-item-without-a-price"),
        pytest.param({"money": money(1000, None)}, {}, Course.WAIT, {"gap"}, id="a-source-without-an-amount"),
        pytest.param({"money": money(0, 0)}, {}, Course.WAIT, {"gap"}, id="a-cost-of-nought-is-no-cost"),
        # Objections.
        pytest.param({"open_objections": 1}, {}, Course.WAIT, {"objections"}, id="one-open-objection"),
        pytest.param({"open_objections": 1}, {"most_objections": 1}, Course.GO, None, id="one-is-let-pass"),
        pytest.param({"open_objections": None}, {}, Course.WAIT, {"objections"}, id="nothing-ever-hung"),
        # Eligibility.
        pytest.param({"is_eligible": False, "eligibility_reasons": ("城中村。",)}, {}, Course.RESERVE, {"eligibility"}, id="not-eligible"),
        pytest.param({"is_eligible": None, "eligibility_reasons": ("缺年份。",)}, {}, Course.WAIT, {"eligibility"}, id="evidence-missing"),
        # Subsidy.
        pytest.param({"is_subsidised": False}, {}, Course.WAIT, {"subsidy"}, id="subsidy-lost"),
        pytest.param({"is_subsidised": False}, {"needs_subsidy": False}, Course.GO, None, id="subsidy-not-needed"),
        pytest.param({"is_subsidised": None}, {}, Course.WAIT, {"subsidy"}, id="subsidy-not-known"),
        # The first line that holds decides.
        pytest.param(
            {"is_eligible": False, "coverage": None, "money": Money()}, {}, Course.RESERVE, {"eligibility"}, id="reserve-goes-first"
        ),
        pytest.param({"coverage": None, "open_objections": 4}, {}, Course.ASK_AGAIN, {"coverage"}, id="asking-goes-before-waiting"),
    ],
)  # fmt: skip
def test_the_first_line_that_holds_decides(
    changed: dict[str, Any], lines: dict[str, Any], course: Course, because: set[str] | None
) -> None:
    found = proposed(replace(GOOD, **changed), replace(LINES, **lines))
    assert found.course is course
    if because is not None:
        assert set(found.because) == because
    assert RULE[found.line - 1].course is course


def test_nothing_that_speaks_against_is_hidden_even_where_it_decides_nothing() -> None:
    found = proposed(replace(GOOD, is_subsidised=False), replace(LINES, needs_subsidy=False))
    assert found.course is Course.GO
    (against,) = [part for part in found.parts if part.stand is not Stand.FOR]
    assert (against.code, against.counts) == ("subsidy", False)


def test_every_part_is_shown_whatever_decides() -> None:
    worst = Known(None, None, None, None, Votes(), Money(), None, False, ("城中村。",), None, "")
    found = proposed(worst, LINES)
    assert stands(found) == {
        "eligibility": Stand.AGAINST,
        "coverage": Stand.MISSING,
        "consent": Stand.MISSING,
        "votes": Stand.MISSING,
        "gap": Stand.MISSING,
        "objections": Stand.MISSING,
        "subsidy": Stand.MISSING,
    }
    assert all("0" not in part.figures for part in found.parts if part.stand is Stand.MISSING)


def test_each_part_carries_its_base() -> None:
    found = {part.code: part for part in proposed(GOOD, LINES).parts}
    assert found["coverage"].figures == "75 / 100 户（75.0%）"
    assert found["consent"].asks == "全部住户里 66.7%以上同意"
    assert found["gap"].figures == "1 元 / 10 元（10.0%）"
    owners = {part.code: part for part in proposed(GOOD, OWNERS).parts}
    assert owners["consent"].figures == "70 / 100 人（70.0%），7,000.00 / 10,000.00 ㎡（70.0%）"


def test_a_proposal_is_kept_and_read_back_whole() -> None:
    found = proposed(replace(GOOD, is_subsidised=False), LINES)
    assert Proposal.from_document(found.as_document()) == found


@pytest.mark.parametrize(
    ("votes", "state"),
    [
        (Votes(), VoteState.NONE),
        (Votes(rejected=1), VoteState.REJECTED),
        (Votes(rejected=1, no_quorum=1), VoteState.NO_QUORUM),
        (Votes(no_quorum=1, blocked=1), VoteState.BLOCKED),
        (Votes(blocked=1, running=1), VoteState.RUNNING),
        (Votes(running=1, unsigned=1), VoteState.UNSIGNED),
        (Votes(unsigned=1, signed=1), VoteState.SIGNED),
    ],
)
def test_the_furthest_vote_says_where_all_stand(votes: Votes, state: VoteState) -> None:
    assert votes.state is state


def test_words_of_courses_and_stands_are_all_there() -> None:
    assert [one.name_zh for one in Course] == ["启动", "补充征询", "暂缓", "储备"]
    assert all(one.meaning_zh and one.tone for one in Course)
    assert all(one.name_zh and one.tone for one in Stand)
