"""The scene of a mini program's code names one paper, within WeChat's 32 signs."""

import pytest

from server.identity.rules.codes import new_code
from server.identity.rules.scenes import LONGEST, Paper, read_scene, scene_of

CODE = "0123456789ABCDEFGHJKMNPQRS"


@pytest.mark.parametrize("paper", list(Paper))
def test_each_paper_comes_back_as_it_went(paper):
    code = new_code()
    scene = scene_of(paper, code)
    assert len(scene) <= LONGEST
    assert read_scene(scene) == (paper, code)


@pytest.mark.parametrize(
    "scene",
    [
        pytest.param("", id="empty"),
        pytest.param(CODE, id="no letter"),
        pytest.param(f"x={CODE}", id="another letter"),
        pytest.param(f"s={CODE[:-1]}", id="too short"),
        pytest.param(f"s={CODE}7", id="one sign too many"),
        pytest.param(f"s={CODE}-----", id="longer than WeChat carries"),
        pytest.param("s=" + "你" * 20, id="other signs"),
    ],
)
def test_what_is_none_of_ours_names_nothing(scene):
    assert read_scene(scene) is None
