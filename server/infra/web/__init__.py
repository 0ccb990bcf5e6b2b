"""What both doors draw with: base pages, form and piece macros, filters, style, security headers, static files.
Templates live under templates/web/ and are named "web/…"; a door adds its own folder and extends these."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from flask import Flask
from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader

from server.infra.web import assets, formats, headers, text_size

TEMPLATES = Path(__file__).parent / "templates"


def init_web(app: Flask, now: Callable[[], datetime] | None = None) -> None:
    """Give `app` our templates, words and headers. `now` is the clock of the house unless a gallery hands its own."""
    own: list[BaseLoader] = [app.jinja_loader] if app.jinja_loader else []
    app.jinja_loader = ChoiceLoader([*own, FileSystemLoader(TEMPLATES)])
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(formats.FILTERS)
    app.jinja_env.filters.update(formats.dated(now or _house_clock()))
    app.jinja_env.globals.update(formats.GLOBALS)
    app.jinja_env.globals["asset_url"] = assets.asset_urls()
    text_size.offer_text_sizes(app)
    headers.set_headers(app)
    assets.serve_assets(app)


def _house_clock() -> Callable[[], datetime]:
    from server.infra.clock import now  # noqa: PLC0415 - a gallery without a database never needs it

    return now
