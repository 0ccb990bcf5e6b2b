"""The server's own count: what it tells beyond the recount's numbers. That both agree: test_rules_agreement."""

from decimal import Decimal

import pytest

from server.ballots.rules.events import event_from_document
from server.ballots.rules.log import LogState
from server.ballots.rules.roll import Roll
from server.ballots.rules.standing import Standing, vote_standings
from server.ballots.rules.tally import (
    Check,
    Figures,
    MotionCount,
    Verdict,
    count,
    count_state,
    count_without_silence,
)
from server.ballots.rules.terms import BallotTerms
from server.ballots.rules.turnout import turnout
from tests.server.ballots.bundles import (
    LATER,
    Json,
    approve,
    choose,
    flat,
    head,
    heads,
    make,
    paper,
    review,
    roll_change,
    service,
    vote,
    with_rule,
)


def state_of(bundle: Json) -> LogState:
    terms, roll = BallotTerms.from_document(bundle["ballot"]), Roll.from_document(bundle["roll"])
    return LogState.after(terms, roll, map(event_from_document, bundle["log"]))


def first_of(bundle: Json) -> MotionCount:
    return count_state(state_of(bundle)).scopes[0].motions[0]


def cast(marks: str) -> list[Json]:
    words = {"f": "for", "a": "against", "x": "abstain", "r": "red", "g": "grey"}
    return [vote(f"o{n}", words[mark]) for n, mark in enumerate(marks, 1)]


def test_counting_from_scratch_and_from_a_state_is_the_same() -> None:
    bundle = make(cast("ffa"))
    terms, roll = BallotTerms.from_document(bundle["ballot"]), Roll.from_document(bundle["roll"])
    assert count(terms, roll, map(event_from_document, bundle["log"])) == count_state(state_of(bundle))


def test_a_vote_short_of_its_quorum_says_how_many_heads_and_how_much_area_it_lacks() -> None:
    found = first_of(make(cast("f" * 28), roll=heads(60, "66.95")))
    assert found.verdict is Verdict.NO_QUORUM
    assert found.lacking_zh == "参与表决还差 12 人、803.40 ㎡。"
    assert found.quorum is not None
    assert found.quorum.demand_zh == "参与表决的人数和面积，都要达到全体业主的三分之二以上"
    assert (found.quorum.is_met_by_heads, found.quorum.is_met_by_area) == (False, False)


REASONS = {
    "passed": (cast("fff"), [approve()], ""),
    "nobody-came": ([], [approve()], "参与表决还差 3 人、133.34 ㎡。"),
    "nobody-came-and-no-quorum-is-asked": (
        [],
        [with_rule(approve(), None, {"of": "roll", "more_than": "1/2"})],
        "没有人参与表决。",
    ),
    "too-few-agree": (cast("ffaa"), [approve()], "同意还差 1 人、0.01 ㎡。"),
    "heads-are-there-area-is-not": (
        [vote("o1"), vote("o2"), vote("o3", "against")],
        [with_rule(approve(), None, {"of": "participants", "at_least": "2/3"})],
        "",
    ),
    "two-options-pass": (
        cast("rg"),
        [with_rule(choose(), None, {"of": "participants", "at_least": "1/2"})],
        "不止一个方案达到要求，不能确定采用哪一个。",
    ),
    "no-option-passes": (cast("rrgg"), [choose()], "red还差 1 人、0.01 ㎡；grey还差 1 人、0.01 ㎡。"),
    "never": (
        cast("ffff"),
        [with_rule(approve(), None, {"of": "roll", "more_than": "1/1"})],
        "同意这个条件不可能达到。",
    ),
}


@pytest.mark.parametrize(("events", "motions", "sentence"), REASONS.values(), ids=REASONS.keys())
def test_the_count_says_why_it_did_not_pass(events: list[Json], motions: list[Json], sentence: str) -> None:
    assert first_of(make(events, motions=motions)).lacking_zh == sentence


def test_a_scope_without_heads_cannot_be_computed_and_says_so() -> None:
    found = first_of(make([roll_change("o1")], roll=heads(1)))
    assert (found.verdict, found.lacking_zh) == (Verdict.NOT_COMPUTABLE, "这个范围里没有业主，无法计算。")


def test_a_scope_counted_apart_has_its_name() -> None:
    (scope,) = count_state(state_of(make(scope="entrance"))).scopes
    assert (scope.name, scope.name_zh) == ("building 1 entrance 1", "1 栋 1 单元")


def test_only_the_area_may_be_lacking() -> None:
    roll = [
        head("o1", flat("f1", "10.00")),
        head("o2", flat("f2", "10.00")),
        head("o3", flat("f3", "100.00")),
    ]
    found = first_of(make(cast("ffa"), roll=roll))
    assert found.verdict is Verdict.REJECTED
    assert found.lacking_zh == "同意还差 40.01 ㎡。"
    assert [check.is_met_by_heads for check in found.checks] == [True, True]
    assert [check.lacking_heads for check in found.checks] == [0, 0]
    assert [check.lacking_area for check in found.checks] == [Decimal("0.00"), Decimal("40.01")]


