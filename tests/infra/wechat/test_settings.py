"""What is wrong with WeChat's settings is told at start, in sentences."""

import pytest

from server.infra.settings import WrongSettings, load_settings
from tests.wechat import AES_KEY


def sentences(**environ: str) -> str:
    with pytest.raises(WrongSettings) as wrong:
        load_settings({"APP_ENV": "test", **environ})
    return " ".join(wrong.value.sentences)


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        pytest.param({"WECHAT_MINI_APPID": "wx1"}, "WECHAT_MINI_SECRET", id="an AppID alone"),
        pytest.param({"WECHAT_OFFICIAL_SECRET": "s"}, "WECHAT_OFFICIAL_APPID", id="a secret alone"),
        pytest.param({"WECHAT_TOKEN": "t"}, "WECHAT_AES_KEY", id="a token alone"),
        pytest.param({"WECHAT_TOKEN": "t", "WECHAT_AES_KEY": "short"}, "43", id="a key too short"),
        pytest.param({"WECHAT_BASE_URL": "http://example.org"}, "https://", id="a secret in the open"),
        pytest.param({"WECHAT_BASE_URL": "nonsense"}, "https://", id="no address"),
    ],
)
def test_each_mistake_is_told(environ, named):
    assert named in sentences(**environ)


def test_production_never_speaks_to_the_stand_in():
    assert "仿真微信" in sentences(APP_ENV="production", WECHAT_BASE_URL="http://127.0.0.1:8099")


def test_without_any_of_them_the_house_starts():
    assert load_settings({"APP_ENV": "test"}).wechat.mini_appid == ""
    full = {
        "WECHAT_MINI_APPID": "wx1",
        "WECHAT_MINI_SECRET": "s",
        "WECHAT_TOKEN": "t",
        "WECHAT_AES_KEY": AES_KEY,
    }
    assert load_settings({"APP_ENV": "test", **full}).wechat.is_stand_in is False
