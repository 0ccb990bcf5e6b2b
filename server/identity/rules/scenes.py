"""The scene of a mini program's code: which paper it stands on, in at most 32 signs."""

from enum import StrEnum

from server.identity.rules.codes import LENGTH, plain

#: WeChat's limit.
LONGEST = 32


class Paper(StrEnum):
    SLIP = "slip"
    PLACE = "place"


_LETTERS = {Paper.SLIP: "s", Paper.PLACE: "p"}
_PAPERS = {letter: paper for paper, letter in _LETTERS.items()}


def scene_of(paper: Paper, code: str) -> str:
    """ "s=" and the slip's code, "p=" and the poster's."""
    return f"{_LETTERS[paper]}={code}"


def read_scene(scene: str) -> tuple[Paper, str] | None:
    """What it names; None where it is none of ours."""
    letter, is_ours, code = scene.partition("=")
    paper = _PAPERS.get(letter)
    if not is_ours or paper is None or len(scene) > LONGEST or len(plain(code)) != LENGTH:
        return None
    return paper, plain(code)
