"""The rules of a decision: outcomes derived from counts, and what stands in the way."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from server.decisions.rules import (
    Fault,
    ItemResult,
    ObjectionState,
    Outcome,
    Stage,
    Standing,
    TestLine,
    adopted_keys,
    exact,
    may_publish,
    may_void,
    outcome_of,
    stage,
    stands_in_the_way,
    summary,
)
from server.decisions.rules.outcome import scope_zh
from server.decisions.rules.preliminary import Objected, Preliminary

NOON = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
#: 24:00 of 17 March in China.
ENDS = datetime(2026, 3, 17, 16, 0, tzinfo=UTC)

PUBLISHED = Standing(
    drafters=frozenset({"staff:1"}),
    newest_count=1,
    newest_counted_at=NOON - timedelta(days=1),
    version=1,
    version_count=1,
    notice_ends_at=ENDS,
)


def upheld(at: datetime, version: int = 1) -> ObjectionState:
    return ObjectionState(version=version, is_answered=True, is_upheld=True, answered_at=at)


OPEN = ObjectionState(version=1, is_answered=False, is_upheld=False)
REJECTED = ObjectionState(version=1, is_answered=True, is_upheld=False, answered_at=NOON)


def item(
    verdict: str = "passed", key: str | None = None, missing: int = 0, scope: str = "community"
) -> ItemResult:
    return ItemResult(
        motion="m1",
        title="加装电梯",
        scope=scope,
        kind="approve",
        matter=None,
        catalogue_item_id=None,
        subsidy_key=key,
        law="civil-code-278",
        basis="《民法典》第二百七十八条",
        heads={"roll": 3, "participants": 3, "for": 3, "against": 0, "abstain": 0},
        area={"roll": Decimal(300), "participants": Decimal(300), "for": Decimal(300), "against": Decimal(0)},
        verdict=verdict,
        missing_consents=missing,
    )


@pytest.mark.parametrize(
    ("verdict", "missing", "expected"),
    [
        pytest.param("passed", 0, Outcome.ADOPTED, id="passed-is-adopted"),
        pytest.param("passed", 1, Outcome.BLOCKED, id="a-missing-consent-holds-back-what-passed"),
        pytest.param("rejected", 0, Outcome.REJECTED, id="rejected"),
        pytest.param("rejected", 1, Outcome.REJECTED, id="a-missing-consent-adds-nothing-to-a-rejection"),
        pytest.param("no_quorum", 0, Outcome.NO_QUORUM, id="no-quorum-is-not-a-rejection"),
        pytest.param("not_computable", 0, Outcome.NOT_COMPUTABLE, id="not-computable-is-never-a-pass"),
    ],
)
def test_an_outcome_follows_from_the_counts_word(verdict: str, missing: int, expected: Outcome) -> None:
    assert outcome_of(verdict, missing) is expected


def test_a_word_no_count_knows_makes_no_outcome() -> None:
    with pytest.raises(KeyError):
        outcome_of("adopted")


def test_a_summary_keeps_the_undecided_apart_from_the_rejected() -> None:
    found = summary([item(), item("rejected"), item("no_quorum"), item("not_computable"), item(missing=2)])
    assert [len(part) for part in (found.adopted, found.blocked, found.rejected, found.undecided)] == [
        1,
        1,
        1,
        2,
    ]
    assert found.sentence == "通过 1 项，票数够但还缺同意 1 项，未通过 1 项，没有形成决定 2 项。"


@pytest.mark.parametrize(
    ("items", "keys"),
    [
        pytest.param(
            [item(key="water"), item(key="power")], ["power", "water"], id="what-was-adopted-counts"
        ),
        pytest.param(
            [item("rejected", "water"), item(key="power")], ["power"], id="what-was-rejected-does-not"
        ),
        pytest.param([item("no_quorum", "water")], [], id="nor-what-had-no-quorum"),
        pytest.param([item(key="lift", missing=1)], [], id="nor-what-is-held-back"),
        pytest.param(
            [item("rejected", "lift", scope="building 1"), item(key="lift", scope="building 2")],
            ["lift"],
            id="adopted-in-one-building-is-adopted",
        ),
        pytest.param([item()], [], id="an-item-without-a-key-adds-none"),
    ],
)
def test_only_adopted_items_keep_the_subsidy(items: list[ItemResult], keys: list[str]) -> None:
    assert adopted_keys(items) == keys


@pytest.mark.parametrize(
    ("consents", "objections", "said"),
    [
        pytest.param(0, 0, "", id="nothing-is-missing"),
        pytest.param(
            2, 0, "票数够了，还缺：被占用专有部分、还没同意的业主 2 户。办齐才算通过。", id="two-consents"
        ),
        pytest.param(0, 1, "票数够了，还缺：还没了结的邻居异议 1 条。办齐才算通过。", id="an-objection"),
        pytest.param(
            1,
            3,
            "票数够了，还缺：被占用专有部分、还没同意的业主 1 户；还没了结的邻居异议 3 条。办齐才算通过。",
            id="both",
        ),
    ],
)
def test_what_holds_a_passed_item_back_is_told_in_numbers(consents: int, objections: int, said: str) -> None:
    held = replace(item(missing=consents), open_objections=objections)
    assert held.missing_sentence == said
    assert held.outcome is (Outcome.BLOCKED if said else Outcome.ADOPTED)


@pytest.mark.parametrize(
    ("part", "short", "kept_part", "kept_short"),
    [
        pytest.param("858.91", "0", "858.91", "0", id="met"),
        pytest.param("600.00", "87.58", "600.00", "87.58", id="short-of-some"),
        pytest.param("0", None, "0", None, id="no-number-would-do"),
        pytest.param("0.10", "0.20", "0.10", "0.20", id="the-places-stay"),
    ],
)
def test_a_test_of_the_law_is_kept_as_text_and_read_back_exactly(
    part: str, short: str | None, kept_part: str, kept_short: str | None
) -> None:
    line = TestLine(
        "quorum", "area", "participants", "roll", "三分之二以上", "2/3", Decimal(part), Decimal("1031.37"),
        is_met=short == "0", short=None if short is None else Decimal(short),
    )  # fmt: skip
    document = json.loads(json.dumps(line.as_document(), ensure_ascii=False))
    assert (document["part"], document["whole"], document["short"]) == (kept_part, "1031.37", kept_short)
    assert TestLine.from_document(document) == line
    assert TestLine.from_document(document).sentence == line.sentence


def test_an_amount_that_was_kept_is_never_a_float() -> None:
    assert exact("0.10") + exact("0.20") == exact("0.30")


@pytest.mark.parametrize(
    ("standing", "now", "codes"),
    [
        pytest.param(replace(PUBLISHED, version=0), ENDS, ["not_published"], id="nothing-hangs-yet"),
        pytest.param(
            PUBLISHED, ENDS - timedelta(seconds=1), ["period_not_over"], id="the-last-second-is-still-in-it"
        ),
        pytest.param(PUBLISHED, ENDS, [], id="at-24-00-the-period-is-over"),
        pytest.param(
            replace(PUBLISHED, objections=[OPEN]), ENDS, ["open_objections"], id="an-open-objection"
        ),
        pytest.param(replace(PUBLISHED, objections=[REJECTED]), ENDS, [], id="an-answered-one-does-not"),
        pytest.param(
            replace(PUBLISHED, objections=[upheld(NOON)]),
            ENDS,
            ["recount_due"],
            id="an-upheld-one-without-a-recount",
        ),
        pytest.param(
            replace(PUBLISHED, objections=[upheld(NOON)], newest_counted_at=NOON + timedelta(hours=1)),
            ENDS,
            ["recount_due"],
            id="the-same-count-is-no-recount",
        ),
        pytest.param(
            replace(
                PUBLISHED,
                objections=[upheld(NOON)],
                newest_count=2,
                newest_counted_at=NOON + timedelta(hours=1),
            ),
            ENDS,
            ["count_superseded"],
            id="a-recount-needs-its-own-version",
        ),
        pytest.param(
            replace(
                PUBLISHED,
                objections=[upheld(NOON)],
                newest_count=2,
                newest_counted_at=NOON - timedelta(hours=1),
            ),
            ENDS,
            ["recount_due"],
            id="a-count-from-before-the-answer-is-none-after-it",
        ),
        pytest.param(
            replace(
                PUBLISHED,
                version=2,
                version_count=2,
                objections=[upheld(NOON)],
                newest_count=2,
                newest_counted_at=NOON + timedelta(hours=1),
            ),
            ENDS,
            [],
            id="the-new-version-may-be-signed",
        ),
        pytest.param(replace(PUBLISHED, newest_count=2), ENDS, ["count_superseded"], id="a-later-count"),
        pytest.param(
            replace(PUBLISHED, is_count_stale=True), ENDS, ["count_stale"], id="the-log-grew-since-the-count"
        ),
        pytest.param(
            replace(PUBLISHED, is_notice_withdrawn=True), ENDS, ["notice_withdrawn"], id="withdrawn"
        ),
        pytest.param(replace(PUBLISHED, ended="final"), ENDS, ["is_final"], id="signed-already"),
        pytest.param(replace(PUBLISHED, ended="void"), ENDS, ["is_void"], id="declared-void"),
        pytest.param(replace(PUBLISHED, ended="annulled"), ENDS, ["is_annulled"], id="annulled-by-a-court"),
        pytest.param(
            replace(PUBLISHED, objections=[OPEN, upheld(NOON)]),
            NOON,
            ["period_not_over", "open_objections", "recount_due"],
            id="every-reason-is-told-at-once",
        ),
    ],
)
def test_what_stands_in_the_way_of_signing(standing: Standing, now: datetime, codes: list[str]) -> None:
    assert [reason.code for reason in stands_in_the_way(standing, now)] == codes


def test_who_drafted_does_not_sign() -> None:
    assert [reason.code for reason in stands_in_the_way(PUBLISHED, ENDS, "staff:1")] == ["drafter_signs"]
    assert stands_in_the_way(PUBLISHED, ENDS, "staff:2") == []


def test_the_reason_names_the_last_day_at_24_00() -> None:
    (reason,) = stands_in_the_way(PUBLISHED, NOON)
    assert "2026 年 3 月 17 日 24:00" in reason.message


@pytest.mark.parametrize(
    ("standing", "codes"),
    [
        pytest.param(replace(PUBLISHED, version=0), [], id="a-counted-draft"),
        pytest.param(replace(PUBLISHED, version=0, newest_count=0), ["not_counted"], id="nothing-counted"),
        pytest.param(PUBLISHED, ["already_hangs"], id="the-same-count-hangs"),
        pytest.param(replace(PUBLISHED, is_notice_withdrawn=True), [], id="again-after-withdrawing"),
        pytest.param(replace(PUBLISHED, newest_count=2), [], id="again-after-a-recount"),
        pytest.param(
            replace(PUBLISHED, version=0, is_count_stale=True), ["count_stale"], id="not-on-a-stale-count"
        ),
        pytest.param(
            replace(PUBLISHED, objections=[upheld(NOON)]), ["recount_due"], id="not-before-the-recount"
        ),
        pytest.param(replace(PUBLISHED, ended="final"), ["is_final"], id="not-after-signing"),
    ],
)
def test_what_stands_in_the_way_of_publishing(standing: Standing, codes: list[str]) -> None:
    assert [reason.code for reason in may_publish(standing, NOON)] == codes


POSTED = Preliminary(notice_id=1, count=1, ends_at=NOON - timedelta(days=2), is_withdrawn=False)


def objected(**facts: object) -> Standing:
    """The decision hangs on a count whose preliminary result was objected to."""
    one = Objected(count=1, **{"is_answered": False, "is_upheld": False, **facts})  # type: ignore[arg-type]
    return replace(PUBLISHED, preliminary=replace(POSTED, objections=(one,)))


@pytest.mark.parametrize(
    ("standing", "signing", "publishing"),
    [
        pytest.param(replace(PUBLISHED, preliminary=POSTED), [], ["already_hangs"], id="nobody-objected"),
        pytest.param(objected(), ["preliminary_objections"], ["already_hangs"], id="entered-late-and-open"),
        pytest.param(objected(is_answered=True, answered_at=NOON), [], ["already_hangs"], id="not-upheld"),
        pytest.param(
            objected(is_answered=True, is_upheld=True, answered_at=NOON), ["recount_due"], ["recount_due"], id="upheld"
        ),
        pytest.param(
            replace(
                objected(is_answered=True, is_upheld=True, answered_at=NOON),
                newest_count=2,
                newest_counted_at=NOON + timedelta(hours=1),
            ),
            ["count_superseded"],
            [],
            id="upheld-and-recounted",
        ),
        pytest.param(
            replace(
                objected(is_answered=True, is_upheld=True, answered_at=NOON),
                newest_count=2,
                newest_counted_at=NOON + timedelta(hours=1),
                version=2,
                version_count=2,
            ),
            [],
            ["already_hangs"],
            id="upheld-recounted-and-hung-anew",
        ),
    ],
)  # fmt: skip
def test_an_objection_to_the_preliminary_result_that_was_entered_late_is_heard_before_the_signature(
    standing: Standing, signing: list[str], publishing: list[str]
) -> None:
    assert [reason.code for reason in stands_in_the_way(standing, ENDS)] == signing
    assert [reason.code for reason in may_publish(standing, ENDS)] == publishing


def test_who_drafted_does_not_declare_the_vote_void_either() -> None:
    assert [reason.code for reason in may_void(PUBLISHED, "staff:1")] == ["drafter_signs"]
    assert may_void(PUBLISHED, "staff:2") == []
    assert [reason.code for reason in may_void(replace(PUBLISHED, ended="void"), "staff:2")] == ["is_void"]
    assert [reason.code for reason in may_void(replace(PUBLISHED, ended="final"), "staff:2")] == ["is_final"]


@pytest.mark.parametrize(
    ("ended", "words"),
    [
        pytest.param("final", "决定已经签发，不能再改。", id="signed"),
        pytest.param("void", "这次表决已经宣布作废。要再定这件事，请重新表决。", id="void"),
        pytest.param("annulled", "法院撤销了这份决定。要再定这件事，请重新表决。", id="annulled"),
    ],
)
def test_what_has_ended_says_how_and_nothing_more_can_be_done_with_it(ended: str, words: str) -> None:
    over = replace(PUBLISHED, ended=ended, objections=[OPEN])
    for found in (
        stands_in_the_way(over, NOON, "staff:1"),
        may_publish(over, NOON),
        may_void(over, "staff:1"),
    ):
        assert [reason.message for reason in found] == [words]


@pytest.mark.parametrize(
    ("standing", "now", "expected"),
    [
        pytest.param(replace(PUBLISHED, version=0), NOON, Stage.DRAFT, id="draft"),
        pytest.param(PUBLISHED, NOON, Stage.HANGING, id="hanging"),
        pytest.param(PUBLISHED, ENDS, Stage.WAITING, id="waiting"),
        pytest.param(
            replace(PUBLISHED, is_notice_withdrawn=True), NOON, Stage.DRAFT, id="withdrawn-is-a-draft-again"
        ),
        pytest.param(replace(PUBLISHED, ended="final"), ENDS, Stage.FINAL, id="final"),
        pytest.param(replace(PUBLISHED, ended="void"), NOON, Stage.VOID, id="void"),
        pytest.param(replace(PUBLISHED, ended="annulled"), ENDS, Stage.ANNULLED, id="annulled"),
    ],
)
def test_the_stage_follows_from_acts_and_dates(standing: Standing, now: datetime, expected: Stage) -> None:
    assert stage(standing, now) is expected


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        pytest.param("community", "全小区", id="community"),
        pytest.param("building 3", "3 栋", id="building"),
        pytest.param("building 3 entrance 2", "3 栋 2 单元", id="entrance"),
        pytest.param("building 甲栋 entrance 东门", "甲栋 东门", id="names-that-say-it-already"),
    ],
)
def test_a_scope_has_its_words(scope: str, words: str) -> None:
    assert scope_zh(scope) == words


def test_every_fault_outcome_and_stage_has_its_word() -> None:
    for word in [*Fault, *Outcome, *Stage]:
        assert word.name_zh


def test_only_a_vote_that_decides_nothing_any_more_became_something_else() -> None:
    assert {stage for stage in Stage if stage.became_zh} == {Stage.VOID, Stage.ANNULLED}
