"""A page's form as the browser would send it, were its button pressed at once."""

from html.parser import HTMLParser


def sent_by(page: str, action: str) -> dict[str, list[str]]:
    """The fields of the form with this address, with what stands in them."""
    reader = _Reader(action)
    reader.feed(page)
    assert reader.is_found, f"no form for {action}"
    return reader.fields


class _Reader(HTMLParser):
    def __init__(self, action: str) -> None:
        super().__init__()
        self.action = action
        self.is_found = self.is_inside = False
        self.fields: dict[str, list[str]] = {}
        self.text: str | None = None
        self.select = ""
        self.chosen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.is_inside = given.get("action") == self.action
            self.is_found |= self.is_inside
        elif self.is_inside and tag == "input":
            self._input(given)
        elif self.is_inside and tag == "textarea":
            self.select, self.text = given["name"] or "", ""
        elif self.is_inside and tag == "select":
            self.select, self.chosen = given["name"] or "", []
        elif self.is_inside and tag == "option":
            value = given.get("value") or ""
            # The first stands in the box until another is marked.
            if "selected" in given or not self.chosen:
                self.chosen = [value]

    def _input(self, given: dict[str, str | None]) -> None:
        kind = given.get("type")
        if kind == "file" or (kind in {"radio", "checkbox"} and "checked" not in given):
            return
        self.fields.setdefault(given["name"] or "", []).append(given.get("value") or "")

    def handle_data(self, data: str) -> None:
        if self.text is not None:
            self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.is_inside = False
        elif tag == "textarea" and self.text is not None:
            # A browser leaves out the end of line behind the opening tag, and sends every other as two signs.
            self.fields[self.select] = [self.text.removeprefix("\n").replace("\n", "\r\n")]
            self.text = None
        elif tag == "select" and self.is_inside:
            self.fields[self.select] = self.chosen
