import pytest

from server.kernel.errors import Invalid, Refused
from server.moderation.rules.flags import (
    Flag,
    FlagKind,
    Piece,
    find_flags,
    kept_flags,
    pieces,
    read_flags,
)
from server.moderation.rules.states import (
    LONGEST_REASON,
    LONGEST_TEXT,
    State,
    Verdict,
    check_judge,
    checked_reason,
    checked_text,
    state_after,
)
from server.moderation.rules.striking import struck

WORDS = ["加微信", "SB"]


def marked(text: str) -> list[tuple[str, str]]:
    return [(flag.kind.value, text[flag.start : flag.end]) for flag in find_flags(text, WORDS)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("多装几盏路灯", [], id="nothing"),
        pytest.param("要办的加微信", [("word", "加微信")], id="a-listed-word"),
        pytest.param("加 微.信 再说", [("word", "加 微.信")], id="a-word-pulled-apart"),
        pytest.param("ｓb，Sb", [("word", "ｓb"), ("word", "Sb")], id="width-and-case-hide-nothing"),
        pytest.param("打 13812345678 找我", [("phone", "13812345678")], id="a-mobile"),
        pytest.param("138-1234-5678", [("phone", "138-1234-5678")], id="a-mobile-with-hyphens"),
        pytest.param("１３８１２３４５６７８", [("phone", "１３８１２３４５６７８")], id="a-wide-mobile"),
        pytest.param("单号 11381234567812", [], id="a-longer-number-is-no-mobile"),
        pytest.param("0851-85551234", [("phone", "0851-85551234")], id="a-fixed-line"),
        pytest.param(
            "我是52010219491231002X的", [("identity", "52010219491231002X")], id="an-identity-number"
        ),
        pytest.param("6222 0212 3456 7890 123", [("identity", "6222 0212 3456 7890 123")], id="a-bank-card"),
        pytest.param("看 https://a.example/b?c=1，谢谢", [("link", "https://a.example/b?c=1")], id="a-link"),
        pytest.param("看www.abc.com。", [("link", "www.abc.com")], id="a-link-without-scheme"),
        pytest.param("上 abc.com/x 看", [("link", "abc.com/x")], id="a-bare-domain"),
        pytest.param("写信到 a.b@c.cn", [("link", "a.b@c.cn")], id="a-mail-address"),
        pytest.param("3.5 米宽，2.cm 高", [], id="decimals-are-no-links"),
        pytest.param("面积 67.70，2000.12.31 建成", [], id="figures-and-dates-stay"),
    ],
)
def test_what_is_marked(text: str, found: list[tuple[str, str]]) -> None:
    assert marked(text) == found


def test_marks_that_overlap_are_one_from_the_first_to_the_last() -> None:
    text = "加微信SB"
    assert find_flags(text, ["加微信s", "信SB"]) == [Flag(FlagKind.WORD, 0, 5)]
    assert marked("https://sb.com") == [("link", "https://sb.com")]


def test_a_listed_word_without_a_letter_marks_nothing() -> None:
    assert find_flags("……", ["……"]) == []


def test_marks_are_stored_without_words_and_read_again() -> None:
    flags = find_flags("加微信 13812345678", WORDS)
    kept = kept_flags(flags)
    assert kept == [["word", 0, 3], ["phone", 4, 15]]
    assert read_flags(kept) == flags
    assert [flag.kind.name_zh for flag in flags] == ["词表里的词", "电话号码"]


def test_the_pieces_are_the_whole_text() -> None:
    text = "加微信，找我13812345678"
    found = pieces(text, find_flags(text, WORDS))
    assert found == [
        Piece("加微信", FlagKind.WORD),
        Piece("，找我", None),
        Piece("13812345678", FlagKind.PHONE),
    ]
    assert pieces("没有", []) == [Piece("没有", None)]


@pytest.mark.parametrize(
    ("marks", "words", "left"),
    [
        pytest.param([0], [], "王师傅电话（略），加微信", id="a-mark"),
        pytest.param([0, 1], [], "王师傅电话（略），（略）", id="two-marks"),
        pytest.param([], ["王师傅"], "（略）电话13812345678，加微信", id="a-word-at-the-beginning"),
        pytest.param([0], ["电话"], "王师傅（略），加微信", id="neighbours-leave-one-sign"),
        pytest.param([0], ["话138", "，"], "王师傅电（略）加微信", id="overlapping-ones-leave-one-sign"),
        pytest.param([7], ["信"], "王师傅电话13812345678，加微（略）", id="a-mark-that-is-not-there"),
    ],
)
def test_what_is_left_when_words_are_struck_out(marks: list[int], words: list[str], left: str) -> None:
    text = "王师傅电话13812345678，加微信"
    assert struck(text, find_flags(text, WORDS), marks, words) == left


def test_a_word_is_struck_wherever_it_stands() -> None:
    assert struck("张三说，张三不来", [], [], ["张三"]) == "（略）说，（略）不来"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        pytest.param(["李四"], "没有“李四”", id="a-word-that-is-not-there"),
        pytest.param([], "要涂掉的", id="nothing-to-strike"),
        pytest.param(["张三来了"], "没有内容", id="nothing-left-but-points"),
    ],
)
def test_striking_is_refused_where_it_makes_no_sense(words: list[str], sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence) as caught:
        struck("张三来了。", [], [], words)
    assert list(caught.value.fields) == ["words"]


@pytest.mark.parametrize(
    ("last", "is_flagged", "state"),
    [
        (None, False, State.PENDING),
        (None, True, State.HELD),
        (Verdict.ALLOW, True, State.PASSED),
        (Verdict.REFUSE, False, State.REFUSED),
    ],
)
def test_the_state_follows_from_marks_and_the_last_verdict(
    last: Verdict | None, is_flagged: bool, state: State
) -> None:
    assert state_after(last, is_flagged=is_flagged) is state
    assert state.is_waiting is (last is None)
    assert state.name_zh


@pytest.mark.parametrize("state", list(State))
def test_a_machine_decides_only_what_is_unmarked_and_undecided(state: State) -> None:
    check_judge(state, is_person=True)
    if state is State.PENDING:
        check_judge(state, is_person=False)
    else:
        with pytest.raises(Refused, match="由人来看"):
            check_judge(state, is_person=False)


def test_texts_and_reasons_are_kept_within_bounds() -> None:
    assert checked_text(" 好 ") == "好"
    assert checked_text("长" * LONGEST_TEXT)
    assert checked_reason(" 广告 ") == "广告"
    assert checked_reason("长" * LONGEST_REASON)
    for text in ("  ", "长" * (LONGEST_TEXT + 1)):
        with pytest.raises(Invalid) as caught:
            checked_text(text)
        assert list(caught.value.fields) == ["text"]
    for reason in ("  ", "长" * (LONGEST_REASON + 1)):
        with pytest.raises(Invalid) as caught:
            checked_reason(reason)
        assert list(caught.value.fields) == ["reason"]
