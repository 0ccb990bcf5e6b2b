"""Which signs are refused at the doors, on each side of each edge."""

import re

import pytest

from server.kernel.signs import CONTROLS, NONCHARACTERS, UNSEEN, has_unseen, is_no_character


@pytest.mark.parametrize(
    ("code", "is_unseen"),
    [
        pytest.param(0x00, True, id="nul-is-unseen"),
        pytest.param(0x1F, True, id="the-last-control-is-unseen"),
        pytest.param(0x20, False, id="a-space-is-seen"),
        pytest.param(0x7E, False, id="a-tilde-is-seen"),
        pytest.param(0x7F, True, id="delete-is-unseen"),
        pytest.param(0x9F, True, id="the-last-of-the-further-controls-is-unseen"),
        pytest.param(0xA0, False, id="a-hard-space-is-let-through"),
        pytest.param(0xD7FF, False, id="before-the-surrogates-is-a-character"),
        pytest.param(0xD800, True, id="the-first-half-pair-is-none"),
        pytest.param(0xDFFF, True, id="the-last-half-pair-is-none"),
        pytest.param(0xE000, False, id="private-use-is-a-character"),
        pytest.param(0xFDCF, False, id="before-the-noncharacters-is-a-character"),
        pytest.param(0xFDD0, True, id="the-first-noncharacter-is-none"),
        pytest.param(0xFDEF, True, id="the-last-noncharacter-of-the-row-is-none"),
        pytest.param(0xFDF0, False, id="after-the-row-is-a-character"),
        pytest.param(0xFFFD, False, id="the-replacement-sign-is-a-character"),
        pytest.param(0xFFFE, True, id="the-last-but-one-of-the-plane-is-none"),
        pytest.param(0xFFFF, True, id="the-last-of-the-plane-is-none"),
        pytest.param(0x10000, False, id="the-next-plane-begins-with-a-character"),
        pytest.param(0x1FFFD, False, id="before-the-end-of-the-next-plane-is-a-character"),
        pytest.param(0x1FFFE, True, id="the-last-but-one-of-the-next-plane-is-none"),
        pytest.param(0x2A6D6, False, id="a-rare-han-character-of-a-name-is-one"),
        pytest.param(0x10FFFF, True, id="the-very-last-place-is-none"),
    ],
)
def test_what_is_unseen(code: int, is_unseen: bool):
    assert has_unseen(f"甲{chr(code)}乙") is is_unseen


@pytest.mark.deep
def test_there_are_66_noncharacters_and_the_pattern_of_the_description_means_the_same():
    pattern = re.compile(f"[{CONTROLS}{NONCHARACTERS}]")
    lone = range(0xD800, 0xE000)  # no description can say these: no JSON holds them
    named = [chr(code) for code in range(0x110000) if code not in lone]
    assert sum(is_no_character(sign) for sign in named) == 66
    assert all(bool(pattern.match(sign)) is has_unseen(sign) for sign in named)


@pytest.mark.deep
def test_in_several_lines_the_same_signs_are_unseen_but_for_ends_of_lines_and_tabs():
    for sign in map(chr, range(0x110000)):
        assert bool(UNSEEN.match(sign)) is (has_unseen(sign) and sign not in "\t\n\r")
