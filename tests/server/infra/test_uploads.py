"""Forms that bring files are read as the browser wrote them, and bounded."""

import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import FileStorage, ImmutableMultiDict, MultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser
from werkzeug.test import encode_multipart

from server.infra.web.uploads import LONGEST_HEADER, MOST_HEADERS, UploadParser

NAMES = st.text("abc_", min_size=1, max_size=8)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
DATA = st.binary(max_size=400) | st.sampled_from([b"", b"\r\n", b"\r\n--", b"--edge", b"\r\n--edge-"])
FILES = st.tuples(NAMES, st.sampled_from(["a.jpg", "照片 1.png", 'a"b.txt', ""]), DATA)


def read(body, parser=UploadParser, edge="edge", **bounds):
    stream = io.BytesIO(body)
    _, typed, files = parser(cls=ImmutableMultiDict, **bounds).parse(
        stream, "multipart/form-data", len(body), {"boundary": edge}
    )
    assert not stream.read(), "what a browser sends on the same line would begin in the middle"
    brought = []
    for name, file in files.items(multi=True):
        with file.stream:
            brought.append((name, file.filename, file.content_type, file.read()))
    return list(typed.items(multi=True)), brought


def form(*parts, end=b"--edge--\r\n"):
    return b"".join(b"--edge\r\n" + headers + b"\r\n\r\n" + data + b"\r\n" for headers, data in parts) + end


def typed(name, data):
    return b'Content-Disposition: form-data; name="%s"' % name, data


@given(st.lists(st.tuples(NAMES, WORDS), max_size=4), st.lists(FILES, max_size=3))
def test_a_form_is_read_as_werkzeug_reads_it(words, files):
    sent = MultiDict(words)
    for name, filename, data in files:
        sent.add(name, FileStorage(io.BytesIO(data), filename, name, "image/jpeg"))
    edge, body = encode_multipart(sent)
    assert read(body, edge=edge) == read(body, FormDataParser, edge=edge)


def test_names_of_files_are_what_browsers_send():
    head = 'Content-Disposition: form-data; name="photo"; filename="楼道 %22漏水%22.jpg"\r\nContent-Type: image/jpeg'
    assert read(form((head.encode(), b"x"))) == ([], [("photo", '楼道 "漏水".jpg', "image/jpeg", b"x")])


def test_a_field_of_files_that_was_left_empty_is_a_file_without_a_name():
    head = (
        b'Content-Disposition: form-data; name="photo"; filename=""\r\nContent-Type: application/octet-stream'
    )
    assert read(form((head, b""))) == ([], [("photo", "", "application/octet-stream", b"")])


def test_a_large_file_is_whole():
    data = bytes(range(256)) * 12_000
    head = b'Content-Disposition: form-data; name="sheet"; filename="a.xlsx"'
    assert read(form((head, data)))[1][0][3] == data


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(form(typed(b"words", b"leaks"), end=b""), id="broke off"),
        pytest.param(form(typed(b"words", b"leaks"))[:20], id="broke off in a header"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"words=leaks", id="no parts"),
        pytest.param(form((b"Content-Type: text/plain", b"leaks")), id="a part without a name"),
        pytest.param(form((b"no header", b"leaks")), id="no header"),
    ],
)
def test_of_what_no_browser_would_send_nothing_is_taken(body):
    assert read(body) == ([], [])


def test_without_a_boundary_nothing_is_taken():
    assert read(b"", edge="") == ([], [])


def test_what_is_typed_is_bounded_and_a_file_is_not():
    bound = {"max_form_memory_size": 10}
    assert read(form(typed(b"words", b"1234567890")), **bound)[0] == [("words", "1234567890")]
    with pytest.raises(RequestEntityTooLarge):
        read(form(typed(b"words", b"12345678901")), **bound)
    head = b'Content-Disposition: form-data; name="photo"; filename="a"'
    assert read(form((head, b"12345678901")), **bound)[1][0][3] == b"12345678901"


def test_so_many_parts_and_no_more():
    assert len(read(form(*[typed(b"a", b"")] * 3), max_form_parts=3)[0]) == 3
    with pytest.raises(RequestEntityTooLarge):
        read(form(*[typed(b"a", b"")] * 4), max_form_parts=3)


@pytest.mark.parametrize(
    ("bounds", "end"),
    [pytest.param({"max_form_parts": 1}, None, id="too many"), pytest.param({}, b"", id="broke off")],
)
def test_files_of_a_form_that_is_not_taken_are_closed(bounds, end):
    opened = []

    def keep(**_):
        opened.append(io.BytesIO())
        return opened[-1]

    head = b'Content-Disposition: form-data; name="photo"; filename="a"'
    body = form((head, b"x"), (head, b"y")) if end is None else form((head, b"x"), (head, b"y"), end=end)
    with suppress(RequestEntityTooLarge):
        read(body, stream_factory=keep, **bounds)
    assert opened and all(one.closed for one in opened)


def test_files_of_a_form_that_is_taken_are_open():
    head = b'Content-Disposition: form-data; name="photo"; filename="a"'
    body = form((head, b"x"))
    _, _, files = UploadParser().parse(
        io.BytesIO(body), "multipart/form-data", len(body), {"boundary": "edge"}
    )
    with files["photo"].stream as stream:
        assert stream.read() == b"x"


def test_headers_of_a_part_are_bounded():
    head, _ = typed(b"a", b"")
    assert read(form((head + b"\r\nX-A: b" * (MOST_HEADERS - 1), b"c"))) == ([("a", "c")], [])
    with pytest.raises(RequestEntityTooLarge):
        read(form((head + b"\r\nX-A: b" * MOST_HEADERS, b"c")))
    with pytest.raises(RequestEntityTooLarge):
        read(form((head + b"\r\nX-A: " + b"b" * LONGEST_HEADER, b"c")))


def test_other_forms_are_read_by_werkzeug_itself():
    stream = io.BytesIO("words=漏水".encode())
    _, typed_, files = UploadParser().parse(stream, "application/x-www-form-urlencoded", None)
    assert dict(typed_) == {"words": "漏水"}
    assert not files
