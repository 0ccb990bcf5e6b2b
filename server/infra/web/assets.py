"""Static files: the names under which tools/assets.py collected them, and WhiteNoise, which serves them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask
from whitenoise import WhiteNoise

if TYPE_CHECKING:
    from wsgiref.headers import Headers

BUILT = Path(__file__).parents[3] / "build" / "static"
URL_PREFIX = "/static/"


class AssetsMissing(RuntimeError):
    """The front-end files have not been collected, or one that a page asks for is not among them."""


def serve_assets(app: Flask, built: Path = BUILT) -> None:
    """Hash-named files never change, so browsers may keep them for good; nothing else is under /static/."""
    if built.is_dir():
        # Flask types wsgi_app as a method; replacing it is the way its documentation gives for middleware.
        app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
            app.wsgi_app,
            root=str(built),
            prefix=URL_PREFIX,
            immutable_file_test=r"\.[0-9a-f]{12}\.",
            allow_all_origins=False,
            add_headers_function=_add_headers,
        )


def asset_urls(built: Path = BUILT) -> Callable[[str], str]:
    """The function behind `asset_url("css/phone.css")`; it reads the manifest once, when it is made."""
    manifest = built / "manifest.json"
    names: dict[str, str] = json.loads(manifest.read_text("utf-8")) if manifest.is_file() else {}

    def asset_url(name: str) -> str:
        if name not in names:
            why = (
                "is not among the collected front-end files"
                if names
                else "cannot be served: none are collected"
            )
            raise AssetsMissing(
                f"{name} {why}. Run `make setup` (or `python tools/assets.py`) and start again."
            )
        return URL_PREFIX + names[name]

    return asset_url


def _add_headers(headers: "Headers", _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
