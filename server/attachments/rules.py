"""How large a photo may come in, and how large it stays."""

MEGA = 1024 * 1024
MOST_BYTES = 10 * MEGA
#: A JPEG is decoded at a fraction of its size where it is larger than needed, so more pixels cost little.
MOST_PIXELS_JPEG = 50_000_000
#: Other kinds, and progressive JPEGs, must be decoded whole.
MOST_PIXELS = 24_000_000
LONGEST_SIDE = 2000
QUALITY = 85
MEDIA_TYPE = "image/jpeg"
#: A scanned paper of several pages, kept as it came.
PDF = "application/pdf"
PDF_HEAD, PDF_TAIL = b"%PDF-", b"%%EOF"
MOST_BYTES_PDF = 10 * MEGA


def most_pixels(kind: str, *, is_progressive: bool) -> int:
    return MOST_PIXELS_JPEG if kind in {"JPEG", "MPO"} and not is_progressive else MOST_PIXELS


#: Of pictures in HEVC and of sequences of them, of HEIF in general, and of both in AV1.
HEIF_BRANDS = (
    *(b"heic", b"heix", b"heim", b"heis"),
    *(b"hevc", b"hevx", b"hevm", b"hevs"),
    *(b"mif1", b"msf1"),
    *(b"avif", b"avis"),
)


def is_heic(head: bytes) -> bool:
    """HEIC and AVIF, as telephones write them: an "ftyp" box with one of their brands."""
    return head[4:8] == b"ftyp" and head[8:12] in HEIF_BRANDS
