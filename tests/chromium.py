"""The browser of journeys: one for each test process that has any."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from tools.run_tests import find_chromium

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    # A page is gone before what V8's optimizing compilers make of its scripts, above all of axe, has paid.
    "--js-flags=--always-sparkplug --no-maglev --no-opt",
]


@contextmanager
def running() -> Iterator[Browser]:
    found = find_chromium()
    assert found, "no Chromium on this machine: run `make test`, which leaves the journeys out and says so"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield opened
        opened.close()
