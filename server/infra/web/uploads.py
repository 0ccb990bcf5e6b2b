"""Forms that bring files, read by the library `multipart`; Werkzeug's own reader takes ten times as long.

It makes two regular expressions for each request, for a browser invents a boundary of its own every time.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from io import BytesIO
from math import inf
from typing import IO, Any

import flask
from multipart import MultipartSegment, ParserLimitReached, PushMultipartParser
from werkzeug.datastructures import FileStorage, Headers, MultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

#: Of one part: a browser sends two headers, and no file system knows a name as long as this.
MOST_HEADERS, LONGEST_HEADER = 8, 4096


class UploadParser(FormDataParser):
    """Bounded as Flask says: `MAX_FORM_MEMORY_SIZE` for what is no file, `MAX_FORM_PARTS` for how many parts there are."""

    def parse(
        self,
        stream: IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: dict[str, str] | None = None,
    ) -> tuple[IO[bytes], MultiDict[str, Any], MultiDict[str, Any]]:
        """The stream, what was typed, and the files; neither of a request that broke off or that no browser would send.

        Raises RequestEntityTooLarge (413) past a bound.
        """
        if mimetype != "multipart/form-data":
            return super().parse(stream, mimetype, content_length, options)
        boundary = (options or {}).get("boundary", "")
        typed: list[tuple[str, str]] = []
        files: list[tuple[str, FileStorage]] = []
        with ExitStack() as opened:
            try:
                for part, held in self._parts(stream, content_length, boundary, opened):
                    if part.filename is None:
                        typed.append((part.name, held.read().decode("utf-8", "replace")))
                    else:
                        headers = Headers(part.headerlist)
                        files.append(
                            (part.name, FileStorage(held, part.filename, part.name, headers=headers))
                        )
            except ParserLimitReached:
                raise RequestEntityTooLarge from None
            except ValueError:
                return stream, self.cls(), self.cls()
            opened.pop_all()
        return stream, self.cls(typed), self.cls(files)

    def _parts(
        self, stream: IO[bytes], content_length: int | None, boundary: str, opened: ExitStack
    ) -> Iterator[tuple[MultipartSegment, IO[bytes]]]:
        """Each part with what it holds, from its beginning; `opened` closes that again where the whole is not taken.

        Raises ValueError for what is no form, its kind ParserLimitReached past a bound.
        """
        parser = PushMultipartParser(
            boundary,
            max_header_size=LONGEST_HEADER,
            max_header_count=MOST_HEADERS,
            max_segment_count=self.max_form_parts or inf,
        )
        part: Any = None
        held: IO[bytes] = BytesIO()
        for event in parser.parse_blocking(stream.read):
            if isinstance(event, MultipartSegment):
                part, held = event, self._holding(event, content_length)
                opened.callback(held.close)
            elif event is None:
                held.seek(0)
                yield part, held
            else:
                held.write(event)
                if part.filename is None and part.bytes_received > (self.max_form_memory_size or inf):
                    raise ParserLimitReached

    def _holding(self, part: MultipartSegment, content_length: int | None) -> IO[bytes]:
        """Where it is kept until it is looked at: large files on the disk."""
        if part.filename is None:
            return BytesIO()
        return self.stream_factory(
            total_content_length=content_length, filename=part.filename, content_type=part.content_type
        )


class Request(flask.Request):
    form_data_parser_class = UploadParser
