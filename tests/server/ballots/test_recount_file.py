"""The recount and the file: what is no bundle (2), and what breaks the log though it stands in the JSON (3)."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import rfc8785

from server.ballots import recount as alone
from tests.server.ballots.bundles import (
    Json,
    approve,
    choose,
    flat,
    make,
    paper,
    review,
    run,
    sealed,
    service,
    vote,
    with_rule,
)
from tests.server.ballots.recounting import HALF, WHOLE, at, case


def test_a_bundle_as_printed_in_the_format_is_whole(tmp_path: Path) -> None:
    code, report, complaint = run(tmp_path / "b", WHOLE)
    assert (code, complaint) == (0, "")
    assert report is not None
    assert (report["format"], report["log"]) == ("ballot-recount/1", "whole")


NO_JSON = {
    "an-empty-file": b"",
    "only-blanks": b" \n",
    "half-a-file": WHOLE[:-1].encode(),
    "something-after-it": WHOLE.encode() + b"{}",
    "binary": bytes(range(256)),
    "a-byte-order-mark": b"\xef\xbb\xbf" + WHOLE.encode(),
    "utf-16": WHOLE.encode("utf-16"),
    "latin-1": WHOLE.replace("for", "é").encode("latin-1"),
    "an-encoded-surrogate": WHOLE.encode().replace(b'"for"', b'"\xed\xa0\x80"'),
    "a-control-character-in-a-string": WHOLE.replace("for", "\x01").encode(),
    "single-quotes": WHOLE.replace('"', "'").encode(),
    "a-trailing-comma": WHOLE.replace('"seq": 1', '"seq": 1,').replace(', "prev"', ',, "prev"').encode(),
    "a-leading-zero": WHOLE.replace('"seq": 1', '"seq": 01').encode(),
    "a-plus-sign": WHOLE.replace('"seq": 1', '"seq": +1').encode(),
    "not-a-number": WHOLE.replace('"seq": 1', '"seq": NaN').encode(),
    "infinity": WHOLE.replace('"seq": 1', '"seq": Infinity').encode(),
    "minus-infinity": WHOLE.replace('"seq": 1', '"seq": -Infinity').encode(),
    "a-bare-minus": WHOLE.replace('"seq": 1', '"seq": -').encode(),
    "a-comment": b"// bundle\n" + WHOLE.encode(),
    "full-width-digits": WHOLE.replace('"seq": 1', '"seq": \uff11').encode(),
    "a-hundred-thousand-brackets": b"[" * 100_000,
    "a-hundred-thousand-brackets-closed": b"[" * 100_000 + b"]" * 100_000,
    "objects-too-deep-for-python": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "an-event-too-deep-for-python": WHOLE.replace(
        '"seq": 1', '"x": ' + "[" * 3000 + "]" * 3000 + ', "seq": 1'
    ).encode(),
}


@pytest.mark.parametrize("octets", NO_JSON.values(), ids=NO_JSON.keys())
def test_what_is_no_json_is_no_bundle(octets: bytes, tmp_path: Path) -> None:
    code, report, complaint = run(tmp_path / "b", octets)
    assert (code, report) == (2, None)
    assert complaint
    assert "\n" not in complaint


def nested(levels: int) -> object:
    value: object = "deep"
    for level in range(levels):
        value = [value] if level % 2 else {"a": value}
    return value


@pytest.mark.parametrize(
    ("place", "over"),
    [pytest.param("note", 1, id="beside"), pytest.param("ballot.note", 2, id="in-the-ballot")],
)
def test_32_deep_is_taken_and_33_is_not(place: str, over: int, tmp_path: Path) -> None:
    for levels, expected in ((32 - over, 0), (33 - over, 2)):
        bundle = make()
        at(place, nested(levels))(bundle)
        assert run(tmp_path / "b", sealed(bundle))[0] == expected


def test_a_33rd_level_inside_an_event_makes_the_file_no_bundle(tmp_path: Path) -> None:
    for levels, expected in ((29, 0), (30, 2)):  # file, log and event are three
        assert run(tmp_path / "b", make([vote("o1", note=nested(levels))]))[0] == expected


def test_depth_also_counts_in_the_value_of_a_key_that_stands_twice(tmp_path: Path) -> None:
    deep = "[" * 30 + "]" * 30
    text = WHOLE.replace('"seq": 1', f'"x": {deep}, "x": 1, "seq": 1')
    assert run(tmp_path / "b", text)[0] == 2
    text = WHOLE.replace('"seq": 1', '"x": 1, "x": 1, "seq": 1')
    assert run(tmp_path / "b", text)[0] == 3


@pytest.mark.parametrize("brackets", ["[[[[" * 10, '\\"{[' * 40, "\\\\"])
def test_brackets_in_strings_are_no_depth(brackets: str, tmp_path: Path) -> None:
    bundle = make(title=json.loads(f'"{brackets}"'))
    assert run(tmp_path / "b", bundle)[0] == 0


# What JSON allows and I-JSON or the format does not: the same text at every place it may stand.
UNFIT = {
    "a-float": "1.5",
    "a-whole-float": "1.0",
    "an-exponent": "1e2",
    "a-huge-exponent": "1E400",
    "minus-one": "-1",
    "minus-zero": "-0",
    "two-to-the-53": "9007199254740992",
    "a-number-of-5000-digits": "9" * 5000,
    "a-key-twice": '{"a": 1, "a": 1}',
    "a-key-twice-by-escape": '{"a": 1, "\\u0061": 2}',
    "half-a-surrogate-pair": '"\\ud800"',
    "the-other-half": '"\\udc00x"',
    "a-surrogate-in-a-key": '{"\\ud800": 1}',
    "a-noncharacter": '"\\ufffe"',
    "the-last-noncharacter-of-the-middle": '"\\ufdef"',
    "a-noncharacter-in-a-key": '{"\\ufdd0": 1}',
    "a-noncharacter-of-another-plane": '"\\ud83f\\udfff"',
    "deep-inside": '[{"x": [1, [2.5]]}]',
}
FIT = {
    "two-to-the-53-less-one": "9007199254740991",
    "zero": "0",
    "null": "null",
    "true": "true",
    "a-pair": '"\\ud83d\\ude00"',
    "the-replacement-character": '"\\ufffd"',
    "beside-the-noncharacters": '"\\ufdcf\\ufdf0"',
    "a-private-character": '"\\ue000\\udbff\\udffd"',
    "all-escapes": '"\\b\\f\\n\\r\\t\\u0000\\u001f\\u007f\\u2028\\/\\\\\\""',
    "empty": '[{}, [], "", {"": ""}]',
}
OUTSIDE = {
    "beside-the-ballot": ('"format":', '"x": @, "format":'),
    "in-the-ballot": ('"scope":', '"x": @, "scope":'),
    "in-a-motion": ('"matter":', '"x": @, "matter":'),
    "in-a-head": ('"flats":', '"x": @, "flats":'),
    "in-a-flat": ('"area":', '"x": @, "area":'),
}


@pytest.mark.parametrize("place", OUTSIDE.values(), ids=OUTSIDE.keys())
@pytest.mark.parametrize("value", UNFIT.values(), ids=UNFIT.keys())
def test_a_value_out_of_form_outside_the_events_makes_the_file_no_bundle(
    value: str, place: tuple[str, str], tmp_path: Path
) -> None:
    text = WHOLE.replace(place[0], place[1].replace("@", value), 1)
    assert run(tmp_path / "b", text)[:2] == (2, None)


@pytest.mark.parametrize("value", UNFIT.values(), ids=UNFIT.keys())
@pytest.mark.parametrize("place", ['"seq": 2', '"choices": {'], ids=["in-the-event", "in-its-choices"])
def test_a_value_out_of_form_inside_an_event_breaks_the_log_there(
    value: str, place: str, tmp_path: Path
) -> None:
    bundle = json.dumps(make([service("o1"), vote("o2"), vote("o3")]))
    with_it = f'"x": {value}, {place}' if place.startswith('"seq') else f'{place}"x": {value}, '
    code, report, complaint = run(tmp_path / "b", bundle.replace(place, with_it, 1))
    assert (code, report) == (3, {"format": "ballot-recount/1", "log": "broken at 2"})
    assert "broken at 2" in complaint


@pytest.mark.parametrize("value", FIT.values(), ids=FIT.keys())
def test_further_keys_of_any_fit_value_may_stand_anywhere(value: str, tmp_path: Path) -> None:
    def seed(node: object) -> None:
        children = list(node.values()) if isinstance(node, dict) else node if isinstance(node, list) else []
        for child in children:
            seed(child)
        if isinstance(node, dict):
            node["\u00e9x"] = json.loads(value)

    bundle = make(
        [service("o1"), vote("o1", {"m1": "for", "m2": "red"}), paper("o2"), review(3)],
        motions=[with_rule(approve(), HALF, HALF), choose("m2")],
    )
    seed(bundle)
    for event in bundle["log"]:
        event.pop("prev"), event.pop("hash")
    code, report, complaint = run(tmp_path / "b", sealed(bundle))
    assert (code, complaint) == (0, "")
    assert report is not None
    assert report["results"][0]["motions"][0]["heads"]["participants"] == 1


def test_the_hash_is_of_the_jcs_form_whatever_the_keys(tmp_path: Path) -> None:
    keys = [
        "\ue000",
        "\U00010000",
        "\U0010fffd",
        "\uffee",
        "a",
        "A",
        "",
        "\x7f",
        "\u2028",
        '"',
        "\\",
        "1",
        "10",
        "é",
        "e\u0301",
    ]
    event = vote("o1", **{key: {key: [key] for key in keys} for key in keys})
    assert run(tmp_path / "b", make([event]))[0] == 0
    value = alone.parse(json.dumps(dict.fromkeys(keys, keys)).encode())
    assert alone.ENCODER.encode(value).encode() == rfc8785.dumps(dict.fromkeys(keys, keys))


FOLLOWING = {**make()["ballot"], "unreturned": "follow_majority"}
NOT_A_BUNDLE = [
    case("no-format", "format", ...),
    case("another-format", "format", "ballot-bundle/2"),
    case("a-format-that-is-no-string", "format", ["ballot-bundle/1"]),
    case("no-ballot", "ballot", ...),
    case("a-ballot-that-is-a-list", "ballot", []),
    case("no-roll", "roll", ...),
    case("a-roll-that-is-an-object", "roll", {}),
    case("an-empty-roll", "roll", []),
    case("no-log", "log", ...),
    case("a-log-that-is-an-object", "log", {}),
    case("a-log-that-is-null", "log", None),
    case("a-log-that-is-a-string", "log", "[]"),
    *[case(f"no-{key}-of-the-ballot", f"ballot.{key}", ...) for key in make()["ballot"]],
    *[case(f"null-{key}-of-the-ballot", f"ballot.{key}", None) for key in make()["ballot"]],
    *[case(f"a-list-as-{key}-of-the-ballot", f"ballot.{key}", []) for key in make()["ballot"]],
    case("an-empty-ballot-id", "ballot.id", ""),
    case("a-number-as-ballot-id", "ballot.id", 1),
    case("an-empty-community", "ballot.community", ""),
    case("a-title-that-is-a-number", "ballot.title", 1),
    case("a-closing-at-the-opening", "ballot.closes_at", "2021-03-16T16:00:00Z"),
    case("a-closing-before-the-opening", "ballot.closes_at", "2021-03-16T00:00:00+08:00"),
    case("an-unknown-scope", "ballot.scope", "unit"),
    case("an-unknown-precedence", "ballot.precedence", "assisted"),
    case("an-unknown-rule-for-unreturned", "ballot.unreturned", "against"),
    case("following-without-a-clause", "ballot.unreturned", "follow_majority"),
    case("following-with-an-empty-clause", "ballot", {**FOLLOWING, "clause": ""}),
    case("following-with-a-null-clause", "ballot", {**FOLLOWING, "clause": None}),
    case("no-motions", "ballot.motions", []),
    case("motions-as-an-object", "ballot.motions", {"m1": approve()}),
    case("a-motion-that-is-a-string", "ballot.motions", ["m1"]),
    case("a-motion-id-twice", "ballot.motions", [approve("m1"), choose("m1")]),
    case("an-empty-motion-id", "ballot.motions", [approve("")]),
    case("a-motion-without-title", "ballot.motions.0.title", ...),
    case("a-motion-title-that-is-null", "ballot.motions.0.title", None),
    case("an-unknown-kind-of-motion", "ballot.motions.0.kind", "rank"),
    case("a-kind-that-is-a-list", "ballot.motions.0.kind", ["approve"]),
    case("an-unknown-matter", "ballot.motions.0.matter", "lift"),
    case("a-matter-that-is-null", "ballot.motions.0.matter", None),
    case("neither-matter-nor-rule", "ballot.motions.0.matter", ...),
    case("both-matter-and-rule", "ballot.motions.0.rule", {"basis": "x", "quorum": None, "approval": HALF}),
    case("matter-and-a-null-rule", "ballot.motions.0.rule", None),
    case("a-choice-without-options", "ballot.motions", [{**choose(), "options": []}]),
    case(
        "a-choice-whose-options-are-missing",
        "ballot.motions",
        [{"id": "m", "title": "", "kind": "choose_one", "matter": "other"}],
    ),
    case("options-as-a-string", "ballot.motions", [{**choose(), "options": "red"}]),
    case("an-option-twice", "ballot.motions", [choose("m1", ("red", "red"))]),
    case("an-empty-option", "ballot.motions", [choose("m1", ("red", ""))]),
    case("an-option-that-is-a-number", "ballot.motions", [{**choose(), "options": ["red", 2]}]),
    case("an-option-called-roll", "ballot.motions", [choose("m1", ("red", "roll"))]),
    case("an-option-called-participants", "ballot.motions", [choose("m1", ("participants",))]),
    case("an-option-called-abstain", "ballot.motions", [choose("m1", ("abstain", "red"))]),
    case("a-head-that-is-a-string", "roll", ["o1"]),
    case("a-head-without-name", "roll.0.head", ...),
    case("an-empty-head", "roll.0.head", ""),
    case("a-head-that-is-a-number", "roll.0.head", 7),
    case("a-head-twice", "roll.1.head", "o1"),
    case("a-head-without-flats", "roll.0.flats", []),
    case("a-head-whose-flats-are-missing", "roll.0.flats", ...),
    case("flats-that-are-null", "roll.0.flats", None),
    case("a-flat-on-two-heads", "roll.0.flats.0.id", "f2"),
    case("a-flat-twice-on-one-head", "roll.0.flats", [flat("f1"), flat("f1")]),
    case("an-empty-flat-id", "roll.0.flats.0.id", ""),
    *[case(f"a-flat-without-{key}", f"roll.0.flats.0.{key}", ...) for key in flat("f")],
    *[case(f"a-flat-with-a-number-as-{key}", f"roll.0.flats.0.{key}", 1) for key in flat("f")],
    case("an-empty-building", "roll.0.flats.0.building", ""),
    case("a-building-with-a-space", "roll.0.flats.0.building", "1 2"),
    case("an-empty-entrance", "roll.0.flats.0.entrance", ""),
    case("an-entrance-with-a-space", "roll.0.flats.0.entrance", "2 "),
    *[
        case(f"an-area-of-{area!r}", "roll.0.flats.0.area", area)
        for area in (
            "0",
            "0.00",
            "000.0",
            "-1",
            "+1",
            "1.",
            ".5",
            "1.234",
            "1234567890",
            "1,5",
            "1e2",
            " 1",
            "1\n",
            "",
            "１",
            "٣",
        )
    ],
]


@pytest.mark.parametrize("change", NOT_A_BUNDLE)
def test_anything_outside_the_events_not_in_form_is_no_bundle(
    change: Callable[[Json], None], tmp_path: Path
) -> None:
    bundle = make([vote("o1")])
    change(bundle)
    code, report, complaint = run(tmp_path / "b", bundle)
    assert (code, report) == (2, None)
    assert complaint.startswith("the file is not a bundle: ")
    assert "\n" not in complaint


@pytest.mark.parametrize("top", ["[]", "1", "null", '"x"', "{}", "[{}]", "true"])
def test_another_json_is_no_bundle(top: str, tmp_path: Path) -> None:
    assert run(tmp_path / "b", top)[:2] == (2, None)


def test_no_bundle_comes_before_a_broken_log(tmp_path: Path) -> None:
    bundle = make([vote("o1")])
    bundle["log"][0]["hash"] = "no"
    bundle["roll"][0]["flats"][0]["area"] = "0"
    assert run(tmp_path / "b", bundle)[0] == 2
