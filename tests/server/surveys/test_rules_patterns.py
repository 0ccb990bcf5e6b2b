"""Patterns: a small language that both sides match in the same steps, whatever somebody writes."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from server.surveys.rules.patterns import LONGEST, NoPattern, check_pattern, matches

PIECES = (
    "a",
    "b",
    ".",
    r"\d",
    r"\D",
    r"\w",
    r"\s",
    "[ab]",
    "[^a]",
    "[a-c1-]",
    r"[\d.]",
    "(a|b)",
    "(?:ab)",
    "(a*)",
    "(a|b|cd|)",
    r"\.",
    "-",
    " ",
)
TIMES = ("", "", "", "*", "+", "?", "{2}", "{1,3}", "{2,}", "{0,1}", "*?")
PATTERNS = st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(TIMES)), max_size=6)


@given(PATTERNS, st.text("abcd1. -\n老", max_size=7), st.booleans(), st.booleans())
def test_what_both_know_matches_as_python_has_it(
    parts: list[tuple[str, str]], text: str, start: bool, end: bool
) -> None:
    pattern = ("^" if start else "") + "".join(map("".join, parts)) + ("$" if end else "")
    whole = pattern[:-1] + r"\Z" if end else pattern
    assert matches(pattern, text) == (re.fullmatch(whole, text, re.ASCII) is not None)


@given(st.text(r"ab(|)[]{}*+?.\^$-,12d", max_size=12), st.text("ab1", max_size=5))
def test_a_pattern_is_taken_or_fits_nothing(pattern: str, text: str) -> None:
    try:
        known = re.compile(pattern.replace("$", r"\Z"), re.ASCII)
        check_pattern(pattern)
    except NoPattern:
        assert not matches(pattern, text)
    except (re.error, FutureWarning):
        assume(False)
    else:
        assert matches(pattern, text) == (known.fullmatch(text) is not None)


@pytest.mark.parametrize(
    "pattern",
    [
        "(",
        "(a",
        ")",
        "a)",
        "[",
        "[a",
        "[]",
        "[^]",
        "*",
        "a**",
        "a+*",
        "a{",
        "a{x}",
        "a{2,1}",
        "a{1",
        "{2}",
        "\\",
        r"\1",
        r"\b",
        r"\p{L}",
        "(?=a)",
        "(?<n>a)",
        "(?i)a",
        "[[a]]",
        "[a&&b]",
        "[z-a]",
        r"[a-\d]",
        r"[a\b]",
        "a" * (LONGEST + 1),
        "(" * 40 + ")" * 40,
        "a{99999}",
        "a{9}{9}",
        "(a{500}){500}",
        "(((a{40})b){40}c){40}",
        "a{900}" * 3,
    ],
)
def test_what_is_no_pattern_of_ours_is_refused(pattern: str) -> None:
    with pytest.raises(NoPattern):
        check_pattern(pattern)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"\t\n\r\f\v", "\t\n\r\f\v"),
        (r"\+86 1\d{10}", "+86 13812345678"),
        ("[-a]+", "a-"),
        ("[a-]+", "-a"),
        (r"[\w-]+", "a-b"),
        (r"[^\s]+", "老楼"),
        ("}]", "}]"),
        ("老{2}", "老老"),
        ("", ""),
        ("^^a$$", "a"),
    ],
)
def test_what_is_a_pattern_fits(pattern: str, text: str) -> None:
    assert matches(pattern, text)


def test_a_class_of_nothing_fits_nothing() -> None:
    assert not matches("[^\u0001-\U0010ffff]", "a")
    assert matches("[^a-ca\U0010ffff]", "d")


def test_the_beginning_and_the_end_are_only_there() -> None:
    assert not matches("a^b", "ab")
    assert not matches("a$b", "ab")


@pytest.mark.parametrize("pattern", ["(a*)*b", "(a|a)*b", "(a|aa)+b", "a?" * 200 + "b"])
def test_no_pattern_takes_long(pattern: str) -> None:
    """Engines that go back try these for longer than the world stands."""
    assert not matches(pattern, "a" * 300)
