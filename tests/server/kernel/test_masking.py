"""A masked value tells whose it is to those who know, and nothing to those who do not."""

import pytest

from server.kernel.masking import mask_id, mask_name, mask_phone


@pytest.mark.parametrize(
    ("mask", "value", "shown"),
    [
        pytest.param(mask_name, "张三", "张*", id="two-characters"),
        pytest.param(mask_name, "欧阳修文", "欧***", id="four-characters"),
        pytest.param(mask_name, "买买提·吐尔逊江", "买***", id="a-long-name-does-not-tell-its-length"),
        pytest.param(mask_name, "𠮷", "𠮷*", id="a-rare-character-of-one"),
        pytest.param(mask_name, "", "", id="no-name"),
        pytest.param(mask_phone, "13812341234", "138****1234", id="a-mobile"),
        pytest.param(mask_phone, "5551234", "*******", id="a-short-number-is-hidden-whole"),
        pytest.param(mask_phone, "85551234", "********", id="a-landline-without-its-area"),
        pytest.param(mask_phone, "0851555123", "**********", id="one-sign-short-of-a-mobile"),
        pytest.param(mask_phone, "085185551234", "085****1234", id="a-landline-with-its-area"),
        pytest.param(mask_id, "52010219491231002X", "520*************2X", id="an-identity-number"),
        pytest.param(mask_id, "A1234567", "********", id="a-short-number-is-hidden-whole-too"),
    ],
)
def test_a_value_is_masked(mask, value, shown):
    assert mask(value) == shown
