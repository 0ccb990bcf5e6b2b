"""Receipt codes: no slip of the finger makes another valid one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.ballots.rules.receipts import ALPHABET, LENGTH, grouped, is_valid, new_code, normalise

codes = st.binary(min_size=16, max_size=32).map(new_code)


@given(codes)
def test_a_code_is_valid_and_has_no_letter_that_looks_like_another(code: str) -> None:
    assert len(code) == LENGTH
    assert is_valid(code)
    assert not set(code) & set("01OIL")


@given(codes)
def test_every_single_wrong_character_is_found(code: str) -> None:
    for place in range(LENGTH):
        for letter in set(ALPHABET) - {code[place]}:
            assert not is_valid(code[:place] + letter + code[place + 1 :])


@given(codes)
def test_every_exchange_of_neighbours_is_found(code: str) -> None:
    for place in range(LENGTH - 1):
        swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
        assert swapped == code or not is_valid(swapped)


def test_codes_are_drawn_afresh() -> None:
    assert len({new_code() for _ in range(100)}) == 100


def test_the_same_bytes_make_the_same_code() -> None:
    assert new_code(bytes(16)) == new_code(bytes(16)) == "22222222222" + new_code(bytes(16))[-1]


def test_too_few_random_bytes_are_refused() -> None:
    with pytest.raises(ValueError, match="16"):
        new_code(bytes(15))


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("{0}-{1}-{2}", id="as-printed"),
        pytest.param(" {0} {1} {2}\n", id="with-blanks"),
        pytest.param("{0}\u3000{1}—{2}", id="with-a-wide-blank-and-a-long-dash"),
        pytest.param("{0}–{1}‑{2}", id="with-other-dashes"),
    ],
)
def test_a_code_is_understood_however_it_is_typed(typed: str) -> None:
    code = new_code(bytes(range(16)))
    parts = grouped(code).split("-")
    assert normalise(typed.format(*parts)) == code
    assert normalise(typed.format(*parts).lower()) == code
    wide = "".join(
        chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in typed.format(*parts)
    )
    assert normalise(wide) == code


@pytest.mark.parametrize("text", ["", "ABC", "0" * 12, "ß" * 6, "甲" * 12, "2" * 13])
def test_what_is_no_code_is_invalid(text: str) -> None:
    assert not is_valid(normalise(text))


def test_a_code_is_printed_in_fours() -> None:
    assert grouped("ABCDEFGHJKMN") == "ABCD-EFGH-JKMN"
