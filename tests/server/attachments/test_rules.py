"""How many pixels a picture may have, and which pictures of a telephone are no photos for us."""

import pytest

from server.attachments.rules import MOST_PIXELS, MOST_PIXELS_JPEG, is_heic, most_pixels


@pytest.mark.parametrize(
    ("kind", "is_progressive", "most"),
    [
        pytest.param("JPEG", False, MOST_PIXELS_JPEG, id="a-jpeg"),
        pytest.param("MPO", False, MOST_PIXELS_JPEG, id="a-jpeg-of-several-pictures"),
        pytest.param("JPEG", True, MOST_PIXELS, id="a-progressive-jpeg-is-decoded-whole"),
        pytest.param("PNG", False, MOST_PIXELS, id="a-png-is-decoded-whole"),
        pytest.param("", False, MOST_PIXELS, id="an-unknown-kind"),
    ],
)
def test_only_what_is_decoded_at_a_fraction_may_have_more_pixels(kind, is_progressive, most):
    assert most_pixels(kind, is_progressive=is_progressive) == most
    assert MOST_PIXELS < MOST_PIXELS_JPEG


@pytest.mark.parametrize(
    ("head", "is_it"),
    [
        pytest.param(b"\0\0\0\x18ftypheic", True, id="a-telephones-photo"),
        pytest.param(b"\0\0\0\x18ftypmif1\0\0\0\0", True, id="the-general-brand"),
        pytest.param(b"\0\0\0\x20ftypavif", True, id="an-avif"),
        pytest.param(b"\0\0\0\x18ftyphevd", False, id="no-brand-of-theirs"),
        pytest.param(b"\0\0\0\x18ftypisom", False, id="a-film"),
        pytest.param(b"\0\0\0\x18moovheic", False, id="another-box"),
        pytest.param(b"ftypheic", False, id="not-in-its-place"),
        pytest.param(b"\0\0\0\x18ftyphei", False, id="cut-short"),
        pytest.param(b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01", False, id="a-jpeg"),
        pytest.param(b"", False, id="nothing"),
    ],
)
def test_a_picture_is_heic_or_avif_by_its_first_box_and_brand(head, is_it):
    assert is_heic(head) is is_it


@pytest.mark.parametrize(
    "brand",
    ["heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs", "mif1", "msf1", "avif", "avis"],
)
def test_each_brand_of_pictures_and_of_sequences_is_known(brand):
    assert is_heic(b"\0\0\0\x18ftyp" + brand.encode())