def test_every_test_carries_its_numbers() -> None:
    quorum, approval = first_of(make(cast("ffa"))).checks
    assert (quorum.kind, quorum.side, quorum.part.heads, quorum.whole.heads) == ("quorum", None, 3, 4)
    assert (approval.kind, approval.side, approval.part.area, approval.whole.area) == (
        "approval",
        "for",
        Decimal("100.00"),
        Decimal("150.00"),
    )
    assert (approval.name_zh, quorum.name_zh, quorum.lacking_zh) == ("同意", "参与表决", "")


def test_followers_are_told_apart() -> None:
    bundle = make([vote("o1"), service("o2", LATER)], unreturned="follow_majority", clause="x")
    found = first_of(bundle)
    assert (found.followed, found.followers) == ("for", Figures(1, Decimal("50.00")))
    assert first_of(make(cast("f"))).followed is None


def test_beside_a_count_by_a_clause_stands_the_one_in_which_silence_means_nothing() -> None:
    silent = [service("o3", LATER), service("o4", LATER)]
    state = state_of(make([*cast("ff"), *silent], unreturned="follow_majority", clause="x"))
    plain = count_without_silence(state)
    assert plain is not None
    without, by_clause = plain.scopes[0].motions[0], count_state(state).scopes[0].motions[0]
    assert (without.participants.heads, without.followed, without.verdict) == (2, None, Verdict.NO_QUORUM)
    assert (by_clause.participants.heads, by_clause.followed, by_clause.verdict) == (4, "for", Verdict.PASSED)


def test_where_silence_means_nothing_there_is_no_second_count() -> None:
    assert count_without_silence(state_of(make(cast("ff")))) is None


STANDINGS = {
    "latest": ([vote("o1"), vote("o1", at=LATER)], {1: "superseded", 2: "included"}),
    "void": ([vote("o1"), paper("o1", at=LATER), review(2)], {1: "included", 2: "void"}),
    "off-the-roll": ([vote("o1"), roll_change("o1")], {1: "off_roll"}),
    "for-one-motion-still": (
        [vote("o1", {"m1": "for", "m2": "for"}), vote("o1", at=LATER, motions=["m2"])],
        {1: "included", 2: "included"},
    ),
    "restored": ([vote("o1"), review(1), review(1, "valid")], {1: "included"}),
}


@pytest.mark.parametrize(("events", "expected"), STANDINGS.values(), ids=STANDINGS.keys())
def test_a_receipt_tells_what_became_of_its_vote(events: list[Json], expected: dict[int, str]) -> None:
    found = vote_standings(state_of(make(events, motions=[approve("m1"), approve("m2")])))
    assert found == {seq: Standing(word) for seq, word in expected.items()}
    assert all(standing.name_zh for standing in found.values())


def test_turnout_counts_heads_and_area_and_never_who_will_follow() -> None:
    events = [vote("o1"), vote("o1", at=LATER), vote("o2", at=LATER), review(3), service("o3", LATER)]
    bundle = make(events, unreturned="follow_majority", clause="x")
    (found,) = turnout(state_of(bundle))
    assert (found.roll, found.taken_part) == (Figures(4, Decimal("200.00")), Figures(1, Decimal("50.00")))
    assert (found.name, found.name_zh) == ("community", "全小区")


def test_turnout_is_told_by_scope() -> None:
    roll = [
        head("o1", flat("f1", building="1"), flat("f2", building="2")),
        head("o2", flat("f3", building="2")),
    ]
    found = turnout(state_of(make([vote("o2")], roll=roll, scope="building")))
    assert [(each.name, each.roll.heads, each.taken_part.heads) for each in found] == [
        ("building 1", 1, 0),
        ("building 2", 2, 1),
    ]


def test_terms_are_written_and_read_alike() -> None:
    motions = [approve("m1"), choose("m2"), with_rule(choose("m3"), None, {"of": "roll", "at_least": "1/3"})]
    for changes in (
        {"motions": motions, "scope": "entrance"},
        {"unreturned": "follow_majority", "clause": "x"},
    ):
        document = make(**changes)["ballot"]
        terms = BallotTerms.from_document(document)
        assert terms.as_document() == document
        assert BallotTerms.from_document(terms.as_document()) == terms


def test_a_motion_without_matter_and_rule_has_no_law() -> None:
    motion = BallotTerms.from_document(make()["ballot"]).motions[0]
    bare = type(motion)(motion.id, motion.title, motion.kind)
    with pytest.raises(ValueError, match="neither"):
        bare.requirement(state_of(make()).closes_at)


def test_words_have_their_chinese() -> None:
    assert [verdict.name_zh for verdict in Verdict] == ["通过", "未通过", "参与不足，未作决定", "无法计算"]
    assert isinstance(first_of(make(cast("f"))).checks[0], Check)
