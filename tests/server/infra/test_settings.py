"""The house starts only on settings that are fit, and says in sentences which are not."""

import base64

import pytest

from server.infra.settings import WrongSettings, load_settings

KEY = base64.b64encode(b"x" * 32).decode()
FIT = {
    "APP_ENV": "production",
    "SECRET_KEY": "0123456789abcdef0123456789abcdef",
    "DATA_KEYS": f"k1:{KEY}",
    "LOOKUP_KEY": KEY,
    "SIGNING_KEY": KEY,
    "PUBLIC_URL": "https://xiangyi.example.gov.cn",
    "DATABASE_URL": "postgresql://db/xiangyi",
}


def test_fit_settings_start():
    assert load_settings(FIT).is_production


def test_nothing_set_is_a_development_house_on_sqlite():
    settings = load_settings({})
    assert settings.env == "development" and settings.is_sqlite


@pytest.mark.parametrize(
    ("change", "named"),
    [
        pytest.param({"SECRET_KEY": ""}, "SECRET_KEY", id="no-secret"),
        pytest.param({"SECRET_KEY": "short"}, "SECRET_KEY", id="a-short-secret"),
        pytest.param({"DATA_KEYS": ""}, "DATA_KEYS", id="the-example-data-key"),
        pytest.param({"DATA_KEYS": "k1:notbase64"}, "DATA_KEYS", id="a-data-key-that-is-none"),
        pytest.param({"LOOKUP_KEY": ""}, "LOOKUP_KEY", id="the-example-lookup-key"),
        pytest.param({"SIGNING_KEY": ""}, "SIGNING_KEY", id="the-example-signing-key"),
        pytest.param({"SIGNING_KEY": "abc"}, "SIGNING_KEY", id="a-signing-key-that-is-none"),
        pytest.param({"LOOKUP_KEY": "abc"}, "LOOKUP_KEY", id="a-lookup-key-that-is-none"),
        pytest.param(
            {"PUBLIC_URL": "http://xiangyi.example.gov.cn"}, "PUBLIC_URL", id="a-public-address-without-https"
        ),
        pytest.param({"PUBLIC_URL": "xiangyi"}, "PUBLIC_URL", id="a-public-address-that-is-none"),
        pytest.param({"DATABASE_URL": "mysql://db/x"}, "DATABASE_URL", id="a-database-of-another-kind"),
        pytest.param({"TRUSTED_PROXIES": "many"}, "TRUSTED_PROXIES", id="a-number-of-proxies-that-is-none"),
        pytest.param({"APP_ENV": "prod"}, "APP_ENV", id="an-environment-nobody-knows"),
    ],
)
def test_each_wrong_setting_is_named_in_a_sentence(change, named):
    with pytest.raises(WrongSettings) as refused:
        load_settings(FIT | change)
    assert any(line.startswith(named) and line.endswith("。") for line in refused.value.sentences)
